const PAGE = 5_000;

const NOT_ON_WHATSAPP = 131026;
const STOPPED_BY_PERSON = 131050;
/** What of the simulator's replies is an opt-out, as long as a tenant has set no words of its own. */
const ASKS_TO_STOP = "Parar";

/**
 * The simulator's record by campaign: what it accepted, what it refused; ids from the callback data. Beside it, over
 * all campaigns: whom how many of them could not reach, who asked Meta or us for no more, and who replied.
 */
export async function readRecord(control) {
  const campaigns = new Map();
  const of = (id) => {
    const found = campaigns.get(id) ?? { messages: [], refusals: [] };
    campaigns.set(id, found);
    return found;
  };
  const unreachedBy = new Map();
  const stopped = new Set();
  const askedToStop = new Set();
  const repliedBy = new Set();
  const failedFor = new Set();
  for (const list of ["messages", "refusals"]) {
    for await (const item of pages(control, list)) {
      const [, campaignId, contactId] = /^c:(cmp_\w+);r:(con_\w+)$/.exec(item.callbackData ?? "") ?? [];
      if (!campaignId) continue;
      of(campaignId)[list].push({ ...item, contactId });
      const code = item.errorCode ?? item.code;
      if (code === NOT_ON_WHATSAPP)
        unreachedBy.set(contactId, (unreachedBy.get(contactId) ?? new Set()).add(campaignId));
      if (code === STOPPED_BY_PERSON) stopped.add(contactId);
      if (item.told && "reply" in item.told) {
        repliedBy.add(contactId);
        if (item.plan.some(({ reply }) => reply?.text === ASKS_TO_STOP)) askedToStop.add(contactId);
      }
      if (item.told && "failed" in item.told) failedFor.add(contactId);
    }
  }
  return { of, unreachedBy, stopped, askedToStop, repliedBy, failedFor };
}

async function* pages(control, list) {
  let after = 0;
  for (;;) {
    const { data } = await control("GET", `/${list}?after=${after}&limit=${PAGE}`);
    yield* data;
    if (data.length < PAGE) return;
    after = data.at(-1).seq;
  }
}

/** Waits until every webhook has been answered 200; false when it takes too long. */
export const allTold = async (control) => {
  const { waiting } = await control("GET", "/summary");
  return waiting.webhooks === 0 && waiting.posts === 0;
};
