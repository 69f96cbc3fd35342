/** The product's languages. English is for programs and for who asks for none, Portuguese for the people who work here. */
export type Language = "en" | "pt";
