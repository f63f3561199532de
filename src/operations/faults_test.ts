import { assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { SiteEvents, SiteFault } from "../site/mod.ts";
import { createFaults } from "./faults.ts";

function bench() {
  const clock = createVirtualClock();
  const events = createEvents<SiteEvents>(() => {});
  const faults = createFaults(clock, events);
  function tell(kind: string, state: SiteFault["state"] = "raised", facts = {}): void {
    events.emit("fault", {
      kind,
      severity: "alarm",
      subject: "CP1",
      text: `${kind} of CP1`,
      state,
      ...facts,
    });
  }
  return { clock, faults, tell };
}

const names = (faults: ReturnType<typeof bench>["faults"]) =>
  faults.list().map(({ kind, state }) => `${kind} ${state}`);

Deno.test("a fault is listed with since when, when last and how often it was told", async () => {
  const { clock, faults, tell } = bench();
  const startMs = clock.wallMs();
  tell("a");
  await clock.advance(1_000);
  tell("a");
  await clock.advance(1_000);
  tell("a", "over");
  assertEquals(faults.list(), [{
    kind: "a",
    severity: "alarm",
    subject: "CP1",
    text: "a of CP1",
    state: "over",
    sinceMs: startMs,
    lastSeenMs: startMs + 2_000,
    count: 2,
  }]);
});

Deno.test("a fault that comes back begins anew and goes on counting", async () => {
  const { clock, faults, tell } = bench();
  tell("a");
  tell("a", "over");
  await clock.advance(5_000);
  tell("a");
  const [fault] = faults.list();
  assertEquals([fault?.sinceMs, fault?.count, fault?.state], [clock.wallMs(), 2, "raised"]);
});

Deno.test("what is over and was never raised is no fault, and over twice is over once", async () => {
  const { clock, faults, tell } = bench();
  tell("a", "over");
  assertEquals(faults.list(), []);
  tell("a");
  tell("a", "over");
  const before = faults.list();
  await clock.advance(5_000);
  tell("a", "over");
  assertEquals(faults.list(), before);
});

Deno.test("raised faults come first, and the newest of each kind first", () => {
  const { faults, tell } = bench();
  for (const kind of ["a", "b", "c", "d"]) tell(kind);
  tell("b", "over");
  tell("c", "over");
  tell("a");
  assertEquals(names(faults), ["a raised", "d raised", "c over", "b over"]);
});

Deno.test("the same kind at two places is two faults", () => {
  const { faults, tell } = bench();
  tell("a");
  tell("a", "raised", { subject: "CP2" });
  assertEquals(faults.list().map(({ subject }) => subject), ["CP2", "CP1"]);
});

Deno.test("lastOf() is the newest word about somebody, and alarms() counts what stands", () => {
  const { faults, tell } = bench();
  tell("a");
  tell("b", "raised", { severity: "warning" });
  tell("c", "raised", { subject: "CP2" });
  assertEquals([faults.lastOf(["CP1"])?.kind, faults.lastOf(["CP9"])], ["b", null]);
  assertEquals(faults.alarms(), 2);
  tell("a", "over");
  assertEquals([faults.lastOf(["CP1"])?.kind, faults.alarms()], ["a", 1]);
});

Deno.test("a charger that invents faults takes a bounded part of the memory", () => {
  const { faults, tell } = bench();
  for (let index = 0; index < 1_000; index++) tell(`a${index}`);
  assertEquals(faults.list().length, 500);
  assertEquals(faults.list()[0]?.kind, "a999");
});

Deno.test("a fault's text is cut where a charger says more than anybody reads", () => {
  const { faults, tell } = bench();
  tell("a", "raised", { text: "x".repeat(60_000) });
  assertEquals(faults.list()[0]?.text, "x".repeat(1_000));
});
