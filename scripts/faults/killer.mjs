import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { usage } from "../bench/usage.mjs";
import { isFree } from "../lib/processes.mjs";
import { drawPoints, phaseOf } from "./points.mjs";
import { chanceOf } from "./random.mjs";

/** Points waited for at the same time; the first to be reached is where it dies. */
const ARMED_AT_A_TIME = 3;
const WAIT_FOR_POINT_MS = 6_000;
const MOST_STARTS = 5;
/**
 * How long a life lasts before the next points are armed. What a kill has taken from the queue comes back all at once
 * when its leases end; without longer lives in between the next kill would take the same messages again and again.
 */
const SHORT_LIFE_MS = [1_000, 7_000];
const LONG_LIFE_MS = [30_000, 45_000];
const LONG_LIVES_SHARE = 0.25;
/**
 * A local queue lives in memory, other than the platform's: webhooks that were answered 200 in the last moments of a
 * process and not applied yet are lost with it. Meta may repeat webhooks, so they are told again.
 */
const TOLD_AGAIN_MS = 30_000;

/** Kills parts of the system at chosen points and times, and starts them again. */
export class Killer {
  /** Kills so far: `{at, where, phase, parts, downMs}`. */
  kills = [];
  notMet = 0;
  /** Starts that did not come to an answer, in words. */
  hung = [];
  #system;
  #control;
  #chance;
  #server;
  #url;
  #reached = () => {};
  #stopped = false;
  /** When webhooks were told again last, and since when those had been told first. */
  #toldAgain = { at: Number.NEGATIVE_INFINITY, sinceMs: Number.POSITIVE_INFINITY };
  #work = Promise.resolve();

  constructor({ system, control, seed }) {
    this.#system = system;
    this.#control = control;
    this.#chance = chanceOf(seed, "kills");
  }

  async open() {
    this.#server = createServer((request, response) => {
      let point = "";
      request.on("data", (part) => {
        point += part;
      });
      request.on("end", () => this.#reached(point, response));
    });
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.#url = `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Goes on killing, as the seed says, until `stop`. */
  start() {
    this.#work = this.#run();
  }

  async stop() {
    this.#stopped = true;
    await this.#work;
  }

  close() {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  async #run() {
    while (!this.#stopped) {
      await sleep(this.#chance.whole(...(this.#chance.happens(LONG_LIVES_SHARE) ? LONG_LIFE_MS : SHORT_LIFE_MS)));
      if (this.#stopped) return;
      const dice = this.#chance.next();
      const also = this.#chance.happens(0.15) ? ["graph"] : [];
      if (dice < 0.75) {
        await this.killAt(drawPoints(this.#chance, ARMED_AT_A_TIME), ["api", ...also]);
      } else await this.kill(dice < 0.9 ? ["api", ...also] : ["graph"], "at any time");
    }
  }

  /** Kills when one of the points is reached; answers whether one was, within the time. */
  async killAt(points, parts = ["api"], withinMs = WAIT_FOR_POINT_MS) {
    let timer;
    const reached = new Promise((resolve) => {
      timer = setTimeout(() => resolve(null), withinMs);
      this.#reached = (point, response) => resolve({ point, response });
    });
    await this.#arm(points);
    const found = await reached;
    clearTimeout(timer);
    // Whoever comes later is let go on.
    this.#reached = (_, response) => response.end();
    if (!found) {
      this.notMet += 1;
      await this.#arm([]);
      return false;
    }
    await this.kill(parts, found.point);
    found.response.destroy();
    return true;
  }

  async kill(parts, where) {
    const { processes } = this.#system;
    const at = Date.now();
    await Promise.all(parts.map((part) => processes.stop(part, "SIGKILL")));
    const kill = { at, where, phase: where === "at any time" ? where : phaseOf(where), parts, downMs: 0 };
    this.kills.push(kill);
    for (const part of ["graph", "api"].filter((one) => parts.includes(one))) {
      await this.#startAgain(part);
    }
    kill.downMs = Date.now() - at;
    if (parts.includes("api")) await this.#tellAgain(at - TOLD_AGAIN_MS);
  }

  /** @param since ms; what was told again since then may be lost like what was told for the first time */
  async #tellAgain(since) {
    const sinceMs = this.#toldAgain.at > since ? Math.min(since, this.#toldAgain.sinceMs) : since;
    await this.#control("POST", "/webhooks/replay", { sinceMs });
    this.#toldAgain = { at: Date.now(), sinceMs };
  }

  /** A start that hangs is told, since it may be the product's doing, and begun again. */
  async #startAgain(part) {
    const { processes, start, stack } = this.#system;
    for (let tries = 1; ; tries += 1) {
      while (!(await isFree(stack.ports[part]))) await sleep(50);
      try {
        return await start[part]();
      } catch (error) {
        const { cpuSeconds } = usage(processes.pid(part));
        this.hung.push(`${part}: ${error.message}, after ${cpuSeconds.toFixed(1)} s of CPU`);
        if (tries === MOST_STARTS) throw error;
        await processes.stop(part, "SIGKILL");
      }
    }
  }

  async #arm(points) {
    const { stack } = this.#system;
    const response = await fetch(`${stack.apiUrl}/faults/points`, {
      method: "POST",
      body: JSON.stringify({ url: this.#url, points }),
    });
    if (!response.ok) throw new Error(`points could not be armed: ${response.status}`);
  }
}
