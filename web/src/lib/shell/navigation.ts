import Activity from "@lucide/svelte/icons/activity";
import Building from "@lucide/svelte/icons/building-2";
import Megaphone from "@lucide/svelte/icons/megaphone";
import Users from "@lucide/svelte/icons/users";
import type { Scope } from "$core/identity/scopes.ts";
import { m } from "$lib/paraglide/messages.js";

interface NavigationGroup {
  label: () => string;
  items: {
    label: () => string;
    icon: typeof Megaphone;
    children: { label: () => string; href: string; scope?: Scope }[];
  }[];
}

/**
 * The menu, in the order of the product's manual. An entry stands here from the day its screen works; one that names a
 * scope is shown to those who hold it.
 */
const navigation: NavigationGroup[] = [
  {
    label: m.nav_engage,
    items: [
      {
        label: m.nav_audience,
        icon: Users,
        children: [
          { label: m.nav_audiences, href: "/audiences", scope: "contacts:read" },
          { label: m.nav_contacts, href: "/contacts", scope: "contacts:read" },
          { label: m.nav_segments, href: "/segments", scope: "catalogue:read" },
          { label: m.nav_attendances, href: "/attendances", scope: "contacts:read" },
          { label: m.nav_blocks, href: "/blocks", scope: "contacts:read" },
        ],
      },
    ],
  },
  {
    label: m.nav_convert,
    items: [{ label: m.nav_campaigns, icon: Megaphone, children: [{ label: m.nav_whatsapp, href: "/campaigns" }] }],
  },
  {
    label: m.nav_manage,
    items: [
      {
        label: m.nav_company,
        icon: Building,
        children: [
          { label: m.nav_settings, href: "/settings", scope: "tenant:admin" },
          { label: m.nav_erasures, href: "/erasures", scope: "tenant:admin" },
        ],
      },
      {
        label: m.nav_operations,
        icon: Activity,
        children: [{ label: m.nav_queues, href: "/operations", scope: "tenant:admin" }],
      },
    ],
  },
];

/** What of the menu a person sees: nothing stays that leads nowhere. */
export function menuFor(may: (scope: Scope) => boolean): NavigationGroup[] {
  return navigation
    .map((group) => ({
      ...group,
      items: group.items
        .map((item) => ({ ...item, children: item.children.filter(({ scope }) => !scope || may(scope)) }))
        .filter(({ children }) => children.length > 0),
    }))
    .filter(({ items }) => items.length > 0);
}
