import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** The arrows of the architecture: what each layer, and each file between them, may import of the others, types included. */
const MAY_IMPORT: Record<string, string[]> = {
  core: ["core"],
  contracts: ["core", "contracts"],
  "log.ts": [],
  "let-others-run.ts": [],
  "env.ts": ["contracts"],
  adapters: ["core", "contracts", "adapters", "env.ts", "log.ts"],
  "deps.ts": ["core", "contracts", "adapters", "env.ts"],
  services: ["core", "contracts", "services", "deps.ts", "log.ts"],
  http: ["core", "contracts", "services", "http", "deps.ts", "env.ts", "let-others-run.ts", "log.ts"],
  durable: ["core", "contracts", "services", "durable", "deps.ts", "env.ts", "log.ts"],
  queue: ["core", "contracts", "services", "queue", "deps.ts", "let-others-run.ts", "log.ts"],
};
/** What these hand out is made by whoever starts an invocation; others only say what they use of it. */
const DESCRIBED_BY = ["deps.ts", "env.ts"];
const MAKES_DEPS = ["index.ts", "durable/campaign/object.ts"];
/** What Cloudflare binds, as a type or by its name: adapters know it, `env.ts` lists it, `deps.ts` hands it to them. */
const BINDING =
  /\b(R2Bucket|D1Database|DurableObjectNamespace|Queue<|env\.(FILES|DB|JOBS|META_EVENTS|CAMPAIGNS|PORTFOLIOS)\b)/;
/** The capabilities of `core`: each imports only those of the rows above its own. */
const CAPABILITIES = [
  ["shared"],
  ["audience", "meta", "identity"],
  ["imports", "templates"],
  ["lines"],
  ["campaigns"],
  ["sending"],
  ["reports"],
  ["operations"],
];

/** What all capabilities of `http` use. */
const NO_CAPABILITY = ["kit", "schema"];

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

/** Where an import of the Worker's code leads, below `worker/`; null when it leads elsewhere. */
function inWorker(file: string, { target }: Import): string | null {
  if (target.startsWith("#")) return target.slice(1);
  if (!target.startsWith(".")) return null;
  const place = relative(join(root, "worker"), resolve(dirname(file), target));
  return place.startsWith("..") ? null : place;
}

const workerFiles = files(join(root, "worker")).map((path) => ({
  path,
  place: relative(join(root, "worker"), path),
}));
const layerOf = (place: string) => place.split("/")[0] ?? "";
const capabilityOf = (place: string) => place.split("/")[1] ?? "";
const rankOf = (place: string) => CAPABILITIES.findIndex((row) => row.includes(capabilityOf(place)));

describe("imports point one way", () => {
  for (const [layer, allowed] of Object.entries(MAY_IMPORT)) {
    test(`${layer} imports only ${allowed.join(", ")}`, () => {
      const wrong = workerFiles.flatMap(({ path, place }) => {
        if (layerOf(place) !== layer) return [];
        return importsOf(path).flatMap((item) => {
          const target = inWorker(path, item);
          return target === null || allowed.includes(layerOf(target)) ? [] : [`${place} -> ${target}`];
        });
      });
      expect(wrong).toEqual([]);
    });
  }

  test("what is bound and what is made of it is taken as a description, but where an invocation begins", () => {
    const wrong = workerFiles.flatMap(({ path, place }) =>
      importsOf(path).flatMap((item) => {
        const target = inWorker(path, item) ?? "";
        const fine = item.typeOnly || MAKES_DEPS.includes(place) || !DESCRIBED_BY.includes(target);
        return fine ? [] : [`${place} -> ${target}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("R2, queues, D1 and objects are reached by what deps.ts hands out", () => {
    const knows = ({ place }: { place: string }) => layerOf(place) === "adapters" || DESCRIBED_BY.includes(place);
    const wrong = workerFiles.flatMap((file) => {
      const found = knows(file) ? null : BINDING.exec(readFileSync(file.path, "utf8"));
      return found ? [`${file.place}: ${found[0]}`] : [];
    });
    expect(wrong).toEqual([]);
  });

  test("alerts are raised in one place", () => {
    const raising = workerFiles.filter(({ path }) => /\balerts\.open\(/.test(readFileSync(path, "utf8")));
    expect(raising.map(({ place }) => place)).toEqual(["services/operations/raise-alert.ts"]);
  });

  test("each capability of core imports only those before it, types included", () => {
    const core = workerFiles.filter(({ place }) => layerOf(place) === "core");
    expect(core.filter(({ place }) => rankOf(place) < 0)).toEqual([]);
    const wrong = core.flatMap(({ path, place }) =>
      importsOf(path).flatMap((item) => {
        const target = inWorker(path, item);
        if (target === null || capabilityOf(target) === capabilityOf(place)) return [];
        return rankOf(target) < rankOf(place) ? [] : [`${place} -> ${target}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("the layers name their folders by the same capabilities", () => {
    const names = [...CAPABILITIES.flat(), "integrations"];
    const wrong = ["adapters/d1", "http", "services"].flatMap((layer) =>
      readdirSync(join(root, "worker", layer), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !names.includes(entry.name) && !NO_CAPABILITY.includes(entry.name))
        .map((entry) => `${layer}/${entry.name}`),
    );
    expect(wrong).toEqual([]);
  });

  test("no files import each other in a circle, by types neither", () => {
    const edges = new Map(
      workerFiles.map(({ path, place }) => [place, importsOf(path).flatMap((item) => inWorker(path, item) ?? [])]),
    );
    expect(circlesOf(edges)).toEqual([]);
  });

  test("core knows no platform and no vendor but small pure libraries", () => {
    const pure = [
      "zod",
      "libphonenumber-js/max",
      "cpf-cnpj-validator",
      "papaparse",
      "hucre/xlsx",
      "@date-fns/tz",
      "date-fns",
    ];
    const wrong = workerFiles.flatMap(({ path, place }) => {
      if (layerOf(place) !== "core") return [];
      return importsOf(path).flatMap((item) =>
        inWorker(path, item) !== null || pure.includes(item.target) ? [] : [`${place} -> ${item.target}`],
      );
    });
    expect(wrong).toEqual([]);
  });

  test("the simulator imports nothing of the Worker, so it is free to disagree with our client", () => {
    const wrong = files(join(root, "test/simulator")).flatMap((file) =>
      importsOf(file).flatMap((item) =>
        inWorker(file, item) === null ? [] : [`${relative(root, file)} -> ${item.target}`],
      ),
    );
    expect(wrong).toEqual([]);
  });

  test("the web takes of the Worker only pure rules; the API's types come from its document", () => {
    const wrong = files(join(root, "web/src")).flatMap((file) =>
      importsOf(file).flatMap(({ target }) =>
        target.includes("worker/") && !target.includes("worker/core/") ? [`${relative(root, file)} -> ${target}`] : [],
      ),
    );
    expect(wrong).toEqual([]);
  });
});

/** Each circle of imports once, as the files along it. */
function circlesOf(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (place: string): void => {
    const from = path.indexOf(place);
    if (from >= 0) circles.push([...path.slice(from), place].join(" -> "));
    if (from >= 0 || done.has(place)) return;
    path.push(place);
    for (const next of edges.get(place) ?? []) visit(next);
    path.pop();
    done.add(place);
  };
  for (const place of edges.keys()) visit(place);
  return circles;
}
