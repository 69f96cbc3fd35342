import type { Block } from "$lib/api/types.ts";
import { formatDocument } from "$lib/features/contacts/document.ts";
import { formatPhone } from "$lib/format/phone.ts";

/** Whom a block means, as people here write it: each of its keys, the first for all of them. */
export function blockPerson({ phone, document, userId }: Pick<Block, "phone" | "document" | "userId">): string[] {
  return [phone && formatPhone(phone), document && formatDocument(document), userId].filter((key) => !!key) as string[];
}
