import type { PortfolioLine } from "#contracts/portfolio-rpc.ts";
import type { Cooldown } from "#core/lines/cooldown.ts";
import { UserWindow } from "#core/lines/user-window.ts";
import type { MessagingLimit } from "#core/meta/messaging-limit.ts";
import { migrate } from "#durable/shared/migrate.ts";

const STEPS = [
  `create table lines (line_id text primary key, facts text not null, rest text) without rowid;
   create table settings (key text primary key, value text not null) without rowid;
   -- Whom this portfolio messaged last, when and for which campaign: unique users of 24 hours, and whose reply it is.
   create table users (phone text primary key, at integer not null, before_at integer,
                       campaign_id text not null, contact_id text not null) without rowid;
   create table minutes (minute integer primary key, users integer not null);`,
  `alter table users add column before_campaign text;
   alter table users add column before_contact text;`,
  "alter table lines rename column rest to cooldown",
  "alter table lines rename column facts to details",
];

/** What a person was sent last. */
interface LastMessage {
  campaignId: string;
  at: number;
}

/** The portfolio object's tables. All calls are synchronous: no other event runs in between. */
export class PortfolioStorage {
  readonly #sql: SqlStorage;
  readonly window: UserWindow;

  constructor(storage: DurableObjectStorage) {
    migrate(storage, STEPS);
    this.#sql = storage.sql;
    this.window = new UserWindow(
      this.#sql
        .exec<{ minute: number; users: number }>("select minute, users from minutes")
        .toArray()
        .map((m) => [m.minute, m.users]),
    );
  }

  lines(): { details: PortfolioLine; cooldown: Cooldown | null }[] {
    return this.#sql
      .exec<{ details: string; cooldown: string | null }>("select details, cooldown from lines")
      .toArray()
      .map((row) => ({ details: JSON.parse(row.details), cooldown: row.cooldown ? JSON.parse(row.cooldown) : null }));
  }

  putLine(line: PortfolioLine): void {
    this.#sql.exec(
      "insert into lines (line_id, details) values (?, ?) on conflict (line_id) do update set details = excluded.details",
      line.lineId,
      JSON.stringify(line),
    );
  }

  removeLine(lineId: string): void {
    this.#sql.exec("delete from lines where line_id = ?", lineId);
  }

  putCooldown(lineId: string, cooldown: Cooldown | null): void {
    this.#sql.exec("update lines set cooldown = ? where line_id = ?", cooldown && JSON.stringify(cooldown), lineId);
  }

  limit(): MessagingLimit | null {
    return this.#setting<MessagingLimit>("limit");
  }

  putLimit(limit: MessagingLimit | null): void {
    this.#putSetting("limit", limit);
  }

  /** No slot of any line is leased beyond this, ms. */
  leasedUntil(): number {
    return this.#setting<number>("leased_until") ?? 0;
  }

  putLeasedUntil(at: number): void {
    this.#putSetting("leased_until", at);
  }

  /** What these people were sent last, by phone. */
  lastMessages(phones: string[]): Map<string, LastMessage> {
    const rows = this.#sql
      .exec<{ phone: string; campaign_id: string; at: number }>(
        "select phone, campaign_id, at from users where phone in (select value from json_each(?))",
        JSON.stringify(phones),
      )
      .toArray();
    return new Map(rows.map((row) => [row.phone, { campaignId: row.campaign_id, at: row.at }]));
  }

  /**
   * Counts these users at `now`; a user already counted moves to the present minute.
   *
   * @param last what `lastMessages` says of them
   */
  count(
    messages: { phone: string; contactId: string }[],
    last: Map<string, LastMessage>,
    campaignId: string,
    now: number,
  ): void {
    if (messages.length === 0) return;
    for (const phone of new Set(messages.map((m) => m.phone))) {
      const before = last.get(phone);
      if (before) this.window.add(before.at, -1);
      if (phone) this.window.add(now, 1);
    }
    this.#sql.exec(
      `insert into users (phone, at, campaign_id, contact_id)
         select value ->> 0, ?1, ?2, value ->> 1 from json_each(?3) where true
         on conflict (phone) do update set before_at = users.at, before_campaign = users.campaign_id,
           before_contact = users.contact_id, at = excluded.at, campaign_id = excluded.campaign_id,
           contact_id = excluded.contact_id`,
      now,
      campaignId,
      JSON.stringify(messages.map((m) => [m.phone, m.contactId])),
    );
    this.#saveMinutes();
  }

  /** Takes back what `count` did for users who were not messaged after all. */
  uncount(phones: string[], campaignId: string): void {
    const rows = this.#sql
      .exec<{ phone: string; at: number; before_at: number | null }>(
        "select phone, at, before_at from users where campaign_id = ? and phone in (select value from json_each(?))",
        campaignId,
        JSON.stringify(phones),
      )
      .toArray();
    for (const row of rows) {
      this.window.add(row.at, -1);
      if (row.before_at === null) this.#sql.exec("delete from users where phone = ?", row.phone);
      else {
        this.window.add(row.before_at, 1);
        this.#sql.exec(
          `update users set at = before_at, campaign_id = coalesce(before_campaign, campaign_id),
             contact_id = coalesce(before_contact, contact_id),
             before_at = null, before_campaign = null, before_contact = null
           where phone = ?`,
          row.phone,
        );
      }
    }
    this.#saveMinutes();
  }

  /** What this person had been sent last by then; a message that is only about to leave answers to nothing yet. */
  lastMessageTo(phone: string, by: number, notOf = ""): { campaignId: string; contactId: string; at: number } | null {
    const row = this.#sql
      .exec<{ campaign_id: string; contact_id: string; at: number }>(
        `select campaign_id, contact_id, at from users
           where phone = ?1 and (at <= ?2 or before_campaign is null) and campaign_id <> ?3
         union all
         select before_campaign, before_contact, before_at from users
           where phone = ?1 and (at > ?2 or campaign_id = ?3) and before_campaign is not null and before_campaign <> ?3`,
        phone,
        by,
        notOf,
      )
      .toArray()[0];
    return row ? { campaignId: row.campaign_id, contactId: row.contact_id, at: row.at } : null;
  }

  /** The minutes keep their counts: Meta has not forgotten these users. @returns numbers that were known */
  forget({ contactIds, phones }: { contactIds: string[]; phones: string[] }, campaignIds: string[]): number {
    return this.#sql.exec(
      // Whoever has another number by now was sent to at the one before.
      `delete from users where (phone in (select value from json_each(?)) or contact_id in (select value from json_each(?)))
         and campaign_id in (select value from json_each(?))`,
      JSON.stringify(phones),
      JSON.stringify(contactIds),
      JSON.stringify(campaignIds),
    ).rowsWritten;
  }

  #setting<T>(key: string): T | null {
    const row = this.#sql.exec<{ value: string }>("select value from settings where key = ?", key).toArray()[0];
    return row ? JSON.parse(row.value) : null;
  }

  #putSetting(key: string, value: unknown): void {
    this.#sql.exec(
      "insert into settings (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
      key,
      JSON.stringify(value),
    );
  }

  #saveMinutes(): void {
    const changes = this.window.takeChanges();
    if (changes.length === 0) return;
    this.#sql.exec(
      `insert into minutes (minute, users) select value ->> 0, value ->> 1 from json_each(?) where true
         on conflict (minute) do update set users = excluded.users`,
      JSON.stringify(changes.filter(([, users]) => users !== null)),
    );
    this.#sql.exec(
      "delete from minutes where minute in (select value from json_each(?))",
      JSON.stringify(changes.filter(([, users]) => users === null).map(([minute]) => minute)),
    );
  }
}
