/** The most rows that the API puts on one page of a list. */
export const LONGEST_PAGE = 200;
