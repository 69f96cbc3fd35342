import fc from "fast-check";
import { expect, test } from "vitest";
import { clientNetwork } from "#core/identity/client-network.ts";

const group = fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16));
const groups = (n: number) => fc.array(group, { minLength: n, maxLength: n });

test("all addresses of a /64 count as one, and those of another /64 as another", () => {
  fc.assert(
    fc.property(groups(3), groups(4), groups(4), (net, a, b) => {
      const one = clientNetwork(["2001", ...net, ...a].join(":"));
      expect(one).toMatch(/^2001[0-9a-f:]+::\/64$/);
      expect(clientNetwork(["2001", ...net, ...b].join(":").toUpperCase())).toBe(one);
      expect(clientNetwork(["2003", ...net, ...a].join(":"))).not.toBe(one);
    }),
  );
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:DB8:0:0:ffff::", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["::ffff:cb00:7107", "203.0.113.7"],
])("%s is of the network %s", (address, network) => {
  expect(clientNetwork(address)).toBe(network);
});

test.each(["", "nobody", "1.2.3", "1.2.3.256", "1.2.3.4, 5.6.7.8", "fe80::1%eth0", "a:b", ":::", "]:80/["])(
  "%j is no address",
  (text) => {
    expect(clientNetwork(text)).toBeNull();
  },
);
