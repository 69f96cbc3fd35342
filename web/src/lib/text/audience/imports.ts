import type { ImportMode } from "$core/imports/choices.ts";
import type { ImportField } from "$core/imports/columns.ts";
import type { Delimiter, TextEncoding } from "$core/imports/dialect.ts";
import { IMPORT_ERROR_WORDS, type ImportError } from "$core/imports/job.ts";
import type { FileNotice, LineNotice, Notice } from "$core/imports/notices.ts";
import type { Rejection } from "$core/imports/row.ts";
import { lookUp } from "$lib/api/key-of.ts";
import type { ImportJob, ImportReason } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";
import { getLocale } from "$lib/paraglide/runtime.js";

type Words = () => string;

export const importStatusLabels: Record<ImportJob["status"], Words> = {
  queued: m.import_status_queued,
  running: m.import_status_running,
  checked: m.import_status_checked,
  completed: m.import_status_completed,
  failed: m.import_status_failed,
  cancelled: m.import_status_cancelled,
};

/** What is done with the file while its import is under way. */
export const importPhaseLabels: Record<ImportJob["phase"], Words> = {
  check: m.import_phase_check,
  import: m.import_phase_import,
  removal: m.import_phase_removal,
};

export const importModeLabels: Record<ImportMode, { label: Words; text: Words }> = {
  add: { label: m.import_mode_add, text: m.import_mode_add_text },
  replace: { label: m.import_mode_replace, text: m.import_mode_replace_text },
  remove: { label: m.import_mode_remove, text: m.import_mode_remove_text },
};

const rejections: Record<Rejection, Words> = {
  malformed_quotes: m.import_rejected_malformed_quotes,
  record_too_long: m.import_rejected_record_too_long,
  stray_line_break: m.import_rejected_stray_line_break,
  too_many_cells: m.import_rejected_too_many_cells,
  repeated_header: m.import_rejected_repeated_header,
  phone_missing: m.import_rejected_phone_missing,
  phone_not_a_number: m.import_rejected_phone_not_a_number,
  phone_two_numbers: m.import_rejected_phone_two_numbers,
  phone_lost_digits: m.import_rejected_phone_lost_digits,
  phone_too_short: m.import_rejected_phone_too_short,
  phone_too_long: m.import_rejected_phone_too_long,
  phone_bad_area_code: m.import_rejected_phone_bad_area_code,
  phone_invalid: m.import_rejected_phone_invalid,
};

const notices: Record<Notice | LineNotice | FileNotice, Words> = {
  document_unreadable: m.import_noticed_document,
  customerCode_unreadable: m.import_noticed_customer_code,
  email_unreadable: m.import_noticed_email,
  opt_in_unclear: m.import_noticed_opt_in_unclear,
  consent_date_unreadable: m.import_noticed_consent_date_unreadable,
  consent_date_in_future: m.import_noticed_consent_date_in_future,
  damaged_characters: m.import_noticed_damaged_characters,
  refusal_kept: m.import_noticed_refusal_kept,
  totals_line: m.import_noticed_totals_line,
  no_rows: m.import_noticed_no_rows,
  no_consent_column: m.import_noticed_no_consent_column,
};

/** Why a row was left out, or is to be looked at. The words of a newer API are its own, which are Portuguese. */
export const reasonText = ({ code, message }: Pick<ImportReason, "code" | "message">): string =>
  lookUp({ ...rejections, ...notices }, code)?.() ?? message;

export const rejectionText = (reason: Rejection): string => rejections[reason]();

/** What a column of the file is taken for. */
export const importFieldLabels: Record<ImportField, Words> = {
  phone: m.field_phone,
  ddd: m.import_field_ddd,
  name: m.field_name,
  document: m.field_document,
  customerCode: m.field_customer_code,
  email: m.field_email,
  optIn: m.import_field_opt_in,
  optInAt: m.import_field_opt_in_at,
  optInSource: m.import_field_opt_in_source,
  hashtags: m.import_field_hashtags,
  channel: m.import_field_channel,
  route: m.import_field_route,
};

export const delimiterLabels: Record<Delimiter, Words> = {
  ";": m.import_delimiter_semicolon,
  ",": m.import_delimiter_comma,
  "\t": m.import_delimiter_tab,
};

export const encodingLabels: Record<TextEncoding, string> = {
  "utf-8": "UTF-8",
  "windows-1252": "Windows-1252",
  "utf-16le": "UTF-16",
  "utf-16be": "UTF-16",
};

/** Why a file can't be imported, in the words that its import would have. */
export const fileErrorText = (error: ImportError): string =>
  IMPORT_ERROR_WORDS[error][getLocale() === "pt-BR" ? "pt" : "en"];
