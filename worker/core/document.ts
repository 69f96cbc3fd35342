import { cnpj, cpf } from "cpf-cnpj-validator";

const CPF_LENGTH = 11;
const CNPJ_LENGTH = 14;
/** A spreadsheet that took the column for numbers drops leading zeros; more than two missing is not a document. */
const LOST_ZEROS = 2;

/**
 * A CPF or CNPJ in any punctuation as we store it: 11 digits, or 14 digits and capital letters (the alphanumeric CNPJ
 * of Receita Federal's technical note 49/2024). Null when the length or the check digits are wrong.
 */
export function readDocument(text: string): string | null {
  const plain = text.toUpperCase().replace(/[^\dA-Z]/g, "");
  if (/^\d+$/.test(plain) && plain.length >= CPF_LENGTH - LOST_ZEROS && plain.length <= CPF_LENGTH) {
    const padded = plain.padStart(CPF_LENGTH, "0");
    return cpf.isValid(padded) ? padded : null;
  }
  if (plain.length < CNPJ_LENGTH - LOST_ZEROS || plain.length > CNPJ_LENGTH) return null;
  const padded = /^\d+$/.test(plain) ? plain.padStart(CNPJ_LENGTH, "0") : plain;
  return cnpj.isValid(padded) ? padded : null;
}
