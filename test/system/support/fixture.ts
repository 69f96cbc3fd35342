import { phones, token, wabaId } from "../../../scripts/lib/demo-catalogue.mjs";
import { seedGraph } from "../../../scripts/lib/seed.mjs";
import * as answers from "./answers.ts";
import type { Api, System } from "./system.ts";
import { until } from "./until.ts";

/** A segment with lines and templates: what a tenant has before its first campaign. */
export interface Fixture {
  segmentId: string;
  templateId(name: string): string;
}

/** Three Prospect lines of good quality, which the simulator and the product both know. */
export async function createFixture(system: System): Promise<Fixture> {
  await seedGraph({ graphUrl: system.graphUrl });
  const green = phones.filter((phone) => phone.kind === "prospect" && phone.quality === "GREEN");
  return registerLines(
    system.api,
    green.map((phone) => ({ phoneNumberId: phone.id, wabaId, accessToken: token })),
  );
}

export async function registerLines(
  api: Api,
  lines: { phoneNumberId: string; wabaId: string; accessToken: string }[],
): Promise<Fixture> {
  const { id: segmentId } = await api(answers.created, "POST", "/v1/segments", { name: "Cobrança" });
  for (const line of lines) await api(answers.line, "POST", "/v1/lines", { segmentId, kind: "prospect", ...line });
  const { data } = await api(answers.listOf(answers.template), "GET", "/v1/templates?limit=200");
  return {
    segmentId,
    templateId: (name) => {
      const found = data.find((template) => template.name === name);
      if (!found) throw new Error(`the API lists no template ${name}`);
      return found.id;
    },
  };
}

export async function startImport(
  api: Api,
  segmentId: string,
  name: string,
  file: Uint8Array,
): Promise<{ audienceId: string; importId: string }> {
  const { id: audienceId } = await api(answers.created, "POST", "/v1/audiences", { segmentId, name });
  const { id: importId } = await api(answers.importJob, "POST", `/v1/audiences/${audienceId}/imports`, file);
  return { audienceId, importId };
}

export function importEnds(api: Api, importId: string): Promise<answers.ImportJob> {
  return until("the import ends", async () => {
    const job = await api(answers.importJob, "GET", `/v1/imports/${importId}`);
    return job.status === "completed" || job.status === "failed" ? job : null;
  });
}

/** The simulator's marketing template: some people are capped, some have no WhatsApp, some press its button. */
export const welcome = (fixture: Fixture) => ({
  templateId: fixture.templateId("boas_vindas"),
  variables: { "body.primeiro_nome": { field: "firstName" } },
});

/** A campaign to the whole audience, all at once by the Prospect lines; `more` names the template and what differs. */
export async function createCampaign(
  api: Api,
  { segmentId }: Fixture,
  audienceId: string,
  more: { templateId: string; variables: Record<string, object>; [setting: string]: unknown },
): Promise<string> {
  const settings = { name: "Cobrança", segmentId, audienceId, sender: { mode: "prospect" }, ...more };
  return (await api(answers.created, "POST", "/v1/campaigns", settings)).id;
}

export const launch = (api: Api, campaignId: string) =>
  api(answers.campaign, "POST", `/v1/campaigns/${campaignId}/launch`);

export const statsOf = (api: Api, campaignId: string) => api(answers.stats, "GET", `/v1/campaigns/${campaignId}/stats`);

export async function recipientsOf(api: Api, campaignId: string): Promise<answers.Recipient[]> {
  const all: answers.Recipient[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const after: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const page: { data: answers.Recipient[]; nextCursor: string | null } = await api(
      answers.listOf(answers.recipient),
      "GET",
      `/v1/campaigns/${campaignId}/recipients?limit=200${after}`,
    );
    all.push(...page.data);
    cursor = page.nextCursor;
  }
  return all;
}

/** The campaign's report as text, byte order mark and all. */
export async function reportOf(system: System, campaignId: string): Promise<string> {
  const { id } = await system.api(answers.exportJob, "POST", `/v1/campaigns/${campaignId}/exports`, {});
  const job = await until("the export ends", async () => {
    const found = await system.api(answers.exportJob, "GET", `/v1/exports/${id}`);
    return found.status === "completed" || found.status === "failed" ? found : null;
  });
  if (job.downloadUrl === null) throw new Error(`the export ${job.status}`);
  const response = await fetch(job.downloadUrl, { headers: { Authorization: `Bearer ${system.apiKey}` } });
  if (!response.ok) throw new Error(`the download answers ${response.status}`);
  // `text()` would take the byte order mark away.
  return new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(await response.arrayBuffer());
}
