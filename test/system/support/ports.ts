/** Test files run beside each other: each process of the runner has ten ports of its own. */
export const RUNNERS = 3;

const portsOf = (runner: number) => {
  const first = Number(process.env.SYSTEM_TEST_PORT ?? 18_787) + 10 * (runner - 1);
  return { API_PORT: String(first), WEB_PORT: String(first + 1), GRAPH_PORT: String(first + 2) };
};

export const PORTS = portsOf(Number(process.env.VITEST_POOL_ID ?? "1"));

/** Every port that some runner will use. */
export const ALL_PORTS = Object.fromEntries(
  Array.from({ length: RUNNERS }, (_, i) => Object.values(portsOf(i + 1)))
    .flat()
    .map((port) => [port, Number(port)]),
);

/** What to type when they are taken. */
export const OTHER_PORTS = "SYSTEM_TEST_PORT=28787 npm test";
