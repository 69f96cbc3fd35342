import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CAMPAIGN_STATUSES,
  type CampaignEvent,
  type CampaignStatus,
  isActive,
  isEditable,
  isOver,
  nextStatus,
} from "#core/campaigns/status.ts";

const EVENTS: CampaignEvent[] = [
  "launch",
  "prepared",
  "due",
  "pause",
  "resume_preparing",
  "resume_scheduled",
  "resume_running",
  "complete",
  "reopen",
  "cancel",
];
const follow = (events: CampaignEvent[]): CampaignStatus[] => {
  const seen: CampaignStatus[] = ["draft"];
  for (const event of events) seen.push(nextStatus(seen.at(-1) ?? "draft", event) ?? seen.at(-1) ?? "draft");
  return seen;
};

describe("where a campaign stands", () => {
  test("is one of three: a draft, active, or over", () => {
    for (const status of CAMPAIGN_STATUSES)
      expect([isEditable(status), isActive(status), isOver(status)].filter(Boolean)).toHaveLength(1);
  });

  test("goes from draft to completed by the events of a campaign that nothing disturbs", () => {
    expect(follow(["launch", "prepared", "due", "complete"])).toEqual([
      "draft",
      "preparing",
      "scheduled",
      "running",
      "completed",
    ]);
  });

  test("whatever happens in whatever order: never a draft again, and cancelled is the end", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 40 }), (events) => {
        const seen = follow(events);
        const launched = seen.findIndex((status) => status !== "draft");
        if (launched >= 0) expect(seen.slice(launched)).not.toContain("draft");
        const cancelled = seen.indexOf("cancelled");
        if (cancelled >= 0) expect(new Set(seen.slice(cancelled))).toEqual(new Set(["cancelled"]));
      }),
    );
  });

  test("any active campaign can be paused or is, and can be cancelled; one that is over can be neither", () => {
    for (const status of CAMPAIGN_STATUSES) {
      expect(nextStatus(status, "cancel") === "cancelled").toBe(isActive(status));
      expect(status === "paused" || nextStatus(status, "pause") === "paused").toBe(isActive(status));
    }
  });
});
