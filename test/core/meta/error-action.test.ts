import { describe, expect, it } from "vitest";
import { actionOnFailures, actionText, type Disposition } from "#core/meta/error-action.ts";
import { BEHAVIOURS } from "#core/meta/error-behaviours.ts";
import { GIVEN_UP, NO_CODE } from "#core/meta/error-rules.ts";

const codes = [...Object.keys(BEHAVIOURS).map(Number), NO_CODE, GIVEN_UP, null];
const pt = (code: number | null, disposition: Disposition) => actionText(code, disposition).actionPt;

describe("what was done about an error", () => {
  it("is said for every code and disposition, in whole sentences of both languages", () => {
    for (const code of codes) {
      const texts = (["waits", "paused", "refused", "failed"] as const).map((disposition) =>
        actionText(code, disposition),
      );
      for (const { actionPt, actionEn } of [...texts, actionOnFailures(code)]) {
        for (const sentence of [actionPt, actionEn]) expect(sentence, `${code}`).toMatch(/^[A-ZÀ-Ú].+\.$/);
        expect(actionPt).not.toBe(actionEn);
      }
    }
  });

  it.each([
    [131026, "refused", "Não tentamos outra linha, porque não adianta."],
    [131026, "failed", "Não tentamos outra linha, porque não adianta."],
    [130429, "waits", "A linha passou a enviar mais devagar. A mensagem é enviada de novo mais tarde."],
    [131045, "waits", "A linha parou de enviar. A mensagem vai por outra linha."],
    [131048, "waits", "A linha parou de enviar. A mensagem espera por ela, até uma pessoa decidir."],
    [131057, "waits", "A linha descansa por um tempo. A mensagem vai por outra linha."],
    [131031, "waits", "Todas as linhas da conta pararam de enviar. A mensagem espera por uma linha de outra conta."],
    [131049, "waits", "A mensagem é tentada mais uma vez, depois de um dia."],
    [131050, "refused", "O opt-out do contato foi registrado."],
    [131050, "failed", "O opt-out do contato foi registrado."],
    [132015, "paused", "A campanha foi pausada. A mensagem espera a retomada."],
    [131000, "waits", "A mensagem é enviada de novo mais tarde."],
    [131000, "refused", "Tentamos mais de uma vez, sem sucesso, e desistimos."],
    [131008, "refused", "Só este envio falhou; se o erro se repetir em seguida, a campanha é pausada."],
  ] as const)("%i that %s: %s", (code, disposition, sentence) => {
    expect(pt(code, disposition)).toBe(sentence);
  });

  it("is no second send of what Meta had accepted, and says so", () => {
    for (const code of [131000, 130429, 131045, 131031, 132015])
      expect(pt(code, "failed")).toContain("não é reenviada, para ninguém receber duas vezes");
  });

  it("names what stopped after an error that repeated, although one alone would have failed only its recipient", () => {
    expect(pt(130497, "waits")).toBe("A linha parou de enviar. A mensagem vai por outra linha.");
    expect(pt(130497, "refused")).toContain("se o erro se repetir em seguida, a linha para de enviar");
  });

  it("holds for all failures with a code, however each of them came", () => {
    expect(actionOnFailures(131026).actionPt).toBe(pt(131026, "refused"));
    // An answer never fails its recipient by these: what failed had been accepted.
    expect(actionOnFailures(130429).actionPt).toBe(pt(130429, "failed"));
    expect(actionOnFailures(131000).actionPt).toContain("recusou na hora");
    expect(actionOnFailures(131000).actionPt).toContain("já tinha aceitado");
  });
});
