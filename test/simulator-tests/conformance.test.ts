import {
  buildTemplateSendPayload,
  GraphApiError,
  type TemplateSendInput,
  WhatsAppClient,
} from "@kapso/whatsapp-cloud-api";
import { normalizeWebhook, verifySignature } from "@kapso/whatsapp-cloud-api/server";
import { describe, expect, it } from "vitest";
import { WhatsAppAPI } from "whatsapp-api-js";
import { BodyComponent, BodyParameter, PayloadComponent, Template, Text, URLComponent } from "whatsapp-api-js/messages";
import { z } from "zod";
import { Fixture, TEMPLATES } from "./fixture.ts";
import { Receiver } from "./receiver.ts";

/**
 * Two clients that others wrote for the real Graph API work against the simulator: what they send is taken, and what it
 * answers is what they expect.
 */
const to = "5511987654321";
const toSimulator =
  (fixture: Fixture): typeof fetch =>
  (input, init) =>
    fixture.stub.fetch(new Request(input, init));

const recordSchema = z.object({
  data: z.array(z.looseObject({ wamid: z.string(), body: z.string(), callbackData: z.string().nullable() })),
});
const lastOf = async (fixture: Fixture) =>
  recordSchema.parse(await (await fixture.control("GET", "/messages")).json()).data.at(-1);

/** The builder's payload, in the looser type that the client takes. */
function sendable(input: TemplateSendInput) {
  const { components, ...template } = buildTemplateSendPayload(input);
  return { ...template, ...(components ? { components: components.map((component) => ({ ...component })) } : {}) };
}

describe("@kapso/whatsapp-cloud-api", () => {
  const clientOf = (fixture: Fixture, accessToken = fixture.token) =>
    new WhatsAppClient({ accessToken, graphVersion: "v25.0", fetch: toSimulator(fixture) });

  it("sends a template with variables and buttons", async () => {
    const fixture = await Fixture.create();
    const template = sendable({
      name: "oferta",
      language: "pt_BR",
      body: [
        { type: "text", text: "Ana" },
        { type: "text", text: "10%" },
      ],
      buttons: [
        { type: "button", subType: "quick_reply", index: 0, parameters: [{ type: "payload", payload: "SIM" }] },
        { type: "button", subType: "url", index: 1, parameters: [{ type: "text", text: "abc" }] },
      ],
    });
    const answer = await clientOf(fixture).messages.sendTemplate({ phoneNumberId: fixture.phoneId, to, template });
    expect(answer.contacts).toEqual([{ input: to, waId: to }]);
    expect(await lastOf(fixture)).toMatchObject({
      wamid: answer.messages[0]?.id,
      body: "Oi Ana, temos 10% para você.",
    });
  });

  it("sends named variables", async () => {
    const fixture = await Fixture.create();
    const template = sendable({
      name: "nomeado",
      language: "pt_BR",
      body: [
        { type: "text", text: "77", parameterName: "code" },
        { type: "text", text: "Ana", parameterName: "first_name" },
      ],
    });
    await clientOf(fixture).messages.sendTemplate({ phoneNumberId: fixture.phoneId, to, template });
    expect(await lastOf(fixture)).toMatchObject({ body: "Olá Ana, o código é 77." });
  });

  it("lists templates page by page, creates one and deletes it", async () => {
    const fixture = await Fixture.create();
    const { templates } = clientOf(fixture);
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await templates.list({ businessAccountId: fixture.wabaId, limit: 4, ...(after ? { after } : {}) });
      names.push(...page.data.map((template) => template.name));
      after = page.paging?.next ? (page.paging.cursors?.after ?? undefined) : undefined;
    } while (after);
    expect(names.sort()).toEqual(TEMPLATES.map((template) => template.name).sort());

    const created = await templates.create({
      businessAccountId: fixture.wabaId,
      name: "novo",
      language: "pt_BR",
      category: "UTILITY",
      components: [{ type: "BODY", text: "Oi {{1}}, tudo bem?", example: { bodyText: [["Ana"]] } }],
    });
    expect(created).toMatchObject({ status: "PENDING", category: "UTILITY" });
    expect(await templates.delete({ businessAccountId: fixture.wabaId, name: "novo" })).toMatchObject({
      success: true,
    });
  });

  it("reads a number", async () => {
    const fixture = await Fixture.create();
    const query = { fields: "display_phone_number,quality_rating,throughput" };
    const number = await clientOf(fixture).request("GET", fixture.phoneId, { query, responseType: "json" });
    expect(number).toMatchObject({
      displayPhoneNumber: "+55 11 98888-0001",
      qualityRating: "GREEN",
      throughput: { level: "HIGH" },
    });
  });

  it("sees errors as its own, with Meta's code and what to do", async () => {
    const fixture = await Fixture.create({ rate: 1 });
    const refusalOf = (client: WhatsAppClient, name: string) =>
      client.messages
        .sendTemplate({
          phoneNumberId: fixture.phoneId,
          to,
          template: sendable({ name, language: "pt_BR" }),
        })
        .then(
          () => null,
          (error: unknown) => (error instanceof GraphApiError ? error : null),
        );
    expect(await refusalOf(clientOf(fixture), "nada")).toMatchObject({ code: 132001, httpStatus: 404 });
    expect((await refusalOf(clientOf(fixture, "stranger"), "aviso"))?.requiresTokenRefresh()).toBe(true);
    expect((await refusalOf(clientOf(fixture), "aviso"))?.isTemplateError()).toBe(true);
    await clientOf(fixture).messages.sendText({ phoneNumberId: fixture.phoneId, to, body: "Oi" });
    expect((await refusalOf(clientOf(fixture), "estado_paused"))?.code).toBe(132015);
    const busy = await clientOf(fixture)
      .messages.sendText({ phoneNumberId: fixture.phoneId, to, body: "Oi" })
      .catch((error: unknown) => error);
    expect(busy instanceof GraphApiError && busy.isRateLimit()).toBe(true);
  });

  it("verifies and reads the webhooks", async () => {
    const fixture = await Fixture.create();
    await fixture.control("PUT", "/behaviour", { unreachable: 0, neverDelivered: 1 });
    const receiver = new Receiver(fixture);
    await clientOf(fixture).messages.sendTemplate({
      phoneNumberId: fixture.phoneId,
      to,
      template: sendable({ name: "aviso", language: "pt_BR", body: [{ type: "text", text: "Ana" }] }),
    });
    await fixture.control("POST", "/inbound", { phoneId: fixture.phoneId, from: to, text: "Não" });
    await receiver.until((r) => r.statuses().length === 1 && r.messages().length === 1);
    for (const { raw, signature } of receiver.posts)
      expect(verifySignature({ appSecret: "test-app-secret", rawBody: raw, signatureHeader: signature })).toBe(true);
    const read = receiver.posts.map((post) => normalizeWebhook(JSON.parse(post.raw)));
    expect(read.flatMap((one) => one.statuses)).toMatchObject([{ status: "sent", recipientId: to }]);
    expect(read.flatMap((one) => one.messages)).toMatchObject([{ type: "text", text: { body: "Não" } }]);
  });
});

