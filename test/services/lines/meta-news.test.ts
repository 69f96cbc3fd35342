import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { contacts } from "#adapters/d1/schema/audience.ts";
import { templates } from "#adapters/d1/schema/templates.ts";
import { makeDeps } from "#deps.ts";
import { block, blockList } from "#http/audience/blocks.schema.ts";
import * as answers from "#http/operations/alerts.schema.ts";
import { aContact, aLine, aTemplate, aTenant, orm, type TestTenant } from "../../support/builders.ts";
import { expectBody } from "../../support/expect-problem.ts";
import { fakeTemplate, useFakeGraph } from "../../support/fake-graph.ts";
import { metaBody, metaTells, postFromMeta } from "../../support/meta-endpoint.ts";

const graph = useFakeGraph();
/** What the builders seal into a line. */
const TOKEN = "line-token";
const HOUR = 3_600_000;

const alertsOf = async (t: TestTenant) =>
  (await expectBody(await t.call("GET", "/v1/alerts?status=open"), 200, answers.alertList)).data;
const seconds = (ms: number) => Math.floor(ms / 1_000);

/** A line with its portfolio and its account at Meta, with one template that both know. */
async function aFixture({ metaTemplateId = "900000000001", category = "UTILITY" } = {}) {
  const t = await aTenant();
  const name = "lembrete";
  const listed = fakeTemplate({ id: metaTemplateId, name, category });
  const account = graph.current.account(TOKEN, { templates: [listed] });
  const ids = { wabaId: account.id, phoneNumberId: account.number.id, portfolioId: account.portfolioId ?? "" };
  const line = await aLine(t, ids);
  const portfolio = makeDeps(env).portfolio(line.portfolioId);
  const { id: lineId, tenantId, phoneNumberId, sealedToken, status } = line;
  const fields = { status, quality: line.qualityRating, ratePerSecond: line.throughputPerSecond };
  await portfolio.putLine({ lineId, tenantId, phoneNumberId, sealedToken, ...fields });
  const metaId = metaTemplateId;
  const template = await aTemplate(t, { wabaId: account.id, name, metaId, category, lineIds: [line.id] });
  const tell = (field: string, value: object, timeMs?: number) => metaTells(metaBody(account.id, field, value, timeMs));
  const cooldown = async () => (await portfolio.overview()).lines[0]?.cooldown ?? null;
  const row = async () => (await orm.select().from(templates).where(eq(templates.id, template.id)).get()) ?? null;
  return { t, account, line, portfolio, template, listed, tell, cooldown, row };
}

test("a body that is not signed with the app's secret is not taken", async () => {
  expect(await postFromMeta("{}", "another secret")).toEqual({ status: 401, queued: [] });
});

