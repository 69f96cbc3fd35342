import { IMPORT_ERROR_WORDS } from "#core/imports/job.ts";
import { ruleFor } from "#core/meta/error-rules.ts";
import { failureShare } from "#core/sending/circuit-breaker.ts";
import { spacedPhone } from "#core/shared/phone-display.ts";
import type { AlertParams } from "./alert.ts";
import type { AlertWords, Moment } from "./alert-words.ts";

type Wait = AlertParams["campaign_waits"]["waits"][number];

export const PORTUGUESE: AlertWords = {
  tier_limit: () => "O limite de pessoas em 24 horas do portfólio acabou. O que falta sai sozinho quando houver saldo.",
  quality_drop: (params) =>
    params.cause === "wave_gate"
      ? `Uma linha usada pela campanha está com qualidade vermelha. A campanha foi pausada antes da onda ${number(params.wave)}.`
      : "A Meta deu qualidade vermelha à linha. Ela fica fora do rodízio até melhorar.",
  line_blocked: (params) => {
    if (params.cause === "code")
      return `A Meta recusou envios desta linha (${codeWords(params)}), e ela parou de enviar.`;
    const until = params.resumesByItself ? "uma linha voltar" : "alguém retomar";
    return `Nenhuma linha da campanha pode enviar, e ela foi pausada até ${until}.`;
  },
  too_few_lines: ({ healthy, all }) => {
    const can = healthy === 1 ? "pode" : "podem";
    return `Só ${number(healthy)} de ${number(all)} linhas Prospect ${can} enviar. A campanha segue com o que resta.`;
  },
  template_paused: (params) => {
    if (params.cause === "code") return sendsRefused(params);
    if (params.cause === "news")
      return `A Meta não deixa mais enviar o template ${params.name} (${newsWords(params)}). As campanhas que o usam esperam.`;
    return params.cause === "template_not_approved"
      ? "A Meta não envia mais o template desta campanha, e ela foi pausada."
      : "O template desta campanha não existe mais na Meta, e ela foi pausada.";
  },
  template_flagged: (params) => flagged(` ${params.name}`, newsWords(params)),
  template_price: (params, moment) =>
    params.cause === "wave_held"
      ? `O template virou MARKETING, que custa mais, e a campanha foi pausada antes da onda ${number(params.wave)}. Retome para aceitar o novo preço.`
      : dearer(` ${params.name}`, params.times, params.at, moment),
  account_restricted: (params, moment) => {
    if (params.cause === "code") return restricted(codeWords(params), null, moment);
    return restricted(params.event, params.until, moment);
  },
  account_limited: ({ restrictions }, moment) =>
    limited(restrictions.map(({ type, until }) => (until === null ? type : `${type} até ${moment(until)}`)).join(", ")),
  account_violation: ({ violation }) => violated(violation),
  account_closing: ({ day }) => closing(day),
  opt_out_unmatched: () =>
    "Alguém pediu no WhatsApp para não receber promoções, e nenhum contato corresponde. Ache a pessoa nas conversas da linha e registre o opt-out.",
  number_changed: ({ newPhone, takenBy }) => changedNumber(newPhone, takenBy !== null),
  failure_rate: (params) => (params.cause === "wave_gate" ? heldWave(params) : recentFailures(params, params.limit)),
  campaign_paused: (params) => sendsRefused(params),
  campaign_waits: ({ waits }) =>
    `${waits.map((wait) => WAITS[wait.kind](people(wait))).join(" ")} Abra a campanha para ver o motivo, até quando, e o que dá para fazer.`,
  start_missed: ({ minutes }) =>
    `A campanha não pôde começar na hora marcada, há ${number(minutes)} minutos, e espera alguém retomar.`,
  in_doubt: ({ when, count }) => {
    const sends = count === 1 ? "1 envio" : `${number(count)} envios`;
    return when === "campaign_ended"
      ? `A campanha terminou e a Meta não confirmou ${sends}. Decida na campanha o que deve ser refeito.`
      : `Há um dia a Meta não diz nada sobre ${sends} da campanha. Decida na campanha o que deve ser refeito.`;
  },
  import_failed: ({ error }) => IMPORT_ERROR_WORDS[error].pt,
  export_failed: ({ attempts }) =>
    `O relatório da campanha não pôde ser feito: uma parte dele falhou ${number(attempts)} vezes. Peça outro.`,
  erasure_failed: ({ attempts }) =>
    `Os dados de uma pessoa não puderam ser apagados por inteiro: uma etapa falhou ${number(attempts)} vezes. Peça a exclusão de novo: ela continua de onde parou.`,
  dead_letters: ({ queue }) =>
    `Um trabalho da fila ${queue} falhou várias vezes e foi deixado de lado. Tente de novo ou descarte.`,
};

const people = ({ count }: Wait): string => (count === 1 ? "1 pessoa espera" : `${number(count)} pessoas esperam`);

