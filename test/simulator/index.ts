import type { SimulatorEnv } from "./env.ts";

export { GraphObject } from "./graph-object.ts";

/** Every request goes to the one object that is the simulator. */
export default {
  fetch: (request, env) => env.GRAPH.getByName("graph").fetch(request),
} satisfies ExportedHandler<SimulatorEnv>;
