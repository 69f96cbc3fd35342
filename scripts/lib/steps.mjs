import { join } from "node:path";
import { endAll, endLeftovers, root, runGroup } from "./groups.mjs";
import { onEnd } from "./install.mjs";

/**
 * Runs one step after the other, up to the first that fails; then, or when asked to, ends with nothing left running.
 *
 * @param steps `[what, command of node_modules/.bin, arguments, folder]` or `[what, function]`
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
  for (const [what, command, args, cwd = "."] of steps) {
    if (ending) return;
    console.log(`\n== ${what}`);
    const startedAt = Date.now();
    const failure = await (typeof command === "function" ? attempt(command) : runStep(what, command, args, cwd));
    console.log(`== ${what}: ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
    if (failure !== null) return end(1, `${what}: ${failure}`);
  }
  await end(0);
}

async function runStep(what, command, args, cwd) {
  const { status } = await runGroup(what, join(root, "node_modules/.bin", command), args, {
    cwd: join(root, cwd),
    stdio: "inherit",
  });
  return status === 0 ? null : "failed, see above.";
}

const attempt = (work) =>
  work().then(
    () => null,
    (error) => error.message,
  );
