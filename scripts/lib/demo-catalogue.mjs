import { cpf } from "cpf-cnpj-validator";

/** The demo tenant: what the Graph simulator knows of it and what it imports. All names and numbers are invented. */

export const wabaId = "102938475610293";
export const portfolioId = "556677889900112";
export const token = "EAADEMO-local-simulator-token";

export const phones = [
  {
    id: "100000000000001",
    display: "+55 11 4000-1001",
    name: "Aurora Crédito",
    quality: "GREEN",
    kind: "prospect",
    segment: "Cobrança",
    label: "Prospect 1",
  },
  {
    id: "100000000000002",
    display: "+55 11 4000-1002",
    name: "Aurora Crédito",
    quality: "GREEN",
    kind: "prospect",
    segment: "Cobrança",
    label: "Prospect 2",
  },
  {
    id: "100000000000003",
    display: "+55 11 4000-1003",
    name: "Aurora Crédito",
    quality: "GREEN",
    kind: "prospect",
    segment: "Cobrança",
    label: "Prospect 3",
  },
  {
    id: "100000000000004",
    display: "+55 11 4000-1004",
    name: "Aurora Crédito",
    quality: "YELLOW",
    kind: "prospect",
    segment: "Cobrança",
    label: "Prospect 4",
  },
  {
    id: "100000000000005",
    display: "+55 11 4000-2001",
    name: "Aurora Atendimento",
    quality: "RED",
    kind: "receptive",
    segment: "Relacionamento",
    label: "Central de atendimento",
  },
];

const body = (text, examples) => ({ type: "BODY", text, ...(examples ? { example: { body_text: [examples] } } : {}) });
const named = (text, params) => ({
  type: "BODY",
  text,
  example: { body_text_named_params: Object.entries(params).map(([param_name, example]) => ({ param_name, example })) },
});
const stop = { type: "QUICK_REPLY", text: "Parar" };

export const templates = [
  {
    name: "lembrete_vencimento",
    category: "UTILITY",
    components: [
      body("Olá, {{1}}! Sua parcela de R$ {{2}} vence amanhã. Se já pagou, desconsidere.", ["Ana", "150,00"]),
      { type: "FOOTER", text: "Aurora Crédito" },
    ],
  },
  {
    name: "cobranca_acordo",
    category: "UTILITY",
    components: [
      { type: "HEADER", format: "TEXT", text: "Proposta de acordo" },
      body("{{1}}, temos uma condição para o seu débito de R$ {{2}}. Fale com a gente até {{3}}.", [
        "Ana",
        "890,00",
        "30/11",
      ]),
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "Quero negociar" },
          { type: "QUICK_REPLY", text: "Já paguei" },
        ],
      },
    ],
  },
  {
    name: "segunda_via_boleto",
    category: "UTILITY",
    components: [
      body("{{1}}, a segunda via do seu boleto está pronta.", ["Ana"]),
      {
        type: "BUTTONS",
        buttons: [
          {
            type: "URL",
            text: "Abrir boleto",
            url: "https://aurora.example/boleto/{{1}}",
            example: ["https://aurora.example/boleto/C1"],
          },
        ],
      },
    ],
  },
  {
    name: "confirmacao_pagamento",
    category: "UTILITY",
    parameter_format: "NAMED",
    components: [named("Recebemos seu pagamento, {{nome}}. Valor: R$ {{valor}}.", { nome: "Ana", valor: "150,00" })],
  },
  {
    name: "promo_black_friday",
    category: "MARKETING",
    components: [
      { type: "HEADER", format: "IMAGE", example: { header_handle: ["https://aurora.example/bf.png"] } },
      body("{{1}}, até {{2}} de desconto para quitar hoje. Só até domingo!", ["Ana", "60%"]),
      { type: "FOOTER", text: "Toque em Parar para não receber mais" },
      { type: "BUTTONS", buttons: [stop, { type: "URL", text: "Ver ofertas", url: "https://aurora.example/ofertas" }] },
    ],
  },
  {
    name: "boas_vindas",
    category: "MARKETING",
    parameter_format: "NAMED",
    components: [
      named("Bem-vindo(a), {{primeiro_nome}}! Agora você fala com a Aurora por aqui.", { primeiro_nome: "Ana" }),
      { type: "BUTTONS", buttons: [stop] },
    ],
  },
  {
    name: "cupom_exclusivo",
    category: "MARKETING",
    components: [
      body("{{1}}, este cupom é seu: use na próxima parcela.", ["Ana"]),
      { type: "BUTTONS", buttons: [{ type: "COPY_CODE", example: ["AURORA10"] }, stop] },
    ],
  },
  {
    name: "pesquisa_satisfacao",
    category: "MARKETING",
    status: "PENDING",
    components: [body("{{1}}, de 0 a 10, como foi o seu atendimento?", ["Ana"])],
  },
].map((template) => ({ language: "pt_BR", parameter_format: "POSITIONAL", status: "APPROVED", ...template }));

