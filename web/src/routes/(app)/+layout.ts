import { browser } from "$app/environment";
import type { Me } from "$lib/api/types.ts";
import type { LayoutLoad } from "./$types";

/** An open page goes on when a refresh finds no API. */
let known: Me | null = null;

export const load: LayoutLoad = ({ data }) => {
  if (!browser) return data;
  known = data.me ?? known;
  return { ...data, me: known };
};
