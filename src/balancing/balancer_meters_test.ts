import { assertEquals } from "@std/assert";
import { alarmsOf, currentsOf, METERED, settled } from "./_bench.ts";
import { chargingAt } from "./_site_drawing.ts";

Deno.test("A silent meter: first held with its peak, then substituted, then the fail-safe and an alarm", () => {
  const desk = settled(
    {
      ...METERED,
      evses: [{ slot: 1, on: "grid", failSafe: 10 }, { slot: 2, on: "grid", failSafe: 0 }],
    },
    [1, 2],
    true,
  );
  desk.meter("main", 20);
  desk.wait(5);
  desk.meter("main", 10);
  desk.wait(2);
  const condition = () => desk.load("grid").meter;
  const [before] = [desk.limits()];
  assertEquals(before, [22, 21]);
  desk.meter("main", null);
  desk.wait(3);
  assertEquals([condition(), desk.limits()], ["good", before]);
  desk.wait(1);
  assertEquals([condition(), desk.limits()], ["held", before]);
  assertEquals(desk.load("grid").headroomAmps.L1 <= 0, true);
  desk.wait(6);
  // 63 A less the 25 A that stand in for the building.
  assertEquals([condition(), desk.limits()], ["substituted", [19, 19]]);
  desk.wait(49);
  assertEquals(alarmsOf(desk.takeEffects()), []);
  desk.wait(1);
  assertEquals([condition(), desk.limits()], ["lost", [10, 0]]);
  assertEquals(desk.reason(1), { kind: "fail-safe", circuitId: "grid", failSafeAmps: 10 });
  const alarm = { kind: "meter-lost", meterId: "main" } as const;
  assertEquals(alarmsOf(desk.takeEffects()), [{ kind: "alarm", alarm }]);
  desk.wait(600);
  assertEquals(alarmsOf(desk.takeEffects()), []);
  desk.meter("main", 10);
  desk.wait(60);
  assertEquals(alarmsOf(desk.takeEffects()), [{ kind: "alarm-over", alarm }]);
  assertEquals([condition(), desk.limits()], ["good", [27, 26]]);
});

Deno.test("Nothing is raised while a meter on the way to the grid is silent", () => {
  const desk = settled({
    circuits: [
      { id: "grid", amps: 63, meter: "main" },
      { id: "row", from: "grid", amps: 63 },
    ],
    evses: [{ slot: 1, on: "row" }],
  }, []);
  desk.meter("main", null);
  desk.wait(5);
  desk.facts(chargingAt(1));
  desk.wait(20);
  assertEquals(desk.limits(), [0]);
  desk.meter("main", 0);
  desk.wait(1);
  assertEquals(desk.limits(), [32]);
});

Deno.test("A paused EV is given its fail-safe current when the meter is lost", () => {
  const desk = settled(
    {
      circuits: [{ id: "grid", amps: 20, meter: "main", worst: 8 }],
      evses: [{ slot: 1, on: "grid", failSafe: 6 }, { slot: 2, on: "grid", failSafe: 6 }],
    },
    [1, 2],
    true,
  );
  desk.meter("main", 10);
  desk.wait(60);
  assertEquals(desk.limits().toSorted(), [0, 10]);
  desk.meter("main", null);
  desk.wait(90);
  assertEquals(desk.limits(), [6, 6]);
});

Deno.test("Fail-safe currents need no margin when the meter is lost", () => {
  const desk = settled(
    {
      marginAmps: 3,
      circuits: [{ id: "grid", amps: 40, meter: "main", worst: 20 }],
      evses: [{ slot: 1, on: "grid", failSafe: 10 }, { slot: 2, on: "grid", failSafe: 10 }],
    },
    [1, 2],
    true,
  );
  desk.meter("main", null);
  desk.wait(100);
  assertEquals(desk.limits(), [10, 10]);
});

Deno.test("A line over its limit raises the alarm when nobody has anything left to give", () => {
  const desk = settled(METERED, [1], true);
  desk.meter("main", 70);
  desk.wait(1);
  assertEquals(desk.limits(), [0, null]);
  assertEquals(alarmsOf(desk.takeEffects()), [], "the charger is on its way down");
  desk.wait(10);
  const overOn = (line: "L1" | "L2" | "L3") =>
    ({ kind: "over-limit", circuitId: "grid", line }) as const;
  const all = (["L1", "L2", "L3"] as const).map(overOn);
  assertEquals(alarmsOf(desk.takeEffects()), all.map((alarm) => ({ kind: "alarm", alarm })));
  desk.meter("main", [70, 63, 20]);
  desk.wait(1);
  assertEquals(alarmsOf(desk.takeEffects()), [
    { kind: "alarm-over", alarm: overOn("L2") },
    { kind: "alarm-over", alarm: overOn("L3") },
  ]);
});

Deno.test("stepBalancer() ignores slots and meters it does not know, and numbers that are none", () => {
  const desk = settled(METERED, [1]);
  const before = desk.limits();
  desk.facts(chargingAt(99));
  desk.measured(99, 32);
  desk.tell({ kind: "limit-accepted", slot: 99, limitAmps: 3 });
  desk.meter("elsewhere", 900);
  const atWallMs = desk.nowMs();
  const at = { meterId: "main", atMonoMs: desk.nowMs() + 1, atWallMs };
  desk.tell({ kind: "meter", sample: { ...at, currentsAmps: currentsOf(NaN) } });
  desk.tell({ kind: "meter", sample: { ...at, totalPowerW: 900_000 } });
  desk.wait(1);
  assertEquals(desk.limits(), before);
});

Deno.test("A sample with powers only counts as currents at nominal voltage", () => {
  const desk = settled(METERED, []);
  desk.wait(1);
  const sample = { meterId: "main", atMonoMs: desk.nowMs() + 1, atWallMs: 0 };
  desk.meter("main", null);
  desk.wait(1);
  desk.tell({ kind: "meter", sample: { ...sample, powersW: { L1: 4600, L2: 2300, L3: 0 } } });
  assertEquals(desk.load("grid").measuredAmps, { L1: 20, L2: 10, L3: 0 });
});

Deno.test("circuitLoads() show each circuit, feeders first", () => {
  const desk = settled(
    {
      marginAmps: 2,
      circuits: [
        { id: "row", from: "grid", amps: 32 },
        { id: "grid", amps: 100, factor: 0.5, meter: "main" },
      ],
      evses: [{ slot: 1, on: "row", lines: "L2", max: 16 }],
    },
    [1],
    true,
  );
  desk.meter("main", [5, 10, -3]);
  desk.wait(10);
  assertEquals(desk.load("grid"), {
    circuitId: "grid",
    limitAmps: 50,
    measuredAmps: { L1: 5, L2: 26, L3: -3 },
    otherLoadAmps: { L1: 5, L2: 10, L3: 0 },
    reservedAmps: { L1: 0, L2: 16, L3: 0 },
    headroomAmps: { L1: 43, L2: 22, L3: 48 },
    meter: "good",
  });
  assertEquals(desk.load("row").measuredAmps, { L1: null, L2: null, L3: null });
  assertEquals(desk.load("row").headroomAmps, { L1: 30, L2: 14, L3: 30 });
});
