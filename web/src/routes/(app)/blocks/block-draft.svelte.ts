import { USER_ID } from "$core/audience/block.ts";
import { readDocument } from "$core/shared/document.ts";
import { parsePhone } from "$core/shared/phone.ts";
import type { Block, BlockInput, BlockPatch } from "$lib/api/types.ts";
import { formatDocument } from "$lib/features/contacts/document.ts";
import { formatPhone } from "$lib/format/phone.ts";
import { m } from "$lib/paraglide/messages.js";
import { phoneErrorText } from "$lib/text/audience/contact-errors.ts";
import { endOfDay, lastDay } from "./block-end.ts";

/** What a field is read as, or why it can't be; neither while it is empty. */
interface Reading {
  as?: string;
  fault?: string;
}
const NOTHING_YET: Reading = {};

/** A block while it is written down, a new one or one that is changed: then whom it covers stays. */
export class BlockDraft {
  phone = $state("");
  document = $state("");
  userId = $state("");
  segmentId = $state("");
  reason = $state("");
  contract = $state("");
  hasEnd = $state(false);
  date = $state("");

  readonly #timeZone: string;
  readonly #block: Block | null;

  constructor(block: Block | null, timeZone: string) {
    this.#block = block;
    this.#timeZone = timeZone;
    if (!block) return;
    this.reason = block.reason;
    this.contract = block.contract ?? "";
    this.hasEnd = block.until !== null;
    this.date = block.until === null ? "" : lastDay(block.until, timeZone);
  }

  get phoneRead(): Reading {
    if (this.phone.trim() === "") return NOTHING_YET;
    const phone = parsePhone({ number: this.phone });
    return phone.ok ? { as: formatPhone(phone.value.e164) } : { fault: phoneErrorText(phone.error) };
  }
  get documentRead(): Reading {
    if (this.document.trim() === "") return NOTHING_YET;
    const document = readDocument(this.document);
    return document === null ? { fault: m.contact_document_invalid() } : { as: formatDocument(document) };
  }
  get userIdRead(): Reading {
    const userId = this.userId.trim();
    if (userId === "") return NOTHING_YET;
    return USER_ID.test(userId) ? { as: userId } : { fault: m.block_user_id_invalid() };
  }

  get hasKey(): boolean {
    return this.#block !== null || [this.phone, this.document, this.userId].some((key) => key.trim() !== "");
  }

  /** The end as it stands in the fields: null without one, undefined while its day is missing or not yet right. */
  get until(): string | null | undefined {
    if (!this.hasEnd) return null;
    return (this.date && endOfDay(this.date, this.#timeZone)) || undefined;
  }

  get isSound(): boolean {
    const keys = this.#block ? [] : [this.phoneRead, this.documentRead, this.userIdRead];
    return (
      this.hasKey &&
      keys.every(({ fault }) => !fault) &&
      this.reason.trim() !== "" &&
      (this.until !== undefined || !this.#endChanged)
    );
  }

  /** One that ends at some time of day keeps it while its day is not touched. */
  get #endChanged(): boolean {
    const until = this.#block?.until ?? null;
    const day = until === null ? "" : lastDay(until, this.#timeZone);
    return this.hasEnd !== (until !== null) || (this.hasEnd && this.date !== day);
  }

  /** As the API takes it. */
  get input(): BlockInput {
    const key = (text: string) => text.trim() || null;
    return {
      phone: key(this.phone),
      document: key(this.document),
      userId: key(this.userId),
      segmentId: this.segmentId || null,
      reason: this.reason.trim(),
      contract: key(this.contract),
      until: this.until ?? null,
    };
  }

  /** Only what differs. */
  get changes(): BlockPatch {
    const [reason, contract] = [this.reason.trim(), this.contract.trim() || null];
    return {
      ...(reason === this.#block?.reason ? {} : { reason }),
      ...(contract === this.#block?.contract ? {} : { contract }),
      ...(this.#endChanged && this.until !== undefined ? { until: this.until } : {}),
    };
  }
}
