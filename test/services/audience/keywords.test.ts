import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { makeDeps } from "#deps.ts";
import * as alertAnswers from "#http/operations/alerts.schema.ts";
import { aContact, aLine, aTenant, type TestTenant } from "../../support/builders.ts";
import { expectBody } from "../../support/expect-problem.ts";
import { metaBody, metaTells, postFromMeta } from "../../support/meta-endpoint.ts";
import { rowsOf } from "../../support/populated-tenant.ts";

const SECOND = 1_000;
const HOUR = 3_600_000;
/** A whole second, as Meta tells instants; a minute ago. */
const SAID_AT = Math.floor(Date.now() / SECOND) * SECOND - 60 * SECOND;

let t: TestTenant;
let line: Awaited<ReturnType<typeof aLine>>;
beforeEach(async () => {
  t = await aTenant();
  line = await aLine(t);
});

const text = (body: string) => ({ type: "text", text: { body } });
const bodyOf = (phone: string | null, content: object, at = SAID_AT, userId?: string) =>
  metaBody(line.wabaId, "messages", {
    messaging_product: "whatsapp",
    metadata: { phone_number_id: line.phoneNumberId },
    messages: [
      {
        ...{ from: phone?.slice(1), from_user_id: userId, id: `wamid.${at}`, timestamp: String(at / SECOND) },
        ...content,
      },
    ],
  });
const writes = (...said: Parameters<typeof bodyOf>) => metaTells(bodyOf(...said));
const store = () => makeDeps(env).store(t.tenantId).contacts;
const contactOf = async (phone: string) => (await store().list({ phone, limit: 1 })).data[0];
const agreedBefore = { optInAt: SAID_AT - HOUR };

describe("a message that is one of the tenant's words", () => {
  test.each([
    ["as text", " Sair! ", text(" Sair! ")],
    [
      "as a template's button",
      "Não quero mais",
      { type: "button", button: { text: "Não quero mais", payload: "PARAR" } },
    ],
    [
      "as a button's title",
      "Stop",
      { type: "interactive", interactive: { type: "button_reply", button_reply: { id: "b1", title: "Stop" } } },
    ],
    [
      "as a row of a list",
      "Outro",
      { type: "interactive", interactive: { type: "list_reply", list_reply: { id: "cancelar", title: "Outro" } } },
    ],
  ])("takes consent back at the instant of the message, and keeps what was said, %s", async (_, wording, content) => {
    const contact = await aContact(t, agreedBefore);
    await writes(contact.phone, content);
    expect(await store().get(contact.id)).toMatchObject({ optInStatus: "revoked", lastNoAt: SAID_AT });
    expect((await store().consentHistory(contact.id)).at(-1)).toMatchObject({
      status: "revoked",
      source: "keyword",
      channel: "whatsapp",
      wording,
      at: SAID_AT,
    });
  });

  test("changes nothing more when it is told again", async () => {
    const contact = await aContact(t, agreedBefore);
    await writes(contact.phone, text("SAIR"));
    const first = [await store().get(contact.id), await store().consentHistory(contact.id)];
    await writes(contact.phone, text("SAIR"));
    expect([await store().get(contact.id), await store().consentHistory(contact.id)]).toEqual(first);
  });

  test("that comes late does not beat a consent that is newer", async () => {
    const contact = await aContact(t, { optInAt: SAID_AT + HOUR / 2 });
    await writes(contact.phone, text("SAIR"));
    expect(await store().get(contact.id)).toMatchObject({ optInStatus: "granted" });
  });

  test("of somebody whom the tenant does not know is kept, so that a later import does not write to them", async () => {
    await writes("+5511987650001", text("SAIR"));
    expect(await contactOf("+5511987650001")).toMatchObject({ name: "", optInStatus: "revoked" });
  });

  test("of whoever hides the number is theirs by Meta's id, and for a person to look after when nobody knows it", async () => {
    const known = await aContact(t, { ...agreedBefore, userId: "BR.known1" });
    await writes(null, text("SAIR"), SAID_AT, "BR.known1");
    expect((await store().get(known.id))?.optInStatus).toBe("revoked");
    await writes(null, text("SAIR"), SAID_AT, "BR.nobody");
    const alerts = await expectBody(await t.call("GET", "/v1/alerts"), 200, alertAnswers.alertList);
    expect(alerts.data.map(({ kind, subject }) => [kind, subject])).toEqual([["opt_out_unmatched", "BR.nobody"]]);
  });

  test("is the tenant's own affair: its words replace those that all have", async () => {
    const settings = { optOutWords: ["Não quero"], optInWords: [] };
    expect((await t.call("PATCH", "/v1/tenant", { settings })).status).toBe(200);
    const contact = await aContact(t, agreedBefore);
    await writes(contact.phone, text("SAIR"));
    expect((await store().get(contact.id))?.optInStatus).toBe("granted");
    await writes(contact.phone, text("nao quero."), SAID_AT + SECOND);
    expect((await store().get(contact.id))?.optInStatus).toBe("revoked");
  });
});

