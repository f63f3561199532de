import { assertEquals, assertStringIncludes } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { CircuitLimit, SiteEvents } from "../site/mod.ts";
import { createCircuitLimits, type LimitOrder } from "./circuit_limits.ts";

const MINUTE = 60_000;

function bench(stored: (nowMs: number) => readonly Partial<CircuitLimit>[] = () => []) {
  const clock = createVirtualClock();
  const events = createEvents<SiteEvents>(() => {});
  const faults: string[] = [];
  events.on("fault", ({ kind, subject, state, text }) => {
    faults.push(`${kind} ${subject} ${state}: ${text}`);
  });
  const disk = new Map<string, unknown>();
  const began: CircuitLimit = {
    number: 1,
    circuitId: "row",
    source: "signal",
    unit: "W",
    limit: 4_200,
    reason: "§14a",
    by: "grid-box",
    atMs: clock.wallMs(),
    untilMs: null,
    metAtMs: null,
    ended: null,
  };
  let changes = 0;
  const limits = createCircuitLimits({
    clock,
    log: () => {},
    spawn: createSpawner(() => {}),
    events,
    write(writes) {
      for (const each of writes) {
        if (each.kind === "drop") disk.delete(String(each.key));
        else disk.set(String(each.key), each.value);
      }
      return Promise.resolve();
    },
    hasCircuit: (id) => id === "row" || id === "grid",
    timeText: (wallMs) => `${(wallMs - clock.wallMs()) / MINUTE} min on`,
  }, stored(clock.wallMs()).map((each) => ({ ...began, ...each })));
  limits.listen(() => changes++);
  const order = (given: Partial<LimitOrder> = {}): LimitOrder => ({
    circuitId: "row",
    source: "signal",
    unit: "W",
    limit: 4_200,
    reason: "§14a",
    by: "grid-box",
    untilMs: clock.wallMs() + 10 * MINUTE,
    ...given,
  });
  return { clock, limits, faults, disk, order, changes: () => changes };
}

const numbers = (limits: readonly CircuitLimit[]) => limits.map(({ number }) => number);

Deno.test("a limit holds for its time, ends by itself, and stays on record with who, when and why", async () => {
  const { clock, limits, faults, disk, order, changes } = bench();
  const startMs = clock.wallMs();
  await limits.set(order());
  assertEquals(numbers(limits.inForce()), [1]);
  assertEquals(faults, [
    'grid-limit row raised: The grid limits all chargers below "row" together to 4.2 kW until 10 min on: §14a',
  ]);
  await clock.advance(4_000);
  limits.noteMet(1);
  limits.noteMet(1);
  await clock.advance(10 * MINUTE - 4_001);
  assertEquals(numbers(limits.inForce()), [1]);
  await clock.advance(1);
  assertEquals(limits.inForce(), []);
  assertEquals(changes(), 2);
  assertStringIncludes(faults[1] ?? "", "grid-limit row over");
  const [record] = limits.record();
  assertEquals(record, {
    ...order({ untilMs: startMs + 10 * MINUTE }),
    number: 1,
    atMs: startMs,
    metAtMs: startMs + 4_000,
    ended: { atMs: startMs + 10 * MINUTE, by: { kind: "time" } },
  });
  assertEquals(disk.get("1"), record);
  assertEquals(clock.pending(), 0);
});

Deno.test("the grid's limit and an operator's hold beside each other; a newer one of the same source replaces", async () => {
  const { limits, order, disk } = bench();
  await limits.set(order());
  await limits.set(order({ source: "operator", limit: 9_000, by: "priya" }));
  await limits.set(order({ circuitId: null }));
  await limits.set(order({ limit: 6_000 }));
  assertEquals(numbers(limits.inForce()), [2, 3, 4]);
  assertEquals(limits.record().at(-1)?.ended?.by, { kind: "replaced" });
  assertEquals(disk.size, 4);
});

Deno.test("who lifts a limit is on record; lifting none says so", async () => {
  const { clock, limits, order } = bench();
  await limits.set(order({ untilMs: null }));
  assertEquals(await limits.lift("row", "operator", "priya"), false);
  assertEquals(await limits.lift(null, "signal", "priya"), false);
  assertEquals(await limits.lift("row", "signal", "priya"), true);
  assertEquals(limits.record()[0]?.ended?.by, { kind: "lifted", by: "priya" });
  assertEquals([limits.inForce(), clock.pending()], [[], 0]);
});

Deno.test("one without an end holds until it is lifted, however long", async () => {
  const { clock, limits, order } = bench();
  await limits.set(order({ untilMs: null }));
  await clock.advance(30 * 24 * 60 * MINUTE);
  assertEquals(numbers(limits.inForce()), [1]);
});

