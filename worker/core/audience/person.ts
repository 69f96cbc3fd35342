import { namesNumber } from "#core/shared/message-id.ts";

/** By what a person is found where no contact is named. */
export interface PersonMarks {
  contactIds: string[];
  /** E.164. */
  phones: string[];
  /** CPFs alone: a CNPJ is a company's, and others' as well. */
  documents: string[];
  /** Meta's ids of the person (BSUID). */
  userIds: string[];
  emails: string[];
}

const CPF_DIGITS = 11;
/** What two people's numbers may share, and one's are written with or without: area and ninth digit stand before it. */
const TAIL_DIGITS = 8;

/** The CPF, or null: a company's number is no person's. */
export const personalDocument = (document: string | null): string | null =>
  document?.length === CPF_DIGITS ? document : null;

/** A number's digits as Meta and others write them: with its country, with and without the ninth digit. */
export function numberForms(e164: string): string[] {
  const digits = e164.replace(/\D/g, "");
  const mobile = /^55(\d{2})9(\d{8})$/.exec(digits);
  return mobile ? [digits, `55${mobile[1]}${mobile[2]}`] : [digits];
}

const digitsOf = (text: string) => text.normalize("NFKC").replace(/\D+/g, "");
const isBrazilian = (e164: string) => /^\+55\d{10,11}$/.test(e164);
/** Area and number, with and without the ninth digit; a foreign number as it is. */
const nationalForms = (e164: string) =>
  isBrazilian(e164) ? numberForms(e164).map((form) => form.slice(2)) : numberForms(e164);

/**
 * Finds a person in what others wrote. It knows numbers and documents in any punctuation, and e-mail addresses in any
 * case. It knows no names: many people share them.
 */
export function personFinder(person: PersonMarks) {
  const { contactIds, userIds, documents } = person;
  const words = person.emails.map((email) => email.toLowerCase());
  const numbers = person.phones.flatMap(numberForms);
  const national = person.phones.flatMap(nationalForms);
  const brazilian = person.phones.filter(isBrazilian);
  // A spreadsheet drops the zeros at the beginning.
  const digitRuns = [
    ...person.phones.map((phone) => phone.slice(-TAIL_DIGITS)),
    ...documents.map((document) => document.replace(/^0+/, "")),
  ];

  /** Whether a number that stands without its area code is the person's: the area stands in a cell of its own, or nowhere. */
  function isLocalNumber(digits: string, cells: string[]): boolean {
    return brazilian.some((phone) => {
      const tail = phone.slice(-TAIL_DIGITS);
      if (digits !== tail && digits !== `9${tail}`) return false;
      const areas = cells.filter((cell) => /^(?:0|55|0055)?[1-9]{2}$/.test(cell)).map((cell) => cell.slice(-2));
      return areas.length === 0 || areas.includes(phone.slice(3, 5));
    });
  }

  return {
    /** False when no record of this text can be the person's; true says nothing. */
    mayBeIn(text: string): boolean {
      if (words.length > 0) {
        const lower = text.toLowerCase();
        if (words.some((word) => lower.includes(word))) return true;
      }
      const digits = digitsOf(text);
      return digitRuns.some((run) => digits.includes(run));
    },
    /** Whether the cells of a record are the person's. */
    inCells(cells: string[]): boolean {
      const lower = cells.map((cell) => cell.toLowerCase());
      if (words.some((word) => lower.some((cell) => cell.includes(word)))) return true;
      const digits = cells.map(digitsOf);
      return digits.some(
        (cell) =>
          national.some((form) => cell.includes(form)) ||
          documents.some(
            (document) => cell.includes(document) || (cell.length > 2 && cell.padStart(CPF_DIGITS, "0") === document),
          ) ||
          isLocalNumber(cell, digits),
      );
    },
    /** Whether a message of ours or Meta's, as JSON, names the person. */
    inMessage(text: string): boolean {
      if ([...contactIds, ...userIds, ...words, ...numbers, ...documents].some((word) => text.includes(word)))
        return true;
      return (text.match(/wamid\.[\w+/=-]+/gi) ?? []).some((id) => namesNumber(id, numbers));
    },
  };
}
export type PersonFinder = ReturnType<typeof personFinder>;
