import type { LegalBasis } from "#core/audience/legal-basis.ts";

/** What becomes of the audience: the file's people join it, are all that is left in it, or leave it. */
export const IMPORT_MODES = ["add", "replace", "remove"] as const;
export type ImportMode = (typeof IMPORT_MODES)[number];

/** What a person decides about an import beside how its file is read. */
export interface ImportChoices {
  mode: ImportMode;
  /** The file's people leave the audiences of all other segments. */
  onlyThisSegment: boolean;
  /** Hashtags and attributes that the file's people had before are forgotten. */
  clearMarks: boolean;
  legalBasis: LegalBasis | null;
  legalBasisReason: string | null;
}

/**
 * Whether the members that a file names are marked as its own while it is read. Such an import is alone in its audience
 * while it writes: another's marks, or people who join unmarked, would be taken for people whom the file does not name.
 */
export const marksMembers = ({
  mode,
  onlyThisSegment,
  clearMarks,
}: Pick<ImportChoices, "mode" | "onlyThisSegment" | "clearMarks">): boolean =>
  mode === "replace" || onlyThisSegment || clearMarks;

/** Whether memberships end once the whole file has been read well: until then nobody leaves anything. */
export const endsMemberships = ({ mode, onlyThisSegment }: Pick<ImportChoices, "mode" | "onlyThisSegment">): boolean =>
  mode === "replace" || onlyThisSegment;
