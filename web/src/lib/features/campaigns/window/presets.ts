import { DEFAULT_WINDOW, type SendingWindow } from "$core/campaigns/policy.ts";
import { m } from "$lib/paraglide/messages.js";

/** Hours that many companies keep, to begin from. */
export const presets: { label: () => string; hours: SendingWindow["hours"] }[] = [
  { label: m.window_preset_business, hours: DEFAULT_WINDOW.hours },
  { label: m.window_preset_weekdays, hours: [{ days: [1, 2, 3, 4, 5], from: "09:00", to: "18:00" }] },
  { label: m.window_preset_daily, hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: "08:00", to: "20:00" }] },
];

/** One of each of Brazil's clocks. */
export const BRAZIL_ZONES = ["America/Sao_Paulo", "America/Manaus", "America/Rio_Branco", "America/Noronha"];