describe("whatsapp-api-js", () => {
  // Its types ask for both; where both are given the phone number decides.
  const recipient = { phone: to, bsuid: "BR.1a2B" };
  const apiOf = (fixture: Fixture) =>
    new WhatsAppAPI({
      token: fixture.token,
      appSecret: "test-app-secret",
      v: "v25.0",
      ponyfill: { fetch: toSimulator(fixture) },
    });

  it("sends a template with variables and buttons, and its callback data comes through", async () => {
    const fixture = await Fixture.create();
    const template = new Template(
      "oferta",
      "pt_BR",
      new BodyComponent(new BodyParameter("Ana"), new BodyParameter("10%")),
      new PayloadComponent("SIM"),
      new URLComponent("abc"),
    );
    const answer = await apiOf(fixture).sendMessage(fixture.phoneId, recipient, template, undefined, "c:1;r:2");
    expect(answer.error).toBeUndefined();
    expect(answer).toMatchObject({ contacts: [{ input: to, wa_id: to }], messages: [{ message_status: "accepted" }] });
    expect(await lastOf(fixture)).toMatchObject({ body: "Oi Ana, temos 10% para você.", callbackData: "c:1;r:2" });
  });

  it("gets Meta's error body where a send is refused", async () => {
    const fixture = await Fixture.create();
    const refused = await apiOf(fixture).sendMessage(fixture.phoneId, recipient, new Template("nada", "pt_BR"));
    expect(refused.error).toMatchObject({
      code: 132001,
      type: "OAuthException",
      error_data: { messaging_product: "whatsapp" },
    });
  });

  it("marks a message as read, uploads media and reads it back", async () => {
    const fixture = await Fixture.create();
    const api = apiOf(fixture);
    expect(await api.markAsRead(fixture.phoneId, "wamid.X")).toEqual({ success: true });
    const form = new FormData();
    form.set("file", new File([new Uint8Array(4)], "a.png", { type: "image/png" }));
    const uploaded = await api.uploadMedia(fixture.phoneId, form);
    if (uploaded.error) throw new Error(uploaded.error.message);
    expect(await api.retrieveMedia(uploaded.id)).toMatchObject({ id: uploaded.id, mime_type: "image/png" });
    expect(await api.deleteMedia(uploaded.id)).toEqual({ success: true });
  });

  it("accepts the signature of a webhook and reads the message in it", async () => {
    const fixture = await Fixture.create();
    const receiver = new Receiver(fixture);
    await fixture.control("POST", "/inbound", { phoneId: fixture.phoneId, from: to, name: "João", text: "Não" });
    await receiver.until((r) => r.messages().length === 1);
    const api = apiOf(fixture);
    const heard: string[] = [];
    api.on.message = ({ phoneID, message }) => {
      heard.push(phoneID, message.type === "text" ? message.text.body : "");
    };
    const [post] = receiver.posts;
    await api.post(JSON.parse(post?.raw ?? ""), post?.raw ?? "", post?.signature ?? "");
    expect(heard).toEqual([fixture.phoneId, "Não"]);
    await expect(api.post(JSON.parse(post?.raw ?? ""), post?.raw ?? "", "sha256=00")).rejects.toThrow();
  });

  it("is told in time when it calls too fast", async () => {
    const fixture = await Fixture.create({ rate: 1 });
    const api = apiOf(fixture);
    await api.sendMessage(fixture.phoneId, recipient, new Text("Oi"));
    const refused = await api.sendMessage(fixture.phoneId, recipient, new Text("Oi"));
    expect(refused.error?.code).toBe(130429);
  });
});
