import { existsSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import { CHROMIUM, ensureChromium, FLAGS } from "../../../scripts/lib/chromium.mjs";
import type { System } from "./system.ts";

export interface Surfing {
  page: Page;
  /** What a person would never see and a browser's console tells: errors of pages, requests that failed. */
  complaints: string[];
  close(): Promise<void>;
}

/** A browser as an office in Brazil has it. */
export async function surf(baseUrl: string): Promise<Surfing> {
  if (!existsSync(CHROMIUM)) ensureChromium();
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const context = await browser.newContext({
    baseURL: baseUrl,
    locale: "pt-BR",
    timezoneId: "America/Sao_Paulo",
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    acceptDownloads: true,
  });
  const complaints = listen(context);
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  return { page, complaints, close: () => browser.close() };
}
/** Ends what hangs; how long a page takes is the machine's affair. */
const TIMEOUT_MS = 60_000;

/** Signs in by the form, once its scripts have come. */
export async function signIn(page: Page, { email, password }: System["login"]): Promise<void> {
  await page.goto("/login", { waitUntil: "networkidle" });
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Senha").fill(password);
  await page.getByRole("button", { name: "Entrar" }).click();
  await page.waitForURL(/\/campaigns$/);
}

/**
 * Call it after each test: the console is clean and no request failed, but for the `refusals` that it was about. Keeps a
 * picture of a page on which one failed beside the system's state.
 */
export async function lookAfter(
  { page, complaints }: Surfing,
  { stateFolder }: System,
  task: { result?: { state: string } },
  refusals: string[] = [],
): Promise<void> {
  if (task.result?.state === "fail") await page.screenshot({ path: join(stateFolder, "../failure.png") });
  const unexpected = complaints.splice(0).filter((text) => !refusals.some((known) => text.includes(known)));
  expect(unexpected, "the console is clean and no request failed").toEqual([]);
}

function listen(context: BrowserContext): string[] {
  const complaints: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  context.on("weberror", (error) => complaints.push(`page: ${error.error().message}`));
  context.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText;
    // Given up by the page itself: it was left or reloaded while it asked, or has read a stream to its end.
    if (reason !== "net::ERR_ABORTED") complaints.push(`${request.method()} ${request.url()}: ${reason}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400)
      complaints.push(`${response.request().method()} ${response.url()}: ${response.status()}`);
  });
  return complaints;
}

/** What axe-core finds serious or critical, in the light and in the dark: rule and first element of each. */
export async function seriousViolations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction(
      (dark) => document.documentElement.classList.contains("dark") === dark,
      colorScheme === "dark",
    );
    // Evaluated and not added as a script: the page's own policy allows none but its own.
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => (await window.axe.run(document)).violations);
    for (const { impact, id, nodes } of violations) {
      if (impact === "serious" || impact === "critical")
        found.push(`${colorScheme}: ${id}, ${nodes.length} times, first ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  return found;
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
