import type { AlertFacts, AlertKind } from "./alert.ts";
import {
  changedNumber,
  closing,
  dearer,
  flagged,
  heldWave,
  limited,
  PORTUGUESE,
  recentFailures,
  restricted,
  violated,
} from "./alert-portuguese.ts";
import type { Moment } from "./alert-words.ts";

interface Before {
  facts: AlertFacts;
  /** It is about a campaign, where the same kind means something else than about a line or a template. */
  isCampaigns: boolean;
}

/**
 * What an alert of the release before says in Portuguese. Its row has an English sentence and some facts: what it is
 * about is told in general, with those.
 */
const BEFORE: Record<AlertKind, (before: Before, moment: Moment) => string> = {
  tier_limit: (_, moment) => PORTUGUESE.tier_limit({}, moment),
  quality_drop: ({ isCampaigns }, moment) =>
    isCampaigns
      ? "Uma linha usada pela campanha está com qualidade vermelha. A campanha foi pausada antes da próxima onda."
      : PORTUGUESE.quality_drop({ cause: "rated_red" }, moment),
  line_blocked: ({ isCampaigns }) =>
    isCampaigns
      ? "Nenhuma linha da campanha pode enviar, e ela foi pausada."
      : "A Meta recusou envios desta linha, e ela parou de enviar.",
  too_few_lines: () => "Há menos de três linhas Prospect em condições de enviar. A campanha segue com as que restam.",
  template_paused: ({ isCampaigns }, moment) =>
    isCampaigns
      ? PORTUGUESE.template_paused({ cause: "template_not_approved" }, moment)
      : "A Meta não deixa mais enviar o template. As campanhas que o usam esperam.",
  template_flagged: ({ facts }) => flagged("", text(facts.event)),
  template_price: ({ facts, isCampaigns }, moment) =>
    isCampaigns
      ? "O template virou MARKETING, que custa mais, e a campanha foi pausada antes da próxima onda. Retome para aceitar o novo preço."
      : dearer("", count(facts.times), count(facts.at), moment),
  account_restricted: ({ facts }, moment) => restricted(null, count(facts.until), moment),
  account_limited: ({ facts }) => limited(text(facts.restrictions)),
  account_violation: ({ facts }) => violated(text(facts.violation)),
  account_closing: ({ facts }) => closing(text(facts.day)),
  opt_out_unmatched: (_, moment) => PORTUGUESE.opt_out_unmatched({}, moment),
  number_changed: ({ facts }) => changedNumber(text(facts.newPhone), facts.takenBy !== undefined),
  failure_rate: ({ facts }) => {
    const [sent, failed, minutes, wave] = [facts.sent, facts.failed, facts.minutes, facts.wave].map(count);
    if (sent == null || failed == null)
      return "As falhas ou os opt-outs passaram do limite da empresa, e a campanha foi pausada.";
    return minutes == null
      ? heldWave({ wave: wave ?? 0, sent, failed, optedOut: count(facts.optedOut) ?? 0 })
      : recentFailures({ sent, failed, minutes }, null);
  },
  campaign_paused: () => "A Meta recusou envios por um motivo que vale para todos, e a campanha foi pausada.",
  campaign_waits: () => "Pessoas da campanha esperam. Abra-a para ver o motivo, até quando, e o que dá para fazer.",
  start_missed: () => "A campanha não pôde começar na hora marcada e espera alguém retomar.",
  in_doubt: () => "A Meta não confirmou alguns envios. Decida na campanha se eles devem ser refeitos.",
  import_failed: () => "O arquivo de contatos não pôde ser importado. Confira o formato e envie de novo.",
  export_failed: () => "O relatório da campanha não pôde ser feito. Peça outro.",
  erasure_failed: () => "Os dados de uma pessoa não puderam ser apagados por inteiro. Peça a exclusão de novo.",
  dead_letters: () => "Um trabalho falhou várias vezes e foi deixado de lado. Tente de novo ou descarte.",
};

/** Null for a kind that is not known here. */
export function portugueseBefore(
  { kind, subject, facts }: { kind: string; subject: string; facts: AlertFacts | null },
  moment: Moment,
): string | null {
  const before = { facts: facts ?? {}, isCampaigns: subject.startsWith("cmp_") };
  return isKnown(kind) ? BEFORE[kind](before, moment) : null;
}

const isKnown = (kind: string): kind is AlertKind => Object.hasOwn(BEFORE, kind);
const text = (fact: number | string | undefined): string | null => (fact === undefined ? null : String(fact));
const count = (fact: number | string | undefined): number | null => (typeof fact === "number" ? fact : null);
