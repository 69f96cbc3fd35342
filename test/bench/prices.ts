/** US$ of Cloudflare's Workers Paid plan beyond what the plan includes, as its pricing pages said at that date. */
export const PRICES = {
  at: "2026-11-22",
  usd: {
    "worker-requests": perMillion(0.3),
    "worker-cpu-ms": perMillion(0.02),
    "object-calls": perMillion(0.15),
    /** 128 MB for as long as an object is awake. */
    "object-gb-seconds": perMillion(12.5),
    "object-rows-read": perMillion(0.001),
    "object-rows-written": perMillion(1),
    "d1-rows-read": perMillion(0.001),
    "d1-rows-written": perMillion(1),
    /** A write, a read and a delete are three; per 64 KB. */
    "queue-operations": perMillion(0.4),
    "r2-class-a": perMillion(4.5),
    "r2-class-b": perMillion(0.36),
  },
} as const;

function perMillion(usd: number): number {
  return usd / 1_000_000;
}
