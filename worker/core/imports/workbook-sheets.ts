/** What a workbook's sheet is written as for an import: UTF-8 without a mark. */
export const SHEET_DELIMITER = ";";

/** A sheet of a workbook that people see. */
export interface WorkbookSheet {
  name: string;
  /** Its place among all sheets of the workbook. */
  index: number;
}

/** A file by ranges; null when it is not there. */
export type ReadRange = (range: { offset: number; length: number }) => Promise<Uint8Array | null>;

/** What stands at the end of a ZIP: its directory's place, and a comment of up to 64 KB. */
const END_BYTES = 22;
const MOST_END_BYTES = END_BYTES + 0xffff;
const END_MARK = 0x06054b50;
const ENTRY_MARK = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const DEFLATED = 8;
/** A directory or a part that is larger lists no sheets. */
const MOST_BYTES = 4 * 1024 * 1024;

interface Entry {
  offset: number;
  bytes: number;
  isDeflated: boolean;
}

/**
 * The sheets of an Excel workbook, without reading it: the directory at its end tells where the list of sheets lies. Sheets
 * that are hidden, and charts, are not among them. Null when it can't be told, as of a file that is no workbook.
 */
export async function workbookSheets(file: ReadRange, size: number): Promise<WorkbookSheet[] | null> {
  const read: ReadRange = async (range) =>
    range.length > 0 && range.offset >= 0 && range.offset + range.length <= size ? file(range) : null;
  const entries = await directory(read, size);
  const part = (path: string) => entries && partText(read, entries.get(path));
  const root = await part("_rels/.rels");
  const path =
    root &&
    relations(root)
      .find(({ type }) => type.endsWith("/officeDocument"))
      ?.target.replace(/^\//, "");
  if (!path) return null;
  const [list, rels] = [await part(path), await part(path.replace(/[^/]*$/, "_rels/$&.rels"))];
  if (!list || !rels) return null;
  const tables = new Set(relations(rels).flatMap(({ id, type }) => (type.endsWith("/worksheet") ? [id] : [])));
  const sheets = elements(list, "sheet").flatMap((sheet) => {
    const id = Object.entries(sheet).find(([name]) => name.endsWith(":id"))?.[1];
    return sheet.name && id
      ? [{ name: sheet.name, isTable: tables.has(id), isHidden: /hidden$/i.test(sheet.state ?? "") }]
      : [];
  });
  const all = sheets.map((sheet, index) => ({ ...sheet, index })).filter(({ isTable }) => isTable);
  const seen = all.filter(({ isHidden }) => !isHidden);
  return (seen.length > 0 ? seen : all).map(({ name, index }) => ({ name, index }));
}

async function directory(read: ReadRange, size: number): Promise<Map<string, Entry> | null> {
  const length = Math.min(size, MOST_END_BYTES);
  const end = await view(read, { offset: size - length, length });
  let at = length - END_BYTES;
  while (end && at >= 0 && end.getUint32(at, true) !== END_MARK) at -= 1;
  if (!end || at < 0) return null;
  const place = { offset: end.getUint32(at + 16, true), length: end.getUint32(at + 12, true) };
  const list = place.length <= MOST_BYTES ? await view(read, place) : null;
  if (!list) return null;
  const entries = new Map<string, Entry>();
  for (let entry = 0; entry + ENTRY_BYTES <= list.byteLength && list.getUint32(entry, true) === ENTRY_MARK; ) {
    const length = (field: number) => list.getUint16(entry + field, true);
    const name = length(28);
    const next = entry + ENTRY_BYTES + name + length(30) + length(32);
    if (next > list.byteLength) return null;
    entries.set(textOf(list, entry + ENTRY_BYTES, name), {
      offset: list.getUint32(entry + 42, true),
      bytes: list.getUint32(entry + 20, true),
      isDeflated: list.getUint16(entry + 10, true) === DEFLATED,
    });
    entry = next;
  }
  return entries;
}

async function partText(read: ReadRange, entry: Entry | undefined): Promise<string | null> {
  if (!entry || entry.bytes > MOST_BYTES) return null;
  // Its own head may be longer than the directory's.
  const head = await view(read, { offset: entry.offset, length: LOCAL_BYTES });
  if (!head) return null;
  const offset = entry.offset + LOCAL_BYTES + head.getUint16(26, true) + head.getUint16(28, true);
  const bytes = await read({ offset, length: entry.bytes });
  if (!bytes) return null;
  return entry.isDeflated ? inflated(bytes) : new TextDecoder().decode(bytes);
}

async function inflated(bytes: Uint8Array): Promise<string | null> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MOST_BYTES) return null;
    }
  } catch {
    return null;
  }
  return text;
}

async function view(read: ReadRange, range: { offset: number; length: number }): Promise<DataView | null> {
  const bytes = await read(range);
  return bytes?.length === range.length ? new DataView(bytes.buffer, bytes.byteOffset, bytes.length) : null;
}

const textOf = ({ buffer, byteOffset }: DataView, at: number, length: number) =>
  new TextDecoder().decode(new Uint8Array(buffer, byteOffset + at, length));

/** The attributes of each element of this name, whatever prefix it has. */
function elements(xml: string, name: string): Record<string, string>[] {
  const element = new RegExp(`<(?:[\\w.-]+:)?${name}\\s((?:"[^"]*"|'[^']*'|[^>"'])*)>`, "g");
  return [...xml.matchAll(element)].map(([, attributes = ""]) =>
    Object.fromEntries(
      [...attributes.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, key = "", double, single]) => [
        key,
        plainText(double ?? single ?? ""),
      ]),
    ),
  );
}

const relations = (xml: string) =>
  elements(xml, "Relationship").map(({ Id = "", Type = "", Target = "" }) => ({ id: Id, type: Type, target: Target }));

const NAMED = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const plainText = (xml: string) =>
  xml.replace(/&(?:#(\d+)|#x([\da-f]+)|(lt|gt|amp|quot|apos));/gi, (whole, decimal, hex, name: keyof typeof NAMED) => {
    if (name) return NAMED[name] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