describe("a stop in WhatsApp's own menu", () => {
  const stop = (overrides: object, timeMs = Date.now()) => ({
    detail: "User requested to stop marketing messages",
    ...{ category: "marketing_messages", value: "stop", timestamp: seconds(timeMs), ...overrides },
  });
  const tellStop = (fixture: Awaited<ReturnType<typeof aFixture>>, preference: object, cards: object[] = []) =>
    fixture.tell("user_preferences", {
      messaging_product: "whatsapp",
      metadata: { phone_number_id: fixture.line.phoneNumberId },
      contacts: cards,
      user_preferences: [preference],
    });
  const consentOf = async (id: string) =>
    (await orm.select().from(contacts).where(eq(contacts.id, id)).get())?.optInStatus;

  test("by user id is an opt-out of the number on the card beside it", async () => {
    const fixture = await aFixture();
    const contact = await aContact(fixture.t, { optInAt: Date.now() - HOUR });
    await tellStop(fixture, stop({ user_id: "BR.1" }), [{ wa_id: contact.phone?.slice(1), user_id: "BR.1" }]);
    expect(await consentOf(contact.id)).toBe("revoked");
    expect(await alertsOf(fixture.t)).toEqual([]);
  });

  test("whose number nobody has is shown to a person, once each", async () => {
    const fixture = await aFixture();
    for (const id of ["BR.1", "BR.2", "BR.1"]) await tellStop(fixture, stop({ user_id: id }));
    const alerts = await alertsOf(fixture.t);
    expect(alerts.map(({ kind, subject }) => [kind, subject]).sort()).toEqual([
      ["opt_out_unmatched", "BR.1"],
      ["opt_out_unmatched", "BR.2"],
    ]);
  });

  test("of a number that no contact has is kept, so that a later import does not write to it", async () => {
    const fixture = await aFixture();
    for (const value of ["stop", "STOP"]) await tellStop(fixture, { ...stop({ wa_id: "5511987650001" }), value });
    const { data } = await makeDeps(env).store(fixture.t.tenantId).contacts.list({ phone: "+5511987650001", limit: 5 });
    expect(data).toMatchObject([{ name: "", optInStatus: "revoked", optOutReason: "user_preferences" }]);
    expect(await alertsOf(fixture.t)).toEqual([]);
  });

  test("that is told again after consent was given anew does not undo it", async () => {
    const fixture = await aFixture();
    const contact = await aContact(fixture.t, { optInAt: Date.now() - HOUR });
    const wa_id = contact.phone?.slice(1);
    await tellStop(fixture, stop({ wa_id }, Date.now() - 2 * HOUR));
    expect(await consentOf(contact.id)).toBe("granted");
    await tellStop(fixture, stop({ wa_id }, Date.now()));
    expect(await consentOf(contact.id)).toBe("revoked");
  });
});

describe("a person's new number", () => {
  const changed = (fixture: Awaited<ReturnType<typeof aFixture>>, from: string | null, wa_id: string) =>
    fixture.tell("messages", {
      messaging_product: "whatsapp",
      metadata: { phone_number_id: fixture.line.phoneNumberId },
      messages: [
        {
          ...{ from: from?.slice(1), id: "wamid.sys", timestamp: String(seconds(Date.now())), type: "system" },
          system: { type: "user_changed_number", body: "changed", wa_id },
        },
      ],
    });

  test("is told with what to do; the contact keeps its phone until somebody decides", async () => {
    const fixture = await aFixture();
    const contact = await aContact(fixture.t);
    await changed(fixture, contact.phone, "5511900000288");
    const [alert, ...others] = await alertsOf(fixture.t);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ kind: "number_changed", subject: contact.id, severity: "warning" });
    expect(alert?.message).toMatch(/\+5511900000288.*PATCH \/v1\/contacts/);
    expect(alert?.facts).toEqual({ newPhone: "+5511900000288" });
    const row = await orm.select().from(contacts).where(eq(contacts.id, contact.id)).get();
    expect(row?.phone).toBe(contact.phone);
    const moved = await fixture.t.call("PATCH", `/v1/contacts/${contact.id}`, { phone: "+5511900000288" });
    expect(moved.status).toBe(200);
  });

  test("that another contact has already is said to be so", async () => {
    const fixture = await aFixture();
    const contact = await aContact(fixture.t);
    const other = await aContact(fixture.t, { phone: "+5511900000299" });
    await changed(fixture, contact.phone, "5511900000299");
    const [alert] = await alertsOf(fixture.t);
    expect(alert?.message).toMatch(/Another contact has the new one/);
    expect(alert?.facts).toEqual({ newPhone: "+5511900000299", takenBy: other.id });
  });

  test("of somebody who is no contact concerns nobody", async () => {
    const fixture = await aFixture();
    await changed(fixture, "+5511900000277", "5511900000288");
    expect(await alertsOf(fixture.t)).toEqual([]);
  });
});

