// `npm run help-pictures`: takes the pictures of the help anew, of the demo tenant that `npm start` runs beside it, in both
// languages, light and dark; with names behind `--`, only these.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CHROMIUM, ensureChromium, FLAGS } from "./lib/chromium.mjs";
import { ensureInstalled, fail, root, runUnderOwnNode } from "./lib/install.mjs";
import { writeWhole } from "./lib/write-whole.mjs";

const FOLDER = join(root, "web/static/help");
/** What the help's text says of each picture; see markdown.ts beside its pages. */
const SIZE = { width: 1200, height: 750 };
const LANGUAGES = ["pt-BR", "en"];
const THEMES = ["light", "dark"];
/** The best of these whose picture is soon loaded. */
const QUALITIES = [80, 70, 60, 50, 40];
const MOST_BYTES = 60_000;

const wanted = process.argv.slice(2);

await ensureInstalled();
if (!(await runUnderOwnNode(fileURLToPath(import.meta.url)))) await main();

async function main() {
  // Imported late: before the installation there is nothing to import.
  const { chromium } = await import("playwright-core");
  const { client } = await import("./lib/seed.mjs");
  const demo = readDemo();
  const addresses = await addressesOf(client(demo.apiUrl, demo.apiKey));
  ensureChromium();
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  try {
    for (const language of LANGUAGES) await takeAll(browser, demo, addresses, language);
  } finally {
    await browser.close();
  }
}

function readDemo() {
  try {
    return JSON.parse(readFileSync(join(root, process.env.STATE_FOLDER ?? ".wrangler", "demo.json"), "utf8"));
  } catch {
    return fail("There is no demo: run `npm start` in another terminal first.");
  }
}

/** Which screen each picture shows; of lists, the thing that has most to show. */
async function addressesOf(call) {
  const { data: campaigns } = await call("GET", "/v1/campaigns");
  const past =
    campaigns.findLast(({ status }) => status === "completed") ?? fail("No campaign has been completed yet.");
  const draft = campaigns.find(({ status }) => status === "draft") ?? fail("There is no draft.");
  const { data: contacts } = await call("GET", `/v1/contacts?audienceId=${past.audienceId}&limit=8`);
  const { data: open } = await call("GET", "/v1/attendances?active=true&limit=4");
  if (open.length < 4) {
    const attendances = contacts.slice(0, 6).map(({ phone }, i) => ({ phone, channel: i % 2 ? "operation" : "idr" }));
    await call("POST", "/v1/attendances/batch", { attendances });
  }
  return {
    campanhas: "/campaigns",
    campanha: `/campaigns/${past.id}`,
    "nova-campanha": `/campaigns/new?id=${draft.id}`,
    publico: `/audiences/${past.audienceId}`,
    contato: `/contacts/${contacts[0].id}`,
    atendimentos: "/attendances",
  };
}

async function takeAll(browser, demo, addresses, language) {
  const context = await browser.newContext({
    baseURL: demo.webUrl,
    locale: language,
    timezoneId: "America/Sao_Paulo",
    viewport: SIZE,
    reducedMotion: "reduce",
  });
  await context.addCookies([{ name: "locale", value: language, url: demo.webUrl }]);
  const page = await context.newPage();
  await page.goto("/login", { waitUntil: "networkidle" });
  await page.locator("#email").fill(demo.email);
  await page.locator("#password").fill(demo.password);
  await page.locator("button[type=submit]").click();
  await page.waitForURL(/\/campaigns$/);
  const devTools = await context.newCDPSession(page);
  for (const [name, address] of Object.entries(addresses)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await page.goto(address, { waitUntil: "networkidle" });
    // What comes late, such as charts and figures, holds its place until then.
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true], .skeleton"));
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      // Charts draw themselves anew in the other colours.
      await page.waitForTimeout(1_000);
      const file = `${name}.${language}.${colorScheme}.webp`;
      const picture = await take(devTools);
      writeWhole(join(FOLDER, file), picture);
      console.log(`${file}: ${Math.round(picture.length / 1000)} kB`);
    }
  }
  await context.close();
}

async function take(devTools) {
  for (const quality of QUALITIES) {
    const { data } = await devTools.send("Page.captureScreenshot", { format: "webp", quality });
    const picture = Buffer.from(data, "base64");
    if (picture.length <= MOST_BYTES) return picture;
  }
  return fail("A picture is too large, however it is compressed.");
}
