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

export interface AttributeFilter {
  name: string;
  op: "eq" | "neq" | "contains" | "gt" | "gte" | "lt" | "lte" | "empty" | "notEmpty";
  value?: string | undefined;
}

export interface AudienceFilter {
  hashtagsAny?: string[] | undefined;
  hashtagsAll?: string[] | undefined;
  hashtagsNone?: string[] | undefined;
  attributes?: AttributeFilter[] | undefined;
}
