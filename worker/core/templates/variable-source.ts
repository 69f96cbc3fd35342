/** How one template variable gets its value: a field of the contact, a fixed text, or a media file. */
export type VariableSource =
  | { field: string; fallback?: string | undefined }
  | { value: string }
  | { link: string; filename?: string | undefined }
  | { mediaId: string; filename?: string | undefined };

export type VariableMap = Record<string, VariableSource>;
