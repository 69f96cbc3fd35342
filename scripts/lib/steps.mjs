import { join } from "node:path";
import { endAll, endLeftovers, root, runGroup } from "./groups.mjs";
import { onEnd } from "./install.mjs";

/**
 * Runs one step after the other, up to the first that fails; then, or when asked to, ends with nothing left running.
 *
 * @param steps `[what, command of node_modules/.bin, arguments, folder]` or `[what, function]`; or `{ live, beside }`, two
 *   lists of steps that run beside each other. Those of `beside` give way to the others, and what they say comes when each
 *   has ended, in one piece.
 */
export async function runSteps(steps) {
  let ending = false;
  const end = async (code, message) => {
    if (ending) return;
    ending = true;
    if (message) console.error(`\n${message}`);
    await endAll();
    // What a step had started and did not end: it was killed itself, or hung.
    await endLeftovers();
    process.exit(code);
  };
  onEnd((code) => void end(code));
  for (const step of steps) {
    if (ending) return;
    const failure = await ("live" in step
      ? firstFailure([inTurn(step.live), inTurn(step.beside, { givesWay: true })])
      : inTurn([step]));
    if (failure !== null) return end(1, failure);
  }
  await end(0);
}

/** Runs steps up to the first that fails: what is to be said of it, null when none did. */
async function inTurn(steps, { givesWay = false } = {}) {
  for (const [what, command, args, cwd = "."] of steps) {
    if (!givesWay) console.log(`\n== ${what}`);
    const startedAt = Date.now();
    const failure = await (typeof command === "function"
      ? attempt(command)
      : runStep(what, join(root, "node_modules/.bin", command), args, { cwd: join(root, cwd), givesWay }));
    console.log(`== ${what}: ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
    if (failure !== null) return `${what}: ${failure}`;
  }
  return null;
}

/** The first failure, as soon as there is one; null when none of them has failed. */
const firstFailure = (lanes) =>
  Promise.any(lanes.map(async (lane) => (await lane) ?? Promise.reject(new Error("none failed")))).catch(() => null);

async function runStep(what, program, args, { cwd, givesWay }) {
  const { status, stdout, stderr } = await (givesWay
    ? runGroup(what, "nice", ["-n", "5", program, ...args], { cwd, stdio: ["inherit", "pipe", "pipe"] })
    : runGroup(what, program, args, { cwd, stdio: "inherit" }));
  if (givesWay) console.log(`\n== ${what}\n${stdout}${stderr}`);
  return status === 0 ? null : "failed, see above.";
}

const attempt = (work) =>
  work().then(
    () => null,
    (error) => error.message,
  );
