import type { Env } from "#env.ts";
import { intercept, withBindings } from "./intercept.ts";

/**
 * What the platform bills, counted where the product asks for it. Names are `kind.more`: `object-calls.CampaignObject.claim`.
 * Module state, on purpose: the Worker and its objects share one isolate in a local run.
 */
const counts = new Map<string, number>();
/** Queues bill by 64 KB. */
const QUEUE_UNIT_BYTES = 64_000;
/** Cursors count while they are read; so many of the newest may still be. */
const CURSORS_OPEN = 64;
const CURSORS_KEPT = 512;

const cursors: { owner: string; cursor: Cursor }[] = [];
type Cursor = Pick<SqlStorageCursor<Record<string, SqlStorageValue>>, "rowsRead" | "rowsWritten">;

export function count(name: string, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

/** All there is, by name. */
export function counted(): Record<string, number> {
  settleCursors(0);
  return Object.fromEntries(counts);
}

function settleCursors(keep: number): void {
  for (const { owner, cursor } of cursors.splice(0, Math.max(0, cursors.length - keep))) {
    count(`object-rows-read.${owner}`, cursor.rowsRead);
    count(`object-rows-written.${owner}`, cursor.rowsWritten);
  }
}

/** The same state, whose storage counts rows. The object itself must stay the platform's own, so it is changed in place. */
export function countingState(ctx: DurableObjectState, owner: string): DurableObjectState {
  const { storage } = ctx;
  const sql = intercept(storage.sql, {
    exec(call) {
      const cursor = call() as Cursor;
      cursors.push({ owner, cursor });
      if (cursors.length > CURSORS_KEPT) settleCursors(CURSORS_OPEN);
      return cursor;
    },
  });
  const oneRow = (call: () => unknown) => {
    count(`object-rows-written.${owner}`);
    return call();
  };
  // An alarm that is set is a row; so is a value that is put.
  const counting = intercept(storage, { setAlarm: oneRow, put: oneRow });
  const value = new Proxy(counting, { get: (target, name) => (name === "sql" ? sql : Reflect.get(target, name)) });
  Object.defineProperty(ctx, "storage", { value });
  return ctx;
}

/** Each call of a method from outside is a request to the object, and so is each alarm. */
export function countCalls(prototype: object, base: object, owner: string): void {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(base))) {
    if (name === "constructor" || typeof value !== "function") continue;
    Object.defineProperty(prototype, name, {
      value(this: unknown, ...args: unknown[]) {
        count(`object-calls.${owner}.${name}`);
        return Reflect.apply(value, this, args);
      },
    });
  }
}

const known = new WeakMap<Env, Env>();

export function countingEnv(env: Env): Env {
  const made = known.get(env) ?? withBindings(env, countingBinding);
  known.set(env, made);
  return made;
}

const isDatabase = (binding: object): binding is D1Database => "withSession" in binding;
const isQueue = (binding: object): binding is Queue<unknown> => "sendBatch" in binding;

function countingBinding(name: string, binding: object): object {
  if (isDatabase(binding)) countRowsOf(binding);
  if (name === "FILES") return countingBucket(binding);
  if (!isQueue(binding)) return binding;
  const label = name.toLowerCase().replace(/_\d+$/, "");
  // It is written once and deleted once.
  const written = (body: unknown) => count(`queue-operations.${label}`, 2 * queueUnits(body));
  return intercept(binding, {
    send(call, [body]) {
      written(body);
      return call();
    },
    sendBatch(call, [messages]) {
      for (const { body } of messages as Iterable<MessageSendRequest<unknown>>) written(body);
      return call();
    },
  });
}

/** Each delivery is a read, a redelivery too. */
export function countDeliveries(batch: MessageBatch<unknown>): void {
  const label = batch.queue.replace(/-\d+$/, "").replace("-", "_");
  for (const { body } of batch.messages) count(`queue-operations.${label}`, queueUnits(body));
}

const queueUnits = (body: unknown) => Math.ceil(JSON.stringify(body).length / QUEUE_UNIT_BYTES);

type Ask = (...args: unknown[]) => Promise<unknown>;
/** How a session asks D1, over HTTP or RPC: not a public name, but the only place where all rows are told. */
const ASKING = ["_sendOrThrow", "_queryOrThrow"];
let watched = false;

/**
 * D1 tells rows with each answer, but not to whoever asks for plain rows: so they are read where the binding itself gets
 * them. Throws when the platform's binding is made otherwise than it was.
 */
function countRowsOf(database: D1Database): void {
  if (watched) return;
  const prototype: Record<string, unknown> = Object.getPrototypeOf(database.withSession());
  for (const name of ASKING) {
    const ask = prototype[name];
    if (typeof ask !== "function") throw new Error(`D1's sessions have no ${name} any more`);
    prototype[name] = async function (this: unknown, ...args: unknown[]) {
      const answer = await (ask as Ask).apply(this, args);
      for (const { meta } of [answer].flat() as { meta?: Record<string, unknown> }[]) {
        count("d1-rows-read", Number(meta?.rows_read ?? 0));
        count("d1-rows-written", Number(meta?.rows_written ?? 0));
        count("d1-queries");
      }
      return answer;
    };
  }
  watched = true;
}

function countingBucket(bucket: object): object {
  const one = (name: string) => (call: () => unknown) => {
    count(name);
    return call();
  };
  const a = one("r2-class-a");
  const b = one("r2-class-b");
  return intercept(bucket, { put: a, list: a, createMultipartUpload: a, get: b, head: b });
}
