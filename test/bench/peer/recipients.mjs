import pg from "pg";

/** What becomes of a recipient; a status only moves forward. */
export const PENDING = 0;
export const SENDING = 1;
export const SENT = 2;
export const RANKS = { sent: SENT, delivered: 3, read: 4 };
export const UNKNOWN = 8;
export const FAILED = 9;

const TABLE = `
create table recipients (
  id bigint primary key, campaign text not null, contact text not null, phone text not null, first_name text not null,
  amount text not null, line int not null, status smallint not null default 0, message_id text, error_code int,
  requested_at timestamptz, sent_at timestamptz, delivered_at timestamptz, read_at timestamptz
);
create unique index recipients_by_message on recipients (message_id);`;

export const connect = (port) => new pg.Pool({ host: "127.0.0.1", port, user: "bench", database: "postgres", max: 20 });

export async function prepare(pool, { people, lines }) {
  await pool.query(TABLE);
  await pool.query(
    `insert into recipients (id, campaign, contact, phone, first_name, amount, line)
     select i, 'cmp_peer', 'con_' || i, '+5511' || (970000000 + i), 'Ana', '150,00', i % $2 from generate_series(1, $1) i`,
    [people, lines],
  );
}

/** Gives a recipient to one caller. */
export async function claim(pool, id) {
  const { rows } = await pool.query(
    `update recipients set status = ${SENDING}, requested_at = now() where id = $1 and status = ${PENDING}
     returning campaign, contact, phone, first_name, amount`,
    [id],
  );
  return rows[0];
}

export const settle = (pool, id, { status, messageId = null, code = null }) =>
  pool.query(
    `update recipients set status = greatest(status, $2), message_id = $3, error_code = $4,
     sent_at = case when $2 = ${SENT} then now() end where id = $1`,
    [id, status, messageId, code],
  );

export const release = (pool, id) =>
  pool.query(`update recipients set status = ${PENDING} where id = $1 and status = ${SENDING}`, [id]);

/** @param statuses `{id, status, timestamp}` as Meta posts them */
export async function apply(pool, statuses) {
  const furthest = new Map();
  for (const { id, status, timestamp } of statuses) {
    const rank = RANKS[status] ?? FAILED;
    if (rank >= (furthest.get(id)?.rank ?? 0)) furthest.set(id, { rank, at: new Date(Number(timestamp) * 1_000) });
  }
  const found = [...furthest];
  await pool.query(
    `update recipients r set status = greatest(r.status, s.rank),
       delivered_at = case when s.rank = ${RANKS.delivered} then s.at else r.delivered_at end,
       read_at = case when s.rank = ${RANKS.read} then s.at else r.read_at end
     from unnest($1::text[], $2::int[], $3::timestamptz[]) as s (message_id, rank, at)
     where r.message_id = s.message_id`,
    [found.map(([id]) => id), found.map(([, { rank }]) => rank), found.map(([, { at }]) => at)],
  );
}

export async function counts(pool) {
  const { rows } = await pool.query("select status, count(*)::int as count from recipients group by status");
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}
