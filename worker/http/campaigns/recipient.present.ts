import type { CampaignFigures, HistoryEntry } from "#contracts/campaign-rpc.ts";
import { type ActionText, actionOnFailures, actionText } from "#core/meta/error-action.ts";
import { ruleFor } from "#core/meta/error-rules.ts";
import { type HistoryEvent, readEvent } from "#core/sending/history.ts";
import { ratesOf } from "#core/sending/rates.ts";
import type { RecipientRow } from "#core/sending/recipient.ts";
import type { Language } from "#core/shared/language.ts";
import { iso, isoOrNull } from "#core/shared/time.ts";
import type { Recipient, RecipientDetail } from "#http/campaigns/recipients.schema.ts";
import type { CampaignStats } from "#http/campaigns/stats.schema.ts";

/** A recipient as the API answers it. @param language for Meta's errors */
export function presentRecipient(row: RecipientRow, language: Language): Recipient {
  return {
    contactId: row.contactId,
    name: row.name,
    phone: row.phone,
    status: row.status,
    ...(row.skipReason === null ? {} : { skipReason: row.skipReason }),
    wave: row.wave,
    lineId: row.lineId,
    requestedAt: isoOrNull(row.requestedAt),
    sentAt: isoOrNull(row.sentAt),
    deliveredAt: isoOrNull(row.deliveredAt),
    readAt: isoOrNull(row.readAt),
    failedAt: isoOrNull(row.failedAt),
    repliedAt: isoOrNull(row.repliedAt),
    ...(row.errorCode === null
      ? {}
      : {
          error: {
            code: row.errorCode,
            title: errorWords(row.errorCode, language).title,
            action: actionWords(actionText(row.errorCode, row.messageId === null ? "refused" : "failed"), language),
            detail: row.errorDetail ?? "",
          },
        }),
    messageId: row.messageId,
    text: row.text,
  };
}

/** An entry of a recipient's history. @param language for Meta's errors */
export function presentHistory(
  { at, event, detail, parameters }: HistoryEntry,
  language: Language,
): RecipientDetail["history"][number] {
  // An object one release older tells what it has stored, in words.
  const happened = parameters ?? readEvent(event, detail);
  const entry = { at: iso(at), event, detail };
  if (!happened) return entry;
  const error = errorOf(happened);
  if (!error) return { ...entry, parameters: happened };
  const { code, text } = error;
  const { title } = errorWords(code, language);
  return { ...entry, parameters: happened, error: { code, title, action: actionWords(text, language) } };
}

/** The error of Meta's that an entry is about, and what was done about it. */
function errorOf(happened: HistoryEvent): { code: number; text: ActionText } | null {
  if (happened.event === "failed_after_delivery") return { code: happened.code, text: STAYS_DELIVERED };
  if (happened.event !== "refused") return null;
  return { code: happened.code, text: actionText(happened.code, happened.disposition) };
}

const STAYS_DELIVERED: ActionText = {
  actionPt: "A Meta também avisou da entrega, e a mensagem continua como entregue.",
  actionEn: "Meta told of its delivery as well, and the message stays delivered.",
};

export function presentStats(figures: CampaignFigures, language: Language): CampaignStats {
  const { counts, accounting } = figures.snapshot;
  return {
    counts,
    rates: ratesOf(counts),
    byHour: figures.byHour.map(({ hour, ...flow }) => ({ hour: iso(hour), ...flow })),
    byLine: figures.byLine,
    byWave: figures.byWave.map(({ at, ...rest }) => ({ at: iso(at), ...rest })),
    byError: figures.byError.map(({ code, count }) => ({
      code,
      ...errorWords(code, language),
      action: actionWords(actionOnFailures(code), language),
      count,
    })),
    bySkip: figures.bySkip,
    accounting,
  };
}

function errorWords(code: number, language: Language): { title: string; advice: string } {
  const { titlePt, advicePt, titleEn, adviceEn } = ruleFor(code);
  return language === "pt" ? { title: titlePt, advice: advicePt } : { title: titleEn, advice: adviceEn };
}

const actionWords = ({ actionPt, actionEn }: ActionText, language: Language): string =>
  language === "pt" ? actionPt : actionEn;
