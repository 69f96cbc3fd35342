/**
 * R2 takes parts of 5 MiB and more, all but the last of one size. Two buffers: one is filled while the other is on its
 * way.
 */
const PART_BYTES = 8 * 1024 * 1024;

/** Writes a file of unknown length to R2 as a multipart upload, in flat memory. */
export class PartWriter {
  readonly #upload: R2MultipartUpload;
  readonly #partBytes: number;
  readonly #parts: R2UploadedPart[] = [];
  #filling: Uint8Array;
  #spare: Uint8Array | null = null;
  #used = 0;
  #onItsWay: Promise<void> | null = null;
  /** Bytes taken so far. */
  bytes = 0;

  constructor(upload: R2MultipartUpload, partBytes = PART_BYTES) {
    this.#upload = upload;
    this.#partBytes = partBytes;
    this.#filling = new Uint8Array(partBytes);
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + this.#partBytes - this.#used);
      this.#filling.set(part, this.#used);
      this.#used += part.length;
      from += part.length;
      if (this.#used === this.#partBytes) await this.#send();
    }
  }

  /** The file is there under its key when this is done. */
  async finish(): Promise<void> {
    if (this.#used > 0) await this.#send();
    await this.#onItsWay;
    await this.#upload.complete(this.#parts);
  }

  async #send(): Promise<void> {
    await this.#onItsWay;
    const full = this.#filling;
    const used = this.#used;
    this.#filling = this.#spare ?? new Uint8Array(this.#partBytes);
    this.#spare = full;
    this.#used = 0;
    this.#onItsWay = this.#upload
      .uploadPart(this.#parts.length + 1, full.subarray(0, used))
      .then((part) => void this.#parts.push(part));
    // Whoever awaits it next hears of a failure; until then it must not count as unheard.
    this.#onItsWay.catch(() => undefined);
  }
}