describe("a person's new id at Meta", () => {
  test("keeps what was known by the previous one: a stop that names the new one alone is an opt-out", async () => {
    const fixture = await aFixture();
    const contact = await aContact(fixture.t, { optInAt: Date.now() - HOUR });
    const told = {
      messaging_product: "whatsapp",
      metadata: { phone_number_id: fixture.line.phoneNumberId },
    };
    const timestamp = String(seconds(Date.now()));
    await expectBody(
      await fixture.t.call("POST", "/v1/blocks", { userId: "BR.1", reason: "Pediu por escrito" }),
      201,
      block,
    );
    await fixture.tell("messages", {
      ...told,
      messages: [
        {
          from: contact.phone?.slice(1),
          from_user_id: "BR.1",
          id: "wamid.1",
          timestamp,
          type: "text",
          text: { body: "oi" },
        },
      ],
    });
    const system = { type: "user_changed_user_id", body: "changed", user_id: "BR.2", previous_user_id: "BR.1" };
    for (const _ of [1, 2])
      await fixture.tell("messages", { ...told, messages: [{ id: "wamid.sys", timestamp, type: "system", system }] });
    await fixture.tell("user_preferences", {
      ...told,
      user_preferences: [{ detail: "stop", category: "marketing_messages", value: "stop", timestamp, user_id: "BR.2" }],
    });
    const row = await orm.select().from(contacts).where(eq(contacts.id, contact.id)).get();
    expect(row).toMatchObject({ userId: "BR.2", optInStatus: "revoked" });
    expect(await alertsOf(fixture.t)).toEqual([]);
    const after = await expectBody(await fixture.t.call("GET", "/v1/blocks"), 200, blockList);
    expect(after.data).toMatchObject([{ userId: "BR.2" }]);
  });
});

describe("news of an account", () => {
  const restriction = (expiration?: number) => ({
    event: "ACCOUNT_RESTRICTION",
    restriction_info: [{ restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiration }],
  });

  test("a restriction with an end has its lines cool down until then, and the alert says so", async () => {
    const { t, line, tell, cooldown } = await aFixture();
    const end = seconds(Date.now() + 7 * 24 * HOUR) * 1_000;
    await tell("account_update", restriction(end / 1_000));
    expect(await cooldown()).toMatchObject({ reason: "account_restricted", until: end });
    const [alert] = await alertsOf(t);
    expect(alert).toMatchObject({ kind: "account_restricted", subject: line.id, severity: "critical" });
    expect(alert?.message).toContain(`wait until ${new Date(end).toISOString()}`);
    expect(alert?.facts).toEqual({ until: end });
    // Told again once it is over, as Meta may: it does not come back.
    await tell("account_update", restriction(seconds(Date.now() - HOUR)));
    expect(await cooldown()).toMatchObject({ until: end });
  });

  test("a restriction that is over when we hear of it stops nothing", async () => {
    const { t, tell, cooldown } = await aFixture();
    await tell("account_update", restriction(seconds(Date.now() - HOUR)));
    expect(await cooldown()).toBeNull();
    expect(await alertsOf(t)).toEqual([]);
  });

  test("a ban suspends its lines, and goes with the ban", async () => {
    const { tell, cooldown, portfolio, line } = await aFixture();
    await tell("account_update", { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "DISABLE" } });
    expect(await cooldown()).toMatchObject({ reason: "account_restricted", until: null });
    await tell("account_update", { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "REINSTATE" } });
    expect(await cooldown()).toBeNull();
    await portfolio.setCooldown(line.id, { reason: "token_refused", since: 1, until: null });
    await tell("account_update", { event: "DISABLED_UPDATE", ban_info: { waba_ban_state: "REINSTATE" } });
    expect(await cooldown()).toMatchObject({ reason: "token_refused" });
  });

  test("warnings are told, each on its own, and stop nothing", async () => {
    const { t, account, tell, cooldown } = await aFixture();
    const ban_info = { waba_ban_state: "SCHEDULE_FOR_DISABLE", waba_ban_date: "November 30, 2026" };
    await tell("account_update", { event: "DISABLED_UPDATE", ban_info });
    await tell("account_update", { event: "ACCOUNT_VIOLATION", violation_info: { violation_type: "SCAM" } });
    const restriction_info = [{ restriction_type: "RESTRICTED_UTILITY_TEMPLATES" }];
    await tell("account_update", { event: "ACCOUNT_RESTRICTION", restriction_info });
    const alerts = Object.fromEntries((await alertsOf(t)).map((alert) => [alert.kind, alert]));
    expect(alerts.account_closing).toMatchObject({ severity: "critical", subject: account.id });
    expect(alerts.account_closing?.message).toContain("November 30, 2026");
    expect(alerts.account_violation?.message).toContain("SCAM");
    expect(alerts.account_limited?.message).toContain("RESTRICTED_UTILITY_TEMPLATES");
    expect(Object.keys(alerts)).toHaveLength(3);
    expect(await cooldown()).toBeNull();
  });
});

