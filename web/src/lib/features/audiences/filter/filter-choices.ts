import type { Api } from "$lib/api/client.ts";
import { LONGEST_PAGE } from "$lib/api/paging.ts";
import type { Contact } from "$lib/api/types.ts";

/** What the builder offers: names to choose from, and what contacts are known to have. */
export interface FilterChoices {
  /** Those whose members are listed. */
  audiences: readonly { id: string; name: string }[];
  segments: readonly { id: string; name: string }[];
  hashtags: string[];
  attributeNames: string[];
}

/** Enough contacts to learn which hashtags and attributes there are. */
const SAMPLE_CONTACTS = 50;

/** Hashtags and names of attributes that these contacts have. */
export const learnt = (contacts: readonly Contact[]): Pick<FilterChoices, "hashtags" | "attributeNames"> => ({
  hashtags: [...new Set(contacts.flatMap((contact) => contact.hashtags))].sort(),
  attributeNames: [...new Set(contacts.flatMap((contact) => Object.keys(contact.attributes)))].sort(),
});

/** What the audiences and segments that a filter may name are called; what can't be loaded has no name. */
export async function loadNames(api: Pick<Api, "GET">): Promise<Pick<FilterChoices, "audiences" | "segments">> {
  const query = { limit: LONGEST_PAGE };
  const [audiences, segments] = await Promise.all([
    api.GET("/v1/audiences", { params: { query } }),
    api.GET("/v1/segments", { params: { query } }),
  ]);
  return {
    audiences: audiences.ok ? audiences.value.data.filter(({ kind }) => kind === "fixed") : [],
    segments: segments.ok ? segments.value.data : [],
  };
}

/** All that a tenant's filters may ask about; what can't be loaded is not offered. */
export async function loadChoices(api: Pick<Api, "GET">): Promise<FilterChoices> {
  const [names, contacts] = await Promise.all([
    loadNames(api),
    api.GET("/v1/contacts", { params: { query: { limit: SAMPLE_CONTACTS } } }),
  ]);
  return { ...names, ...learnt(contacts.ok ? contacts.value.data : []) };
}
