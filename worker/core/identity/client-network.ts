/**
 * The network that a client's address stands for when tries are counted: an IPv4 address itself, the /64 of an IPv6
 * address, for whoever has one address of a /64 has all of them. Null for what is no address.
 */
export function clientNetwork(address: string): string | null {
  const text = address.trim();
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return URL.canParse(`http://${text}`) ? text : null;
  if (!text.includes(":") || !URL.canParse(`http://[${text}]`)) return null;
  // A URL's host is the address in its one canonical form.
  const groups = groupsOf(new URL(`http://[${text}]`).hostname.slice(1, -1));
  const isMappedIpv4 = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMappedIpv4)
    return `${groups
      .slice(0, 4)
      .map((group) => group.toString(16))
      .join(":")}::/64`;
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** Eight numbers of a canonical IPv6 address, with the zeros that `::` stands for. */
function groupsOf(address: string): number[] {
  const [before, after] = address.split("::").map((part) => (part ? part.split(":") : []));
  const head = before ?? [];
  const tail = after ?? [];
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}
