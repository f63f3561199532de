/**
 * TeslaMateAgile #122: the cost of a session over the end of summer time is missing, for an hour that has
 * no price. evcc #28831: the prices of a day are an hour early when summer time has ended. #92: a session
 * over midnight has none. The hour that comes twice is charged twice, the one that is left out not at all,
 * and nobody's limit or turn knows of either.
 */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { isoTime } from "../../src/lib/clock.ts";
import { type LoadSite, openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

const LIMIT_AMPS = 32;
const MINUTE = 60;

interface Prices {
  readonly timezone: string;
  /** When it begins, by UTC. */
  readonly start: string;
  /** "00:00" and so on, and what a kilowatt-hour costs from then to the next. */
  readonly prices: readonly (readonly [from: string, to: string, price: number])[];
}

/** Two EVs that share a small connection, where prices change by the time of day. */
function priced({ timezone, start, prices }: Prices): Promise<LoadSite> {
  return openLoadSite({
    startsAtMs: Date.parse(start),
    circuits: [{ id: "grid", limitAmps: LIMIT_AMPS, worstAmps: 12, substituteAmps: 10 }],
    chargers: chargers(2),
    yaml: {
      site: { name: "Scene", timezone, voltage: 230 },
      tariff: {
        currency: "INR",
        energy: prices.map(([from, to, price]) => ({ from, to, price })),
      },
    },
  });
}

/** What each price was charged for, in kilowatt-hours, and what was measured. */
async function billOf(site: LoadSite) {
  const sessions = await site.gateway().web.views.transactions({ limit: 10 });
  const session = sessions.find(({ slot }) => slot === 1);
  const lines = session?.cost?.lines.filter(({ kind }) => kind === "energy") ?? [];
  const kwh = new Map(lines.map((line) => [Number(line.unitPrice), Number(line.quantity)]));
  return { kwh, total: Number(session?.cost?.total), energyKwh: (session?.energyWh ?? 0) / 1_000 };
}

/** Both charge for so long, and then the first one leaves. */
async function session(site: LoadSite, minutes: number): Promise<void> {
  site.house("grid", 4);
  site.plug(1);
  site.plug(2);
  await site.pass(minutes * MINUTE);
  assertEquals(site.stops(), []);
  assert(site.offers().every((amps) => amps >= 6), `${site.offers()}: nobody was stopped for it`);
  site.unplug(1);
  await site.pass(10);
}

Deno.test("TeslaMateAgile #122: the hour that comes twice as summer time ends has one price, both times", async () => {
  // 02:50 in summer time; at 03:00 it is 02:00 again; 02:13 in winter time.
  const site = await priced({
    timezone: "Europe/Berlin",
    start: "2026-10-25T00:50:00Z",
    prices: [["00:00", "02:00", 1], ["02:00", "03:00", 10], ["03:00", "00:00", 100]],
  });
  await session(site, 22);
  const { kwh, total, energyKwh } = await billOf(site);
  assertEquals([...kwh.keys()], [10]);
  assertAlmostEquals(kwh.get(10) ?? 0, energyKwh, 0.001);
  assertAlmostEquals(total, energyKwh * 10, 0.01);
  assertEquals(isoTime(site.clock.wallMs()).slice(0, 13), "2026-10-25T01");
  await site.end();
});

Deno.test("TeslaMateAgile #122: the hour that is left out as summer time begins costs nobody anything", async () => {
  // 01:52 in winter time; at 02:00 it is 03:00; 03:09 in summer time.
  const site = await priced({
    timezone: "Europe/Berlin",
    start: "2026-03-29T00:52:00Z",
    prices: [["00:00", "02:00", 1], ["02:00", "03:00", 10], ["03:00", "00:00", 100]],
  });
  await session(site, 16);
  const { kwh, energyKwh } = await billOf(site);
  assertEquals([...kwh.keys()].toSorted((a, b) => a - b), [1, 100]);
  const [before = 0, after = 0] = [kwh.get(1), kwh.get(100)];
  assertAlmostEquals(before + after, energyKwh, 0.001);
  // A minute is gone before they come, and half a minute before they draw.
  assert(Math.abs(after / before - 9 / 6.5) < 0.15, `${before} kWh and ${after} kWh`);
  await site.end();
});

Deno.test("TeslaMateAgile #92: midnight in India is half past six in the evening elsewhere, and leaves no gap", async () => {
  const site = await priced({
    timezone: "Asia/Kolkata",
    start: "2026-05-04T18:22:00Z",
    prices: [["00:00", "06:00", 7], ["06:00", "22:00", 9], ["22:00", "24:00", 11]],
  });
  await session(site, 16);
  const { kwh, energyKwh } = await billOf(site);
  assertEquals([...kwh.keys()].toSorted((a, b) => a - b), [7, 11]);
  const [after = 0, before = 0] = [kwh.get(7), kwh.get(11)];
  assertAlmostEquals(before + after, energyKwh, 0.001);
  assert(Math.abs(after / before - 9 / 6.5) < 0.15, `${before} kWh and ${after} kWh`);
  await site.end();
});
