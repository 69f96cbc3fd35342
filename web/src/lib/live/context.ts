import { createContext } from "svelte";
import type { CampaignLive } from "./campaign-live.svelte.ts";

/** The campaign that the page is about, as it goes. */
export const [getCampaignLive, setCampaignLive] = createContext<CampaignLive>();
