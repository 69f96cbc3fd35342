import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { signInAttempts } from "#adapters/d1/identity/sign-in-attempts.ts";

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

test("fifty tries from one network shut it for every e-mail, and other networks go on", async () => {
  for (let i = 0; i < 50; i++) {
    expect(await attempts.admit(`person-${i}@example.com`, "203.0.113.1", START)).toEqual({ ok: true });
  }
  expect(await attempts.admit("another@example.com", "203.0.113.1", START)).toMatchObject({ ok: false });
  expect(await attempts.admit("another@example.com", "203.0.113.2", START)).toEqual({ ok: true });
});

/** Tries from ever new networks, each as soon as it is let in. @returns when the last one was let in, and the waits */
async function tryFromAnywhere(email: string, times: number, from = START) {
  const waits: number[] = [];
  let at = from;
  for (let i = 0; i < times; i++) {
    const asked = await attempts.admit(email, `2001:db8:0:${i.toString(16)}::/64`, at);
    if (asked.ok) continue;
    waits.push(asked.retryAfterSeconds);
    at += asked.retryAfterSeconds * 1000;
    expect(await attempts.admit(email, `2001:db8:1:${i.toString(16)}::/64`, at)).toEqual({ ok: true });
  }
  return { at, waits };
}

test("strangers from many networks slow each other down, ever more, and never beyond half a minute", async () => {
  const { waits } = await tryFromAnywhere("ana@example.com", 30);
  expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30, 30]);
});

test("strangers do not shut a person out: not from where she signed in before, and elsewhere for half a minute", async () => {
  await attempts.forgive("ana@example.com", "203.0.113.1", START);
  const { at } = await tryFromAnywhere("ana@example.com", 40);
  expect(await attempts.admit("ana@example.com", "198.51.100.9", at)).toEqual({ ok: false, retryAfterSeconds: 30 });
  expect(await attempts.admit("ana@example.com", "203.0.113.1", at)).toEqual({ ok: true });
  expect(await attempts.admit("ana@example.com", "198.51.100.9", at + 30_000)).toEqual({ ok: true });
  // Only hers: the network is not known for anybody else.
  const bia = await tryFromAnywhere("bia@example.com", 30);
  expect(await attempts.admit("bia@example.com", "203.0.113.1", bia.at)).toMatchObject({ ok: false });
});

test("a network that a person signed in from is known for thirty days, and its own tries count all the same", async () => {
  await attempts.forgive("ana@example.com", "203.0.113.1", START);
  for (let i = 0; i < 10; i++) await attempts.admit("ana@example.com", "203.0.113.1", START);
  expect(await attempts.admit("ana@example.com", "203.0.113.1", START)).toMatchObject({ ok: false });
  const later = START + 31 * 24 * 60 * MINUTE_MS;
  const { at } = await tryFromAnywhere("ana@example.com", 30, later);
  expect(await attempts.admit("ana@example.com", "203.0.113.1", at)).toMatchObject({ ok: false });
});

test("ten quiet minutes end the slowing down", async () => {
  const { at } = await tryFromAnywhere("ana@example.com", 30);
  for (let i = 0; i < 20; i++) {
    expect(await attempts.admit("ana@example.com", `203.0.113.${i}`, at + 10 * MINUTE_MS)).toEqual({ ok: true });
  }
});

test("when no address is known, tries at one e-mail are slowed down and nobody is shut out", async () => {
  for (let i = 0; i < 60; i++)
    expect(await attempts.admit(`person-${i}@example.com`, null, START)).toEqual({ ok: true });
  for (let i = 0; i < 19; i++) await attempts.admit("person-1@example.com", null, START);
  expect(await attempts.admit("person-1@example.com", null, START)).toEqual({ ok: false, retryAfterSeconds: 1 });
  expect(await attempts.admit("person-1@example.com", null, START + 1_000)).toEqual({ ok: true });
});

test("the e-mail counts in any case of its letters", async () => {
  for (let i = 0; i < 10; i++)
    await attempts.admit(i % 2 ? "ana@example.com" : "ANA@example.com", "203.0.113.1", START);
  expect(await attempts.admit("Ana@Example.com", "203.0.113.1", START)).toMatchObject({ ok: false });
});

test("a success gives back its own try at the network and forgets those at the e-mail", async () => {
  for (let i = 0; i < 49; i++) await attempts.admit(`person-${i}@example.com`, "203.0.113.1", START);
  for (let i = 0; i < 5; i++) {
    expect(await attempts.admit("ana@example.com", "203.0.113.1", START)).toEqual({ ok: true });
    await attempts.forgive("ana@example.com", "203.0.113.1", START);
  }
});

test("neither e-mail nor network is stored, and what is over is swept away by the next try", async () => {
  await attempts.admit("ana@example.com", "203.0.113.1", START);
  await attempts.forgive("ana@example.com", "203.0.113.1", START);
  expect(JSON.stringify(await rows())).not.toMatch(/ana|203\.0/);
  await attempts.admit("bia@example.com", null, START + 31 * 24 * 60 * MINUTE_MS);
  expect(await rows()).toHaveLength(1);
});
