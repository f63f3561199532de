import { assertEquals } from "@std/assert";
import type { ComparedStep } from "./balancing/mod.ts";
import { createMeterCheck, type MeterCheck } from "./gateway_meter_check.ts";
import { createEvents } from "./lib/events.ts";
import { createSpawner } from "./lib/spawn.ts";
import { createVirtualClock } from "./lib/virtual_clock.ts";
import {
  type DoubtedMeter,
  LINES,
  onEachLine,
  type SiteEvents,
  type SiteFault,
} from "./site/mod.ts";

const step = (atMs: number, amps: number): ComparedStep => ({
  atMs,
  meterId: "main",
  chargerAmps: { ...onEachLine(0), L1: 16 },
  meterAmps: { ...onEachLine(0), L1: amps },
});

/** A check at work, and all that it says. */
function checked(before: readonly DoubtedMeter[] = []) {
  const clock = createVirtualClock();
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  const faults: SiteFault[] = [];
  events.on("fault", (fault) => faults.push(fault));
  const disk = new Map(before.map((doubt) => [doubt.meterId, doubt]));
  let steps: readonly ComparedStep[] = [];
  let doubted: readonly string[] = [];
  const check: MeterCheck = createMeterCheck({
    clock,
    events,
    log: () => {},
    spawn: createSpawner(() => {}),
    journal: {
      commit(writes) {
        for (const write of writes) {
          if (write.collection !== "doubted-meters") throw new Error(write.collection);
          if (write.kind === "put") disk.set(write.key, write.value);
          else disk.delete(write.key);
        }
        return Promise.resolve();
      },
    },
    comparedSteps: () => steps,
    doubt: (meterIds) => doubted = meterIds,
  }, before);
  check.start();
  return {
    clock,
    check,
    faults,
    disk,
    doubted: () => doubted,
    measure(...now: readonly ComparedStep[]) {
      steps = now;
      events.emit("measured", { slot: 1, atMonoMs: 0, intervalMs: 1_000 });
    },
  };
}

Deno.test("a meter that shows less when a car draws more is an alarm and not believed, until two steps prove it right", () => {
  const { measure, faults, doubted, check, disk } = checked();
  measure();
  measure(step(1, -16));
  assertEquals(faults, []);
  measure(step(1, -16), step(2, -16));
  measure(step(1, -16), step(2, -16), step(3, -16));
  assertEquals(
    faults.map(({ kind, severity, subject, state }) => [kind, severity, subject, state]),
    [["meter-wiring", "alarm", "main", "raised"]],
  );
  const text = faults[0]?.text ?? "";
  assertEquals(
    text.startsWith('Meter "main": When a car draws more on L1, this meter shows less.'),
    true,
  );
  assertEquals(text.endsWith("Until it is right, the worst other load counts in its place."), true);
  assertEquals([doubted(), [...disk.keys()]], [["main"], ["main"]]);
  measure(step(2, -16), step(3, -16), step(4, 16));
  assertEquals([faults.length, doubted()], [1, ["main"]], "once is chance");
  measure(step(3, -16), step(4, 16), step(5, 16));
  assertEquals(faults.map(({ state }) => state), ["raised", "over"]);
  assertEquals([doubted(), disk.size, check.doubted()], [[], 0, []]);
  check.stop();
  measure(step(7, -16), step(8, -16));
  assertEquals(faults.length, 2);
});

Deno.test("a meter that shows nothing of a car is a warning, and believed: a battery may make up for it", () => {
  const { measure, faults, doubted } = checked();
  measure(step(5, 0), step(6, 0));
  assertEquals(faults.map(({ severity }) => severity), ["warning"]);
  assertEquals(doubted(), []);
  measure(step(6, 0), step(7, 16));
  assertEquals(faults.at(-1)?.state, "over");
});

Deno.test("a meter that shows a part only of what cars draw is an alarm and not believed, until two steps prove it right", () => {
  const { measure, faults, doubted, disk } = checked();
  measure(step(1, 1.6));
  assertEquals(doubted(), [], "once is chance");
  measure(step(1, 1.6), step(2, 1.6));
  assertEquals([doubted(), faults.map(({ severity }) => severity)], [["main"], ["alarm"]]);
  assertEquals(disk.get("main")?.factor, 0.1);
  const text = faults[0]?.text ?? "";
  assertEquals(text.includes("0.1 times"), true, text);
  assertEquals(text.endsWith("Until it is right, the worst other load counts in its place."), true);
  measure(step(2, 1.6), step(3, 16), step(4, 16));
  assertEquals([doubted(), faults.map(({ state }) => state)], [[], ["raised", "over"]]);
});

Deno.test("a meter that shows more than cars draw, or nearly that, is believed: it costs room only", () => {
  for (const [amps, count] of [[160, 1], [32, 1], [14, 0], [13, 0]] as const) {
    const { measure, faults, doubted } = checked();
    measure(step(1, amps), step(2, amps));
    assertEquals([doubted(), faults.length], [[], count], `${amps} A of 16 A`);
    assertEquals(faults.every(({ severity }) => severity === "warning"), true);
  }
  const { measure, doubted } = checked();
  measure(step(1, 12), step(2, 12.5));
  assertEquals(doubted(), ["main"], "three quarters");
});

Deno.test("a meter whose ratio was doubted before a restart is so after it, with its factor", () => {
  const before = { meterId: "main", lines: LINES, factor: 0.5, sinceMs: 5 };
  const { measure, faults, doubted } = checked([before]);
  assertEquals([doubted(), faults[0]?.severity], [["main"], "alarm"]);
  assertEquals(faults[0]?.text.includes("0.5 times"), true, faults[0]?.text);
  measure(step(1, 16), step(2, 16));
  assertEquals([doubted(), faults.at(-1)?.state], [[], "over"]);
});

Deno.test("a meter that was doubted before a restart is so after it, and an alarm again", () => {
  const { measure, faults, doubted } = checked([{ meterId: "main", lines: ["L1"], sinceMs: 5 }]);
  assertEquals([doubted(), faults.map(({ state }) => state)], [["main"], ["raised"]]);
  measure(step(1, 0), step(2, 0));
  assertEquals([doubted(), faults.length], [["main"], 1], "nothing is proved");
  measure(step(3, 16), step(4, 16));
  assertEquals([doubted(), faults.map(({ state }) => state)], [[], ["raised", "over"]]);
});

Deno.test("an installer who says that a meter is right is believed until it is seen turned anew", async () => {
  const { clock, measure, faults, doubted, check, disk } = checked();
  await clock.advance(10);
  measure(step(1, -16), step(2, -16));
  const outcome = await check.believe("main", "ina");
  assertEquals(outcome, { kind: "accepted", detail: 'Meter "main" counts again' });
  assertEquals([doubted(), disk.size, faults.at(-1)?.state], [[], 0, "over"]);
  measure(step(1, -16), step(2, -16));
  assertEquals([doubted(), check.steps()], [[], []], "what was before is settled");
  assertEquals((await check.believe("main", "ina")).kind, "refused");
  const laterMs = clock.monoMs() + 1;
  measure(step(1, -16), step(laterMs, -16), step(laterMs + 1, -16));
  assertEquals([doubted(), faults.at(-1)?.state], [["main"], "raised"]);
});
