import type { Language } from "#core/shared/language.ts";
import { iso } from "#core/shared/time.ts";
import { type Alert, type AlertFacts, type AlertKind, type AlertParams, factsOf, readAlert } from "./alert.ts";
import { portugueseBefore } from "./alert-before.ts";
import { ENGLISH } from "./alert-english.ts";
import { PORTUGUESE } from "./alert-portuguese.ts";
import type { AlertWords, Moment } from "./alert-words.ts";

/** Who reads it, and in which time zone (IANA name) they live: programs read English, whose instants are ISO 8601. */
export interface AlertReader {
  language: Language;
  timeZone: string;
}

/** What is stored of an alert; rows of the release before have no `params`. */
export interface StoredAlert {
  kind: string;
  subject: string;
  params: string | null;
  message: string;
  facts: AlertFacts | null;
}

/**
 * Says what a stored alert means, and what it counted. There is something to say of each: of one that was worded before
 * it was stored its own English sentence, or in Portuguese what its kind means.
 */
export function alertSpeaker({ language, timeZone }: AlertReader) {
  const isPortuguese = language === "pt";
  const moment = isPortuguese ? portugueseMoment(timeZone) : iso;
  return (stored: StoredAlert): { message: string; facts: AlertFacts | null } => {
    const alert = readAlert(stored);
    if (alert) return { message: say(alert, isPortuguese ? PORTUGUESE : ENGLISH, moment), facts: factsOf(alert) };
    const message = (isPortuguese && portugueseBefore(stored, moment)) || stored.message;
    return { message, facts: stored.facts };
  };
}

export const inEnglish = (alert: Alert): string => say(alert, ENGLISH, iso);

const say = <Kind extends AlertKind>(
  { kind, params }: { kind: Kind; params: AlertParams[Kind] },
  words: AlertWords,
  moment: Moment,
): string => words[kind](params, moment);

function portugueseMoment(timeZone: string): Moment {
  const format = new Intl.DateTimeFormat("pt-BR", {
    timeZone,
    day: "2-digit",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  return (at) => format.format(at);
}
