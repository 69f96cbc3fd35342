import { expect, test } from "vitest";
import * as answers from "#http/identity/tenant.schema.ts";
import {
  aCampaign,
  aContact,
  aLine,
  anAudience,
  aSegment,
  aTemplate,
  aTenant,
  type TestTenant,
} from "../../support/builders.ts";
import { expectBody } from "../../support/expect-problem.ts";

const steps = async (t: TestTenant) =>
  expectBody(await t.call("GET", "/v1/onboarding"), 200, answers.onboarding.strict());
const doneOf = async (t: TestTenant) =>
  Object.entries(await steps(t)).flatMap(([step, isDone]) => (isDone ? [step] : []));

test("each first step is done from the moment that what it asks for is there", async () => {
  const t = await aTenant();
  await aSegment(await aTenant());
  expect(await doneOf(t)).toEqual([]);
  const segment = await aSegment(t);
  expect(await doneOf(t)).toEqual(["segment"]);
  const line = await aLine(t, { segmentId: segment.id });
  expect(await doneOf(t)).toEqual(["segment", "line"]);
  await aTemplate(t, { wabaId: line.wabaId, status: "PENDING" });
  expect(await doneOf(t)).toEqual(["segment", "line"]);
  const template = await aTemplate(t, { wabaId: line.wabaId, lineIds: [line.id] });
  expect(await doneOf(t)).toEqual(["segment", "line", "template"]);
  const audience = await anAudience(t, { segmentId: segment.id });
  await aContact(t, { audienceId: audience.id, optInStatus: "unknown" });
  expect(await doneOf(t)).toEqual(["segment", "line", "template"]);
  await aContact(t, { audienceId: audience.id, optInStatus: "granted" });
  expect(await doneOf(t)).toEqual(["segment", "line", "template", "audience"]);
  const parts = { segmentId: segment.id, audienceId: audience.id, templateId: template.id };
  await aCampaign(t, { ...parts, status: "draft" });
  expect((await steps(t)).launched).toBe(false);
  await aCampaign(t, { ...parts, status: "running" });
  expect(await steps(t)).toMatchObject({ launched: true, completed: false });
  await aCampaign(t, { ...parts, status: "completed" });
  expect((await steps(t)).completed).toBe(true);
});
