/** No scripted incident lasts longer, so that every campaign can end. */
const INCIDENT_MS = 40_000;
/** The product gives a call up after 20 s. */
const PAST_TIMEOUT_MS = 21_000;
const SLOW_MS = 30_000;

/**
 * What can go wrong at Meta, by kind: each draws its faults for one campaign, as `[match, fault]` of the simulator.
 * Shares of slow calls are small because each holds one of six connections.
 */
export const INCIDENTS = {
  none: () => [],
  cut: (chance) => [[{ share: chance.pick([0.05, 0.2]) }, { kind: "accept_then_cut" }]],
  past_timeout: () => [
    [
      { share: 0.04, count: 5 },
      { kind: "delay", ms: PAST_TIMEOUT_MS },
    ],
  ],
  slow: () => [
    [
      { share: 0.04, count: 5 },
      { kind: "delay", ms: SLOW_MS },
    ],
  ],
  hang: () => [
    [
      { share: 0.03, count: 3 },
      { kind: "hang", accepted: true },
    ],
    [{ share: 0.03, count: 3 }, { kind: "hang" }],
  ],
  server_error: (chance) => [[{ share: 0.2 }, { kind: "http_5xx", httpStatus: chance.pick([500, 503]) }]],
  bad_gateway: () => [
    [{ share: 0.1 }, { kind: "html_502", accepted: true }],
    [{ share: 0.1 }, { kind: "html_502" }],
  ],
  throughput: (chance) => [[{ fromMs: chance.whole(0, 2_000), count: 40 }, error(130429)]],
  pair: () => [[{ share: 0.15 }, error(131056)]],
  token_revoked: (chance) => [[{ nth: chance.whole(2, 25) }, { kind: "token_revoked" }]],
  all_tokens_revoked: (chance) => [
    [{ fromMs: 0, nth: chance.whole(2, 15) }, { kind: "token_revoked" }],
    [{ fromMs: 0, share: 0.5, count: 3 }, { kind: "token_revoked" }],
  ],
  number_blocked: (chance) => [[{ nth: chance.whole(2, 25) }, { kind: "number_blocked" }]],
  account_locked: (chance) => [[{ nth: chance.whole(2, 25) }, { kind: "number_blocked", code: 131031 }]],
  template_paused: (chance) => [[{ nth: chance.whole(2, 25) }, { kind: "template_paused" }]],
  refused_in_a_row: (chance) => [[{ fromMs: chance.whole(0, 500), count: 12 }, error(100)]],
  recipients: () => [
    [{ share: 0.05 }, error(131026)],
    [{ share: 0.03, count: 2 }, error(131050)],
    [{ share: 0.05 }, { kind: "async_failed", code: 131026 }],
  ],
  // Their other try would come a day later.
  capped: () => [[{ share: 0.1 }, { kind: "async_failed", code: 131049 }]],
  held: (chance) => [
    [{ share: 0.3 }, { kind: "held", ms: chance.whole(500, 6_000), ...(chance.happens(0.5) ? { code: 131026 } : {}) }],
  ],
  webhooks_late: (chance) => [[{ share: 0.5 }, { kind: "late", ms: chance.whole(2_000, 30_000) }]],
  webhooks_doubled: () => [[{}, { kind: "doubled" }]],
  webhooks_reversed: () => [[{}, { kind: "reversed" }]],
  webhooks_before_answer: () => [[{ share: 0.5 }, { kind: "before_answer" }]],
  webhooks_never: () => [[{ share: 0.5 }, { kind: "never" }]],
  webhooks_wild: () => [
    [{ share: 0.3 }, { kind: "late", ms: 8_000 }],
    [{ share: 0.4 }, { kind: "doubled" }],
    [{ share: 0.4 }, { kind: "reversed" }],
    [{ share: 0.3 }, { kind: "before_answer" }],
    [{ share: 0.1 }, { kind: "accept_then_cut" }],
  ],
};

const error = (code) => ({ kind: "error", code });

/**
 * The simulator's scenarios for one campaign. Their name decides which calls a share is, so each has its own: under one
 * name the first would take all calls of the others.
 */
export function scenariosFor(name, campaignId, faults) {
  return faults.map(([match, fault], at) => ({
    name: `${name}/${at}`,
    match: { callback: `c:${campaignId};`, toMs: INCIDENT_MS, ...match },
    fault,
  }));
}
