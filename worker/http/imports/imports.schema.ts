import { z } from "@hono/zod-openapi";
import { id, instant, list } from "#http/kit/common.schema.ts";

const jobStatus = z.enum(["queued", "running", "completed", "failed"]);
export const importQuery = z.object({
  delimiter: z.enum([";", ",", "\t", "tab"]).optional(),
  encoding: z.enum(["utf-8", "utf8", "windows-1252", "latin1"]).optional(),
  /** JSON object: column of the file → column of the contract. */
  mapping: z.string().max(4000).optional(),
});
const importReason = z.object({
  code: z.string().openapi({ example: "phone_two_numbers" }),
  /** As it stands in the files of rejects and notices. */
  message: z.string(),
  /** Rows it is about; 0 when it is about the file as a whole. */
  count: z.number().int(),
  /** The first of their lines in the file, 20 at most; the header's is 1. */
  lines: z.array(z.number().int()),
});
export const importJob = z
  .object({
    id: id("imp"),
    audienceId: id("aud"),
    status: jobStatus,
    totalRows: z.number().int(),
    importedRows: z.number().int(),
    updatedRows: z.number().int(),
    rejectedRows: z.number().int(),
    /** Rows of an e-mail address in a file with one row per channel: nothing is wrong with them, and nobody is made of them. */
    otherChannelRows: z.number().int(),
    /** Rows that were taken although a field of theirs could not be read, such as a CPF with wrong check digits. */
    warningRows: z.number().int(),
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
    filesRemovedAt: instant
      .nullable()
      .openapi({ description: "When its files were deleted: see `fileDays` of the tenant." }),
  })
  .openapi("Import");
export const importList = list(importJob);

export type ImportJob = z.infer<typeof importJob>;
