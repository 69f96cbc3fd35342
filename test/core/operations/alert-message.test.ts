import { describe, expect, test } from "vitest";
import { type Alert, type AlertFacts, type AlertKind, factsOf } from "#core/operations/alert.ts";
import { alertSpeaker, inEnglish, type StoredAlert } from "#core/operations/alert-message.ts";
import { SILENT_WAITS, WAIT_KINDS } from "#core/sending/waiting.ts";

const AT = Date.UTC(2026, 11, 24, 15);
const byCode = (code: number, via: "answer" | "webhook") => ({ cause: "code" as const, code, via });
const gate = {
  ...{ cause: "wave_gate" as const, reason: "wave_gate_failures", wave: 2, sent: 1_000, failed: 60 },
  ...{ optedOut: 3, redLines: 0, limit: 0.05 },
};
const heldWave =
  "Wave 2 was held back by the check before each wave (wave_gate_failures); the campaign is paused. Of 1000 sends that ended so far, 60 failed (6 %; the limit is 5 %); 3 opted out; red lines: 0.";
const gateFacts = { wave: 2, sent: 1_000, failed: 60, optedOut: 3 };
const moved = "This contact's person has taken another WhatsApp number.";

type Example<Kind extends AlertKind> = [
  params: Extract<Alert, { kind: Kind }>["params"],
  english: string,
  portuguese: RegExp,
  facts?: AlertFacts,
];
/** Of each kind what it may be about, its sentence as the API has always given it, and what the Portuguese one tells. */
const EXAMPLES: { [Kind in AlertKind]: Example<Kind>[] } = {
  tier_limit: [
    [
      {},
      "The 24-hour limit of the business portfolio is used up; the rest waits until there is room.",
      /limite de pessoas em 24 horas/,
    ],
  ],
  quality_drop: [
    [
      { cause: "rated_red" },
      "The quality of the line has dropped to RED; it leaves the rotation until it has recovered.",
      /qualidade vermelha/,
    ],
    [gate, heldWave, /vermelha.*antes da onda 2/, gateFacts],
  ],
  line_blocked: [
    [
      byCode(131048, "answer"),
      "A line stopped sending: code 131048 (The line is limited after blocks and reports).",
      /desta linha \(código 131048: .+\)/,
    ],
    [
      byCode(131048, "webhook"),
      "The line stopped sending: Meta reported code 131048.",
      /desta linha \(código 131048: .+\)/,
    ],
    [
      { cause: "no_line_left", resumesByItself: true },
      "No line of the campaign can send; it is paused until a line is back.",
      /até uma linha voltar/,
    ],
    [
      { cause: "no_line_left", resumesByItself: false },
      "No line of the campaign can send; it is paused until somebody resumes it.",
      /até alguém retomar/,
    ],
  ],
  too_few_lines: [
    [
      { healthy: 2, all: 3 },
      "Only 2 of 3 Prospect lines can send; the campaign goes on with them.",
      /^Só 2 de 3 linhas Prospect podem enviar/,
    ],
  ],
  template_paused: [
    [
      byCode(132015, "answer"),
      "Meta refused a send with code 132015 (The template is paused for low quality); the campaign is paused.",
      /código 132015/,
    ],
    [
      byCode(132015, "webhook"),
      "Meta failed an accepted message with code 132015 (The template is paused for low quality); the campaign is paused.",
      /tinha aceitado \(código 132015/,
    ],
    [
      { cause: "news", name: "lembrete", event: "REJECTED", reason: "SCAM" },
      "Meta reports REJECTED (SCAM) for the template lembrete: campaigns that use it send nothing until it is approved again.",
      /template lembrete \(REJECTED: SCAM\)/,
      { event: "REJECTED", reason: "SCAM" },
    ],
    [
      { cause: "template_not_approved" },
      "Meta does not let the template be sent; the campaign is paused.",
      /não envia mais o template desta campanha/,
    ],
    [
      { cause: "template_deleted" },
      "Meta no longer has the template; the campaign is paused.",
      /não existe mais na Meta/,
    ],
  ],
  template_flagged: [
    [
      { name: "lembrete", event: "FLAGGED", reason: null },
      "Meta reports FLAGGED for the template lembrete: it can still be sent, and campaigns go on; more complaints may pause it.",
      /template lembrete \(FLAGGED\)/,
      { event: "FLAGGED" },
    ],
  ],
  template_price: [
    [
      { cause: "category", name: "lembrete", from: "UTILITY", times: 9, at: null },
      "Meta has changed the category of the template lembrete (UTILITY): each message costs about 9 times as much. It is MARKETING now. Campaigns that use it wait before their next wave until somebody agrees, unless the settings say otherwise.",
      /agora é MARKETING.*cerca de 9 vezes/,
      { from: "UTILITY", times: 9 },
    ],
    [
      { cause: "category", name: "lembrete", from: "OTHER", times: null, at: AT },
      "Meta has changed the category of the template lembrete (OTHER): each message costs more. It becomes MARKETING on 2026-12-24T15:00:00.000Z.",
      /passa a ser MARKETING em 24 de dez\. de 2026, 12:00/,
      { from: "OTHER", at: AT },
    ],
    [
      { cause: "wave_held", wave: 3 },
      "Wave 3 is held: Meta has made the template MARKETING, which costs more. Resume the campaign to agree to the new price.",
      /antes da onda 3/,
    ],
  ],
  account_restricted: [
    [
      byCode(131031, "answer"),
      "A line stopped sending: code 131031 (The account was locked by Meta).",
      /código 131031/,
    ],
    [
      { cause: "news", event: "ACCOUNT_DELETED", until: null },
      "Meta has restricted the account of this line (ACCOUNT_DELETED). Its sends wait until Meta lifts that and somebody syncs the line.",
      /\(ACCOUNT_DELETED\), e as linhas dela não enviam/,
    ],
    [
      { cause: "news", event: "ACCOUNT_RESTRICTION", until: AT },
      "Meta has restricted the account of this line (ACCOUNT_RESTRICTION). Its sends wait until 2026-12-24T15:00:00.000Z, and then go on by themselves.",
      /até 24 de dez\. de 2026, 12:00/,
      { until: AT },
    ],
  ],
  account_limited: [
    [
      {
        restrictions: [
          { type: "RESTRICTED_A", until: null },
          { type: "RESTRICTED_B", until: AT },
        ],
      },
      "Meta has restricted what this WhatsApp account may do: RESTRICTED_A, RESTRICTED_B until 2026-12-24T15:00:00.000Z. Campaigns are not stopped by that.",
      /RESTRICTED_A, RESTRICTED_B até 24 de dez/,
      { restrictions: "RESTRICTED_A, RESTRICTED_B" },
    ],
  ],
  account_violation: [
    [
      { violation: "SCAM" },
      "Meta found a violation of its rules (SCAM) in this WhatsApp account; more of them restrict or close it. See the account's quality at Meta.",
      /\(SCAM\)/,
      { violation: "SCAM" },
    ],
  ],
  account_closing: [
    [
      { day: "November 30, 2026" },
      "Meta will disable this WhatsApp account on November 30, 2026; nothing can be sent after that. Ask for a review in Meta's Business Support.",
      /November 30, 2026/,
      { day: "November 30, 2026" },
    ],
    [
      { day: null },
      "Meta will disable this WhatsApp account soon; nothing can be sent after that. Ask for a review in Meta's Business Support.",
      /em breve/,
    ],
  ],
  opt_out_unmatched: [
    [
      {},
      "Somebody asked in WhatsApp for no more promotions, and Meta named only a user id. Find the person in the line's conversations and opt the contact out.",
      /registre o opt-out/,
    ],
  ],
  number_changed: [
    [
      { newPhone: null, takenBy: null },
      `${moved} Ask them for it, and change the contact's phone.`,
      /Pergunte o novo/,
      {},
    ],
    [
      { newPhone: "+5511900000288", takenBy: null },
      `${moved} To go on writing to them, change the contact's phone to +5511900000288 (PATCH /v1/contacts/{id}); until then the old number is used.`,
      /telefone do contato para \+55 11 90000-0288/,
      { newPhone: "+5511900000288" },
    ],
    [
      { newPhone: "+5511900000288", takenBy: "con_1" },
      `${moved} Another contact has the new one, +5511900000288, already: delete this one, or its old number goes on being written to.`,
      /outro contato já tem/,
      { newPhone: "+5511900000288", takenBy: "con_1" },
    ],
  ],
  failure_rate: [
    [
      { cause: "recent", sent: 80, failed: 9, minutes: 10, limit: 0.1 },
      "Of 80 sends that ended in the last 10 minutes, 9 failed or got no answer (11.3 %; the limit is 10 %); the campaign is paused.",
      /10 minutos, 9 de 80 .*: 11,3%.*\(10%\)/,
      { sent: 80, failed: 9, minutes: 10 },
    ],
    [gate, heldWave, /onda 2 .*60 de 1\.000 .*\(6%\) e 3 pessoas/, gateFacts],
  ],
  campaign_paused: [
    [
      byCode(100, "answer"),
      "Meta refused a send with code 100 (Meta refused the data of this send); the campaign is paused.",
      /código 100/,
    ],
  ],
  campaign_waits: [
    [
      {
        waits: [
          { kind: "pinned_line_blocked", count: 1, reason: "spam_limited" },
          { kind: "queue_delayed", count: 1_200, reason: null },
        ],
      },
      "1 person waits for a line that can't send (spam_limited): give them to other lines, fail them, or bring it back. 1200 people wait because sends come back from the queue unsent.",
      /^1 pessoa espera por uma linha .*1\.200 pessoas esperam porque envios voltam/,
    ],
  ],
  start_missed: [
    [
      { minutes: 95 },
      "The campaign could not begin at its time, 95 minutes ago; it waits for a person to resume it.",
      /há 95 minutos/,
    ],
  ],
  in_doubt: [
    [
      { when: "campaign_ended", count: 2 },
      "The campaign has ended with 2 sends whose answer from Meta never came.",
      /terminou.*2 envios/,
    ],
    [
      { when: "day_passed", count: 1 },
      "Meta has said nothing about 1 sends of the campaign for a day. Whether to send them again is for a person to decide.",
      /Há um dia.*1 envio /,
    ],
  ],
  import_failed: [[{ error: "empty_file" }, "The file has no header line.", /não tem linha de cabeçalho/]],
  export_failed: [
    [
      { attempts: 5 },
      "The campaign's report could not be made: a part of it failed 5 times. Ask for a new one.",
      /falhou 5 vezes/,
    ],
  ],
  erasure_failed: [
    [
      { attempts: 10 },
      "A person's data could not be erased everywhere: a step failed 10 times. Ask for the erasure again, and it goes on where it stopped.",
      /falhou 10 vezes/,
    ],
  ],
  dead_letters: [
    [
      { queue: "jobs" },
      "Work on the queue jobs failed again and again and was put aside; see the dead letters.",
      /fila jobs/,
    ],
  ],
};

/** Examples do not keep a kind and its parameters together for the compiler; what is stored does not either. */
const examples = Object.entries(EXAMPLES).flatMap(([kind, some]) =>
  some.map(([params, english, portuguese, facts = null]) => ({ kind, params, english, portuguese, facts })),
);
const stored = (kind: string, params: unknown, more: Partial<StoredAlert> = {}): StoredAlert => ({
  ...{ kind, params: JSON.stringify(params), subject: "lin_1", message: "stored", facts: null },
  ...more,
});
const inBoth = (alert: StoredAlert) => ({
  en: alertSpeaker({ language: "en", timeZone: "America/Sao_Paulo" })(alert),
  pt: alertSpeaker({ language: "pt", timeZone: "America/Sao_Paulo" })(alert),
});

describe("a stored alert", () => {
  test.each(examples)("$kind $params is read back and told in both languages", (example) => {
    const { kind, params, english, portuguese, facts } = example;
    const told = inBoth(stored(kind, params));
    expect(told.en).toEqual({ message: english, facts });
    expect(told.pt).toEqual({ message: expect.stringMatching(portuguese), facts });
    expect(told.pt.message).not.toMatch(/undefined|null|NaN/);
  });

  test("every wait that an alert tells of has words in both languages", () => {
    const silent = new Set<string>([...SILENT_WAITS, "limit_spent"]);
    for (const kind of WAIT_KINDS.filter((each) => !silent.has(each))) {
      const { en, pt } = inBoth(stored("campaign_waits", { waits: [{ kind, count: 2, reason: null }] }));
      expect([en.message, pt.message]).toEqual([
        expect.stringMatching(/^2 people wait/),
        expect.stringMatching(/^2 pessoas esperam/),
      ]);
    }
  });

  test("has the English words of the one that is raised", () => {
    const alert: Alert = { kind: "start_missed", params: { minutes: 95 } };
    expect(inBoth(stored(alert.kind, alert.params)).en).toEqual({ message: inEnglish(alert), facts: factsOf(alert) });
  });
});

describe("one of the release before", () => {
  const before = (kind: string, more: Partial<StoredAlert> = {}) =>
    inBoth(stored(kind, null, { params: null, ...more }));

  test.each(Object.keys(EXAMPLES))("%s is told in its own words in English, by its kind in Portuguese", (kind) => {
    for (const subject of ["lin_1", "cmp_1"]) {
      const { en, pt } = before(kind, { subject });
      expect(en).toEqual({ message: "stored", facts: null });
      expect(pt.message).toMatch(/^\p{Lu}.{20,}\.$/u);
      expect(pt.message).not.toMatch(/stored|undefined|null|NaN/);
    }
  });

  test.each<[string, AlertFacts, RegExp]>([
    ["account_restricted", { until: AT }, /até 24 de dez\. de 2026, 12:00/],
    ["account_closing", { day: "November 30, 2026" }, /November 30, 2026/],
    ["account_violation", { violation: "SCAM" }, /SCAM/],
    ["account_limited", { restrictions: "RESTRICTED_A" }, /RESTRICTED_A/],
    ["template_flagged", { event: "FLAGGED" }, /FLAGGED/],
    ["template_price", { from: "UTILITY", times: 9 }, /cerca de 9 vezes/],
    ["template_price", { from: "UTILITY", times: 9, at: AT }, /em 24 de dez\. de 2026, 12:00/],
    ["number_changed", { newPhone: "+5511900000288" }, /para \+55 11 90000-0288/],
    ["number_changed", { newPhone: "+5511900000288", takenBy: "con_1" }, /outro contato já tem/],
    ["failure_rate", { sent: 80, failed: 9, minutes: 10 }, /10 minutos, 9 de 80/],
    ["failure_rate", gateFacts, /onda 2 .*60 de 1\.000/],
  ])("%s keeps the facts %o, and tells them", (kind, facts, portuguese) => {
    const { en, pt } = before(kind, { facts });
    expect(en).toEqual({ message: "stored", facts });
    expect(pt).toEqual({ message: expect.stringMatching(portuguese), facts });
  });
});

describe("one that is not understood", () => {
  test.each(["of_tomorrow", "toString", "__proto__"])("of the kind %s is told by its message", (kind) => {
    for (const told of Object.values(inBoth(stored(kind, {})))) expect(told.message).toBe("stored");
  });

  test.each(["{", "null", "[]", '{"minutes":"many"}'])("with the parameters %s is told as one of before", (params) => {
    const { en, pt } = inBoth(stored("start_missed", null, { params }));
    expect(en.message).toBe("stored");
    expect(pt.message).toMatch(/não pôde começar/);
  });
});
