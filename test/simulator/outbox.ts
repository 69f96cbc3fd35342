import { z } from "zod";
import { INSERT_WEBHOOKS, type MessageLog } from "./message-log.ts";
import type { WebhookKind } from "./outcomes.ts";

/** Most updates in one POST. Meta may send up to 1000. */
export const UPDATES_PER_POST = 50;

/** Which message and which step a post tells of. */
export type Ref = [seq: number, kind: WebhookKind];

export interface Post {
  id: number;
  body: string;
  refs: Ref[];
  attempts: number;
}

/** One update that is due, beside what is known of its message (null when it is about none). */
export interface DueWebhook {
  dueMs: number;
  kind: string;
  detail: unknown;
  message: DueMessage | null;
}

export interface DueMessage {
  seq: number;
  phoneId: string;
  recipient: string;
  person: string;
  waId: string | null;
  wamid: string;
  callbackData: string | null;
  category: string;
}

export type ShapePost = (due: DueWebhook[]) => { body: string; told: DueWebhook[] } | null;

type DueRow = {
  due_ms: number;
  id: number;
  kind: string;
  detail: string;
  seq: number | null;
  phone_id: string | null;
  recipient: string | null;
  person: string | null;
  wa_id: string | null;
  wamid: string | null;
  callback_data: string | null;
  category: string | null;
};

const KINDS = ["sent", "delivered", "read", "failed", "reply"] as const;
const refsSchema = z.array(z.tuple([z.number(), z.enum(KINDS)]));

/**
 * Webhooks on disk. An update waits in `webhooks` until it is due, is then put into the body of a post, and leaves
 * when a receiver answered that post 200. Each move is one transaction, so that a kill at any point loses none.
 */
export class Outbox {
  constructor(
    private readonly storage: DurableObjectStorage,
    private readonly log: MessageLog,
  ) {}

  /** Plans an update that is about no accepted message. */
  plan(kind: string, detail: unknown, dueMs: number): void {
    this.storage.sql.exec(
      INSERT_WEBHOOKS,
      JSON.stringify([[dueMs, this.log.nextWebhookId(), null, kind, JSON.stringify(detail)]]),
    );
  }

  /**
   * Turns up to 50 due updates into one post. `shape` writes its body and says which updates are in it, or answers null
   * when nobody is to be told: those left out are dropped. Answers null when none is due.
   */
  formPost(nowMs: number, retryAtMs: number, shape: ShapePost): Post | null | "dropped" {
    const { sql } = this.storage;
    return this.storage.transactionSync(() => {
      const rows = sql.exec<DueRow>(SELECT_DUE, nowMs, UPDATES_PER_POST).toArray();
      if (!rows.length) return null;
      sql.exec(DELETE_WEBHOOKS, JSON.stringify(rows.map((row) => [row.due_ms, row.id])));
      const shaped = shape(rows.map(dueWebhook));
      if (shaped === null) return "dropped";
      const { body, told } = shaped;
      const refs = refsSchema.parse(told.flatMap(({ message, kind }) => (message ? [[message.seq, kind]] : [])));
      // The lease: should the process die before the answer, the post is tried again from here.
      const insert = "insert into posts (body, refs, attempts, next_ms) values (?, ?, 1, ?) returning id";
      const { id } = sql.exec<{ id: number }>(insert, body, JSON.stringify(refs), retryAtMs).one();
      return { id, body, refs, attempts: 1 };
    });
  }

  /** The post that has waited longest for another try, if its time has come. */
  takeRetry(nowMs: number, retryAtMs: number, busy: Pick<ReadonlyMap<number, unknown>, "has" | "size">): Post | null {
    const { sql } = this.storage;
    const rows = sql.exec<{ id: number; body: string; refs: string; attempts: number }>(
      "select id, body, refs, attempts from posts where next_ms <= ? order by next_ms limit ?",
      nowMs,
      busy.size + 1,
    );
    for (const row of rows.toArray()) {
      if (busy.has(row.id)) continue;
      sql.exec("update posts set attempts = attempts + 1, next_ms = ? where id = ?", retryAtMs, row.id);
      return { id: row.id, body: row.body, refs: refsSchema.parse(JSON.parse(row.refs)), attempts: row.attempts + 1 };
    }
    return null;
  }

  done(post: Post, nowMs: number): void {
    this.storage.transactionSync(() => {
      this.storage.sql.exec("delete from posts where id = ?", post.id);
      this.log.markPosted(post.refs, nowMs);
    });
  }

  retryAt(post: Post, nextMs: number): void {
    this.storage.sql.exec("update posts set next_ms = ? where id = ?", nextMs, post.id);
  }

  /** After a start nothing is on its way: what was may be tried at once. */
  releaseLeases(): void {
    this.storage.sql.exec("update posts set next_ms = 0");
  }

  /** When there is something to do next, null when all is told. */
  nextDueMs(): number | null {
    const query =
      "select min(due) as due from (select min(due_ms) as due from webhooks union all select min(next_ms) from posts)";
    return this.storage.sql.exec<{ due: number | null }>(query).one().due;
  }

  waiting(): { webhooks: number; posts: number } {
    const count = (table: string) =>
      Number(this.storage.sql.exec(`select count(*) as count from ${table}`).one().count);
    return { webhooks: count("webhooks"), posts: count("posts") };
  }
}

const SELECT_DUE = `select w.due_ms, w.id, w.kind, w.detail, m.seq, m.phone_id, m.recipient, m.person, m.wa_id, m.wamid,
  m.callback_data, m.category from webhooks w left join messages m on m.seq = w.seq
  where w.due_ms <= ? order by w.due_ms, w.id limit ?`;
const DELETE_WEBHOOKS = `delete from webhooks where (due_ms, id) in (select value ->> 0, value ->> 1 from json_each(?))`;

function dueWebhook(row: DueRow): DueWebhook {
  const about = row.seq === null ? null : row;
  return {
    dueMs: row.due_ms,
    kind: row.kind,
    detail: JSON.parse(row.detail),
    message: about && {
      seq: about.seq ?? 0,
      phoneId: about.phone_id ?? "",
      recipient: about.recipient ?? "",
      person: about.person ?? "",
      waId: about.wa_id,
      wamid: about.wamid ?? "",
      callbackData: about.callback_data,
      category: about.category ?? "",
    },
  };
}
