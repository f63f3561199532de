import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createCounterDesk } from "./gateway_counters.ts";
import { createEvents } from "./lib/events.ts";
import { createVirtualClock, type VirtualClock } from "./lib/virtual_clock.ts";
import type { LedgerWrite } from "./outbox/mod.ts";
import type { Circuit, ClockTrust, MeterCounters, SiteEvents } from "./site/mod.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const OTHER_LOAD = { worstAmps: 10, substituteAmps: 10 };
const GRID: Circuit = {
  id: "grid",
  parentId: null,
  limitAmps: 100,
  continuousFactor: 1,
  meterId: "main",
  otherLoad: OTHER_LOAD,
};
const ROW: Circuit = { ...GRID, id: "row", parentId: "grid", limitAmps: 16, meterId: "row-meter" };

/** What the ledger holds; a desk of a later life opens on it. */
type Ledger = Map<string, MeterCounters>;

function openDesk(clock: VirtualClock, ledger: Ledger = new Map(), trust: ClockTrust = "known") {
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  const told: string[] = [];
  events.on("fault", ({ kind, state, text }) => told.push(`${kind} ${state}: ${text}`));
  const commits: (readonly LedgerWrite[])[] = [];
  const desk = createCounterDesk({
    clock,
    timekeeper: { trust: () => trust },
    log: () => {},
    events,
    circuits: [GRID, ROW],
    nominalVoltageV: 230,
    keep(writes) {
      commits.push(writes);
      for (const write of writes) {
        if (write.kind === "put" && write.collection === "energy-counters") {
          ledger.set(write.key, JSON.parse(JSON.stringify(write.value)));
        }
      }
    },
  }, ledger);
  const read = (energies: object, meterId = "main", agoMs = 0) =>
    desk.counted({
      meterId,
      atMonoMs: clock.monoMs() - agoMs,
      atWallMs: clock.wallMs() - agoMs,
      ...energies,
    });
  return { desk, read, told, commits };
}

Deno.test("each way is counted by itself, and what a meter does not tell stays absent", async () => {
  const clock = createVirtualClock(HOUR_MS);
  const { read } = openDesk(clock);
  read({ importWh: 1_000, exportWh: 50 });
  await clock.advance(MINUTE_MS);
  const { importWh, exportWh } = read({ importWh: 0, exportWh: 60 });
  assertEquals([importWh, exportWh], [1_000, 60]);
  assertEquals(Object.keys(read({ totalPowerW: 5 })).includes("importWh"), false);
  assertEquals("exportWh" in read({ importWh: 1 }), false);
});

Deno.test("a counter goes on after a restart, also where the meter was replaced meanwhile", async () => {
  const clock = createVirtualClock(HOUR_MS);
  const ledger: Ledger = new Map();
  const first = openDesk(clock, ledger);
  first.read({ importWh: 5_000_000 });
  first.desk.stop();
  await clock.advance(2 * HOUR_MS);
  const second = openDesk(clock, ledger);
  assertEquals(second.read({ importWh: 5_030_000 }).importWh, 5_030_000);
  second.desk.stop();
  await clock.advance(HOUR_MS);
  const third = openDesk(clock, ledger);
  assertEquals(third.read({ importWh: 700 }).importWh, 5_030_000);
  assertEquals(third.desk.of("main")?.import?.lastBreak?.kind, "back");
});

Deno.test("a break is written at the next look, anything else once a quarter of an hour, all in one", async () => {
  const clock = createVirtualClock(HOUR_MS);
  const { desk, read, commits } = openDesk(clock);
  read({ importWh: 5_000 });
  read({ importWh: 8_000 }, "row-meter");
  for (let minute = 1; minute < 15; minute++) {
    await clock.advance(MINUTE_MS);
    desk.look();
  }
  assertEquals(commits.length, 0);
  await clock.advance(MINUTE_MS);
  desk.look();
  assertEquals(commits.map((writes) => writes.length), [2]);
  read({ importWh: 0 });
  desk.look();
  assertEquals(commits.map((writes) => writes.length), [2, 1]);
  desk.stop();
  assertEquals(commits.length, 2, "nothing is left to keep");
});

Deno.test("a register that breaks is told at most once an hour; one that runs over is no fault", async () => {
  const clock = createVirtualClock(HOUR_MS);
  const { read, told } = openDesk(clock);
  for (const importWh of [5_003_200, 0, 9_000_000, 100]) {
    read({ importWh });
    await clock.advance(11 * MINUTE_MS);
  }
  assertEquals(told.length, 2, told.join("\n"));
  assertEquals(
    told[0],
    'meter-counter raised: Meter "main": its import register went back from 5003.2 kWh to 0.0 kWh: ' +
      "it was reset, or the meter replaced. Its energy is counted on from where it was",
  );
  await clock.advance(HOUR_MS);
  read({ importWh: 2 ** 32 - 1 }, "row-meter");
  read({ importWh: 5 }, "row-meter");
  assertEquals(told.length, 2);
});

Deno.test("a meter is judged by the fuse of its own circuit, one elsewhere by the largest", async () => {
  const clock = createVirtualClock(HOUR_MS);
  const { read } = openDesk(clock);
  for (const meter of ["main", "row-meter", "pv"]) read({ importWh: 0 }, meter);
  await clock.advance(HOUR_MS);
  const counted = ["main", "row-meter", "pv"].map((meter) =>
    read({ importWh: 60_000 }, meter).importWh
  );
  assertEquals(counted, [60_000, 0, 60_000]);
});

Deno.test("where nobody knows how long the gateway was away, a day's energy counts at most", () => {
  const ledger: Ledger = new Map();
  const before = createVirtualClock(100 * HOUR_MS);
  const first = openDesk(before, ledger);
  first.read({ importWh: 0 });
  first.desk.stop();
  const early = createVirtualClock(HOUR_MS);
  assertEquals(openDesk(early, ledger).read({ importWh: 900_000 }).importWh, 900_000);
  const late = createVirtualClock(100 * HOUR_MS);
  const untrusted = openDesk(late, ledger, "untrusted");
  assertEquals(untrusted.read({ importWh: 900_000 }).importWh, 900_000);
  assertEquals(openDesk(late, ledger).read({ importWh: 900_000 }).importWh, 0);
});

Deno.test("a reading that was overtaken by a newer one counts nothing", async () => {
  const clock = createVirtualClock(HOUR_MS);
  const { read } = openDesk(clock);
  read({ importWh: 1_000 });
  await clock.advance(MINUTE_MS);
  read({ importWh: 1_200 });
  const late = read({ importWh: 1_100 }, "main", 30_000);
  assertAlmostEquals(late.importWh ?? 0, 1_200);
  assertEquals(read({ importWh: 1_210 }).importWh, 1_210);
});
