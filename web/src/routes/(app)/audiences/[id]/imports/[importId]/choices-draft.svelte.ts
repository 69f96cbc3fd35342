import { type LegalBasis, needsReason } from "$core/audience/legal-basis.ts";
import type { ImportMode } from "$core/imports/choices.ts";

/** What a person decides about a checked file, while they decide it. */
export class ChoicesDraft {
  mode = $state<ImportMode>("add");
  onlyThisSegment = $state(false);
  clearMarks = $state(false);
  legalBasis = $state<LegalBasis | null>(null);
  reason = $state("");

  /** People who leave an audience are brought by nobody: no basis is asked for, and there are no options. */
  get brings(): boolean {
    return this.mode !== "remove";
  }

  get wantsReason(): boolean {
    return this.brings && needsReason(this.legalBasis);
  }

  get faults(): { legalBasis: boolean; reason: boolean } {
    return {
      legalBasis: this.brings && this.legalBasis === null,
      reason: this.wantsReason && this.reason.trim() === "",
    };
  }

  get isSound(): boolean {
    return !this.faults.legalBasis && !this.faults.reason;
  }

  /** As the API takes it. */
  get body() {
    const { mode, brings } = this;
    return {
      mode,
      onlyThisSegment: brings && this.onlyThisSegment,
      clearMarks: brings && this.clearMarks,
      legalBasis: brings ? this.legalBasis : null,
      legalBasisReason: this.wantsReason ? this.reason.trim() : null,
    };
  }
}
