/** Each language in its own words. */
export const languages = [
  { value: "pt-BR", label: "Português" },
  { value: "en", label: "English" },
] as const;
