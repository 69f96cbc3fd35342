import type { AlertKind, AlertParams } from "./alert.ts";

/** How an instant (ms) is written. */
export type Moment = (at: number) => string;

/** What each kind says in one language; the compiler asks for all of them. */
export type AlertWords = { [Kind in AlertKind]: (params: AlertParams[Kind], moment: Moment) => string };
