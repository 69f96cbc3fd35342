import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { consentSaid, DEFAULT_OPT_OUT_WORDS, isCommonReply } from "#core/audience/keywords.ts";

const words = { optOut: DEFAULT_OPT_OUT_WORDS, optIn: ["QUERO RECEBER", "Sim"] };
const says = (text: string | null, payload: string | null = null) => consentSaid({ text, payload }, words);

describe("consent by keyword", () => {
  it("is heard whatever the accents, capitals, punctuation and spaces", () => {
    for (const text of [
      "SAIR",
      "sair",
      " Sair. ",
      "SÁIR!!",
      "¡parar!",
      "Ｓｔｏｐ",
      "cancelar 🙏",
      '"Stop"',
      "*PARAR*\n",
    ])
      expect([text, says(text)]).toEqual([text, "no"]);
    for (const text of ["quero   receber", "Quero, receber!", "SIM"]) expect([text, says(text)]).toEqual([text, "yes"]);
  });

  it("is not heard in a message that says more, or another word", () => {
    const others = ["não quero sair", "sairemos", "PARAR agora", "s a i r", "", "!!!", "receber quero", "stop stop"];
    for (const text of others) expect([text, says(text)]).toEqual([text, null]);
    expect(says(null)).toBeNull();
  });

  it("comes as the title of a button or row, or as its payload", () => {
    expect(says("Não quero mais", "STOP")).toBe("no");
    expect(says("Parar", "btn_1")).toBe("no");
    expect(says("Ofertas", "sim")).toBe("yes");
    expect(says("Ofertas", "btn_1")).toBeNull();
  });

  it("is a no where a tenant has a word in both lists, and nothing where it has none", () => {
    expect(consentSaid({ text: "ok", payload: null }, { optOut: ["OK"], optIn: ["ok"] })).toBe("no");
    expect(consentSaid({ text: "Sim", payload: "parar" }, words)).toBe("no");
    expect(consentSaid({ text: "SAIR", payload: null }, { optOut: [], optIn: [] })).toBeNull();
    expect(consentSaid({ text: "?", payload: null }, { optOut: ["!"], optIn: ["?"] })).toBeNull();
  });

  it("is warned of where people write the word about other things, but not of the words that all have", () => {
    for (const word of ["Sim", "NÃO", "ok!", "1", "Bom dia", "s"])
      expect([word, isCommonReply(word)]).toEqual([word, true]);
    for (const word of [...DEFAULT_OPT_OUT_WORDS, "QUERO RECEBER", "descadastrar", "🙏", ""])
      expect([word, isCommonReply(word)]).toEqual([word, false]);
  });

  it("finds any word of a tenant however it is decorated, and none in a longer text", () => {
    const letters = fc.string({ unit: fc.constantFrom(..."abçÉí"), minLength: 1, maxLength: 20 });
    const decoration = fc.string({ unit: fc.constantFrom(..." .,!?*_~\n🙂"), maxLength: 8 });
    fc.assert(
      fc.property(letters, decoration, decoration, letters, (word, before, after, more) => {
        const tenant = { optOut: [word], optIn: [] };
        const said = (text: string) => consentSaid({ text, payload: null }, tenant);
        expect(said(`${before}${word.toUpperCase().normalize("NFD")}${after}`)).toBe("no");
        expect(said(`${word} ${before} ${more}`)).toBeNull();
      }),
    );
  });
});
