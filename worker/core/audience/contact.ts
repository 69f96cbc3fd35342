export type ConsentStatus = "granted" | "revoked" | "unknown";

export type AttendanceChannel = "idr" | "operation";

export interface Contact {
  id: string;
  phone: string | null;
  name: string;
  document: string | null;
  customerCode: string | null;
  email: string | null;
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
