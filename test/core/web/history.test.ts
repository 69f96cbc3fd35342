import { expect, test, vi } from "vitest";
import type { HistoryEvent } from "#core/sending/history.ts";
import words from "../../../web/messages/campaigns/pt-BR.json" with { type: "json" };
import { HISTORY } from "../../support/history-events.ts";

/** The messages as they are written: what the build makes of them is not needed for these. */
vi.mock("$lib/paraglide/messages.js", () => {
  const texts = new Map<string, unknown>(Object.entries(words));
  const say =
    (key: string) =>
    (values: Record<string, unknown> = {}) =>
      String(texts.get(key)).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
  return { m: new Proxy({}, { get: (_, key) => say(String(key)) }) };
});

interface Entry {
  at: string;
  event: string;
  detail: string;
  parameters?: HistoryEvent;
  error?: object;
}
interface Screen {
  historyLabel(event: string): string;
  historyDetail(entry: Entry, recipient: object, lines: object[]): string;
}
/** By a name that only the web's own types resolve. */
const FILE = "../../../web/src/lib/text/campaigns/history.ts";
const screen: Screen = await import(FILE);

const error = { code: 131026, title: "Mensagem não entregue", action: "Nada foi feito." };
const show = (entry: Omit<Entry, "at">) =>
  screen.historyDetail({ at: "2026-12-01T12:00:00.000Z", error, ...entry }, { error }, [
    { id: "lin_1", name: "Cobrança 1", phone: "+551140001000" },
  ]);

/** In the order of the examples. */
const SHOWN = [
  "prepared: Onda 1",
  "prepared: ",
  "skipped: Opt-out",
  "queued: Cobrança 1: melhor opção, qualidade alta",
  "requeued: A fila não entregou a tempo.",
  "held: A Meta segura parte dos envios para observar a reação das pessoas.",
  "refused: Mensagem não entregue (131026). Nada foi feito.",
  "refused: Mensagem não entregue (131026). Nada foi feito.",
  "refused: Mensagem não entregue (131026). Nada foi feito.",
  "moved: A linha parou, e uma pessoa da equipe decidiu enviar por outra.",
  "in_doubt: A resposta do envio não chegou.",
  "in_doubt: O envio não terminou a tempo, e não se sabe se a mensagem saiu.",
  "doubt_ended: Passaram 24 horas sem aviso. A mensagem só é reenviada se alguém pedir.",
  "resend_withheld: O contato não tem mais opt-in.",
  "resend_withheld: O contato está em atendimento.",
  "resend_withheld: Há um bloqueio para este contato.",
  "resend_withheld: A pessoa já recebeu o máximo de mensagens que a empresa permite no período.",
  "resent: Uma pessoa da equipe pediu o reenvio.",
  "sent: ",
  "delivered: ",
  "read: ",
  "failed: Mensagem não entregue (131026)",
  "failed: Mensagem não entregue (131026)",
  "failed_after_delivery: Mensagem não entregue (131026). Nada foi feito.",
  "replied: IDR",
  "replied: Operação",
];

test("each kind of entry has a title and words of its own, in the person's language", () => {
  const shown = HISTORY.map(([happened, detail]) => {
    expect(screen.historyLabel(happened.event)).not.toMatch(/undefined|_/);
    return `${happened.event}: ${show({ event: happened.event, detail, parameters: happened })}`;
  });
  expect(shown).toEqual(SHOWN);
});

test("an entry without parameters, or with some that this version does not know, is shown as it came", () => {
  for (const [happened, detail] of HISTORY) expect(show({ event: happened.event, detail })).toBe(detail);
  const newer: Entry = JSON.parse(
    '{"event":"in_doubt","detail":"no_idea","parameters":{"event":"in_doubt","reason":"no_idea"}}',
  );
  expect(show(newer)).toBe("no_idea");
  const unheard: Entry = JSON.parse('{"event":"taken_back","detail":"by_meta","parameters":{"event":"taken_back"}}');
  expect(show(unheard)).toBe("by_meta");
  expect(screen.historyLabel("taken_back")).toBe("taken back");
});
