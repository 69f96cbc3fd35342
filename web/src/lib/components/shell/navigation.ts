import Megaphone from "@lucide/svelte/icons/megaphone";
import { m } from "$lib/paraglide/messages.js";

/** The menu, in the order of the product's manual. An entry stands here from the day its screen works. */
export const navigation = [
  {
    label: m.nav_convert,
    items: [{ label: m.nav_campaigns, icon: Megaphone, children: [{ label: m.nav_whatsapp, href: "/campaigns" }] }],
  },
];
