/** The help's pages, in the order in which somebody new needs them: the names of the files in `content`, and their addresses. */
export const HELP_PAGES = [
  "primeiros-passos",
  "importar-pessoas",
  "publicos-e-segmentos",
  "contatos-e-consentimento",
  "atendimentos",
  "criar-uma-campanha",
  "acompanhar-e-reenviar",
  "problemas-comuns",
] as const;
export type HelpPage = (typeof HELP_PAGES)[number];

export const isHelpPage = (name: string): name is HelpPage => HELP_PAGES.some((page) => page === name);
