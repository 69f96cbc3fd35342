import { describe, expect, it } from "vitest";
import { differences, lostReplies } from "../../scripts/faults/check.mjs";

/** A campaign to three people in which all went well: one read, one without opt-in, one unconfirmed. */
function soaked() {
  const message = { contactId: "con_1", wamid: "wamid.1", atMs: 1_000, told: { sent: 1, read: 2 }, errorCode: null };
  const row = (n: number, status: string, more: object = {}) => ({
    ...{
      contactId: `con_${n}`,
      phone: `+${n}`,
      status,
      messageId: null,
      skipReason: null,
      error: null,
      repliedAt: null,
    },
    ...more,
  });
  const counts = { total: 3, pending: 0, queued: 0, sent: 1, delivered: 1, read: 1, failed: 0, skipped: 1, unknown: 1 };
  const soak = {
    run: {
      id: "cmp_1",
      problems: [] as string[],
      campaign: { leavesOutInService: false },
      audience: { people: [1, 2, 3].map((n) => ({ phone: `+${n}`, optedIn: n !== 2 })) },
      cancelledAt: null as number | null,
      silences: [] as { from: number; to: number; after: string }[],
    },
    messages: [message],
    refusals: [] as { contactId: string }[],
    rows: [row(1, "read", { messageId: "wamid.1" }), row(2, "skipped", { skipReason: "noOptIn" }), row(3, "unknown")],
    counts: { ...counts, replied: 0 },
    optOuts: new Map<string, number>(),
    askedToStop: new Set<string>(),
  };
  return { ...soak, message, row };
}

function found({ run, messages, refusals, rows, counts, optOuts, askedToStop }: ReturnType<typeof soaked>): string[] {
  const nobody = { unreachedBy: new Map(), stopped: new Set(), askedToStop };
  const record = { of: () => ({ messages, refusals }), ...nobody };
  const stats = { counts, accounting: { balanced: true } };
  return differences(run, { rows, stats, listed: { counts } }, record, optOuts);
}

const changed = (change: (soak: ReturnType<typeof soaked>) => void): string[] => {
  const soak = soaked();
  change(soak);
  return found(soak);
};

describe("the soak finds nothing where nothing is wrong, and tells", () => {
  it("nothing", () => expect(found(soaked())).toEqual([]));

  it("a person who was accepted twice", () =>
    expect(changed((f) => f.messages.push({ ...f.message, wamid: "wamid.2" }))).toEqual(["con_1: accepted 2 times"]));

  it("a person who is lost, and a message to somebody who has no row", () => {
    expect(changed((f) => f.rows.pop())).toContain("2 rows for 3 people");
    expect(changed((f) => f.messages.push({ ...f.message, contactId: "con_9" }))).toEqual([
      "con_9: accepted, and no row",
    ]);
  });

  it("a message without opt-in, or after an opt-out that had been answered", () => {
    expect(changed((f) => f.messages.push({ ...f.message, contactId: "con_2" }))).toContain(
      "con_2: accepted without opt-in",
    );
    expect(changed((f) => f.optOuts.set("con_1", f.message.atMs - 1_500))).toHaveLength(1);
    expect(changed((f) => f.optOuts.set("con_1", f.message.atMs - 500))).toEqual([]);
  });

  it("a status that the record does not bear out", () => {
    const as = (status: string) => changed((f) => f.rows.splice(0, 1, f.row(1, status, { messageId: "wamid.1" })));
    for (const status of ["sent", "delivered", "failed", "unknown"])
      expect(as(status)).toContain(`con_1: ${status}, and the record says read`);
    expect(changed((f) => f.rows.splice(2, 1, f.row(3, "sent", { messageId: "wamid.3" })))).not.toEqual([]);
    expect(changed((f) => f.rows.splice(2, 1, f.row(3, "failed")))).not.toEqual([]);
  });

  it("a reply to a campaign that wrote nothing, and one that nobody counted", () => {
    const replied = (place: number, id: number, status: string, messageId: string | null) =>
      changed((f) => {
        f.rows.splice(place, 1, f.row(id, status, { messageId, repliedAt: 3_000 }));
        f.counts.replied = 1;
      });
    expect(replied(0, 1, "read", "wamid.1")).toEqual([]);
    expect(replied(2, 3, "unknown", null)).toEqual([]);
    expect(replied(2, 3, "failed", null)).toContain("con_3: has a reply, and nothing was accepted");

    const runs = [{ rows: [soaked().row(1, "read", { repliedAt: 3_000 }), soaked().row(3, "unknown")] }];
    const of = (...ids: string[]) => ({ repliedBy: new Set(ids), failedFor: new Set(["con_4"]) });
    expect(lostReplies(of("con_1", "con_4"), runs)).toEqual([]);
    expect(lostReplies(of("con_1", "con_3"), runs)).toEqual(["con_3"]);
  });

  it("a person left out for what did not happen", () => {
    for (const skipReason of ["cancelled", "optedOut", "inService", "unreachable", "noOptIn"])
      expect(changed((f) => f.rows.splice(2, 1, f.row(3, "skipped", { skipReason })))).toContain(
        `con_3: left out as ${skipReason}, and nothing of the kind happened`,
      );
  });

  it("nothing of somebody who is left out because they asked to stop", () => {
    const found = changed((f) => {
      f.rows.splice(2, 1, f.row(3, "skipped", { skipReason: "optedOut" }));
      f.askedToStop.add("con_3");
    });
    expect(found.filter((text) => text.startsWith("con_3"))).toEqual([]);
  });

  it("somebody who still waits, and counts that are not the rows'", () => {
    expect(changed((f) => f.rows.splice(2, 1, f.row(3, "queued")))).toContain("it is over, and somebody still waits");
    expect(changed((f) => Object.assign(f.counts, { read: 0 }))).toHaveLength(2);
  });

  it("a message that left more than a second after a pause had been answered", () => {
    const pausedAt = (from: number) => changed((f) => f.run.silences.push({ from, to: 60_000, after: "pause" }));
    expect(pausedAt(-500)).toHaveLength(1);
    expect(pausedAt(500)).toEqual([]);
  });
});
