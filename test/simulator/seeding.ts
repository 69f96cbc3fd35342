import { z } from "zod";
import { type Accounts, TEMPLATE_STATUSES } from "./accounts.ts";
import type { Phone, Template, Waba } from "./model.ts";
import { drawText } from "./random.ts";
import { componentSchema } from "./template-components.ts";

const TIERS: [upTo: number, tier: string][] = [
  [50, "TIER_50"],
  [250, "TIER_250"],
  [1000, "TIER_1K"],
  [2000, "TIER_2K"],
  [10_000, "TIER_10K"],
  [100_000, "TIER_100K"],
];

/** A limit as people write it (2000, "unlimited") or as Meta does ("TIER_2K"). */
export const messagingLimitSchema = z.union([z.number().positive(), z.string()]).transform((limit) => {
  if (typeof limit === "number") return TIERS.find(([upTo]) => limit <= upTo)?.[1] ?? "TIER_UNLIMITED";
  return limit.toUpperCase().startsWith("TIER_") ? limit.toUpperCase() : "TIER_UNLIMITED";
});

export const seedSchema = z.object({
  wabas: z.array(
    z.object({
      id: z.string().min(1),
      name: z.string().optional(),
      portfolio: z.object({ id: z.string().min(1), name: z.string().default("Portfolio") }),
      token: z.string().min(1),
      messagingLimit: messagingLimitSchema.default("TIER_UNLIMITED"),
      subscribed: z.boolean().default(true),
      phones: z
        .array(
          z.object({
            id: z.string().min(1),
            display: z.string().regex(/^\+\d[\d\s()-]+$/),
            name: z.string().default("Demo"),
            quality: z.enum(["GREEN", "YELLOW", "RED", "UNKNOWN"]).default("GREEN"),
            status: z.string().default("CONNECTED"),
            rate: z.number().int().positive().default(80),
          }),
        )
        .default([]),
      templates: z
        .array(
          z.object({
            id: z.string().regex(/^\d+$/).optional(),
            name: z.string().min(1),
            language: z.string().min(2),
            category: z.enum(["MARKETING", "UTILITY", "AUTHENTICATION"]).default("MARKETING"),
            status: z.enum(TEMPLATE_STATUSES).default("APPROVED"),
            parameter_format: z.enum(["POSITIONAL", "NAMED"]).default("POSITIONAL"),
            components: z.array(componentSchema),
          }),
        )
        .default([]),
    }),
  ),
  /** Puts quality, status, rate and template status back to what is written here, where they were changed since. */
  replace: z.boolean().default(false),
});
export type Seed = z.output<typeof seedSchema>;

/**
 * Makes sure that everything named exists. Names, tokens and texts follow the seed each time; states that change in the
 * course of a run are only set at the first time, so that a restart does not undo them.
 */
export function plant(
  accounts: Accounts,
  seed: Seed,
  nowMs: number,
): { wabas: number; phones: number; templates: number } {
  const count = { wabas: 0, phones: 0, templates: 0 };
  for (const waba of seed.wabas) {
    accounts.wabas.put(wabaFrom(waba, seed.replace ? undefined : accounts.wabas.get(waba.id)));
    count.wabas++;
    for (const phone of waba.phones) {
      const known = seed.replace ? undefined : accounts.phones.get(phone.id);
      const fresh: Phone = { ...phone, wabaId: waba.id, tokenRevoked: false, blockedCode: null };
      const { id, wabaId, display, name } = fresh;
      accounts.phones.put(known ? { ...known, id, wabaId, display, name } : fresh);
      count.phones++;
    }
    for (const template of waba.templates) {
      const named = accounts.templatesNamed(waba.id, template.name).find((one) => one.language === template.language);
      const fresh: Template = {
        id: template.id ?? named?.id ?? `9${drawText("0123456789", 14, waba.id, template.name, template.language)}`,
        wabaId: waba.id,
        name: template.name,
        language: template.language,
        category: template.category,
        status: template.status,
        parameterFormat: template.parameter_format,
        components: template.components,
        rejectedReason: "NONE",
        updatedAtMs: nowMs,
      };
      if (named && named.id !== fresh.id) accounts.templates.remove(named.id);
      accounts.templates.put(
        named && !seed.replace ? { ...fresh, status: named.status, updatedAtMs: named.updatedAtMs } : fresh,
      );
      count.templates++;
    }
  }
  return count;
}

function wabaFrom(seed: Seed["wabas"][number], known: Waba | undefined): Waba {
  return {
    id: seed.id,
    name: seed.name ?? seed.portfolio.name,
    portfolioId: seed.portfolio.id,
    portfolioName: seed.portfolio.name,
    token: seed.token,
    messagingLimit: known?.messagingLimit ?? seed.messagingLimit,
    subscribed: known?.subscribed ?? seed.subscribed,
  };
}
