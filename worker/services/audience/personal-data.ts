import { CALLS_AT_A_TIME, limitConcurrency } from "#core/shared/limit-concurrency.ts";
import { err, ok, type Result } from "#core/shared/result.ts";
import type { Deps } from "#deps.ts";
import { logFailure } from "#log.ts";

type Needs = Pick<Deps, "campaign" | "store">;
export type PersonalData = Extract<Awaited<ReturnType<typeof personalDataOf>>, { ok: true }>["value"];

/**
 * All that is held of a person. It is whole or it is not answered: a campaign that does not answer is named, and what it
 * holds is not left out.
 */
export async function personalDataOf(
  deps: Needs,
  tenantId: string,
  contactId: string,
): Promise<
  Result<Awaited<ReturnType<typeof collect>>, { reason: "no_contact" } | { reason: "no_answer"; campaignId: string }>
> {
  const contact = await deps.store(tenantId).contacts.get(contactId);
  if (!contact) return err({ reason: "no_contact" });
  try {
    return ok(await collect(deps, tenantId, contact));
  } catch (error) {
    if (error instanceof NoAnswer) return err({ reason: "no_answer", campaignId: error.campaignId });
    throw error;
  }
}

class NoAnswer extends Error {
  readonly campaignId: string;

  // Written out: scripts read the API's document under Node, which strips types and knows no parameter properties.
  constructor(campaignId: string) {
    super("a campaign does not answer");
    this.campaignId = campaignId;
  }
}

type ContactRow = NonNullable<Awaited<ReturnType<ReturnType<Deps["store"]>["contacts"]["get"]>>>;

async function collect(deps: Needs, tenantId: string, contact: ContactRow) {
  const { erasures, personalData } = deps.store(tenantId);
  const { id } = contact;
  const marks = await erasures.marksOf(contact);
  const own = { ...marks, phones: contact.phone === null ? [] : [contact.phone] };
  const consentEvents = await personalData.consentEvents(id);
  // A consent that an import brought is named by the import and the line of its file.
  const importIds = [contact.importId, ...consentEvents.map((event) => event.id.split(":")[0] ?? "")].filter(
    (importId) => importId?.startsWith("imp_"),
  );
  const [audiences, attendances, blocks, strikes, alerts, auditEntries, imports, campaigns] = await Promise.all([
    personalData.audiences(id),
    personalData.attendances(own),
    personalData.blocks(own),
    personalData.strikes(id),
    personalData.alerts(id, marks),
    personalData.auditEntries(id),
    personalData.imports([...new Set(importIds.filter((importId) => importId !== null))]),
    personalData.campaignsSince(contact.createdAt),
  ]);
  const limit = limitConcurrency(CALLS_AT_A_TIME);
  const asked = await Promise.all(
    campaigns.map((campaign) =>
      limit(async () => {
        try {
          return { campaign, recipient: await deps.campaign(campaign.id).recipient(id) };
        } catch (error) {
          logFailure("personal_data_incomplete", error, { campaignId: campaign.id });
          throw new NoAnswer(campaign.id);
        }
      }),
    ),
  );
  return {
    contact,
    otherContactIds: marks.contactIds.filter((other) => other !== id),
    consentEvents,
    audiences,
    attendances,
    blocks,
    strikes,
    alerts,
    auditEntries,
    imports,
    messages: asked.flatMap(({ campaign, recipient }) => (recipient ? [{ campaign, recipient }] : [])),
  };
}
