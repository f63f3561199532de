import { assert, assertEquals } from "@std/assert";
import { createSeededIds } from "../lib/ids.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import {
  type BreakableSite,
  breakByChance,
  drawMeterFault,
  SITE_FAULTS,
  type SiteFault,
} from "./site_faults.ts";

const HOUR_MS = 3_600_000;

/** A site that writes down what is done to it. */
function setUp() {
  const done: string[] = [];
  const target: BreakableSite = {
    site: {
      chargers: ["CP1", "CP2"].map((identity) => ({
        identity,
        reboot: () => done.push(`${identity} reboots`),
        losePower: () => done.push(`${identity} loses power`),
      })),
      csms: {
        setDown: (isDown) => done.push(`csms down ${isDown}`),
        change: (options) => done.push(`csms ${JSON.stringify(options)}`),
      },
    },
    network: {
      cut: (identity) => done.push(`${identity} cut`),
      setReachable: (identity, isReachable) => done.push(`${identity} reachable ${isReachable}`),
    },
    breakMeter: (fault) => done.push(`meter ${fault?.kind ?? "whole"}`),
  };
  return { done, target };
}

/** Lets so much time pass in which things break; what was said, and what was done. */
async function run(forMs: number, faults: readonly SiteFault[] = SITE_FAULTS, seed = 1) {
  const { done, target } = setUp();
  const clock = createVirtualClock();
  const closing = new AbortController();
  const said: string[] = [];
  const ports = { clock, ids: createSeededIds(seed) };
  const say = (text: string) => said.push(`${clock.monoMs() / 1_000} ${text}`);
  const over = breakByChance(target, ports, say, closing.signal, faults);
  await clock.advance(forMs);
  closing.abort();
  await over;
  return { done, said, pending: clock.pending() };
}

for (const fault of SITE_FAULTS) {
  Deno.test(`${fault.name} comes about as often as it says, and heals`, async () => {
    const hours = fault.everyMeanMs * 40 / HOUR_MS;
    const { said, pending } = await run(hours * HOUR_MS, [fault]);
    const strikes = said.filter((line) => !line.includes(" over: ")).length;
    assert(strikes > 15 && strikes < 60, `${strikes} strikes`);
    const heals = said.length - strikes;
    assert(heals === strikes || heals === strikes - 1, `${heals} of ${strikes}`);
    assertEquals(pending, 0);
  });
}

Deno.test("a fault stays for as long as it may", async () => {
  const fault: SiteFault = {
    name: "lamp",
    everyMeanMs: 60_000,
    forMs: [20_000, 40_000],
    strike: () => ({ what: "the lamp", heal() {} }),
  };
  const { said } = await run(HOUR_MS, [fault]);
  const seconds = said.map((line) => Number(line.split(" ")[0]));
  for (const [index, line] of said.entries()) {
    if (!line.includes(" over: ")) continue;
    const lasted = (seconds[index] ?? NaN) - (seconds[index - 1] ?? NaN);
    assert(lasted >= 20 && lasted <= 41, `${lasted} s`);
  }
  assert(said.length > 30);
});

Deno.test("at the end everything is whole, whatever is broken then", async () => {
  for (let seed = 0; seed < 20; seed++) {
    const { done } = await run(HOUR_MS / 2, SITE_FAULTS, seed);
    const last = (...of: readonly string[]) =>
      done.findLast((line) => of.some((start) => line.startsWith(start)));
    assert([undefined, "csms down false"].includes(last("csms down")));
    assert([undefined, "meter whole"].includes(last("meter")));
    for (const identity of ["CP1", "CP2"]) {
      const reach = last(`${identity} reachable`);
      assert([undefined, `${identity} reachable true`].includes(reach));
    }
    const hangs = last('csms {"hangs"');
    assert([undefined, 'csms {"hangs":null}'].includes(hangs));
  }
});

Deno.test("one seed breaks the same things at the same times", async () => {
  assertEquals((await run(HOUR_MS)).said, (await run(HOUR_MS)).said);
});

Deno.test("every kind of meter fault comes", () => {
  const ids = createSeededIds(1);
  const kinds = new Set(Array.from({ length: 200 }, () => drawMeterFault(ids).kind));
  assertEquals(kinds.size, 8);
});
