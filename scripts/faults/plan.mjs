import { INCIDENTS } from "./incidents.mjs";
import { peopleOf } from "./people.mjs";
import { chanceOf } from "./random.mjs";

/** A house is a Meta account with its lines, its segment and its people; campaigns of one house share all of them. */
export const HOUSES = 8;
const LINES = 3;
const PEOPLE = 320;
const AUDIENCES = 4;
const LEAST_AUDIENCE = 20;
const LARGEST_AUDIENCE = 150;

/** Everything a seed decides: who there is, which campaigns run, what befalls them. Timing is the machine's. */
export function planOf(
  seed,
  count,
  { houses = HOUSES, kinds = Object.keys(INCIDENTS), largestAudience = LARGEST_AUDIENCE } = {},
) {
  return {
    seed,
    houses: Array.from({ length: Math.min(houses, count) }, (_, index) => planHouse(seed, index, largestAudience)),
    campaigns: Array.from({ length: count }, (_, index) => planCampaign(seed, index, houses, kinds)),
  };
}

function planHouse(seed, index, largestAudience) {
  const chance = chanceOf(seed, "house", index);
  const people = peopleOf(seed, index, PEOPLE);
  return {
    index,
    wabaId: `1029384756${String(index).padStart(5, "0")}`,
    portfolioId: `5566778899${String(index).padStart(5, "0")}`,
    token: `EAA-house-${index}`,
    phones: Array.from({ length: LINES }, (_, n) => ({
      id: `1000000000${String(index).padStart(3, "0")}${String(n).padStart(2, "0")}`,
      display: `+55 11 4${String(index).padStart(3, "0")}-10${String(n).padStart(2, "0")}`,
    })),
    people,
    /** People stand in several: the same person is written to by campaigns at the same time. */
    audiences: Array.from({ length: AUDIENCES }, () =>
      chance.sample(people, chance.whole(LEAST_AUDIENCE, largestAudience)),
    ),
  };
}

function planCampaign(seed, index, houses, kinds) {
  const chance = chanceOf(seed, "campaign", index);
  const kind = chance.pick(kinds);
  return {
    index,
    name: `soak ${seed}/${index}`,
    house: index % houses,
    audience: chance.whole(0, AUDIENCES - 1),
    template: chance.pick(["lembrete_vencimento", "boas_vindas"]),
    pacing: chance.happens(0.15) ? { percent: chance.pick([40, 60]), intervalMinutes: 1 } : null,
    startsInMs: chance.happens(0.15) ? chance.whole(500, 5_000) : null,
    leavesOutInService: chance.happens(0.3),
    kind,
    faults: INCIDENTS[kind](chance),
    orders: planOrders(chance),
  };
}

/** What people do meanwhile; each at a share of the audience that has left the queue. */
function planOrders(chance) {
  const orders = [];
  if (chance.happens(0.2)) orders.push({ order: "opt_out", at: chance.next(), who: chance.next() });
  if (chance.happens(0.2)) orders.push({ order: "pause", at: chance.next() * 0.9, forMs: chance.whole(500, 5_000) });
  if (chance.happens(0.1)) orders.push({ order: "cancel", at: chance.next() * 0.8 });
  return orders.sort((a, b) => a.at - b.at);
}
