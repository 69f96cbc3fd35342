/** Test files run beside each other: each process of the runner has ten ports of its own. */
const FIRST_PORT =
  Number(process.env.SYSTEM_TEST_PORT ?? 18_787) + 10 * (Number(process.env.VITEST_POOL_ID ?? "1") - 1);

export const PORTS = {
  API_PORT: String(FIRST_PORT),
  WEB_PORT: String(FIRST_PORT + 1),
  GRAPH_PORT: String(FIRST_PORT + 2),
};
