import type { ContactField } from "./contact-fields.ts";

export type ConsentStatus = "granted" | "revoked" | "unknown";

export type AttendanceChannel = "idr" | "operation";

export interface Contact extends Record<ContactField, string | null> {
  id: string;
  phone: string | null;
  name: string;
  hashtags: string[];
  attributes: Record<string, string>;
  optInStatus: ConsentStatus;
}
