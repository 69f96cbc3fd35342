import { type Arrival, type Rates, worstRates } from "./rates.ts";

/** Reading the record of what happened. Nothing here changes it. */
const STEPS = ["sent", "delivered", "read", "failed", "reply"] as const;

type Step = (typeof STEPS)[number];
export interface PhoneSummary {
  phoneId: string;
  accepted: number;
  refused: number;
  /** Messages about which a webhook of that kind was answered 200. */
  told: Record<Step, number>;
  /** What the accepted messages will have come to when all is told: each message in one. */
  planned: Record<string, number>;
}

const OUTCOMES = ["failed", "sent", "delivered", "read", "replied"] as const;

const emptySummary = (phoneId: string): PhoneSummary => ({
  phoneId,
  accepted: 0,
  refused: 0,
  told: { sent: 0, delivered: 0, read: 0, failed: 0, reply: 0 },
  planned: { failed: 0, sent: 0, delivered: 0, read: 0, replied: 0 },
});

export class MessageRecord {
  constructor(private readonly sql: SqlStorage) {}

  /** Per number, from running totals; with `sinceMs`, counted from the messages accepted from then on. */
  summary(sinceMs: number | null): PhoneSummary[] {
    return sinceMs === null ? this.totals() : this.countSince(sinceMs);
  }

  private totals(): PhoneSummary[] {
    const phones = new Map<string, PhoneSummary>();
    for (const row of this.sql.exec<{ phone_id: string; name: string; count: number }>("select * from totals")) {
      const phone = phones.get(row.phone_id) ?? emptySummary(row.phone_id);
      phones.set(row.phone_id, phone);
      const step = STEPS.find((name) => name === row.name);
      if (step) phone.told[step] = row.count;
      else if (row.name.startsWith("planned:")) phone.planned[row.name.slice("planned:".length)] = row.count;
      else if (row.name === "accepted") phone.accepted = row.count;
      else phone.refused = row.count;
    }
    return [...phones.values()];
  }

  private countSince(sinceMs: number): PhoneSummary[] {
    const phones = new Map<string, PhoneSummary>();
    const phoneOf = (id: string) => {
      const phone = phones.get(id) ?? emptySummary(id);
      phones.set(id, phone);
      return phone;
    };
    const told = STEPS.map((step) => `count(${step}_ms) as ${step}`).join(", ");
    const planned = OUTCOMES.map((outcome) => `sum(outcome = '${outcome}') as planned_${outcome}`).join(", ");
    const query = `select phone_id, count(*) as accepted, ${told}, ${planned} from messages where seq >= ? group by phone_id`;
    for (const row of this.sql.exec(query, this.firstSeqAt(sinceMs))) {
      const phone = phoneOf(String(row.phone_id));
      phone.accepted = Number(row.accepted);
      for (const step of STEPS) phone.told[step] = Number(row[step]);
      for (const outcome of OUTCOMES) phone.planned[outcome] = Number(row[`planned_${outcome}`]);
    }
    const refused = "select phone_id, count(*) as refused from refusals where at_ms >= ? group by phone_id";
    for (const row of this.sql.exec(refused, sinceMs)) phoneOf(String(row.phone_id)).refused = Number(row.refused);
    return [...phones.values()];
  }

  /** Messages are numbered in order of time: found by halving, without an index on the time. */
  private firstSeqAt(sinceMs: number): number {
    const ends = this.sql
      .exec("select coalesce(min(seq), 1) as low, coalesce(max(seq), 0) + 1 as high from messages")
      .one();
    let [low, high] = [Number(ends.low), Number(ends.high)];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [row] = this.sql.exec("select at_ms from messages where seq >= ? order by seq limit 1", middle).toArray();
      if (row && Number(row.at_ms) < sinceMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  messages(afterSeq: number, limit: number) {
    const query = `select m.*, b.body, b.plan from messages m join bodies b on b.seq = m.seq where m.seq > ? order by m.seq limit ?`;
    const rows = this.sql.exec(query, afterSeq, limit).toArray();
    return rows.map((row) => ({
      seq: row.seq,
      atMs: row.at_ms,
      phoneId: row.phone_id,
      to: row.recipient,
      waId: row.wa_id,
      wamid: row.wamid,
      callbackData: row.callback_data,
      template: row.template,
      language: row.language,
      category: row.category,
      body: row.body,
      outcome: row.outcome,
      errorCode: row.error_code,
      plan: JSON.parse(String(row.plan)),
      told: Object.fromEntries(
        STEPS.flatMap((step) => (row[`${step}_ms`] === null ? [] : [[step, row[`${step}_ms`]]])),
      ),
    }));
  }

  refusals(afterSeq: number, limit: number) {
    const rows = this.sql.exec("select * from refusals where seq > ? order by seq limit ?", afterSeq, limit).toArray();
    return rows.map((row) => ({
      seq: row.seq,
      atMs: row.at_ms,
      phoneId: row.phone_id,
      to: row.recipient,
      callbackData: row.callback_data,
      template: row.template,
      code: row.code,
      details: row.details,
    }));
  }

  refusalCodes() {
    const query =
      "select phone_id as phoneId, code, count(*) as count from refusals group by phone_id, code order by count desc";
    return this.sql.exec(query).toArray();
  }

  rates(sinceMs: number | null): Rates {
    const from = sinceMs === null ? 0 : this.firstSeqAt(sinceMs);
    const rows = this.sql.exec<{ phone_id: string; at_ms: number }>(
      "select phone_id, at_ms from messages where seq >= ? order by seq",
      from,
    );
    return worstRates(arrivals(rows));
  }

  /** What was accepted more than once though it looks meant once: the same callback data, or one campaign's template to one person. */
  duplicates(limit: number) {
    const byCallbackData = this.sql
      .exec(
        `select callback_data as callbackData, count(*) as count, json_group_array(seq) as seqs from messages
         where callback_data is not null group by callback_data having count(*) > 1 limit ?`,
        limit,
      )
      .toArray();
    const byRecipient = this.sql
      .exec(
        `select person, template, campaign, count(*) as count, json_group_array(seq) as seqs from messages
         where template is not null and campaign is not null
         group by person, template, campaign having count(*) > 1 limit ?`,
        limit,
      )
      .toArray();
    const open = (rows: Record<string, SqlStorageValue>[]) =>
      rows.map((row) => ({ ...row, seqs: JSON.parse(String(row.seqs)) }));
    return { byCallbackData: open(byCallbackData), byRecipient: open(byRecipient) };
  }

  /** Different people each number wrote to in the last 24 hours. */
  peopleSince(phoneIds: string[], sinceMs: number): number {
    const query = `select count(distinct person) as people from messages
      where seq >= ? and phone_id in (select value from json_each(?))`;
    return Number(this.sql.exec(query, this.firstSeqAt(sinceMs), JSON.stringify(phoneIds)).one().people);
  }
}

function* arrivals(rows: Iterable<{ phone_id: string; at_ms: number }>): Iterable<Arrival> {
  for (const row of rows) yield { phoneId: row.phone_id, atMs: row.at_ms };
}