describe("news of a template", () => {
  const about = (id: string | number, value: object) => ({
    ...{ message_template_id: id, message_template_name: "lembrete", message_template_language: "pt_BR" },
    ...value,
  });

  test("whose id is an integer above 2^53 are of that template and no other", async () => {
    const { t, account, template } = await aFixture({ metaTemplateId: "90071992547409931" });
    const value = JSON.stringify(about("@", { event: "PAUSED", reason: "NONE", message_template_name: "outro" }));
    const body = JSON.stringify(metaBody(account.id, "message_template_status_update", {})).replace("{}", value);
    await metaTells(body.replace('"@"', "90071992547409931"));
    expect(graph.current.log).toContain(`GET /${account.id}/message_templates`);
    const found = await alertsOf(t);
    expect(found).toMatchObject([{ kind: "template_paused", severity: "critical", subject: template.id }]);
  });

  test("flagged is a warning that says campaigns go on, for they do", async () => {
    const { t, template, tell } = await aFixture();
    await tell("message_template_status_update", about(900000000001, { event: "FLAGGED", reason: "NONE" }));
    const [alert] = await alertsOf(t);
    expect(alert).toMatchObject({ kind: "template_flagged", severity: "warning", subject: template.id });
    expect(alert?.message).toMatch(/FLAGGED for the template lembrete: .*campaigns go on/);
  });

  test("flagged and no longer approved is said to stop campaigns", async () => {
    const { t, listed, tell } = await aFixture();
    listed.status = "DISABLED";
    await tell("message_template_status_update", about(900000000001, { event: "FLAGGED" }));
    expect(await alertsOf(t)).toMatchObject([{ kind: "template_paused", severity: "critical" }]);
  });

  test("that has become MARKETING are told with what it costs, and count before Meta's list shows them", async () => {
    const { t, template, tell, row } = await aFixture();
    const flip = about(900000000001, { previous_category: "UTILITY", new_category: "MARKETING" });
    await tell("template_category_update", flip);
    const [alert] = await alertsOf(t);
    expect(alert).toMatchObject({ kind: "template_price", severity: "warning", subject: template.id });
    expect(alert?.message).toMatch(/about 9 times as much/);
    expect(alert?.facts).toEqual({ from: "UTILITY", times: 9 });
    expect((await row())?.category).toBe("MARKETING");
  });

  test("that will become MARKETING are told with the day, and change nothing yet", async () => {
    const { t, tell, row } = await aFixture();
    const at = seconds(Date.now() + 24 * HOUR);
    const notice = { new_category: "UTILITY", correct_category: "MARKETING", category_update_timestamp: at };
    await tell("template_category_update", about(900000000001, notice));
    expect((await alertsOf(t))[0]?.message).toContain(new Date(at * 1_000).toISOString());
    expect((await row())?.category).toBe("UTILITY");
  });

  test("that became MARKETING without a word are told when a sync sees it; the way back is good news", async () => {
    const { t, listed, template } = await aFixture();
    listed.category = "MARKETING";
    await t.call("POST", "/v1/templates/sync", {});
    expect(await alertsOf(t)).toMatchObject([{ kind: "template_price", subject: template.id }]);
    const other = await aFixture({ category: "MARKETING" });
    other.listed.category = "UTILITY";
    await other.t.call("POST", "/v1/templates/sync", {});
    expect(await alertsOf(other.t)).toEqual([]);
  });
});
