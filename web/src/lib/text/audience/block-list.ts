import type { BlockNotice, BlockRejection, ListFault } from "$core/imports/block-list.ts";
import { lookUp } from "$lib/api/key-of.ts";
import type { BlockImport } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";

type Words = () => string;

const rejections: Record<BlockRejection, Words> = {
  malformed_quotes: m.import_rejected_malformed_quotes,
  record_too_long: m.import_rejected_record_too_long,
  stray_line_break: m.import_rejected_stray_line_break,
  too_many_cells: m.import_rejected_too_many_cells,
  repeated_header: m.import_rejected_repeated_header,
  no_key: m.block_rejected_no_key,
  only_email: m.block_rejected_only_email,
  phone_unreadable: m.block_rejected_phone,
  document_unreadable: m.block_rejected_document,
  user_id_unreadable: m.block_rejected_user_id,
  segment_unknown: m.block_rejected_segment,
  already_over: m.block_rejected_over,
};
const notices: Record<BlockNotice, Words> = {
  key_left_out: m.block_noticed_key_left_out,
  type_unclear: m.block_noticed_type,
  end_unclear: m.block_noticed_end,
};
const faults: Record<ListFault, Words> = {
  no_text: m.block_list_no_text,
  empty_file: m.block_list_empty,
  no_key_column: m.block_list_no_key_column,
  too_many_rows: m.block_list_too_many_rows,
};

/** Why a row was left out, or is to be looked at. The words of a newer API are its own, which are Portuguese. */
export const listReasonText = ({
  code,
  message,
}: Pick<BlockImport["rejections"][number], "message"> & { code: string }): string =>
  lookUp({ ...rejections, ...notices }, code)?.() ?? message;

export const listFaultText = (fault: ListFault): string => faults[fault]();