Deno.test("after a restart what holds goes on, and what ended meanwhile ended when it was to", async () => {
  const { clock, limits, faults, disk, order } = bench((nowMs) => [
    { number: 7, untilMs: nowMs - MINUTE },
    { number: 9, source: "operator", untilMs: nowMs + MINUTE },
    { number: 4, ended: { atMs: nowMs - 9, by: { kind: "replaced" } } },
  ]);
  const startMs = clock.wallMs();
  await clock.advance(0);
  assertEquals(numbers(limits.inForce()), [9]);
  assertEquals(limits.record()[1]?.ended, { atMs: startMs - MINUTE, by: { kind: "time" } });
  assertEquals(disk.has("7"), true);
  assertEquals(faults.filter((each) => each.includes("raised")).length, 2);
  await limits.set(order());
  assertEquals(numbers(limits.inForce()), [9, 10], "numbers are given once");
  await clock.advance(MINUTE);
  assertEquals(numbers(limits.inForce()), [10]);
});

Deno.test("a limit on a circuit that site.yaml does not name any more ends, and the record says why", async () => {
  const { clock, limits } = bench(() => [{ circuitId: "old-row" }]);
  await clock.advance(0);
  assertEquals(limits.inForce(), []);
  assertEquals(limits.record()[0]?.ended?.by, { kind: "no-circuit" });
});

Deno.test("a clock that is set moves no end; one that is put right moves the label alone", async () => {
  const { clock, limits, order } = bench();
  await limits.set(order());
  const untilMs = limits.inForce()[0]?.untilMs ?? 0;
  clock.setWall(clock.wallMs() + 3_600_000);
  const [write] = limits.moved(3_600_000);
  assertEquals(write?.kind === "put" && write.value.untilMs, untilMs + 3_600_000);
  await clock.advance(10 * MINUTE - 1);
  assertEquals(numbers(limits.inForce()), [1]);
  await clock.advance(1);
  assertEquals(limits.inForce(), []);
});

Deno.test("one that seems to last for years, by a clock that was wrong, ends within a week", async () => {
  const { clock, limits } = bench((nowMs) => [{ untilMs: nowMs + 1e12 }]);
  await clock.advance(7 * 24 * 60 * MINUTE);
  assertEquals(limits.inForce(), []);
});

Deno.test("the record is bounded: the oldest that are over leave it, on the disk too", async () => {
  const over = (number: number): Partial<CircuitLimit> => ({
    number,
    ended: { atMs: 0, by: { kind: "time" } },
  });
  const { limits, order, disk } = bench(() =>
    Array.from({ length: 2_000 }, (_, index) => over(index + 1))
  );
  await limits.set(order());
  await limits.lift("row", "signal", "priya");
  assertEquals([limits.record().length, limits.record().at(-1)?.number], [2_000, 2]);
  assertEquals(disk.has("1"), false);
});

Deno.test("stop() lets go of timers", async () => {
  const { clock, limits, order } = bench();
  await limits.set(order());
  limits.stop();
  assertEquals(clock.pending(), 0);
});

Deno.test("each signal has a limit of its own beside the others, and takes back no other's", async () => {
  const { limits, faults, order } = bench();
  await limits.set(order({ signal: "flex", limit: 9_000, untilMs: null }));
  await limits.set(order({ signal: "box", limit: 4_200, untilMs: null }));
  await limits.set(order({ signal: "flex", limit: 8_000, untilMs: null }));
  assertEquals(limits.inForce().map(({ signal, limit }) => [signal, limit]), [
    ["box", 4_200],
    ["flex", 8_000],
  ]);
  assertStringIncludes(faults.at(-1) ?? "", 'grid-limit row flex raised: The grid ("flex") limits');
  assertEquals(await limits.lift("row", "signal", "priya", "flex"), true);
  assertEquals(limits.inForce().map(({ signal }) => signal), ["box"]);
  assertEquals(await limits.lift("row", "signal", "priya", "flex"), false);
  await limits.set(order({ untilMs: null }));
  assertEquals(await limits.lift("row", "signal", "priya"), true);
  assertEquals(limits.inForce(), []);
});

Deno.test("who hears a signal ends its limit, on record as having come to its time", async () => {
  const { clock, limits, order } = bench();
  await limits.set(order({ signal: "flex" }));
  await clock.advance(11 * MINUTE);
  assertEquals(numbers(limits.inForce()), [1]);
  await limits.lift("row", "signal", "openadr flex", "flex");
  assertEquals(limits.record()[0]?.ended?.by, { kind: "time" });
});

Deno.test("when the site's time is put right, what a signal named stays the moment that it named", async () => {
  const { clock, limits, order } = bench();
  const untilMs = clock.wallMs() + 10 * MINUTE;
  await limits.set(order({ signal: "flex", untilMs }));
  limits.moved(60 * MINUTE);
  assertEquals(limits.inForce()[0]?.untilMs, untilMs);
});

Deno.test("a contact's limit from before signals had names has the name of contacts", () => {
  const { limits } = bench(
    () => [{ by: "contact ripple" }, { number: 2, by: "contact ripple", source: "operator" }],
  );
  assertEquals(limits.record().map(({ signal }) => signal), [undefined, "contacts"]);
});

Deno.test("a limit on all that a circuit draws says so", async () => {
  const { limits, faults, order } = bench();
  await limits.set(order({ signal: "flex", counts: "everything", untilMs: null, reason: "" }));
  assertStringIncludes(
    faults.at(-1) ?? "",
    'limits all that "row" draws to 4.2 kW until it is lifted',
  );
});
