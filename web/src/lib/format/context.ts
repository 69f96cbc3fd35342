import { createContext } from "svelte";
import type { Format } from "./format.ts";

/** The formats of the person's language in the tenant's time zone; the shell sets them. */
export const [getFormat, setFormat] = createContext<Format>();
