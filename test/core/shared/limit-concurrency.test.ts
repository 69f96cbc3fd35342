import fc from "fast-check";
import { expect, test } from "vitest";
import { limitConcurrency } from "#core/shared/limit-concurrency.ts";

/** A task that ends when it is told to. */
function task(log: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const run = () => {
    log.push(name);
    return promise;
  };
  return { run, end: () => resolve(name), fail: () => reject(new Error(name)) };
}

const settle = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

test("no more than allowed run at once, and the others start in the order they came", async () => {
  const limit = limitConcurrency(2);
  const log: string[] = [];
  const [a, b, c, d] = [task(log, "a"), task(log, "b"), task(log, "c"), task(log, "d")];
  const done = Promise.all([a, b, c, d].map((each) => limit(each.run)));
  await settle();
  expect(log).toEqual(["a", "b"]);
  b.end();
  await settle();
  expect(log).toEqual(["a", "b", "c"]);
  a.end();
  await settle();
  expect(log).toEqual(["a", "b", "c", "d"]);
  c.end();
  d.end();
  expect(await done).toEqual(["a", "b", "c", "d"]);
});

test("a task that fails gives its place to the next", async () => {
  const limit = limitConcurrency(1);
  const log: string[] = [];
  const [bad, good] = [task(log, "bad"), task(log, "good")];
  const failed = limit(bad.run);
  const passed = limit(good.run);
  bad.fail();
  await expect(failed).rejects.toThrow("bad");
  good.end();
  expect(await passed).toBe("good");
});

test("a task that throws before it waits gives its place back too", async () => {
  const limit = limitConcurrency(1);
  await expect(
    limit(() => {
      throw new Error("at once");
    }),
  ).rejects.toThrow("at once");
  expect(await limit(async () => "next")).toBe("next");
});

test("all tasks run and at most `most` at a time, whatever they take", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.array(fc.integer({ min: 0, max: 5 })), async (most, turns) => {
      const limit = limitConcurrency(most);
      let running = 0;
      let peak = 0;
      const results = await Promise.all(
        turns.map((count, index) =>
          limit(async () => {
            running += 1;
            peak = Math.max(peak, running);
            for (let i = 0; i < count; i++) await Promise.resolve();
            running -= 1;
            return index;
          }),
        ),
      );
      expect(results).toEqual(turns.map((_, index) => index));
      expect(peak).toBeLessThanOrEqual(most);
    }),
    { numRuns: 100 },
  );
});

test.each([0, -1, 1.5, Number.NaN])("a limit of %s is a mistake", (most) => {
  expect(() => limitConcurrency(most)).toThrow(RangeError);
});
