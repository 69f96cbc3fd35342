import { type Context, Hono } from "hono";
import type { Access } from "./access.ts";
import { refused } from "./answers.ts";
import type { Simulator } from "./graph-object.ts";
import { newObjectId } from "./identifiers.ts";

/** Bytes by kind of file, from Meta's media page. */
const MAX_BYTES: Record<string, number> = {
  "image/jpeg": 5_000_000,
  "image/png": 5_000_000,
  "video/mp4": 16_000_000,
  "video/3gpp": 16_000_000,
  "audio/mpeg": 16_000_000,
  "audio/ogg": 16_000_000,
  "application/pdf": 100_000_000,
};

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Uploads: what is kept of a file is its kind, size and hash, which is all that a send looks at. */
export function mediaRoutes(simulator: Simulator, access: (c: Context) => Access): Hono {
  const { accounts } = simulator;
  const routes = new Hono();

  routes.post("/:phoneId/media", async (c) => {
    const found = access(c).phone(c.req.param("phoneId"));
    if (!found.ok) return refused(found.error);
    const form = await c.req.parseBody();
    const { file } = form;
    if ((form.messaging_product ?? c.req.query("messaging_product")) !== "whatsapp")
      return refused({ code: 100, details: "The parameter messaging_product is required." });
    if (!(file instanceof File)) return refused({ code: 100, details: "The parameter file is required." });
    const mimeType = typeof form.type === "string" && form.type.includes("/") ? form.type : file.type;
    const maxBytes = MAX_BYTES[mimeType];
    if (maxBytes === undefined) return refused({ code: 100, details: `Param file must not be of type ${mimeType}.` });
    if (file.size > maxBytes) return refused({ code: 100, details: `Param file has more than ${maxBytes} bytes.` });
    const sha256 = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const media = { id: newObjectId(), phoneId: found.value.phone.id, mimeType, fileSize: file.size, sha256 };
    accounts.media.put(media);
    return c.json({ id: media.id });
  });

  // Resumable upload of a template's example: open a session, then send the bytes to it.
  routes.post("/:appId/uploads", (c) => {
    const wabas = access(c).wabas();
    if (!wabas.ok) return refused(wabas.error);
    if (!c.req.query("file_type") || !c.req.query("file_length"))
      return refused({ code: 100, details: "file_length and file_type are required." });
    return c.json({ id: `upload:${newObjectId()}` });
  });
  routes.post("/:session{upload:[0-9]+}", (c) => {
    const wabas = access(c).wabas();
    if (!wabas.ok) return refused(wabas.error);
    if (c.req.header("file_offset") === undefined)
      return refused({ code: 100, details: "The header file_offset is required." });
    return c.json({ h: `4::${btoa(newObjectId())}` });
  });

  routes.delete("/:mediaId", (c) => {
    const media = accounts.media.get(c.req.param("mediaId"));
    const found = access(c).phone(media?.phoneId ?? c.req.param("mediaId"));
    if (!found.ok || !media) return refused(found.ok ? { code: 100, message: "(#100) Not a media id" } : found.error);
    accounts.media.remove(media.id);
    return c.json({ success: true });
  });
  return routes;
}
