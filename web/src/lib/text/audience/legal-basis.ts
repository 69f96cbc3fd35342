import type { LegalBasis } from "$core/audience/legal-basis.ts";
import { m } from "$lib/paraglide/messages.js";

/** The grounds of the LGPD in a person's words. */
export const legalBasisLabels: Record<LegalBasis, () => string> = {
  consent: m.legal_basis_consent,
  legitimate_interest: m.legal_basis_legitimate_interest,
  contract: m.legal_basis_contract,
  legal_obligation: m.legal_basis_legal_obligation,
  vital_interest: m.legal_basis_vital_interest,
  public_interest: m.legal_basis_public_interest,
  unknown: m.legal_basis_unknown,
};
