import { DEFAULT_WINDOW, type SendingWindow } from "$core/campaigns/policy.ts";
import type { Campaign, CampaignInput } from "$lib/api/types.ts";
import { FilterDraft } from "$lib/features/audiences/filter/filter-draft.svelte.ts";
import { WindowDraft } from "$lib/features/campaigns/window/window-draft.svelte.ts";
import { toInstant, toWallTime } from "$lib/format/zoned-time.ts";
import { type Fault, faultsOf } from "./faults.ts";
import { fromSource, toSource, type VariableDraft } from "./variable-draft.ts";

const IN_SERVICE_MINUTES = 120;
/** The manual's own example: 20% every 30 minutes. */
const WAVE_PERCENT = 20;
const WAVE_INTERVAL_MINUTES = 30;

/** A campaign as the form holds it, before and between savings. */
export class CampaignDraft {
  name = $state("");
  segmentId = $state("");
  audienceId = $state("");
  when = $state<"now" | "later">("now");
  startDate = $state("");
  startTime = $state("");
  windowMode = $state<"tenant" | "none" | "custom">("tenant");
  pace = $state<"all" | "waves">("all");
  percent = $state<number | null>(WAVE_PERCENT);
  intervalMinutes = $state<number | null>(WAVE_INTERVAL_MINUTES);
  inServiceMode = $state<"include" | "exclude">("exclude");
  withinMinutes = $state<number | null>(IN_SERVICE_MINUTES);
  senderMode = $state<"prospect" | "line">("prospect");
  lineId = $state("");
  templateId = $state("");
  variables = $state<Record<string, VariableDraft>>({});

  readonly filter: FilterDraft;
  /** A window of its own, kept while another choice is tried. */
  readonly window: WindowDraft;
  /** What "the company's" means. */
  readonly tenantWindow: SendingWindow | null;
  readonly #timeZone: string;

  constructor(timeZone: string, tenantWindow: SendingWindow | null, campaign: Campaign | null) {
    this.#timeZone = timeZone;
    this.tenantWindow = tenantWindow;
    const choice = campaign?.sendingWindow;
    this.window = new WindowDraft(choice?.mode === "custom" ? choice : (tenantWindow ?? DEFAULT_WINDOW));
    this.filter = new FilterDraft(campaign?.filter ?? null);
    if (campaign) this.#read(campaign);
  }

  /** The window that would hold; null for any time, and while a window of its own is not yet sound. */
  get sendingWindow(): SendingWindow | null {
    if (this.windowMode === "tenant") return this.tenantWindow;
    return this.windowMode === "custom" && this.window.isSound ? this.window.window : null;
  }

  /** When it is to start; null for "as soon as it is launched" and while date or time are missing. */
  get startAt(): string | null {
    return this.when === "later" ? toInstant({ date: this.startDate, time: this.startTime }, this.#timeZone) : null;
  }

  get faults(): Fault[] {
    return faultsOf(this, Date.now());
  }

  /**
   * What the API takes; null until there is a name, which is all that a draft needs. What is typed wrong is left out:
   * of that the draft keeps what was saved before.
   */
  toInput(): CampaignInput | null {
    return this.name.trim() ? this.#input() : null;
  }

  /** All that a person may have typed or chosen, as text to compare with. */
  get everything(): string {
    const { name, when, startDate, startTime, pace, percent, intervalMinutes, inServiceMode, withinMinutes } = this;
    const typed = { name, when, startDate, startTime, pace, percent, intervalMinutes, inServiceMode, withinMinutes };
    return JSON.stringify([this.#input(), typed]);
  }

  #input(): CampaignInput {
    const wrong = this.faults.map(({ path }) => path);
    const isSound = (field: string) => !wrong.some((path) => path.startsWith(field));
    const { percent, intervalMinutes, withinMinutes } = this;
    return {
      name: this.name.trim(),
      segmentId: this.segmentId || null,
      audienceId: this.audienceId || null,
      filter: this.filter.filter,
      templateId: this.templateId || null,
      variables: this.sources(),
      sender: this.senderMode === "line" ? { mode: "line", lineId: this.lineId || null } : { mode: "prospect" },
      ...(isSound("startAt") ? { startAt: this.startAt } : {}),
      ...(isSound("sendingWindow")
        ? {
            sendingWindow:
              this.windowMode === "custom"
                ? { mode: "custom" as const, ...this.window.window }
                : { mode: this.windowMode },
          }
        : {}),
      ...(isSound("pacing")
        ? { pacing: this.pace === "waves" ? { percent: percent ?? 0, intervalMinutes: intervalMinutes ?? 0 } : null }
        : {}),
      ...(isSound("inService")
        ? {
            inService:
              this.inServiceMode === "exclude"
                ? { mode: "exclude" as const, withinMinutes: withinMinutes ?? 0 }
                : { mode: "include" as const },
          }
        : {}),
    };
  }

  /** Where each variable's value comes from, as far as chosen. */
  sources(): NonNullable<CampaignInput["variables"]> {
    return Object.fromEntries(
      Object.entries(this.variables).flatMap(([key, variable]) => {
        const source = toSource(variable);
        return source ? [[key, source]] : [];
      }),
    );
  }

  /** A segment has its own audiences, lines and templates: what was chosen of another one no longer fits. */
  chooseSegment(segmentId: string): void {
    if (segmentId === this.segmentId) return;
    this.segmentId = segmentId;
    this.audienceId = "";
    this.lineId = "";
    this.templateId = "";
    this.variables = {};
  }

  #read(campaign: Campaign): void {
    const { sender, pacing, inService, startAt } = campaign;
    this.name = campaign.name;
    this.segmentId = campaign.segmentId ?? "";
    this.audienceId = campaign.audienceId ?? "";
    this.templateId = campaign.templateId ?? "";
    this.senderMode = sender.mode;
    if (sender.mode === "line") this.lineId = sender.lineId ?? "";
    this.windowMode = campaign.sendingWindow.mode;
    this.inServiceMode = inService.mode;
    this.withinMinutes = inService.withinMinutes ?? IN_SERVICE_MINUTES;
    this.variables = Object.fromEntries(
      Object.entries(campaign.variables).map(([key, source]) => [key, fromSource(source)]),
    );
    if (pacing) {
      this.pace = "waves";
      this.percent = pacing.percent;
      this.intervalMinutes = pacing.intervalMinutes;
    }
    if (startAt) {
      this.when = "later";
      const { date, time } = toWallTime(startAt, this.#timeZone);
      this.startDate = date;
      this.startTime = time;
    }
  }
}
