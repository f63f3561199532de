import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LINES } from "../site/mod.ts";
import { type Amps, type Bench, METERED, settled } from "./_bench.ts";
import { chargingAt } from "./_site_drawing.ts";

const doubt = (desk: Bench, ...meterIds: string[]) =>
  desk.tell({ kind: "doubted-meters", meterIds });

Deno.test("A meter that seems turned: the worst other load counts in its place, at once and in words", () => {
  const desk = settled(METERED, [1, 2], true);
  desk.meter("main", 10);
  desk.wait(60);
  assertEquals(desk.limits(), [27, 26]);
  doubt(desk, "main");
  // 63 A less the 40 A that the building may come to.
  assertEquals(desk.limits(), [12, 11]);
  desk.wait(30);
  assertEquals(desk.load("grid").meter, "doubted");
  assertEquals(desk.load("grid").otherLoadAmps, { L1: 40, L2: 40, L3: 40 });
  assertEquals(desk.reasonKey(1), "shared line grid L1, main doubted");
  desk.wait(600);
  assertEquals(desk.limits(), [12, 11], "nothing is raised, however little it shows");
  doubt(desk);
  desk.wait(60);
  assertEquals(desk.limits(), [27, 26], "what was proved right is believed");
  assertEquals(desk.reasonKey(1), "shared line grid L1");
});

Deno.test("Whoever comes while its meter seems turned is told of it whatever it gets", () => {
  const desk = settled(METERED, []);
  doubt(desk, "main");
  assertEquals(desk.reason(1), { kind: "idle" });
  desk.facts(chargingAt(1, { caps: [{ source: "operator", amps: 8 }] }));
  desk.wait(20);
  assertEquals(desk.limits()[0], 8);
  assertEquals(desk.reasonKey(1), "capped operator null, main doubted");
});

Deno.test("A meter that seems turned is heard where it shows more than the worst, whichever way", () => {
  for (const shown of [[50, 5, 5], [-50, 5, 5]] as const) {
    const desk = settled(METERED, [1], true);
    doubt(desk, "main");
    desk.wait(30);
    assertEquals(desk.limits()[0], 23, "beside 40 A");
    const building: Amps = shown[0] < 0 ? [shown[0] - 46, 5, 5] : shown;
    desk.meter("main", building);
    desk.wait(30);
    const limit = desk.limits()[0] ?? 0;
    assert(limit <= 13, `${limit} A beside 50 A and more`);
  }
});

Deno.test("A doubted meter that falls silent is substituted and lost as any other", () => {
  const desk = settled(METERED, [1], true);
  doubt(desk, "main");
  desk.meter("main", 10);
  desk.wait(20);
  desk.meter("main", null);
  desk.wait(5);
  assertEquals(desk.load("grid").meter, "doubted");
  desk.wait(10);
  assertEquals([desk.load("grid").meter, desk.limits()[0]], ["substituted", 23]);
  desk.wait(60);
  assertEquals(desk.load("grid").meter, "lost");
  assertEquals(desk.reason(1).kind, "fail-safe");
});

Deno.test("Beside a doubted meter chargers and the worst other load are within every limit, whatever it shows", () => {
  const amps = fc.integer({ min: -90, max: 90 });
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 50 }),
    fc.array(fc.tuple(amps, amps, amps, fc.integer({ min: 1, max: 40 })), {
      minLength: 1,
      maxLength: 8,
    }),
    (worst, shown) => {
      const evses = [1, 2, 3].map((slot) => ({ slot, on: "grid", failSafe: 0 }));
      const circuits = [{ id: "grid", amps: 63, meter: "main", worst, watts: 40_000 }];
      const desk = settled({ circuits, evses }, [1, 2, 3]);
      doubt(desk, "main");
      // Cuts are confirmed by then.
      desk.wait(20);
      for (const [L1, L2, L3, seconds] of shown) {
        desk.meter("main", [L1, L2, L3]);
        desk.wait(seconds);
        const { reservedAmps } = desk.load("grid");
        for (const line of LINES) assert(reservedAmps[line] + worst <= 63.001, line);
        const watts = 230 * LINES.reduce((sum, line) => sum + reservedAmps[line] + worst, 0);
        const hasRoom = 3 * 230 * worst <= 40_000;
        assert(!hasRoom || watts <= 40_001, `${watts} W`);
      }
    },
  ));
});
