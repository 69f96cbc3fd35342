import { type Column, type SQL, sql } from "drizzle-orm";
import { foldedInSteps } from "#adapters/d1/search.ts";
import type { AttributeFilter } from "#core/audience/audience-filter.ts";
import { foldText } from "#core/audience/filter.ts";
import { readDate, readNumber } from "#core/audience/written-values.ts";
import { SECOND_MS } from "#core/shared/time.ts";

// A condition on an attribute as `matchesFilter` of core has it: 1, 0, or null where SQL can't tell.

/** What `trim` of JavaScript takes off, which SQLite's takes for letters but for the space. */
const BLANK_CODES = [
  ...[9, 10, 11, 12, 13, 32, 0xa0, 0x1680],
  ...Array.from({ length: 11 }, (_, index) => 0x2000 + index),
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff],
];
export const BLANKS = sql.raw(`char(${BLANK_CODES.join(",")})`);

/** A name that a JSON path takes as it stands. */
const PLAIN_NAME = /^[^"\\\p{Cc}]+$/u;
/** SQLite's reading of decimals is JavaScript's as long as all digits are sure to fit. */
const SURE_DIGITS = 15;

const OPERATORS = { gt: sql`>`, gte: sql`>=`, lt: sql`<`, lte: sql`<=` };

/** Whether SQL may be unable to tell: names and orders are where it is. */
export const attributeMayStayOpen = ({ name, op }: AttributeFilter): boolean =>
  !PLAIN_NAME.test(name) || op in OPERATORS;

export function attributeSql(attributes: Column, { name, op, value = "" }: AttributeFilter): SQL {
  if (!PLAIN_NAME.test(name)) return sql`null`;
  const actual = sql`${attributes} ->> ${`$."${name}"`}`;
  const folded = sql`trim(${foldedInSteps(actual)}, ${BLANKS})`;
  switch (op) {
    case "empty":
      return sql`trim(coalesce(${actual}, ''), ${BLANKS}) = ''`;
    case "notEmpty":
      return sql`trim(coalesce(${actual}, ''), ${BLANKS}) <> ''`;
    case "eq":
      return sql`coalesce(${folded} = ${foldText(value)}, 0)`;
    case "neq":
      return sql`coalesce(${folded} <> ${foldText(value)}, 1)`;
    case "contains":
      return sql`coalesce(instr(${folded}, ${foldText(value)}) > 0, 0)`;
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return inOrder(actual, op, value);
  }
}

function inOrder(actual: SQL, op: keyof typeof OPERATORS, value: string): SQL {
  const number = readNumber(value);
  if (number !== null) return numberIs(actual, OPERATORS[op], number);
  const date = readDate(value);
  return date === null ? sql`0` : dateIs(actual, OPERATORS[op], date);
}

/** `readNumber` for plain digits, one decimal separator and Brazil's grouping, with `R$` or a minus before them. */
function numberIs(actual: SQL, operator: SQL, wanted: number): SQL {
  return sql`(select case when n_state = 0 then 0 when n_state is null then null else sign * n ${operator} ${wanted} end from (
    select sign, state as n_state, case
        when instr(d, '.') > 0 and instr(tail, '.') = 0 and instr(tail, ',') = 0
          and replace(printf('%,d', cast(replace(head, '.', '') as integer)), ',', '.') = head
          then cast(replace(replace(d, '.', ''), ',', '.') as real)
        when length(d) - length(digits) <= 1 then cast(replace(d, ',', '.') as real)
      end as n
    from (
      select sign, d, replace(replace(d, '.', ''), ',', '') as digits,
        case when instr(d, ',') > 0 then substr(d, 1, instr(d, ',') - 1) else d end as head,
        case when instr(d, ',') > 0 then substr(d, instr(d, ',') + 1) else '' end as tail,
        case when t is null or t = '' or t glob '*[a-qs-zA-QS-Z/:]*' then 0
          when d glob '[0-9]*' and d glob '*[0-9]' and not d glob '*[^0-9.,]*'
            and length(replace(replace(d, '.', ''), ',', '')) <= ${sql.raw(String(SURE_DIGITS))} then 1 end as state
      from (
        select t, case when t glob '-*' then -1 else 1 end as sign,
          case when t glob 'R$*' then ltrim(substr(t, 3), ${BLANKS})
            when t glob '-*' then ltrim(substr(t, 2), ${BLANKS}) else t end as d
        from (select trim(${actual}, ${BLANKS}) as t limit 1) limit 1) limit 1) limit 1) limit 1)`;
}

/** `readDate` for days without a time, as ISO 8601 or Brazil writes them in full. */
function dateIs(actual: SQL, operator: SQL, wanted: number): SQL {
  const isOperator = sql`unixepoch(day) * ${sql.raw(String(SECOND_MS))} ${operator} ${wanted}`;
  return sql`(select case
      when t is null or not t glob '[0-9]*' or not t glob '*[-/]*' then 0
      when day is null then null
      when date(day) is not day then 0
      else ${isOperator} end
    from (select t, case
        when t glob '[1-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' then t
        when t glob '[0-9][0-9][-/][0-9][0-9][-/][1-9][0-9][0-9][0-9]'
          then substr(t, 7, 4) || '-' || substr(t, 4, 2) || '-' || substr(t, 1, 2) end as day
      from (select trim(${actual}, ${BLANKS}) as t limit 1) limit 1) limit 1)`;
}
