/** A claim is a permission to send that lasts less than a second. */
const PERMISSION_MS = 1_000;
/** Campaigns that could not reach a number before it is left out. */
const UNREACHED_IN = 2;
/** Failed by it, a message may have one more try a day later (Meta's cap on marketing to one person). */
const CAPPED = 131049;
const SENT = ["sent", "delivered", "read"];

/**
 * What differs between what a campaign says of itself and the Graph's own record, in words; empty when all is well.
 * @param seen `{rows, stats, listed}`: its recipients, its figures, and what the catalogue says of it
 * @param record the simulator's, as `readRecord` gives it
 * @param optOuts contact id → when its opt-out had been answered, ms
 */
export function differences(run, seen, record, optOuts) {
  const { messages, refusals } = record.of(run.id);
  const found = [...run.problems];
  const say = (contactId, text) => found.push(`${contactId}: ${text}`);
  const { rows, stats, listed } = seen;
  const byContact = group(messages);
  const refused = group(refusals);
  const people = new Map(run.audience.people.map((person) => [person.phone, person]));

  if (rows.length !== people.size) found.push(`${rows.length} rows for ${people.size} people`);
  const known = new Set(rows.map(({ contactId }) => contactId));
  for (const contactId of byContact.keys()) if (!known.has(contactId)) say(contactId, "accepted, and no row");
  for (const row of rows) {
    const person = people.get(row.phone);
    const accepted = byContact.get(row.contactId) ?? [];
    if (!person) say(row.contactId, "not in the audience");
    if (accepted.length > 1) say(row.contactId, `accepted ${accepted.length} times`);
    if (!person?.optedIn && accepted.length > 0) say(row.contactId, "accepted without opt-in");
    const optedOutAt = optOuts.get(row.contactId);
    for (const { atMs } of accepted)
      if (atMs > (optedOutAt ?? Number.POSITIVE_INFINITY) + PERMISSION_MS)
        say(row.contactId, `accepted ${atMs - optedOutAt} ms after the opt-out was answered`);
    const wrong = statusDiffers(row, accepted[0], refused.get(row.contactId) ?? [], run);
    if (wrong) say(row.contactId, wrong);
    // What is unconfirmed may have been answered.
    if (row.repliedAt !== null && accepted.length === 0 && row.status !== "unknown")
      say(row.contactId, "has a reply, and nothing was accepted");
    const unjust =
      row.status === "skipped"
        ? skipDiffers(row, run, person, record, optOuts)
        : person?.optedIn
          ? null
          : `${row.status} without opt-in`;
    if (unjust) say(row.contactId, unjust);
  }
  found.push(...silenceDiffers(run, messages), ...countsDiffer(rows, stats, listed));
  return found;
}

/**
 * Whose reply was told and stands in no campaign. Campaigns write to the same people at the same time, so which of them
 * a reply belongs to is the clock's to say; but for those who were not reached by one of them it may be none.
 * @param runs all that wrote to these people, with their rows
 */
export function lostReplies({ repliedBy, failedFor }, runs) {
  const counted = new Set(
    runs.flatMap(({ rows }) => rows.filter(({ repliedAt }) => repliedAt !== null).map(({ contactId }) => contactId)),
  );
  return [...repliedBy].filter((contactId) => !counted.has(contactId) && !failedFor.has(contactId));
}

const group = (items) => Map.groupBy(items, ({ contactId }) => contactId);

/** What a row must say of a message that was accepted, or of none. */
function statusDiffers({ status, messageId, error }, message, refusals, run) {
  if (!message) {
    if (messageId !== null) return `has a message id, and nothing was accepted`;
    if (status === "failed") return refusals.length === 0 ? `failed (${error?.code}), and nothing was refused` : null;
    return ["skipped", "unknown"].includes(status) ? null : `${status}, and nothing was accepted`;
  }
  const { told, wamid, errorCode } = message;
  // It waited for its other try when the campaign was cancelled.
  if (status === "skipped" && run.cancelledAt !== null && errorCode === CAPPED && "failed" in told) return null;
  const expected = ["read", "delivered", "failed", "sent"].filter((kind) => kind in told).slice(0, 1);
  // Nothing has been told of it: only the answer says that it was sent, and that may have been lost.
  if (expected.length === 0) expected.push("sent", "unknown");
  if (!expected.includes(status)) return `${status}, and the record says ${expected.join(" or ")}`;
  return status !== "unknown" && messageId !== wamid ? `another message id than the record's` : null;
}

/** Whether leaving a person out is not what happened to them. */
function skipDiffers({ contactId, skipReason }, run, person, { unreachedBy, stopped, askedToStop }, optOuts) {
  if (!person?.optedIn) return null;
  const just = {
    cancelled: run.cancelledAt !== null,
    inService: run.campaign.leavesOutInService,
    optedOut: optOuts.has(contactId) || stopped.has(contactId) || askedToStop.has(contactId),
    unreachable: (unreachedBy.get(contactId)?.size ?? 0) >= UNREACHED_IN,
  };
  return just[skipReason] ? null : `left out as ${skipReason}, and nothing of the kind happened`;
}

/** After a pause or a cancel has been answered nothing may begin to leave, but for what had its permission. */
function silenceDiffers({ silences }, messages) {
  return silences.flatMap(({ from, to, after }) => {
    const late = messages.filter(({ atMs }) => atMs > from + PERMISSION_MS && atMs < to);
    return late.length > 0 ? [`${late.length} accepted more than a second after a ${after} was answered`] : [];
  });
}

/** The counts say what the rows say, in the object as in the catalogue. */
export function countsDiffer(rows, { counts, accounting }, listed) {
  const of = (...statuses) => rows.filter(({ status }) => statuses.includes(status)).length;
  const expected = {
    total: rows.length,
    pending: of("pending"),
    queued: of("queued", "sending"),
    sent: of(...SENT),
    delivered: of("delivered", "read"),
    read: of("read"),
    failed: of("failed"),
    skipped: of("skipped"),
    unknown: of("unknown"),
    replied: rows.filter(({ repliedAt }) => repliedAt !== null).length,
  };
  const found = [];
  for (const [name, count] of Object.entries(expected)) {
    if (counts[name] !== count) found.push(`counts.${name} is ${counts[name]}, and the rows say ${count}`);
    if (listed.counts[name] !== count) found.push(`the catalogue's ${name} is ${listed.counts[name]}, not ${count}`);
  }
  if (!accounting.balanced) found.push("the accounts do not balance");
  if (expected.pending + expected.queued > 0) found.push("it is over, and somebody still waits");
  return found;
}
