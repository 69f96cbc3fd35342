import { Refused } from "./api.mjs";

/** The templates that campaigns of the plan use. */
const APPROVED = ["lembrete_vencimento", "boas_vindas"];

const busy = new Map();

/**
 * What a person does when a campaign stands still: gets new tokens, has numbers and templates released at Meta, and
 * lets the product look again. One at a time for each house. What Meta refuses meanwhile, because another campaign of
 * the house has just lost it, is left for the next time.
 */
export function heal(fixture, house) {
  const before = busy.get(house.index);
  if (before) return before;
  const work = healNow(fixture, house)
    .catch((error) => {
      if (!(error instanceof Refused)) throw error;
    })
    .finally(() => busy.delete(house.index));
  busy.set(house.index, work);
  return work;
}

async function healNow({ api, control }, { phones, graphTemplateIds, lineIds, wabaId, token }) {
  for (const { id } of phones) await control("PATCH", `/phones/${id}`, { tokenRevoked: false, blocked: false });
  for (const { id, name } of graphTemplateIds)
    if (APPROVED.includes(name)) await control("PATCH", `/templates/${id}`, { status: "APPROVED" });
  // A renewed token also ends the suspension of its line.
  for (const id of lineIds) await api("PATCH", `/v1/lines/${id}`, { accessToken: token });
  await api("POST", "/v1/templates/sync", { wabaId });
}