const WAITS: Record<Wait["kind"], (people: string) => string> = {
  pinned_line_blocked: (people) => `${people} por uma linha que não pode enviar, e alguém precisa decidir.`,
  account_restricted: (people) => `${people} porque a Meta restringiu as contas das linhas.`,
  line_resting: (people) => `${people} até que uma linha possa enviar de novo.`,
  rate_shared: (people) => `${people} porque outras campanhas usam toda a velocidade das linhas.`,
  sending_window: (people) => `${people} por uma janela de envio que não abre mais.`,
  wave_unchecked: (people) => `${people} porque uma onda atrasada não pôde ser conferida antes do envio.`,
  queue_delayed: (people) => `${people} porque envios voltam da fila sem sair.`,
  internal_error: (people) => `${people} porque algo falha do nosso lado repetidas vezes.`,
  stalled: (people) => `${people}, nada sai, e não encontramos o motivo.`,
};

type ByCode = AlertParams["campaign_paused"];
const codeWords = ({ code }: ByCode): string => `código ${code}: ${ruleFor(code).titlePt}`;

const sendsRefused = (params: ByCode): string =>
  params.via === "webhook"
    ? `A Meta recusou depois uma mensagem que tinha aceitado (${codeWords(params)}), e a campanha foi pausada.`
    : `A Meta recusou um envio (${codeWords(params)}), e a campanha foi pausada.`;

const newsWords = ({ event, reason }: { event: string; reason: string | null }): string =>
  reason === null ? event : `${event}: ${reason}`;

/*
 * Sentences that also stand for an alert of which only the facts are known (`alert-before.ts`): without the name of what
 * it is about, and null for what was not told.
 */

const inBrackets = (text: string | null): string => (text === null ? "" : ` (${text})`);

export const flagged = (name: string, event: string | null): string =>
  `A Meta apontou um problema no template${name}${inBrackets(event)}. Ele ainda pode ser enviado, e as campanhas seguem; com mais reclamações, pode ser pausado.`;

export function dearer(name: string, times: number | null, at: number | null, moment: Moment): string {
  if (at !== null) {
    const cost = times === null ? "mais do que custa hoje" : `cerca de ${number(times)} vezes o que custa hoje`;
    return `O template${name} passa a ser MARKETING em ${moment(at)}, e cada mensagem vai custar ${cost}.`;
  }
  const cost = times === null ? "mais" : `cerca de ${number(times)} vezes o que custava`;
  return `O template${name} agora é MARKETING, e cada mensagem custa ${cost}. As campanhas esperam alguém aceitar antes da próxima onda, a não ser que as configurações digam outra coisa.`;
}

export const restricted = (why: string | null, until: number | null, moment: Moment): string =>
  until === null
    ? `A Meta restringiu a conta do WhatsApp${inBrackets(why)}, e as linhas dela não enviam. Veja o motivo no painel da Meta.`
    : `A Meta restringiu a conta do WhatsApp${inBrackets(why)} até ${moment(until)}. Os envios das linhas dela esperam e voltam sozinhos depois disso.`;

export const limited = (restrictions: string | null): string =>
  `A Meta limitou o que a conta do WhatsApp pode fazer${inBrackets(restrictions)}. As campanhas não param por isso.`;

export const violated = (violation: string | null): string =>
  `A Meta viu uma violação das regras${inBrackets(violation)} na conta do WhatsApp. Outras podem restringir ou fechar a conta. Veja a qualidade da conta na Meta.`;

export const closing = (day: string | null): string =>
  `A Meta vai desativar a conta do WhatsApp${day === null ? " em breve" : inBrackets(day)}, e depois nada mais sai por ela. Peça uma revisão no suporte da Meta.`;

export function changedNumber(newPhone: string | null, isTaken: boolean): string {
  if (newPhone === null)
    return "A pessoa deste contato mudou de número no WhatsApp. Pergunte o novo e mude o telefone do contato.";
  const phone = spacedPhone(newPhone);
  return isTaken
    ? `A pessoa deste contato mudou para ${phone}, que outro contato já tem. Exclua este contato, ou o número antigo continua recebendo mensagens.`
    : `A pessoa deste contato mudou de número no WhatsApp. Para continuar falando com ela, mude o telefone do contato para ${phone}; até lá, o número antigo é usado.`;
}

/** @param limit null when it was not kept with what was counted */
export const recentFailures = (
  counted: { sent: number; failed: number; minutes: number },
  limit: number | null,
): string =>
  `Nos últimos ${number(counted.minutes)} minutos, ${number(counted.failed)} de ${number(counted.sent)} envios falharam ou ficaram sem resposta: ${percent(failureShare(counted))}, acima do limite da empresa${inBrackets(limit === null ? null : percent(limit))}. A campanha foi pausada.`;

export const heldWave = (gate: { wave: number; sent: number; failed: number; optedOut: number }): string =>
  `A onda ${number(gate.wave)} não começou: até aqui, ${number(gate.failed)} de ${number(gate.sent)} envios falharam (${percent(failureShare(gate))}) e ${gate.optedOut === 1 ? "1 pessoa pediu" : `${number(gate.optedOut)} pessoas pediram`} para sair. A campanha foi pausada.`;

const whole = new Intl.NumberFormat("pt-BR", { maximumFractionDigits: 1 });
const shares = new Intl.NumberFormat("pt-BR", { style: "percent", maximumFractionDigits: 1 });
const number = (value: number) => whole.format(value);
const percent = (share: number) => shares.format(share);
