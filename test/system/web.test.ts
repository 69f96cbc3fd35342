import { afterAll, beforeAll, describe } from "vitest";
import { buildAll } from "../../scripts/lib/build.mjs";
import { type System, startSystem } from "./support/system.ts";
import { audienceScreens } from "./web/audiences.ts";
import { blockScreens } from "./web/blocks.ts";
import { contactScreens } from "./web/contacts.ts";
import { entryPoint } from "./web/entry-point.ts";
import { helpScreens } from "./web/help.ts";
import { personalDataScreens } from "./web/personal-data.ts";

/** Each part has an empty tenant and a browser of its own; they share a system, which takes longer to start than most last. */
describe("the web, without a Graph", () => {
  let system: System;
  beforeAll(async () => {
    await buildAll();
    system = await startSystem({ name: "web", parts: ["api", "web"] });
  });
  afterAll(() => system?.stop());

  entryPoint(() => system);
  audienceScreens(() => system);
  blockScreens(() => system);
  contactScreens(() => system);
  personalDataScreens(() => system);
  helpScreens(() => system);
});