export const segments = ["Cobrança", "Relacionamento"];
export const audiences = [
  { segment: "Cobrança", name: "Carteira novembro", rows: 3_000, from: 0 },
  { segment: "Cobrança", name: "Parcelas a vencer", rows: 1_800, from: 3_000 },
  { segment: "Relacionamento", name: "Clientes ativos", rows: 2_400, from: 4_800 },
];

const given =
  "Ana,João,Maria,José,Antônio,Francisca,Carlos,Paulo,Adriana,Juliana,Márcia,Fernanda,Patrícia,Luís,Marcos,Gabriel,Rafael,Bruna,Camila,Letícia".split(
    ",",
  );
const family =
  "Silva,Santos,Oliveira,Souza,Rodrigues,Ferreira,Alves,Pereira,Lima,Gomes,Ribeiro,Carvalho,Araújo,Gonçalves,Magalhães,Simões".split(
    ",",
  );
const areas = "11,21,31,41,51,61,71,81,85,91".split(",");
const cities =
  "São Paulo,Rio de Janeiro,Belo Horizonte,Curitiba,Porto Alegre,Brasília,Salvador,Recife,Fortaleza,Belém".split(",");
const tags = ["vip", "cobranca", "lembrete", "novo"];

export const HEADER =
  "NomePessoa;CodPessoaCliente;DDDTelefone;NumeroTelefone;EnderecoEmail;OptIn;OrigemOptIn;DataHoraOptIn;Hashtags;Cidade;Valor";

/** The i-th invented person as a line of a CSV; phones differ up to 200 million people. */
export function audienceRow(i) {
  const area = i % areas.length;
  const optedIn = i % 12 !== 7;
  return [
    `${given[(i * 7) % given.length]} ${family[(i * 5 + 3) % family.length]}`,
    `C${String(i + 1).padStart(6, "0")}`,
    areas[area],
    `9${70_000_000 + ((Math.floor(i / areas.length) * 48_271) % 20_000_000)}`,
    `cliente${i + 1}@exemplo.com.br`,
    optedIn ? "Sim" : "",
    optedIn ? "site" : "",
    optedIn ? `2026-0${1 + (i % 9)}-15 10:00:00` : "",
    tags.filter((_, t) => (i >> t) % 3 === 0).join(","),
    cities[area],
    `${40 + ((i * 37) % 900)},${String((i * 13) % 100).padStart(2, "0")}`,
  ].join(";");
}

/** The i-th person's CPF: invented like the rest, its check digits right; they differ up to a billion people. */
export function documentOf(i) {
  const nine = String((i * 7_654_321 + 123_456_789) % 1_000_000_000).padStart(9, "0");
  const ten = nine + cpf.verifierDigit(nine);
  return cpf.format(ten + cpf.verifierDigit(ten));
}

/** A CSV as a Brazilian office exports it, with documents; the same rows for the same arguments. */
export const audienceCsv = ({ rows, from }) =>
  `${[`${HEADER};CpfCnpj`, ...Array.from({ length: rows }, (_, i) => `${audienceRow(from + i)};${documentOf(from + i)}`)].join("\r\n")}\r\n`;
