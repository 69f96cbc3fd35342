import { byField } from "#core/audience/contact-fields.ts";
import { iso, isoOrNull } from "#core/shared/time.ts";
import type * as schema from "./contacts.schema.ts";

export type PresentableContact = Omit<schema.Contact, "optIn" | "createdAt" | "updatedAt"> & {
  optInStatus: schema.Contact["optIn"]["status"];
  optInSource: string | null;
  optInAt: number | null;
  optOutAt: number | null;
  optOutReason: string | null;
  createdAt: number;
  updatedAt: number;
};
export const presentContact = (row: PresentableContact): schema.Contact => {
  // What made the consent what it is now, and since when.
  const [source, at] =
    row.optInStatus === "revoked" ? [row.optOutReason, row.optOutAt] : [row.optInSource, row.optInAt];
  return {
    id: row.id,
    name: row.name,
    phone: row.phone,
    ...byField((field) => row[field]),
    hashtags: row.hashtags,
    optIn: { status: row.optInStatus, source, at: isoOrNull(at) },
    attributes: row.attributes,
    legalBasis: row.legalBasis,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
  };
};
