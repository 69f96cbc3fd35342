import { type Context, Hono } from "hono";
import { Access } from "./access.ts";
import { refused } from "./answers.ts";
import { type GraphNode, readFields } from "./fields.ts";
import type { Simulator } from "./graph-object.ts";
import { mediaRoutes } from "./media-routes.ts";
import type { Template } from "./model.ts";
import { phoneNode, templateNode } from "./nodes.ts";
import { pageOf } from "./paging.ts";

const VERSION = "/:version{v[0-9]+\\.[0-9]+}";

/** The JSON of a body, or undefined for anything else: the checks then say what is missing. */
async function jsonOf(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    return undefined;
  }
}

/** Everything under graph.facebook.com that the product may call, with and without a version in front. */
export function graphRoutes(simulator: Simulator): Hono {
  const { accounts, templates } = simulator;
  const routes = new Hono();
  const access = (c: Context) => new Access(simulator, c);
  const read = (c: Context, node: GraphNode): Response => {
    const fields = readFields(node, c.req.query("fields"));
    return fields.ok ? c.json(fields.value) : refused(fields.error);
  };

  routes.post("/:phoneId/messages", async (c) => {
    const found = access(c).phone(c.req.param("phoneId"));
    if (!found.ok) return refused(found.error);
    const body = await jsonOf(c);
    if (isReadReceipt(body)) return c.json({ success: true });
    return simulator.sender.send(found.value.phone, body);
  });

  routes.get("/:wabaId/phone_numbers", (c) => {
    const waba = access(c).waba(c.req.param("wabaId"));
    if (!waba.ok) return refused(waba.error);
    const badCursor = { code: 100, message: "(#100) Invalid cursor" };
    const page = pageOf(accounts.phonesOf(waba.value.id), new URL(c.req.url), badCursor);
    if (!page.ok) return refused(page.error);
    return list(
      c,
      page.value.items.map((phone) => phoneNode(phone, waba.value)),
      page.value.paging,
    );
  });

  routes.get("/:wabaId/message_templates", (c) => {
    const waba = access(c).waba(c.req.param("wabaId"));
    if (!waba.ok) return refused(waba.error);
    const all = accounts.templatesOf(waba.value.id);
    const found = all.filter((template) => meets(template, c.req.query()));
    const page = pageOf(found, new URL(c.req.url), {
      code: 131059,
      details: "The cursor is not valid: read the list from its start.",
    });
    if (!page.ok) return refused(page.error);
    const nodes = page.value.items.map((template) => templateNode(template, waba.value));
    return list(c, nodes, page.value.paging, summaryOf(c.req.query("summary"), found.length, all.length));
  });

  routes.post("/:wabaId/message_templates", async (c) => {
    const waba = access(c).waba(c.req.param("wabaId"));
    if (!waba.ok) return refused(waba.error);
    const created = templates.create(waba.value.id, await jsonOf(c), Date.now());
    if (!created.ok) return refused(created.error);
    simulator.wake();
    const { id, status, category } = created.value;
    return c.json({ id, status, category });
  });

  routes.delete("/:wabaId/message_templates", (c) => {
    const waba = access(c).waba(c.req.param("wabaId"));
    if (!waba.ok) return refused(waba.error);
    const deleted = templates.delete(
      waba.value.id,
      c.req.query("name") ?? null,
      c.req.query("hsm_id") ?? null,
      Date.now(),
    );
    return deleted.ok ? c.json({ success: true }) : refused(deleted.error);
  });

  routes.on(["GET", "POST", "DELETE"], "/:wabaId/subscribed_apps", (c) => {
    const waba = access(c).waba(c.req.param("wabaId"));
    if (!waba.ok) return refused(waba.error);
    const app = {
      whatsapp_business_api_data: { id: "1000000000000001", name: "Simulated app", link: "https://example.com" },
    };
    if (c.req.method === "GET") return c.json({ data: waba.value.subscribed ? [app] : [] });
    accounts.wabas.put({ ...waba.value, subscribed: c.req.method === "POST" });
    return c.json({ success: true });
  });

  routes.route("/", mediaRoutes(simulator, access));

  routes.get("/:id", (c) => {
    const node = access(c).node(c.req.param("id"));
    return node.ok ? read(c, node.value) : refused(node.error);
  });

  routes.post("/:templateId", async (c) => {
    const found = access(c).template(c.req.param("templateId"));
    if (!found.ok) return refused(found.error);
    const edited = templates.edit(found.value.template, await jsonOf(c), Date.now());
    simulator.wake();
    return edited.ok ? c.json({ success: true }) : refused(edited.error);
  });

  const app = new Hono();
  app.route(VERSION, routes);
  app.route("/", routes);
  return app;
}

function list(c: Context, nodes: GraphNode[], paging: object | undefined, summary?: object): Response {
  const data: Record<string, unknown>[] = [];
  for (const node of nodes) {
    const fields = readFields(node, c.req.query("fields"));
    if (!fields.ok) return refused(fields.error);
    data.push(fields.value);
  }
  return c.json({ data, ...(paging ? { paging } : {}), ...(summary ? { summary } : {}) });
}

/** The filters of a template list. */
function meets(template: Template, query: Record<string, string>): boolean {
  const { name, status, category, language, name_or_content } = query;
  const text = `${template.name} ${JSON.stringify(template.components)}`;
  return (
    (name === undefined || template.name === name) &&
    (status === undefined || template.status === status.toUpperCase()) &&
    (category === undefined || template.category === category.toUpperCase()) &&
    (language === undefined || template.language === language) &&
    (name_or_content === undefined || text.includes(name_or_content))
  );
}

function summaryOf(asked: string | undefined, matching: number, total: number): object | undefined {
  if (!asked) return undefined;
  const known: Record<string, number> = {
    total_count: matching,
    message_template_count: total,
    message_template_limit: 6000,
  };
  return Object.fromEntries(asked.split(",").flatMap((name) => (name in known ? [[name, known[name]]] : [])));
}

/** `{status: "read", message_id}`: tells Meta that the business read a message. */
const isReadReceipt = (body: unknown): boolean =>
  typeof body === "object" && body !== null && Reflect.get(body, "status") === "read" && "message_id" in body;
