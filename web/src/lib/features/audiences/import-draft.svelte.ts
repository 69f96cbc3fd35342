import { invalidateAll } from "$app/navigation";
import type { ImportError } from "$core/imports/job.ts";
import type { Result } from "$core/shared/result.ts";
import type { ApiResult, ImportJob, Problem } from "$lib/api/types.ts";
import { m } from "$lib/paraglide/messages.js";
import { type ColumnChoice, type Mapping, withChoice } from "./column-choices.ts";
import type { FileLook, FileStart, WorkbookLook } from "./file-start.ts";
import { rememberedMapping } from "./remembered-mapping.ts";
import { SameKey } from "./same-key.ts";
import { sendFile } from "./send-file.ts";

/** The API's own limit, in characters of JSON. */
const LONGEST_MAPPING = 4000;

export type EncodingChoice = "" | "utf-8" | "windows-1252";
export type DelimiterChoice = "" | ";" | "," | "tab";

/**
 * Large, and of use only once there is a file, which is never on a server. Its bundle must not even name them: what they
 * read CSV with asks for Node's `require` as soon as the bundle is loaded.
 */
const loadRules = () => (import.meta.env.SSR ? null : import("./file-start.ts"));
type Rules = NonNullable<Awaited<ReturnType<typeof loadRules>>>;

/** A file on its way into an audience: what it holds, what was decided of its columns, how far its sending is. */
export class ImportDraft {
  file = $state.raw<File | null>(null);
  mapping = $state.raw<Mapping>({});
  /** The mapping began with what was chosen for such a file last. */
  remembered = $state(false);
  delimiter = $state<DelimiterChoice>("");
  encoding = $state<EncodingChoice>("");
  /** The sheet of a workbook that was chosen; without it the import's own choice is shown. */
  sheet = $state<string | null>(null);
  /** The file's beginning is being read. */
  reading = $state(false);
  /** The file could not be read from the disk. */
  unreadable = $state(false);
  /** Share of the file that has left, while it is being sent. */
  sent = $state<number | null>(null);
  problem = $state.raw<Problem | null>(null);

  readonly #timeZone: string;
  readonly #key = new SameKey();
  #start = $state.raw<{ start: Result<FileStart, ImportError>; rules: Rules } | null>(null);
  #sending: AbortController | null = null;

  constructor(timeZone: string) {
    this.#timeZone = timeZone;
    // Follows the page, so that the file's columns are there as soon as it is chosen.
    loadRules()?.catch(() => {});
  }

  /** What the file's first rows become; null while there is none. */
  look: Result<FileLook, ImportError> | null = $derived.by(() => {
    if (!this.#start) return null;
    const { start, rules } = this.#start;
    if (!start.ok) return start;
    const delimiter = this.delimiter === "tab" ? "\t" : this.delimiter || null;
    const choices = { delimiter, encoding: this.encoding || null, mapping: this.mapping };
    return rules.lookAt(start.value, choices, { timeZone: this.#timeZone, now: Date.now() });
  });

  /** The workbook that the file is, also while nothing can be shown of the sheet. */
  get workbook(): WorkbookLook | null {
    return this.#start?.start.ok ? this.#start.start.value.workbook : null;
  }

  get mappingTooLong(): boolean {
    return JSON.stringify(this.mapping).length > LONGEST_MAPPING;
  }

  /** Whether the import could take it, as far as can be seen from here. */
  get isSound(): boolean {
    return this.look?.ok === true && this.look.value.hasPhone && !this.mappingTooLong;
  }

  async choose(file: File | null): Promise<void> {
    this.file = file;
    this.delimiter = "";
    this.encoding = "";
    await this.#read(null);
  }

  /** Another sheet has columns of its own. */
  async chooseSheet(sheet: string): Promise<void> {
    await this.#read(sheet);
  }

  async #read(sheet: string | null): Promise<void> {
    const { file } = this;
    this.sheet = sheet;
    this.#start = null;
    this.mapping = {};
    this.remembered = false;
    this.unreadable = false;
    this.problem = null;
    this.reading = file !== null;
    if (!file) return;
    const isWanted = () => this.file === file && this.sheet === sheet;
    try {
      const rules = await loadRules();
      const start = await rules?.readStart(file, sheet);
      if (rules && start && isWanted()) {
        this.#start = { start, rules };
        await this.#recall(isWanted);
      }
    } catch {
      if (isWanted()) this.unreadable = true;
    }
    if (isWanted()) this.reading = false;
  }

  /** Offers what was chosen for such a file last, before anybody chooses. */
  async #recall(isWanted: () => boolean): Promise<void> {
    if (!this.look?.ok) return;
    const known = await rememberedMapping(this.look.value.columns.map(({ header }) => header));
    if (!isWanted() || !known || Object.keys(known).length === 0) return;
    this.mapping = known;
    this.remembered = true;
  }

  decide(header: string, choice: ColumnChoice): void {
    this.mapping = withChoice(this.mapping, header, choice, (name) => m.import_as_attribute_name({ name }));
  }

  /** Sends the file to be checked. Null when it was called off, and when the problem is shown here. */
  async send(audienceId: string): Promise<ImportJob | null> {
    const { file } = this;
    if (!file) return null;
    this.problem = null;
    this.sent = 0;
    this.#sending = new AbortController();
    const query = new URLSearchParams({
      check: "true",
      ...(this.delimiter ? { delimiter: this.delimiter } : {}),
      ...(this.encoding ? { encoding: this.encoding } : {}),
      // Also the one that nobody chose: it is the one that was shown.
      ...(this.workbook?.sheet ? { sheet: this.workbook.sheet } : {}),
      // None at all is a choice as well where there was another before.
      ...(Object.keys(this.mapping).length > 0 || this.remembered ? { mapping: JSON.stringify(this.mapping) } : {}),
    });
    const path = `/api/v1/audiences/${audienceId}/imports?${query}`;
    const answer = await sendFile({
      path,
      file,
      idempotencyKey: this.#key.for(JSON.stringify([path, file.name, file.size, file.lastModified])),
      onprogress: (share) => {
        this.sent = share;
      },
      signal: this.#sending.signal,
    });
    this.sent = null;
    if (answer?.ok) return answer.value;
    if (answer) await this.#refused(file, answer);
    return null;
  }

  /** Calls off the sending under way, if there is one. */
  stop(): void {
    this.#sending?.abort();
  }

  async #refused(file: File, { problem }: Extract<ApiResult<never>, { ok: false }>): Promise<void> {
    this.problem = problem;
    // The session ended: what the page loads leads to the login, and back here.
    if (problem.status === 401) return invalidateAll();
    if (problem.code === "unreachable") this.unreadable = !(await isReadable(file));
  }
}

/** Browsers say of a file that was changed or moved meanwhile no more than that the network failed. */
const isReadable = (file: Blob): Promise<boolean> =>
  file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
