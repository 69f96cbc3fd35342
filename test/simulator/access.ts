import type { Context } from "hono";
import { badToken, type GraphFailure, objectNotVisible } from "./errors.ts";
import type { GraphNode } from "./fields.ts";
import type { Simulator } from "./graph-object.ts";
import { fail, ok, type Phone, type Result, type Template, type Waba } from "./model.ts";
import { mediaNode, phoneNode, portfolioNode, templateNode, wabaNode } from "./nodes.ts";

/** What a bearer token may see: the accounts it belongs to and what is in them. */
export class Access {
  constructor(
    private readonly simulator: Simulator,
    private readonly c: Context,
  ) {}

  get token(): string | null {
    // Meta's upload sample says OAuth instead of Bearer; the API takes both.
    return /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(this.c.req.header("authorization") ?? "")?.[1] ?? null;
  }

  wabas(): Result<Waba[], GraphFailure> {
    const found = this.simulator.accounts.wabas.where((waba) => waba.token === this.token);
    return found.length ? ok(found) : fail(badToken);
  }

  waba(id: string): Result<Waba, GraphFailure> {
    const wabas = this.wabas();
    if (!wabas.ok) return wabas;
    const waba = wabas.value.find((candidate) => candidate.id === id);
    return waba ? ok(waba) : fail(objectNotVisible(id, this.c.req.method));
  }

  phone(id: string): Result<{ phone: Phone; waba: Waba }, GraphFailure> {
    const wabas = this.wabas();
    if (!wabas.ok) return wabas;
    const phone = this.simulator.accounts.phones.get(id);
    const waba = wabas.value.find((candidate) => candidate.id === phone?.wabaId);
    if (!phone || !waba) return fail(objectNotVisible(id, this.c.req.method));
    return phone.tokenRevoked ? fail(badToken) : ok({ phone, waba });
  }

  template(id: string): Result<{ template: Template; waba: Waba }, GraphFailure> {
    const wabas = this.wabas();
    if (!wabas.ok) return wabas;
    const template = this.simulator.accounts.templates.get(id);
    const waba = wabas.value.find((candidate) => candidate.id === template?.wabaId);
    return template && waba && template.status !== "DELETED"
      ? ok({ template, waba })
      : fail(objectNotVisible(id, this.c.req.method));
  }

  /** Whatever object the id names, as something to be read. */
  node(id: string): Result<GraphNode, GraphFailure> {
    const wabas = this.wabas();
    if (!wabas.ok) return wabas;
    const waba = wabas.value.find((candidate) => candidate.id === id);
    if (waba) return ok(wabaNode(waba));
    const portfolio = wabas.value.find((candidate) => candidate.portfolioId === id);
    if (portfolio) return ok(portfolioNode(portfolio));
    const template = this.template(id);
    if (template.ok) return ok(templateNode(template.value.template, template.value.waba));
    const media = this.simulator.accounts.media.get(id);
    if (media && this.phone(media.phoneId).ok) return ok(mediaNode(media, new URL(this.c.req.url).origin));
    const phone = this.phone(id);
    return phone.ok ? ok(phoneNode(phone.value.phone, phone.value.waba)) : phone;
  }
}
