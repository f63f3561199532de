import { assertEquals } from "@std/assert";
import type { ComparedStep } from "./balancing/mod.ts";
import { watchMeterWiring } from "./gateway_meter_check.ts";
import { createEvents } from "./lib/events.ts";
import { onEachLine, type SiteEvents, type SiteFault } from "./site/mod.ts";

const step = (atMs: number, amps: number): ComparedStep => ({
  atMs,
  meterId: "main",
  chargerAmps: { ...onEachLine(0), L1: 16 },
  meterAmps: { ...onEachLine(0), L1: amps },
});

Deno.test("a meter that shows less when a car draws more is an alarm, until it is put right", () => {
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  const faults: SiteFault[] = [];
  events.on("fault", (fault) => faults.push(fault));
  let steps: readonly ComparedStep[] = [];
  const stop = watchMeterWiring(events, () => steps);
  const measure = (now: readonly ComparedStep[]) => {
    steps = now;
    events.emit("measured", { slot: 1, atMonoMs: 0, intervalMs: 1_000 });
  };
  measure([]);
  measure([step(1, -16)]);
  assertEquals(faults, []);
  measure([step(1, -16), step(2, -16)]);
  measure([step(1, -16), step(2, -16), step(3, -16)]);
  assertEquals(
    faults.map(({ kind, severity, subject, state }) => [kind, severity, subject, state]),
    [
      ["meter-wiring", "alarm", "main", "raised"],
    ],
  );
  assertEquals(
    faults[0]?.text.startsWith('Meter "main": When a car draws more on L1, this meter shows less.'),
    true,
  );
  measure([step(2, -16), step(3, -16), step(4, 16)]);
  assertEquals(faults.map(({ state }) => state), ["raised", "over"]);
  measure([step(5, 0), step(6, 0)]);
  assertEquals(faults.at(-1)?.severity, "warning", "a battery may make up for it");
  stop();
  measure([step(7, -16), step(8, -16)]);
  assertEquals(faults.length, 3);
});
