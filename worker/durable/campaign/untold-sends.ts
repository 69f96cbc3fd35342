import { MINUTE_MS, SECOND_MS } from "#core/shared/time.ts";

/**
 * How long what became of messages is gathered before D1 is told. A message costs a row there each time it is told of, so the first
 * word waits until most have been delivered, and later ones for each other.
 */
const GATHER_MS = { soon: 30 * SECOND_MS, later: 5 * MINUTE_MS };
export type Urgency = keyof typeof GATHER_MS;

/** Ids that are written down anew with each commit, beside the counters; what is more goes into a row of its own. */
const MOST_RECENT = 100;
/** Rows of ids that are told of at a time: some thousand people. */
const MOST_ROWS = 30;

interface Gathered {
  contactIds: string[];
  /** When the first of all that are gathered came; null while there are none. */
  since: number | null;
}

/** As it is written down beside the counters. */
export interface StoredUntold extends Record<Urgency, Gathered> {
  asOf: number;
  /** Rows up to this contact have been told of that are older than this record; null: all. */
  earlierTo: string | null;
}

export interface UntoldBatch {
  contactIds: string[];
  /** Of what is read now. */
  asOf: number;
  rowIds: number[];
  /** Of these more are due than a batch takes. */
  more: Urgency[];
}

const URGENCIES: Urgency[] = ["soon", "later"];
const nothing = (): Gathered => ({ contactIds: [], since: null });
const together = (a: Gathered, b: Gathered): Gathered => ({
  contactIds: [...a.contactIds, ...b.contactIds],
  since: a.since ?? b.since,
});

/**
 * Whose messages D1 has to be told of. Only ids are kept, and what is told of them is read when it is told: telling twice
 * tells the same. A commit that changes messages writes them down in the row of its counters, so that a status costs no
 * row of its own.
 */
export class UntoldSends {
  readonly #sql: SqlStorage;
  #gathered: Record<Urgency, Gathered>;
  /** Being told of at this moment. */
  #telling: Record<Urgency, Gathered> = { soon: nothing(), later: nothing() };
  #asOf: number;
  #earlierTo: string | null;

  /** @param anyEarlier whether there are rows that are older than this record, if there is none yet: they are told of first */
  constructor(sql: SqlStorage, stored: StoredUntold | undefined, now: number, anyEarlier: () => boolean) {
    this.#sql = sql;
    this.#gathered = { soon: stored?.soon ?? nothing(), later: stored?.later ?? nothing() };
    this.#asOf = stored?.asOf ?? now;
    this.#earlierTo = stored ? stored.earlierTo : anyEarlier() ? "" : null;
  }

  stored(): StoredUntold {
    const { soon, later } = this.#telling;
    return {
      soon: together(soon, this.#gathered.soon),
      later: together(later, this.#gathered.later),
      asOf: this.#asOf,
      earlierTo: this.#earlierTo,
    };
  }

  /** Up to which contact rows that are older than this record have been told of; null when all have. */
  get earlierTo(): string | null {
    return this.#earlierTo;
  }

  /** The object's clock: each change has an instant of its own, later than all before, also when the machine's goes back. */
  nextInstant(now: number): number {
    this.#asOf = Math.max(this.#asOf + 1, now);
    return this.#asOf;
  }

  /** Something became of these people's messages; call it in the commit that changes them. */
  add(urgency: Urgency, contactIds: string[], now: number): void {
    if (contactIds.length === 0) return;
    this.nextInstant(now);
    const gathered = this.#gathered[urgency];
    gathered.since ??= now;
    gathered.contactIds.push(...contactIds);
    if (gathered.contactIds.length <= MOST_RECENT) return;
    this.#sql.exec(
      "insert into untold_sends (urgency, contact_ids) values (?, ?)",
      urgency,
      JSON.stringify(gathered.contactIds),
    );
    gathered.contactIds = [];
  }

  /** When D1 is to be told next; null while there is nothing to tell. */
  dueAt(): number | null {
    if (this.#earlierTo !== null) return 0;
    const due = URGENCIES.flatMap((urgency) => this.#dueAt(urgency) ?? []);
    return due.length > 0 ? Math.min(...due) : null;
  }

  #dueAt(urgency: Urgency): number | null {
    const { since } = this.#gathered[urgency];
    return since === null ? null : since + GATHER_MS[urgency];
  }

  /** Those who are due. Whatever comes from here on is told later, also of the same people. */
  take(now: number): UntoldBatch {
    const due = URGENCIES.filter((urgency) => (this.#dueAt(urgency) ?? Number.POSITIVE_INFINITY) <= now);
    const rows = this.#sql
      .exec<{ id: number; contact_ids: string }>(
        "select id, contact_ids from untold_sends where urgency in (select value from json_each(?)) order by id limit ?",
        JSON.stringify(due),
        MOST_ROWS,
      )
      .toArray();
    for (const urgency of due) {
      this.#telling[urgency] = this.#gathered[urgency];
      this.#gathered[urgency] = nothing();
    }
    const contactIds = new Set([
      ...rows.flatMap((row): string[] => JSON.parse(row.contact_ids)),
      ...due.flatMap((urgency) => this.#telling[urgency].contactIds),
    ]);
    return {
      contactIds: [...contactIds],
      asOf: this.#asOf,
      rowIds: rows.map(({ id }) => id),
      more: rows.length === MOST_ROWS ? due : [],
    };
  }

  /** D1 has been told; `CampaignStorage.saveCounters` writes it down. */
  told({ rowIds, more }: UntoldBatch, earlierTo: string | null): void {
    this.#sql.exec("delete from untold_sends where id in (select value from json_each(?))", JSON.stringify(rowIds));
    this.#telling = { soon: nothing(), later: nothing() };
    for (const urgency of more) this.#gathered[urgency].since = 0;
    this.#earlierTo = earlierTo;
  }

  /** D1 could not be told: they are due still. */
  notTold(): void {
    const { soon, later } = this.#telling;
    this.#gathered = {
      soon: together(soon, this.#gathered.soon),
      later: together(later, this.#gathered.later),
    };
    this.#telling = { soon: nothing(), later: nothing() };
  }
}
