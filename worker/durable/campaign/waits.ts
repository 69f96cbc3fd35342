import type { KnownWait, Look } from "#core/sending/waiting.ts";

/** Sends that came back from the queue unsent, in one go of it. Instants in ms. */
interface Requeues {
  since: number;
  /** The last time, */
  at: number;
  /** and how many then. */
  count: number;
  /** How many in all, and how many sends had ended when it began: some may be late while most are not. */
  all: number;
  endedBefore: number;
}

interface StoredWaits {
  known: KnownWait[];
  requeues: Requeues | null;
  look: Look | null;
}

/** What a campaign remembers of what its people wait for; a row beside its state. */
export class CampaignWaits implements StoredWaits {
  known: KnownWait[];
  requeues: Requeues | null;
  look: Look | null;
  failedTicks = 0;
  #saved: string;

  constructor(readonly sql: SqlStorage) {
    const row = sql.exec<{ value: string }>("select value from state where key = 'waits'").toArray()[0];
    const stored: StoredWaits = row ? JSON.parse(row.value) : { known: [], requeues: null, look: null };
    this.known = stored.known;
    this.requeues = stored.requeues;
    this.look = stored.look;
    this.#saved = this.#news();
  }

  /** Writes it down if it says anything new; a look alone, which each tick has, is no news. */
  save(): void {
    const news = this.#news();
    if (news === this.#saved) return;
    const { known, requeues, look } = this;
    this.sql.exec(
      "insert into state (key, value) values ('waits', ?) on conflict (key) do update set value = excluded.value",
      JSON.stringify({ known, requeues, look } satisfies StoredWaits),
    );
    this.#saved = news;
  }

  #news(): string {
    return JSON.stringify([this.known, this.requeues]);
  }
}
