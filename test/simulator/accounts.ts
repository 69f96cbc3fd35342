import { z } from "zod";
import type { Media, Phone, Template, Waba } from "./model.ts";
import { componentSchema } from "./template-components.ts";

/**
 * Accounts, numbers, templates and media: few and asked for by every call, so held in memory and written through.
 * Rows are JSON; the schemas here say what may come back from disk.
 */
const wabaSchema = z.object({
  id: z.string(),
  name: z.string(),
  portfolioId: z.string(),
  portfolioName: z.string(),
  token: z.string(),
  messagingLimit: z.string(),
  subscribed: z.boolean(),
});
const phoneSchema = z.object({
  id: z.string(),
  wabaId: z.string(),
  display: z.string(),
  name: z.string(),
  quality: z.string(),
  status: z.string(),
  rate: z.number(),
  tokenRevoked: z.boolean(),
  blockedCode: z.number().nullable(),
});
export const TEMPLATE_STATUSES = [
  "APPROVED",
  "PENDING",
  "REJECTED",
  "PAUSED",
  "DISABLED",
  "IN_APPEAL",
  "PENDING_DELETION",
  "DELETED",
  "LIMIT_EXCEEDED",
  "ARCHIVED",
] as const;
const templateSchema = z.object({
  id: z.string(),
  wabaId: z.string(),
  name: z.string(),
  language: z.string(),
  category: z.string(),
  status: z.enum(TEMPLATE_STATUSES),
  parameterFormat: z.enum(["POSITIONAL", "NAMED"]),
  components: z.array(componentSchema),
  rejectedReason: z.string(),
  updatedAtMs: z.number(),
});
const mediaSchema = z.object({
  id: z.string(),
  phoneId: z.string(),
  mimeType: z.string(),
  fileSize: z.number(),
  sha256: z.string(),
});

class Shelf<Item extends { id: string }> {
  private readonly items = new Map<string, Item>();
  constructor(
    private readonly sql: SqlStorage,
    private readonly table: string,
    schema: z.ZodType<Item>,
  ) {
    for (const row of sql.exec<{ data: string }>(`select data from ${table}`)) {
      const item = schema.parse(JSON.parse(row.data));
      this.items.set(item.id, item);
    }
  }
  get(id: string): Item | undefined {
    return this.items.get(id);
  }
  /** In order of id. */
  all(): Item[] {
    return [...this.items.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }
  where(holds: (item: Item) => boolean): Item[] {
    const found: Item[] = [];
    for (const item of this.items.values()) if (holds(item)) found.push(item);
    return found;
  }
  put(item: Item): void {
    this.items.set(item.id, item);
    this.sql.exec(`insert or replace into ${this.table} (id, data) values (?, ?)`, item.id, JSON.stringify(item));
  }
  remove(id: string): void {
    this.items.delete(id);
    this.sql.exec(`delete from ${this.table} where id = ?`, id);
  }
  clear(): void {
    this.items.clear();
    this.sql.exec(`delete from ${this.table}`);
  }
}

export class Accounts {
  readonly wabas: Shelf<Waba>;
  readonly phones: Shelf<Phone>;
  readonly templates: Shelf<Template>;
  readonly media: Shelf<Media>;

  constructor(sql: SqlStorage) {
    this.wabas = new Shelf(sql, "wabas", wabaSchema);
    this.phones = new Shelf(sql, "phones", phoneSchema);
    this.templates = new Shelf(sql, "templates", templateSchema);
    this.media = new Shelf(sql, "media", mediaSchema);
  }

  phonesOf(wabaId: string): Phone[] {
    return this.phones.all().filter((phone) => phone.wabaId === wabaId);
  }

  /** Templates the account shows: deleted ones stay on the shelf only to keep their names blocked. */
  templatesOf(wabaId: string): Template[] {
    return this.templates.all().filter((template) => template.wabaId === wabaId && template.status !== "DELETED");
  }

  /** Every language of a name, for a send. */
  templatesNamed(wabaId: string, name: string): Template[] {
    return this.templates.where(
      (template) => template.name === name && template.wabaId === wabaId && template.status !== "DELETED",
    );
  }

  clear(): void {
    for (const shelf of [this.wabas, this.phones, this.templates, this.media]) shelf.clear();
  }
}
