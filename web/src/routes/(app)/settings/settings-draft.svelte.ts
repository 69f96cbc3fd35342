import { DEFAULT_WINDOW, LIMITS } from "$core/campaigns/policy.ts";
import type { Tenant, TenantSettings } from "$lib/api/types.ts";
import { WindowDraft } from "$lib/features/campaigns/window/window-draft.svelte.ts";
import { m } from "$lib/paraglide/messages.js";
import { CapsDraft } from "./caps-draft.svelte.ts";

type Policy = Tenant["policy"];
export type SettingName =
  | "failureRateThreshold"
  | "failureRateMinimum"
  | "maxFailureRate"
  | "maxOptOutRate"
  | "missedStartMinutes"
  | "replyWindowMinutes"
  | "attendanceIdleMinutes"
  | "maxRejectedPercent";

/** Offered when the check before each wave is turned on. */
const GATE = { maxFailureRate: 0.1, maxOptOutRate: 0.02, stopOnRedLine: true };

/** Offered when the limit for rejected rows is turned on. */
const MAX_REJECTED_PERCENT = 10;

/** Shares are percentages on the screen, with two decimals. */
const toPercent = (share: number) => Math.round(share * 10_000) / 100;
const toShare = (percent: number | null) => Math.round((percent ?? 0) * 100) / 10_000;

/** What the company has decided, while it is edited. Numbers are null while their field is empty. */
export class SettingsDraft {
  caps = $state.raw(new CapsDraft([]));
  windowOn = $state(false);
  window = $state.raw(new WindowDraft(DEFAULT_WINDOW));
  failurePercent = $state<number | null>(null);
  failureMinimum = $state<number | null>(null);
  gateOn = $state(false);
  gateFailurePercent = $state<number | null>(null);
  gateOptOutPercent = $state<number | null>(null);
  gateStopOnRedLine = $state(false);
  missedStartMinutes = $state<number | null>(null);
  resumeWhenLinesReturn = $state(false);
  holdsOnPrice = $state(true);
  replyWindowMinutes = $state<number | null>(null);
  attendanceIdleMinutes = $state<number | null>(null);
  rejectsLimited = $state(false);
  maxRejectedPercent = $state<number | null>(null);

  constructor(policy: Policy, timeZone: string) {
    this.read(policy, timeZone);
  }

  /** Takes over what is saved. */
  read(policy: Policy, timeZone: string): void {
    const gate = policy.waveGate ?? GATE;
    this.caps = new CapsDraft(policy.frequencyCaps);
    this.windowOn = policy.sendingWindow !== null;
    this.window = new WindowDraft(policy.sendingWindow ?? { ...DEFAULT_WINDOW, timeZone });
    this.failurePercent = toPercent(policy.failureRateThreshold);
    this.failureMinimum = policy.failureRateMinimum;
    this.gateOn = policy.waveGate !== null;
    this.gateFailurePercent = toPercent(gate.maxFailureRate);
    this.gateOptOutPercent = toPercent(gate.maxOptOutRate);
    this.gateStopOnRedLine = gate.stopOnRedLine;
    this.missedStartMinutes = policy.missedStartMinutes;
    this.resumeWhenLinesReturn = policy.resumeWhenLinesReturn;
    this.holdsOnPrice = policy.categoryChange === "hold";
    this.replyWindowMinutes = policy.replyWindowMinutes;
    this.attendanceIdleMinutes = policy.attendanceIdleMinutes;
    this.rejectsLimited = policy.maxRejectedPercent !== null;
    this.maxRejectedPercent = policy.maxRejectedPercent ?? MAX_REJECTED_PERCENT;
  }

  /** As the API takes it. */
  get settings() {
    return {
      frequencyCaps: this.caps.caps,
      sendingWindow: this.windowOn ? this.window.window : null,
      failureRateThreshold: toShare(this.failurePercent),
      failureRateMinimum: this.failureMinimum ?? 0,
      waveGate: this.gateOn
        ? {
            maxFailureRate: toShare(this.gateFailurePercent),
            maxOptOutRate: toShare(this.gateOptOutPercent),
            stopOnRedLine: this.gateStopOnRedLine,
          }
        : null,
      missedStartMinutes: this.missedStartMinutes ?? 0,
      resumeWhenLinesReturn: this.resumeWhenLinesReturn,
      categoryChange: this.holdsOnPrice ? ("hold" as const) : ("continue" as const),
      replyWindowMinutes: this.replyWindowMinutes ?? 0,
      attendanceIdleMinutes: this.attendanceIdleMinutes ?? 0,
      maxRejectedPercent: this.rejectsLimited ? (this.maxRejectedPercent ?? 0) : null,
    } satisfies TenantSettings;
  }

  /** Only what differs, so that somebody else who changes another setting meanwhile is heard too. */
  changesSince(policy: Policy): TenantSettings {
    const { settings } = this;
    const names = Object.keys(settings).filter((name): name is keyof typeof settings => name in settings);
    const changed = names.filter((name) => !sameValue(settings[name], policy[name]));
    return Object.fromEntries(changed.map((name) => [name, settings[name]]));
  }

  /** What is wrong with a field, in words, by its name in the API. */
  get faults(): Partial<Record<SettingName, string>> {
    const { failurePercent, gateFailurePercent, gateOptOutPercent } = this;
    const whole = (value: number | null, [least, most]: readonly [number, number], text: () => string) =>
      value !== null && Number.isInteger(value) && value >= least && value <= most ? undefined : text();
    const isShare = (percent: number | null) => percent !== null && percent >= 0 && percent <= 100;
    const share = (percent: number | null) => (!this.gateOn || isShare(percent) ? undefined : m.invalid_share());
    const found = {
      failureRateThreshold:
        toShare(failurePercent) > 0 && toShare(failurePercent) <= 1 ? undefined : m.invalid_percent(),
      failureRateMinimum: whole(this.failureMinimum, LIMITS.failureRateMinimum, m.invalid_minimum),
      maxFailureRate: share(gateFailurePercent),
      maxOptOutRate: share(gateOptOutPercent),
      missedStartMinutes: whole(this.missedStartMinutes, LIMITS.missedStartMinutes, m.invalid_interval),
      replyWindowMinutes: whole(this.replyWindowMinutes, LIMITS.replyWindowMinutes, m.invalid_reply),
      attendanceIdleMinutes: whole(this.attendanceIdleMinutes, LIMITS.attendanceIdleMinutes, m.invalid_idle),
      maxRejectedPercent: !this.rejectsLimited || isShare(this.maxRejectedPercent) ? undefined : m.invalid_share(),
    };
    return found;
  }

  get isSound(): boolean {
    const isWindowSound = !this.windowOn || this.window.isSound;
    return Object.values(this.faults).every((fault) => !fault) && isWindowSound && this.caps.isSound;
  }
}

/** Equal as JSON, in whatever order their keys come. */
function sameValue(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && left.every(([key, value]) => right.has(key) && sameValue(value, right.get(key)));
}
