import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fail } from "./install.mjs";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Flags for a browser that runs as root, without a screen, and asks nobody outside. */
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Browser tests use Debian's Chromium; installs it where it is missing. */
export function ensureChromium() {
  if (existsSync(CHROMIUM)) return;
  console.log("Installing Chromium (apt-get)…");
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo"];
  for (const args of [
    ["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", "chromium"],
  ]) {
    const [command, ...rest] = [...asRoot, "apt-get", ...args];
    const { status } = spawnSync(command, rest, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (status !== 0) break;
  }
  if (!existsSync(CHROMIUM))
    fail(
      `There is no Chromium at ${CHROMIUM}, and it could not be installed. Install it, or name one: CHROMIUM=/path/to/chromium npm test`,
    );
}
