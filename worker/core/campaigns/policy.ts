import { DEFAULT_OPT_OUT_WORDS } from "#core/audience/keywords.ts";
import type { FrequencyCap } from "./frequency-caps.ts";

/** Monday is 1, Sunday is 7 (ISO 8601). */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** When messages may leave. Outside, waves and later tries wait. */
export interface SendingWindow {
  /** IANA name. */
  timeZone: string;
  /** Wall-clock hours, `HH:mm`, `from` included and `to` not; a day may have several; one that is in none is closed. */
  hours: { days: Weekday[]; from: string; to: string }[];
  /** Days without sends, `YYYY-MM-DD` in the time zone. */
  holidays: string[];
}

/** Looked at before each wave but the first; what is above a limit pauses the campaign. */
export interface WaveGate {
  /** Share of the campaign's sends so far that failed, 0…1. */
  maxFailureRate: number;
  /** Share of the people reached so far that opted out, 0…1. */
  maxOptOutRate: number;
  /** A line that sent for the campaign and is RED by now. */
  stopOnRedLine: boolean;
}

/** What a tenant has decided about how its campaigns behave, with the defaults filled in. */
export interface CampaignPolicy {
  /** The campaign pauses when more than this share of its recent sends failed, 0…1… */
  failureRateThreshold: number;
  /** …of at least this many. */
  failureRateMinimum: number;
  waveGate: WaveGate | null;
  /** A campaign that begins later than this after its start waits for a person. */
  missedStartMinutes: number;
  /** A campaign that paused because no line was left goes on by itself once one is back. */
  resumeWhenLinesReturn: boolean;
  /** What it does before its next wave once its template costs more. */
  categoryChange: CategoryChange;
  /** How many messages one person may get from all campaigns together; none: any number. */
  frequencyCaps: FrequencyCap[];
  /** Null: at any time. */
  sendingWindow: SendingWindow | null;
}

/** What a campaign says of its window: its tenant's, its own, or none. Null in the catalogue means the tenant's. */
export type SendingWindowChoice = { mode: "tenant" } | { mode: "none" } | ({ mode: "custom" } & SendingWindow);

export const DEFAULT_POLICY: CampaignPolicy = {
  failureRateThreshold: 0.1,
  failureRateMinimum: 50,
  waveGate: null,
  missedStartMinutes: 60,
  resumeWhenLinesReturn: false,
  categoryChange: "hold",
  frequencyCaps: [],
  sendingWindow: null,
};

/** How long a reply counts as the campaign's own unless the tenant says otherwise. */
export const DEFAULT_REPLY_WINDOW_MINUTES = 72 * 60;

/** How long an attendance stays open without an event unless the tenant says otherwise: WhatsApp's own service window. */
export const DEFAULT_ATTENDANCE_IDLE_MINUTES = 24 * 60;

/** The smallest and the largest number that each setting takes. */
export const LIMITS = {
  failureRateMinimum: [10, 10_000],
  missedStartMinutes: [1, 10_080],
  replyWindowMinutes: [1, 43_200],
  attendanceIdleMinutes: [5, 43_200],
} as const;

/** Offered when a tenant turns its window on: business hours in Brazil, Saturdays in the morning. */
export const DEFAULT_WINDOW: SendingWindow = {
  timeZone: "America/Sao_Paulo",
  hours: [
    { days: [1, 2, 3, 4, 5], from: "08:00", to: "20:00" },
    { days: [6], from: "08:00", to: "14:00" },
  ],
  holidays: [],
};

/** The tenant's settings and the campaign's own choice, as one. */
export function policyOf(settings: TenantSettings, choice: SendingWindowChoice | null): CampaignPolicy {
  const { failureRateThreshold, failureRateMinimum, waveGate, missedStartMinutes, resumeWhenLinesReturn } = settings;
  return {
    failureRateThreshold: failureRateThreshold ?? DEFAULT_POLICY.failureRateThreshold,
    failureRateMinimum: failureRateMinimum ?? DEFAULT_POLICY.failureRateMinimum,
    waveGate: waveGate ?? null,
    missedStartMinutes: missedStartMinutes ?? DEFAULT_POLICY.missedStartMinutes,
    resumeWhenLinesReturn: resumeWhenLinesReturn ?? DEFAULT_POLICY.resumeWhenLinesReturn,
    categoryChange: settings.categoryChange ?? DEFAULT_POLICY.categoryChange,
    frequencyCaps: settings.frequencyCaps ?? DEFAULT_POLICY.frequencyCaps,
    sendingWindow: windowOf(settings, choice),
  };
}

function windowOf(settings: TenantSettings, choice: SendingWindowChoice | null): SendingWindow | null {
  switch (choice?.mode) {
    case "none":
      return null;
    case "custom": {
      const { timeZone, hours, holidays } = choice;
      return { timeZone, hours, holidays };
    }
    default:
      return settings.sendingWindow ?? null;
  }
}

/** `hold`: it pauses until a person agrees to the new price. */
export type CategoryChange = "hold" | "continue";

/** What a tenant may tune; every field has a default where it is read. */
export interface TenantSettings {
  /** Pause a campaign when more than this share of its recent sends failed; default 0.10. */
  failureRateThreshold?: number | undefined;
  /** Fewer recent sends than this say nothing about a share; default 50. */
  failureRateMinimum?: number | undefined;
  waveGate?: WaveGate | null | undefined;
  /** A campaign that could not begin within this time after its start waits for a person; default 60. */
  missedStartMinutes?: number | undefined;
  /** Whether a campaign that ran out of lines goes on by itself when one is back; default no. */
  resumeWhenLinesReturn?: boolean | undefined;
  /** When campaigns may send, unless they say otherwise; null or absent: at any time. */
  sendingWindow?: SendingWindow | null | undefined;
  /** What a campaign does before its next wave when Meta has made its template MARKETING; default "hold". */
  categoryChange?: CategoryChange | undefined;
  /** How many messages one person may get from all campaigns together; default: any number. */
  frequencyCaps?: FrequencyCap[] | undefined;
  /** How long after a campaign's message a reply counts as its own; default 72 hours. */
  replyWindowMinutes?: number | undefined;
  /** An attendance is closed once nothing has happened in it for so long; default 24 hours. */
  attendanceIdleMinutes?: number | undefined;
  /** Whole messages that take consent back; default SAIR, PARAR, CANCELAR and STOP. */
  optOutWords?: string[] | undefined;
  /** Whole messages that give consent; default none. */
  optInWords?: string[] | undefined;
  /** An import writes nothing when more of its rows are rejected than this share, 0…100; null or absent: any share is taken. */
  maxRejectedPercent?: number | null | undefined;
}

/** The words by which people give and take back consent. */
export const keywordsOf = ({ optOutWords, optInWords }: TenantSettings) => ({
  optOut: optOutWords ?? [...DEFAULT_OPT_OUT_WORDS],
  optIn: optInWords ?? [],
});
