import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutRepeats } from "#core/audience/block.ts";
import { type BlockList, type ListContext, openBlockList } from "#core/imports/block-list.ts";
import { encode } from "./csv-fixture.ts";

const PHONE = "+5511961234567";
const CPF = "52998224725";
const context: ListContext = {
  timeZone: "America/Sao_Paulo",
  now: Date.parse("2026-11-28T12:00:00-03:00"),
  segmentId: null,
  segmentOf: (name) => ({ Cobrança: "seg_1", seg_1: "seg_1" })[name],
};
const MAESTRO = "TIPO_BLOQUEIO;CPF_CNPJ;DATA_SOLICITACAO;DATA_EXPIRACAO;NUCONTRATOGESTAO;NUMERO;EMAIL;MOTIVO";

function opened(text: string | Uint8Array): BlockList {
  const list = openBlockList(typeof text === "string" ? new TextEncoder().encode(text) : text);
  if (!list.ok) throw new Error(list.error);
  return list.value;
}
function read(text: string | Uint8Array, given: Partial<ListContext> = {}) {
  const parts = [...opened(text).parts({ ...context, ...given }, 2)];
  return { blocks: parts.flatMap(({ blocks }) => blocks), rejects: parts.flatMap(({ rejects }) => rejects) };
}
const reasonsOf = (text: string) => read(text).rejects.map(({ line, reason }) => [line, reason]);

describe("a list of blocks", () => {
  it("of Maestro is read with its own columns, in any order, accents, encoding and delimiter", () => {
    const rows = [
      `1;529.982.247-25;01/11/2026;;CT-42;11961234567;;Não perturbe`,
      `2;;01/11/2026;31/12/2026;;(11) 96123-4568;ana@example.com;`,
    ];
    const expected = [
      {
        ...{ line: 2, phone: PHONE, document: CPF, userId: null, segmentId: null },
        ...{ reason: "Não perturbe", contract: "CT-42", until: null, notices: [] },
      },
      {
        ...{ line: 3, phone: "+5511961234568", document: null, userId: null, segmentId: null },
        ...{ reason: "Lista de bloqueio", contract: null, notices: [] },
        // The whole last day, as the tenant's clocks have it.
        until: Date.parse("2027-01-01T00:00:00-03:00"),
      },
    ];
    const text = [MAESTRO, ...rows].join("\r\n");
    for (const encoding of ["utf-8", "utf-8 with mark", "windows-1252"] as const)
      expect(read(encode(text, encoding)).blocks).toEqual(expected);
    const turned = text
      .split("\r\n")
      .map((line) => line.split(";").toReversed().join(","))
      .join("\n");
    expect(read(turned).blocks).toEqual(expected);
  });

  it("of ours names segments, and the instant at which a block ends", () => {
    const text = [
      "DDD;Telefone;CpfCnpj;IdUsuario;Segmento;Motivo;Contrato;Ate",
      "11;961234567;;;Cobrança;pediu;7;2026-12-24 18:00",
      ";;;BR.1a2B3c;;;;",
      ";;52998224725;;seg_1;;;2026-12-24",
    ].join("\n");
    expect(read(text, { segmentId: "seg_2" }).blocks).toMatchObject([
      { phone: PHONE, segmentId: "seg_1", contract: "7", until: Date.parse("2026-12-24T18:00:00-03:00") },
      { phone: null, userId: "BR.1a2B3c", segmentId: "seg_2", until: null },
      { document: CPF, segmentId: "seg_1", until: Date.parse("2026-12-25T00:00:00-03:00") },
    ]);
  });

  it("holds back more people rather than fewer where it can't be read, and says so", () => {
    const rows = [
      `1;${CPF};;;;123;;phone that is none`,
      `1;111;;;;11961234567;;document that is none`,
      `3;;;31/12/2026;;11961234567;;type that is none`,
      `2;;;31/13/2026;;11961234567;;day that is none`,
      `2;;;;;11961234567;;no day`,
      `1;;;31/12/2020;;11961234567;;permanent, whatever the day`,
    ];
    expect(read([MAESTRO, ...rows].join("\n")).blocks.map((b) => [b.phone, b.document, b.until, b.notices])).toEqual([
      [null, CPF, null, ["key_left_out"]],
      [PHONE, null, null, ["key_left_out"]],
      [PHONE, null, null, ["type_unclear"]],
      [PHONE, null, null, ["end_unclear"]],
      [PHONE, null, null, ["end_unclear"]],
      [PHONE, null, null, []],
    ]);
  });

  it("leaves out only rows of which nobody can tell whom they mean, where, or that are over", () => {
    const rows = [
      `1;;;;CT-1;;;contract alone`,
      `1;;;;;;ana@example.com;`,
      `1;111;;;;;;`,
      `1;;;;;123;;`,
      `2;;;27/11/2026;;11961234567;;`,
      `1;;;;;11961234567;;;surplus`,
      MAESTRO,
      `;;;;;;;`,
    ];
    expect(reasonsOf([MAESTRO, ...rows].join("\n"))).toEqual([
      [2, "no_key"],
      [3, "only_email"],
      [4, "document_unreadable"],
      [5, "phone_unreadable"],
      [6, "already_over"],
      [7, "too_many_cells"],
      [8, "repeated_header"],
    ]);
    expect(reasonsOf(`IdUsuario;Segmento\n11961234567;\nBR.1a;Vendas\n`)).toEqual([
      [2, "user_id_unreadable"],
      [3, "segment_unknown"],
    ]);
    // The day on which it ends is not over yet.
    expect(read(`${MAESTRO}\n2;;;28/11/2026;;11961234567;;`).blocks).toHaveLength(1);
  });

  it("is refused as a whole when it is no text, has no header, or no column that says who is meant", () => {
    const refusal = (bytes: Uint8Array) => openBlockList(bytes);
    expect(refusal(new Uint8Array())).toEqual({ ok: false, error: "empty_file" });
    expect(refusal(new Uint8Array([0x50, 0x4b, 0x03, 0x04, 0]))).toEqual({ ok: false, error: "no_text" });
    expect(refusal(encode("Nome;Motivo\nAna;x", "utf-8"))).toEqual({ ok: false, error: "no_key_column" });
    const rows = (count: number) => encode(`Telefone\n${"11961234567\n".repeat(count)}`, "utf-8");
    expect(opened(rows(100_000)).rows).toBe(100_000);
    expect(refusal(rows(100_001))).toEqual({ ok: false, error: "too_many_rows" });
  });

  it("that names people more than once keeps the later end, in whatever order", () => {
    const block = fc.record({
      phone: fc.constantFrom("+5511961234567", "+5511961234568"),
      document: fc.constantFrom(null, CPF),
      userId: fc.constant(null),
      segmentId: fc.constantFrom(null, "seg_1"),
      until: fc.constantFrom(null, 1, 2, 3),
      reason: fc.constant("asked"),
      contract: fc.constant(null),
    });
    const ends = (blocks: readonly { phone: string; document: string | null; until: number | null }[]) =>
      new Set(blocks.map((one) => JSON.stringify(one)));
    fc.assert(
      fc.property(fc.array(block), (blocks) => {
        const once = withoutRepeats(blocks);
        expect(ends(withoutRepeats(blocks.toReversed()))).toEqual(ends(once));
        for (const { until, ...keys } of blocks) {
          const kept = once.filter((other) =>
            Object.entries(keys).every(([key, value]) => value === other[key as "phone"]),
          );
          expect(kept).toHaveLength(1);
          const end = kept[0]?.until ?? null;
          expect(end === null || (until !== null && end >= until)).toBe(true);
        }
      }),
    );
  });
});
