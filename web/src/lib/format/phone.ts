import { spacedPhone } from "$core/shared/phone-display.ts";

/** A phone as people here write it. */
export const formatPhone = (phone: string | null): string => (phone ? spacedPhone(phone) : "—");
