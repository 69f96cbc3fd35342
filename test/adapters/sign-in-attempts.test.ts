import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { signInAttempts } from "../../worker/adapters/d1/sign-in-attempts.ts";

const attempts = signInAttempts(env.DB);
const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 0, 1);
const rows = async () => (await env.DB.prepare("select * from verification").all()).results;

beforeEach(async () => {
  await env.DB.exec("delete from verification");
});

test("the wait lasts until the window of the first try ends, and no longer for trying", async () => {
  for (let i = 0; i < 10; i++) await attempts.admit("ana@example.com", "203.0.113.1", START + i * MINUTE_MS);
  expect(await attempts.admit("ana@example.com", "203.0.113.1", START + 9.5 * MINUTE_MS)).toEqual({
    ok: false,
    retryAfterSeconds: 30,
  });
  expect(await attempts.admit("ana@example.com", "203.0.113.1", START + 10 * MINUTE_MS)).toEqual({ ok: true });
});

test("fifty tries from one address shut it for every e-mail, and other addresses go on", async () => {
  for (let i = 0; i < 50; i++) {
    expect(await attempts.admit(`person-${i}@example.com`, "203.0.113.1", START)).toEqual({ ok: true });
  }
  expect(await attempts.admit("another@example.com", "203.0.113.1", START)).toMatchObject({ ok: false });
  expect(await attempts.admit("another@example.com", "203.0.113.2", START)).toEqual({ ok: true });
});

test("when no address is known, only the e-mail is counted: strangers do not shut each other out", async () => {
  for (let i = 0; i < 60; i++)
    expect(await attempts.admit(`person-${i}@example.com`, null, START)).toEqual({ ok: true });
  for (let i = 0; i < 9; i++) await attempts.admit("person-1@example.com", null, START);
  expect(await attempts.admit("person-1@example.com", null, START)).toMatchObject({ ok: false });
});

test("the e-mail counts in any case of its letters", async () => {
  for (let i = 0; i < 10; i++) await attempts.admit(i % 2 ? "ana@example.com" : "ANA@example.com", null, START);
  expect(await attempts.admit("Ana@Example.com", null, START)).toMatchObject({ ok: false });
});

test("a success gives back its own try at the address and forgets those at the e-mail", async () => {
  for (let i = 0; i < 49; i++) await attempts.admit(`person-${i}@example.com`, "203.0.113.1", START);
  for (let i = 0; i < 5; i++) {
    expect(await attempts.admit("ana@example.com", "203.0.113.1", START)).toEqual({ ok: true });
    await attempts.forgive("ana@example.com", "203.0.113.1");
  }
});

test("neither e-mail nor address is stored, and what is over is swept away by the next try", async () => {
  await attempts.admit("ana@example.com", "203.0.113.1", START);
  expect(JSON.stringify(await rows())).not.toMatch(/ana|203\.0/);
  await attempts.admit("bia@example.com", null, START + 11 * MINUTE_MS);
  expect(await rows()).toHaveLength(1);
});
