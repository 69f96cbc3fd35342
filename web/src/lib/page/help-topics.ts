/** Where the help speaks of each screen; of two places that fit, the longer counts. */
const HELP_OF: [screen: string, topic: string][] = [
  ["/campaigns", "/ajuda/acompanhar-e-reenviar"],
  ["/campaigns/new", "/ajuda/criar-uma-campanha"],
  ["/audiences", "/ajuda/publicos-e-segmentos"],
  ["/audiences/new", "/ajuda/importar-pessoas"],
  ["/segments", "/ajuda/publicos-e-segmentos#segmentos"],
  ["/contacts", "/ajuda/contatos-e-consentimento"],
  ["/blocks", "/ajuda/contatos-e-consentimento#bloqueios"],
  ["/attendances", "/ajuda/atendimentos"],
  ["/alerts", "/ajuda/problemas-comuns#alertas"],
  ["/operations", "/ajuda/problemas-comuns#filas"],
  ["/settings", "/ajuda/criar-uma-campanha#configuracoes"],
];
/** Screens below one thing of a list, by the end of their address. */
const HELP_OF_PARTS: [part: RegExp, topic: string][] = [[/^\/audiences\/[^/]+\/imports?\b/, "/ajuda/importar-pessoas"]];

/** What helps on a screen; null where nothing does, as in the help itself. */
export function helpOf(pathname: string): string | null {
  const ofPart = HELP_OF_PARTS.find(([part]) => part.test(pathname));
  if (ofPart) return ofPart[1];
  const fitting = HELP_OF.filter(([screen]) => pathname === screen || pathname.startsWith(`${screen}/`));
  return fitting.sort(([a], [b]) => b.length - a.length)[0]?.[1] ?? null;
}

/** All of them, for the test that each leads somewhere. */
export const HELP_TOPICS: readonly string[] = [...HELP_OF, ...HELP_OF_PARTS].map(([, topic]) => topic);
