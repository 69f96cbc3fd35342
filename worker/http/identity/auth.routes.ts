import { createRoute, z } from "@hono/zod-openapi";
import { bearerToken } from "#http/kit/auth.ts";
import { clientAddress } from "#http/kit/client-address.ts";
import { problem } from "#http/kit/errors.ts";
import { type App, body, json, problemAnswer } from "#http/kit/openapi.ts";

const tags = ["Sign-in"];
const credentials = z.object({ email: z.email().max(254), password: z.string().min(1).max(128) }).strict();
const signedIn = z
  .object({
    token: z
      .string()
      .openapi({ description: "Send it as `Authorization: Bearer …`; good for 7 days after its last day of use." }),
    user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  })
  .openapi("SignedIn");

/** The two entry points for people. What else better-auth could answer is not reachable. */
export function authRoutes(app: App): void {
  app.openapi(
    createRoute({
      method: "post",
      path: "/auth/sign-in/email",
      tags,
      summary: "Sign in with e-mail and password",
      description:
        "For people; integrations use an API key. After ten wrong tries in ten minutes from one network it takes no more from there until those have passed; after twenty from anywhere, tries from networks that are new to the account have to wait up to 30 seconds for each other.",
      request: { body: body(credentials) },
      responses: {
        200: json(signedIn, "A session"),
        400: problemAnswer("The request is not valid"),
        401: problemAnswer("Wrong e-mail or password"),
        429: problemAnswer("Too many wrong tries; see Retry-After"),
      },
    }),
    async (c) => {
      const { email, password } = c.req.valid("json");
      const address = clientAddress(c);
      const outcome = await c.var.deps.identity.signIn({ email, password, address });
      if (outcome.ok) return c.json(outcome.value, 200);
      switch (outcome.error.kind) {
        case "wrong_credentials":
          throw problem("unauthenticated", "E-mail or password is wrong.");
        case "too_many":
          throw problem("rate_limited", "There were too many wrong tries to sign in; wait and try again.", {
            retryAfterSeconds: outcome.error.retryAfterSeconds,
          });
      }
    },
  );

  app.openapi(
    createRoute({
      method: "post",
      path: "/auth/sign-out",
      tags,
      summary: "Sign out",
      description: "Ends the session of the token that is sent. An API key is not touched; revoke it instead.",
      security: [{ apiKey: [] }],
      responses: { 204: { description: "The session is over" }, 401: problemAnswer("No token was sent") },
    }),
    async (c) => {
      const token = bearerToken(c.req.raw);
      if (!token) throw problem("unauthenticated", "Send the session's token as `Authorization: Bearer …`.");
      await c.var.deps.identity.signOut(token);
      return c.body(null, 204);
    },
  );
}