describe("a message that says more", () => {
  test.each([
    ["a word among others", text("não quero sair da lista")],
    ["the caption of a picture", { type: "image", image: { id: "1", caption: "SAIR" } }],
  ])("takes nothing back: %s", async (_, content) => {
    const contact = await aContact(t, agreedBefore);
    await writes(contact.phone, content);
    expect((await store().get(contact.id))?.optInStatus).toBe("granted");
  });

  test("does not travel and is not stored; of the word itself there is only what proves the change", async () => {
    const long = `minha doença é ${"muito ".repeat(20)}rara`;
    const contact = await aContact(t, agreedBefore);
    const { status, queued } = await postFromMeta(JSON.stringify(bodyOf(contact.phone, text(long))));
    expect([status, JSON.stringify(queued)]).toEqual([200, expect.not.stringContaining("doença")]);
    await writes(contact.phone, text("Sáir (doença)"));
    await writes(contact.phone, text("Sáir"), SAID_AT + SECOND);
    expect((await store().get(contact.id))?.optInStatus).toBe("revoked");
    const { consent_events: events, ...others } = await rowsOf(t);
    expect(JSON.stringify(others)).not.toMatch(/doença|sáir/i);
    expect(JSON.stringify(events)).not.toContain("doença");
    expect((await store().consentHistory(contact.id)).map(({ wording }) => wording)).toContain("Sáir");
  });
});

describe("a word that gives consent", () => {
  const optInWords = ["Quero receber"];
  const wanted = () => t.call("PATCH", "/v1/tenant", { settings: { optInWords } });

  test("counts only where the tenant has set one", async () => {
    const contact = await aContact(t, { optInStatus: "unknown", optInAt: null, optInSource: null });
    await writes(contact.phone, text("Quero receber"));
    expect((await store().get(contact.id))?.optInStatus).toBe("unknown");
    await wanted();
    await writes(contact.phone, text("quero receber!"));
    expect(await store().get(contact.id)).toMatchObject({
      optInStatus: "granted",
      optInSource: "keyword",
      optInAt: SAID_AT,
    });
  });

  test("lifts an opt-out that is older, and none that is newer, in whatever order they come", async () => {
    await wanted();
    const contact = await aContact(t, agreedBefore);
    await writes(contact.phone, text("Quero receber"), SAID_AT + 5 * SECOND);
    await writes(contact.phone, text("SAIR"), SAID_AT);
    expect((await store().get(contact.id))?.optInStatus).toBe("granted");
    await writes(contact.phone, text("SAIR"), SAID_AT + 10 * SECOND);
    await writes(contact.phone, text("Quero receber"), SAID_AT + 5 * SECOND);
    expect((await store().get(contact.id))?.optInStatus).toBe("revoked");
  });
});

describe("a no from somebody who is known by number and by Meta's id", () => {
  const USER = "BR.both";

  test("is of both contacts when these are two", async () => {
    const [byPhone, byUser] = [await aContact(t, agreedBefore), await aContact(t, { ...agreedBefore, userId: USER })];
    const other = await aContact(t, agreedBefore);
    await writes(byPhone.phone, text("sair"), SAID_AT, USER);
    for (const { id } of [byPhone, byUser])
      expect(await store().get(id)).toMatchObject({ optInStatus: "revoked", lastNoAt: SAID_AT });
    expect(await store().get(other.id)).toMatchObject({ optInStatus: "granted" });
  });

  test("is heard where the number is hidden, and of a contact without a number", async () => {
    const numberless = await aContact(t, { ...agreedBefore, phone: null, userId: USER });
    await writes(null, text("sair"), SAID_AT, USER);
    expect(await store().get(numberless.id)).toMatchObject({ optInStatus: "revoked" });
  });
});
