import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { sveltekit } from "@sveltejs/kit/vite";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [
    tailwindcss(),
    paraglideVitePlugin({
      project: "./project.inlang",
      outdir: "./src/lib/paraglide",
      // Portuguese unless the person chose otherwise; the browser's language is not asked.
      strategy: ["cookie", "baseLocale"],
      cookieName: "locale",
      emitGitIgnore: false,
      emitPrettierIgnore: false,
      emitReadme: false,
    }),
    sveltekit(),
  ],
  // This folder's package.json lists no dependencies (they are the repository's), so Svelte libraries would be taken for
  // ready-made modules. A Worker is one bundle anyway.
  ssr: { noExternal: true },
});
