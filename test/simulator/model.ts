/** What the simulator keeps, as plain data. Instants are milliseconds since 1970. */
import type { Component } from "./template-components.ts";

export interface Waba {
  id: string;
  name: string;
  portfolioId: string;
  portfolioName: string;
  token: string;
  /** TIER_250, TIER_2K, TIER_10K, TIER_100K, TIER_UNLIMITED. */
  messagingLimit: string;
  /** Without a subscribed app Meta posts no webhook for the account. */
  subscribed: boolean;
}

export interface Phone {
  id: string;
  wabaId: string;
  /** As Meta formats it: "+55 11 90000-0001". */
  display: string;
  name: string;
  quality: string;
  status: string;
  /** Messages accepted in any 1000 ms. */
  rate: number;
  tokenRevoked: boolean;
  /** The error code every send from this number gets, null when it is free to send. */
  blockedCode: number | null;
}

export type TemplateStatus =
  | "APPROVED"
  | "PENDING"
  | "REJECTED"
  | "PAUSED"
  | "DISABLED"
  | "IN_APPEAL"
  | "PENDING_DELETION"
  | "DELETED"
  | "LIMIT_EXCEEDED"
  | "ARCHIVED";

export interface Template {
  id: string;
  wabaId: string;
  name: string;
  language: string;
  category: string;
  status: TemplateStatus;
  parameterFormat: "POSITIONAL" | "NAMED";
  components: Component[];
  rejectedReason: string;
  updatedAtMs: number;
}

export interface Media {
  id: string;
  phoneId: string;
  mimeType: string;
  fileSize: number;
  sha256: string;
}

/** Expected failure as a value. */
export type Result<Value, Failure> = { ok: true; value: Value } | { ok: false; error: Failure };
export const ok = <Value>(value: Value): { ok: true; value: Value } => ({ ok: true, value });
export const fail = <Failure>(error: Failure): { ok: false; error: Failure } => ({ ok: false, error });
