import { cnpj, cpf } from "cpf-cnpj-validator";

const CPF_LENGTH = 11;
const CNPJ_LENGTH = 14;
/** The alphanumeric CNPJ keeps its zeros: no spreadsheet takes it for a number. */
const CNPJ_WITH_LETTERS = /^(?=.*[A-Z])[\dA-Z]{14}$/;

/**
 * A CPF or CNPJ in any punctuation as we store it: 11 digits, or 14 digits and capital letters (the alphanumeric CNPJ
 * of Receita Federal's technical note 49/2024). Null when the length or the check digits are wrong.
 *
 * A spreadsheet that took the column for numbers drops leading zeros. A CPF gets all of them back: the least one there
 * is, 000.000.001-91, stands there as `191`. A CNPJ gets back two; with more it would be as short as a mistyped CPF.
 */
export function readDocument(text: string): string | null {
  const plain = text.toUpperCase().replace(/[^\dA-Z]/g, "");
  if (CNPJ_WITH_LETTERS.test(plain)) return cnpj.isValid(plain) ? plain : null;
  if (/^\d{3,11}$/.test(plain)) {
    const padded = plain.padStart(CPF_LENGTH, "0");
    return cpf.isValid(padded) ? padded : null;
  }
  if (!/^\d{12,14}$/.test(plain)) return null;
  const padded = plain.padStart(CNPJ_LENGTH, "0");
  return cnpj.isValid(padded) ? padded : null;
}
