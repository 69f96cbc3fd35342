import { onMount } from "svelte";

/** A component that nobody can need before the page has been used: it comes after the first load. Null until then. */
export function late<C>(load: () => Promise<{ default: C }>): { readonly component: C | null } {
  let component = $state.raw<C | null>(null);
  onMount(async () => {
    component = (await load()).default;
  });
  return {
    get component() {
      return component;
    },
  };
}
