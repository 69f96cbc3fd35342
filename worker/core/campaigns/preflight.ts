import type { AudienceTally } from "#core/audience/eligibility.ts";
import { lineHealth } from "#core/lines/health.ts";
import { eligibleLines, MIN_PROSPECT_LINES, usability } from "#core/lines/rotation.ts";
import { iso, MINUTE_MS } from "#core/shared/time.ts";
import { completionAt } from "./estimate.ts";
import { planFaults } from "./plan.ts";
import { contentIssues } from "./preflight-content.ts";
import type { IssueCode, PreflightIssue, PreflightLine, PreflightSnapshot } from "./preflight-snapshot.ts";
import { type CostEstimate, estimateCost } from "./pricing.ts";
import { nextOpening } from "./sending-window.ts";
import { firstWaves, MOST_WAVES, type Wave } from "./waves.ts";

export interface Preflight {
  /** True when no issue is an error: the campaign may be launched. */
  ok: boolean;
  issues: PreflightIssue[];
  audience: AudienceTally;
  lines: { lineId: string; usable: boolean; reason?: string; remaining24h: number | null }[];
  /** The first {@link MOST_WAVES}. */
  waves: Wave[];
  estimatedCompletionAt: number | null;
  estimatedCost: CostEstimate | null;
}

/** A start that has just passed means "now"; one that is older is a mistake in the date. */
const START_GRACE_MS = 5 * MINUTE_MS;

/** Everything there is to say about a campaign before it is launched. */
export function preflight(snapshot: PreflightSnapshot): Preflight {
  const { now, pacing, window, audience, template } = snapshot;
  const lines = eligibleLines(snapshot.lines, snapshot.sender);
  const healthy = lines.filter((line) => lineHealth(line, line.cooldown, now).usable);
  const ready = healthy.filter((line) => line.templateLinked);
  const missing = missingChoices(snapshot);
  const lacks = (code: IssueCode) => missing.some((issue) => issue.code === code);
  const issues = [
    ...missing,
    ...(lacks("line_missing") || lacks("segment_missing") ? [] : lineIssues(snapshot, lines, healthy)),
    ...(template ? contentIssues({ ...snapshot, template }, lines, healthy) : []),
    ...(lacks("audience_missing") ? [] : audienceIssues(snapshot, ready)),
    ...planFaults(snapshot, now).map((fault): PreflightIssue => ({ ...fault, severity: "error" })),
    ...startIssues(snapshot),
  ];
  const startAt = Math.max(snapshot.startAt ?? now, now);
  return {
    ok: issues.every((issue) => issue.severity !== "error"),
    issues,
    audience,
    lines: lines.map((line) => ({ lineId: line.lineId, ...verdict(line, now), remaining24h: line.remaining24h })),
    waves: firstWaves(audience.eligible, startAt, pacing, MOST_WAVES, window),
    estimatedCompletionAt: completionAt(
      audience.eligible,
      startAt,
      pacing,
      ready.map((line) => line.ratePerSecond),
      window,
    ),
    estimatedCost: template && estimateCost(template.category, audience.eligible),
  };
}

/** What no campaign can be launched without. */
function missingChoices({ chosen, sender, template }: PreflightSnapshot): PreflightIssue[] {
  const missing = (code: IssueCode, what: string, path: string): PreflightIssue[] => [
    { code, severity: "error", message: `Choose ${what}.`, path },
  ];
  return [
    ...(chosen.segment ? [] : missing("segment_missing", "a segment", "segmentId")),
    ...(chosen.audience ? [] : missing("audience_missing", "an audience", "audienceId")),
    ...(sender.mode === "line" && sender.lineId === null
      ? missing("line_missing", "the line that sends", "sender.lineId")
      : []),
    ...(template ? [] : missing("template_missing", "a template", "templateId")),
  ];
}

function lineIssues(
  { sender, now }: PreflightSnapshot,
  lines: PreflightLine[],
  healthy: PreflightLine[],
): PreflightIssue[] {
  const issues: PreflightIssue[] = [];
  if (sender.mode === "line") {
    const path = "sender.lineId";
    const [line] = lines;
    const health = line && lineHealth(line, line.cooldown, now);
    if (!health?.usable) {
      const why = health?.reason ?? "it no longer exists";
      issues.push({ code: "line_not_usable", severity: "error", message: `The chosen line can't send: ${why}.`, path });
    }
    if (line?.kind === "receptive") {
      const message =
        "A receptive line sends alone and its quality may fall fast; prospect lines are made for campaigns.";
      issues.push({ code: "receptive_line", severity: "warning", message, path });
    }
  } else if (healthy.length < MIN_PROSPECT_LINES) {
    const message = `Healthy prospect lines in the segment: ${healthy.length}. A campaign that rotates needs ${MIN_PROSPECT_LINES}.`;
    issues.push({ code: "too_few_prospect_lines", severity: "error", message, path: "segmentId" });
  }
  const yellow = healthy.filter((line) => line.quality === "YELLOW").length;
  if (yellow > 0) {
    const message = `Lines of yellow quality: ${yellow}. Complaints about this campaign may stop them.`;
    issues.push({ code: "quality_low", severity: "warning", message, path: "sender" });
  }
  return issues;
}

function audienceIssues({ audience, partial }: PreflightSnapshot, ready: PreflightLine[]): PreflightIssue[] {
  if (audience.eligible === 0) {
    if (partial) return [];
    const message = "Nobody in the audience would get the message; see why in `audience.excluded`.";
    return [{ code: "audience_empty", severity: "error", message, path: "audienceId" }];
  }
  const remaining = remainingTogether(ready);
  if (remaining === null || audience.eligible <= remaining) return [];
  const message = `People who would get the message: ${audience.eligible}. The lines may write to ${remaining} more in 24 hours, so the rest will wait.`;
  return [{ code: "limit_exceeded", severity: "warning", message, path: "audienceId" }];
}

function startIssues({ startAt, now, window }: PreflightSnapshot): PreflightIssue[] {
  if (startAt !== null && startAt < now - START_GRACE_MS) {
    const message = "The start has passed; choose another or none.";
    return [{ code: "start_in_past", severity: "error", message, path: "startAt" }];
  }
  const begin = Math.max(startAt ?? now, now);
  const opens = nextOpening(window, begin);
  if (opens === null) {
    const message = "The sending window does not open within 400 days of the start; nothing would ever be sent.";
    return [{ code: "window_never_opens", severity: "error", message, path: "sendingWindow" }];
  }
  if (opens === begin) return [];
  const message = `The sending window is closed at the start; the first wave leaves at ${iso(opens)}.`;
  return [{ code: "start_outside_window", severity: "warning", message, path: "startAt" }];
}

/** How many people all of these may still write to; null when nothing bounds them, or nobody could send at all. */
function remainingTogether(lines: PreflightLine[]): number | null {
  if (lines.length === 0) return null;
  const byPortfolio = new Map(lines.map((line) => [line.portfolioId, line.remaining24h]));
  let sum = 0;
  for (const remaining of byPortfolio.values()) {
    if (remaining === null) return null;
    sum += remaining;
  }
  return sum;
}

function verdict(line: PreflightLine, now: number): { usable: boolean; reason?: string } {
  const answer = usability(line, now);
  if (answer.usable) return answer;
  return {
    usable: false,
    reason: answer.reason === "resting" ? (line.cooldown?.reason ?? answer.reason) : answer.reason,
  };
}
