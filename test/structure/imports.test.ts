import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** The arrows of the architecture: what each layer may import of the others (types of `deps.ts` and `env.ts` aside). */
const MAY_IMPORT: Record<string, string[]> = {
  core: ["core"],
  adapters: ["core", "adapters"],
  contracts: ["core", "contracts"],
  services: ["core", "contracts", "services"],
  http: ["core", "contracts", "http", "services"],
  durable: ["core", "contracts", "durable", "services"],
  queue: ["core", "contracts", "queue", "services"],
};
const TIES = ["deps.ts", "env.ts", "log.ts"];

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : /\.(ts|svelte)$/.test(name) ? [path] : [];
  });
}

interface Import {
  target: string;
  typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"/gms)].map((match) => ({
    typeOnly: match[1] !== undefined,
    target: match[2] ?? "",
  }));
}

const inWorker = (file: string, { target }: Import) =>
  target.startsWith(".") ? relative(join(root, "worker"), resolve(dirname(file), target)) : null;

describe("imports point one way", () => {
  for (const [layer, allowed] of Object.entries(MAY_IMPORT)) {
    test(`${layer} imports only ${allowed.join(", ")}`, () => {
      const wrong = files(join(root, "worker", layer)).flatMap((file) =>
        importsOf(file).flatMap((item) => {
          const target = inWorker(file, item);
          if (target === null) return [];
          const fine =
            allowed.some((place) => target === place || target.startsWith(`${place}/`)) || TIES.includes(target);
          // A type is a description, not a dependency at run time.
          return fine || (item.typeOnly && layer !== "core") ? [] : [`${relative(root, file)} -> ${target}`];
        }),
      );
      expect(wrong).toEqual([]);
    });
  }

  test("core knows no platform and no vendor but small pure libraries", () => {
    const pure = ["zod", "libphonenumber-js/max", "cpf-cnpj-validator", "papaparse", "@date-fns/tz", "date-fns"];
    const wrong = files(join(root, "worker/core")).flatMap((file) =>
      importsOf(file).flatMap(({ target }) =>
        target.startsWith(".") || pure.includes(target) ? [] : [`${relative(root, file)} -> ${target}`],
      ),
    );
    expect(wrong).toEqual([]);
  });

  test("the simulator imports nothing of the Worker, so it is free to disagree with our client", () => {
    const wrong = files(join(root, "test/simulator")).flatMap((file) =>
      importsOf(file).flatMap(({ target }) =>
        target.includes("/worker/") ? [`${relative(root, file)} -> ${target}`] : [],
      ),
    );
    expect(wrong).toEqual([]);
  });

  test("the web takes only types of the API, and pure rules", () => {
    const wrong = files(join(root, "web/src")).flatMap((file) =>
      importsOf(file).flatMap(({ target, typeOnly }) => {
        const place = /(?:^\$api|worker\/)(.*)/.exec(target)?.[0];
        return !place || typeOnly || target.includes("worker/core/") ? [] : [`${relative(root, file)} -> ${target}`];
      }),
    );
    expect(wrong).toEqual([]);
  });
});
