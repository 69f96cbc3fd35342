import { z } from "@hono/zod-openapi";
import { byField } from "#core/audience/contact-fields.ts";
import { LEGAL_BASES, LONGEST_BASIS_REASON, needsReason } from "#core/audience/legal-basis.ts";
import { IMPORT_MODES, type ImportChoices } from "#core/imports/choices.ts";
import { visibleText } from "#core/shared/visible-text.ts";
import { id, instant, list, listQuery } from "#http/kit/common.schema.ts";

const jobStatus = z.enum(["queued", "running", "checked", "completed", "failed", "cancelled"]);
const mode = z.enum(IMPORT_MODES).openapi({
  description:
    "`add`: the file's people join the audience. `replace`: in the end they are all who is in it; nobody leaves before the whole " +
    "file has been stored. `remove`: they leave it, and nothing else of the file is read.",
});
const legalBasis = z.enum(LEGAL_BASES).openapi({
  description: "On which ground of the LGPD these people's data is used; `unknown` wants a reason.",
});
const legalBasisReason = z.string().overwrite(visibleText).trim().min(1).max(LONGEST_BASIS_REASON);

/** What the single fields can't say. */
function addFaults(
  choices: { [Name in keyof ImportChoices]?: ImportChoices[Name] | undefined },
  context: z.RefinementCtx,
): void {
  const fault = (path: keyof ImportChoices, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  if (needsReason(choices.legalBasis) && !choices.legalBasisReason)
    fault("legalBasisReason", "say why the people are imported although no legal basis is known");
  if (choices.mode !== "remove") return;
  for (const option of ["onlyThisSegment", "clearMarks"] as const)
    if (choices[option]) fault(option, "of people who only leave the audience nothing else is changed");
}
const flag = z.enum(["true", "false"]).transform((text) => text === "true");

export const importQuery = z
  .object({
    delimiter: z.enum([";", ",", "\t", "tab"]).optional(),
    encoding: z.enum(["utf-8", "utf8", "windows-1252", "latin1"]).optional(),
    /** JSON object: column of the file → column of the contract. */
    mapping: z.string().max(4000).optional(),
    /** Of a workbook, by its name. */
    sheet: z.string().min(1).max(100).optional(),
    check: flag.optional().openapi({
      description: "The file is only read: the import ends `checked`, and `POST /v1/imports/{id}/start` imports it.",
    }),
    mode: mode.optional(),
    onlyThisSegment: flag
      .optional()
      .openapi({ description: "The file's people leave the audiences of all other segments." }),
    clearMarks: flag
      .optional()
      .openapi({ description: "The file's people lose the hashtags and attributes that they had before." }),
    legalBasis: legalBasis.optional(),
    legalBasisReason: legalBasisReason.optional(),
  })
  .superRefine(addFaults);
export const importStart = z
  .object({
    mode: mode.default("add"),
    onlyThisSegment: z.boolean().default(false),
    clearMarks: z.boolean().default(false),
    legalBasis: legalBasis.nullable().default(null),
    legalBasisReason: legalBasisReason.nullable().default(null),
  })
  .strict()
  .superRefine(addFaults);
const importReason = z.object({
  code: z.string().openapi({ example: "phone_two_numbers" }),
  /** As it stands in the files of rejects and notices. */
  message: z.string(),
  /** Rows it is about; 0 when it is about the file as a whole. */
  count: z.number().int(),
  /** The first of their lines in the file, 20 at most; the header's is 1. */
  lines: z.array(z.number().int()),
});
const notice = z.object({ code: z.string(), message: z.string() });
const firstRow = z.object({
  line: z.number().int(),
  becomes: z.enum(["new", "known", "rejected"]),
  /** As they stand in the file. */
  cells: z.array(z.string()),
  /** Null when the row is rejected; `reason` says why. */
  person: z
    .object({
      phone: z.string(),
      name: z.string(),
      ...byField(() => z.string().nullable()),
      hashtags: z.array(z.string()),
      attributes: z.record(z.string(), z.string()),
      optIn: z.enum(["yes", "no"]).nullable(),
    })
    .nullable(),
  reason: notice.nullable(),
  notices: z.array(notice),
});
const importCheck = z.object({
  /** What each column of the file is taken for: a field, an attribute of this name, or neither. */
  layout: z.array(z.object({ column: z.string(), field: z.string().nullable(), attribute: z.string().nullable() })),
  encoding: z.string(),
  delimiter: z.string().nullable(),
  totalRows: z.number().int(),
  /** Rows of people whom no contact is yet, and of those whom one is; both as contacts are now. */
  newRows: z.number().int(),
  knownRows: z.number().int(),
  /** Of the known ones, rows of members of the audience. */
  memberRows: z.number().int(),
  rejectedRows: z.number().int(),
  rejections: z.array(importReason),
  warningRows: z.number().int(),
  otherChannelRows: z.number().int(),
  /** Up to 50, in the order of the file; where one import is read that waits to be started. */
  firstRows: z.array(firstRow).optional(),
  /** Whether more is rejected than the tenant's `maxRejectedPercent` allows; there as well. */
  tooManyRejects: z.boolean().optional(),
});
export const importJob = z
  .object({
    id: id("imp"),
    audienceId: id("aud"),
    status: jobStatus,
    /** What is done with the file: it is checked, it is imported, or memberships are ended after all of it. */
    phase: z.enum(["check", "import", "removal"]),
    /** Rows read in this phase, rejected ones too. */
    rowsRead: z.number().int(),
    mode,
    onlyThisSegment: z.boolean(),
    clearMarks: z.boolean(),
    legalBasis: legalBasis.nullable(),
    legalBasisReason: z.string().nullable(),
    /** What the file would do; null when it was imported without a check. */
    check: importCheck.nullable(),
    /** People who left the audience, and people who left audiences of other segments. */
    removedContacts: z.number().int(),
    movedContacts: z.number().int(),
    totalRows: z.number().int(),
    importedRows: z.number().int(),
    updatedRows: z.number().int(),
    rejectedRows: z.number().int(),
    /** Rows of e-mail addresses, or of another CANAL than WhatsApp: nothing is wrong with them, and nobody is made of them. */
    otherChannelRows: z.number().int(),
    /** Rows that were taken although a field of theirs could not be read, such as a CPF with wrong check digits. */
    warningRows: z.number().int(),
    /** The sheet of a workbook that is read; null of other files, and until that is decided. */
    sheet: z.string().nullable(),
    /** The workbook's sheets that are not hidden. */
    sheets: z.array(z.string()),
    rejections: z.array(importReason),
    notices: z.array(importReason),
    rejectsUrl: z.string().nullable(),
    noticesUrl: z.string().nullable(),
    progress: z.number().min(0).max(1),
    error: z.string().nullable().openapi({ example: "no_phone_column" }),
    /** What `error` means and what to do; the words of the alert. */
    errorDetail: z.string().nullable(),
    createdAt: instant,
    completedAt: instant.nullable(),
  })
  .openapi("Import");
export const importList = list(importJob);

const header = z.string().max(64).openapi({
  description: "SHA-256, as lowercase hex, of the header's folded names with a line feed between each.",
});
export const mappingQuery = listQuery.extend({ header: header.optional() });
export const importMapping = z
  .object({
    header,
    /** Column of the file → column of the contract; `{}` when every column is what its name says. */
    mapping: z.record(z.string(), z.string()),
    usedAt: instant,
  })
  .openapi("ImportMapping");
export const importMappingList = list(importMapping);

export type ImportJob = z.infer<typeof importJob>;
