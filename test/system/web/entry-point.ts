import { describe, expect, it } from "vitest";
import type { System } from "../support/system.ts";

/** What stands between the web application and strangers: two processes and the binding between them. */
export const entryPoint = (systemOf: () => System) =>
  describe("the web's entry point", () => {
    /** @param from the visitor's address, which Cloudflare would set; a local run takes it from the request */
    const visit = (path: string, from: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
      fetch(`${systemOf().webUrl}${path}`, {
        redirect: "manual",
        ...init,
        headers: { Accept: "text/html", Origin: systemOf().webUrl, "CF-Connecting-IP": from, ...init.headers },
      });
    const signIn = (password: string, from: string, next = "") =>
      visit(`/login${next && `?next=${next}`}`, from, {
        method: "POST",
        body: new URLSearchParams({ email: systemOf().login.email, password }),
      });
    const sessionOf = (response: Response) =>
      response.headers.getSetCookie().find((each) => each.startsWith("session="));

    it("shuts out the network that guesses, and not the person", async () => {
      for (let i = 0; i < 10; i++) expect((await signIn(`guess ${i}`, "203.0.113.1")).status).toBe(401);
      expect((await signIn(systemOf().login.password, "203.0.113.1")).status).toBe(429);
      expect((await signIn(systemOf().login.password, "203.0.113.2")).status).toBe(303);
    });

    it("believes nobody else who speaks of an address", async () => {
      for (let i = 0; i < 10; i++) {
        const headers = { "X-Client-Address": `198.51.100.${i}`, "X-Forwarded-For": `198.51.100.${i}` };
        const body = new URLSearchParams({ email: "nobody@example.com", password: "guess" });
        expect((await visit("/login", "203.0.113.3", { method: "POST", body, headers })).status).toBe(401);
      }
      const body = new URLSearchParams({ email: "nobody@example.com", password: "guess" });
      expect((await visit("/login", "203.0.113.3", { method: "POST", body })).status).toBe(429);
    });

    it("leads to a page of its own after signing in, whatever the address asked for", async () => {
      for (const [next, page] of [
        ["%2Falerts%3Fstatus%3Dopen", "/alerts?status=open"],
        ["/%09/evil.example", "/campaigns"],
        ["/%0a/evil.example", "/campaigns"],
        ["/%5Cevil.example", "/campaigns"],
        ["/.//evil.example", "/campaigns"],
      ] as const) {
        const response = await signIn(systemOf().login.password, "203.0.113.4", next);
        expect([response.status, response.headers.get("Location")]).toEqual([303, page]);
      }
    });

    it("takes no change from another site, not even signing out", async () => {
      const session = sessionOf(await signIn(systemOf().login.password, "203.0.113.5"));
      const cookie = session?.split(";")[0] ?? "";
      const signOut = (headers: Record<string, string>) =>
        visit("/logout", "203.0.113.5", { method: "POST", headers: { Cookie: cookie, ...headers } });
      const elsewhere: Record<string, string>[] = [
        { Origin: "https://evil.example" },
        { Origin: "null" },
        { "Sec-Fetch-Site": "cross-site" },
      ];
      for (const headers of elsewhere) {
        const refused = await signOut(headers);
        expect(refused.status).toBe(403);
        expect(refused.headers.getSetCookie()).toEqual([]);
      }
      expect((await visit("/logout", "203.0.113.5", { headers: { Cookie: cookie } })).status).toBe(405);
      const still = await visit("/campaigns", "203.0.113.5", { headers: { Cookie: cookie } });
      expect(still.status).toBe(200);
      expect(still.headers.get("Cache-Control")).toBe("no-store");
      expect((await signOut({})).headers.get("Location")).toBe("/login");
      expect((await visit("/campaigns", "203.0.113.5", { headers: { Cookie: cookie } })).status).toBe(303);
    });
  });
