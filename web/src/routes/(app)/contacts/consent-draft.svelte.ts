import { toInstant } from "$lib/format/zoned-time.ts";

/** A consent while it is written down: how the person agreed, and when. */
export class ConsentDraft {
  source = $state("");
  wording = $state("");
  when = $state<"now" | "before">("now");
  date = $state("");
  time = $state("");

  /** As the API takes it; null while something is missing, or when nobody can have agreed yet. @param now ms */
  given(timeZone: string, now: number): { source: string; wording?: string; at?: string } | null {
    const source = this.source.trim();
    if (source === "") return null;
    const wording = this.wording.trim();
    const given = { source, ...(wording === "" ? {} : { wording }) };
    if (this.when === "now") return given;
    const at = toInstant({ date: this.date, time: this.time }, timeZone);
    return at === null || Date.parse(at) > now ? null : { ...given, at };
  }
}
