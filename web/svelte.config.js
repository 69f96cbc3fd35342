import adapter from "@sveltejs/adapter-cloudflare";
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

/** @type {import("@sveltejs/kit").Config} */
export default {
  preprocess: vitePreprocess(),
  kit: {
    adapter: adapter({ config: "wrangler.toml" }),
    // Pure functions of the API's core. Nothing that runs on a server.
    alias: { $core: "../worker/core" },
    // hooks.server.ts adds connect-src, which names the API's public address and so differs per environment.
    csp: {
      mode: "nonce",
      directives: {
        "default-src": ["self"],
        "script-src": ["self"],
        // Inline style attributes carry measured sizes and bar widths; no style sheet comes from elsewhere.
        "style-src": ["self", "unsafe-inline"],
        "img-src": ["self", "data:", "https:"],
        "font-src": ["self"],
        "object-src": ["none"],
        "base-uri": ["self"],
        "form-action": ["self"],
        "frame-ancestors": ["none"],
      },
    },
  },
};
