import { assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type {
  CircuitLimit,
  SignalRecord,
  SignalSource,
  SignalSpan,
  SignalWord,
  SiteEvents,
} from "../site/mod.ts";
import { createCircuitLimits } from "./circuit_limits.ts";
import { createSignalDesk } from "./signal_desk.ts";
import type { SignalPlan } from "./signal_options.ts";

const MINUTE = 60_000;
const SILENT_AFTER = 15 * MINUTE;

const FLEX: SignalPlan = {
  id: "flex",
  by: "openadr flex",
  circuitId: "grid",
  counts: "chargers",
  silentAfterMs: SILENT_AFTER,
  fallback: null,
};

interface Before {
  readonly plans?: readonly SignalPlan[];
  readonly records?: readonly SignalRecord[];
  readonly limits?: readonly CircuitLimit[];
}

/** The desk over real limits, on virtual time, with a disk to start again from. */
function openDesk({ plans = [FLEX], records = [], limits: held = [] }: Before = {}) {
  const clock = createVirtualClock();
  const spawn = createSpawner(() => {});
  const events = createEvents<SiteEvents>(() => {});
  const faults: string[] = [];
  events.on("fault", ({ kind, state, text }) => void faults.push(`${kind} ${state}: ${text}`));
  const limits = createCircuitLimits({
    clock,
    log: () => {},
    spawn,
    events,
    write: () => Promise.resolve(),
    hasCircuit: () => true,
    timeText: String,
  }, held);
  // One signal is heard over a wire, the others tell by the API.
  let hear: (word: SignalWord) => void = () => {};
  const wire: SignalSource = {
    id: "net",
    start: (listen) => void (hear = listen),
    stop: () => Promise.resolve(),
  };
  const signals = plans.map((plan) => ({ plan, source: plan.id === wire.id ? wire : null }));
  const disk = new Map(records.map((record) => [record.id, record]));
  const desk = createSignalDesk(signals, records, {
    clock,
    log: () => {},
    spawn,
    events,
    circuitLimits: limits,
    write(writes) {
      for (const each of writes) {
        if (each.kind === "drop") disk.delete(String(each.key));
        else disk.set(String(each.key), each.value);
      }
      return Promise.resolve();
    },
  });
  desk.start();
  const startMs = clock.wallMs();
  const span = (from: number, to: number | null, kW: number): SignalSpan => ({
    fromMs: startMs + from * MINUTE,
    toMs: to === null ? null : startMs + to * MINUTE,
    unit: "W",
    limit: kW * 1_000,
    reason: "peak",
  });
  return {
    clock,
    desk,
    limits,
    faults,
    disk,
    span,
    hear: (word: SignalWord) => hear(word),
    says: (...spans: readonly SignalSpan[]) =>
      desk.tell("flex", { kind: "schedule", spans, problems: [] }),
    async pass(minutes: number) {
      await clock.advance(minutes * MINUTE);
      await spawn.drain();
    },
    inForce: () => limits.inForce().map(({ limit, signal }) => [signal, limit / 1_000]),
    async [Symbol.asyncDispose]() {
      await desk.stop();
      limits.stop();
      await spawn.drain();
    },
  };
}

Deno.test("a schedule is carried out step by step, and each step is on record with its end", async () => {
  await using site = openDesk();
  await site.says(site.span(1, 3, 10), site.span(3, 4, 6));
  assertEquals(site.inForce(), []);
  await site.pass(1);
  assertEquals(site.inForce(), [["flex", 10]]);
  await site.pass(2);
  assertEquals(site.inForce(), [["flex", 6]]);
  await site.pass(1);
  assertEquals(site.inForce(), []);
  const record = site.limits.record();
  assertEquals(record.map(({ ended }) => ended?.by), [{ kind: "time" }, { kind: "time" }]);
  assertEquals(record.map(({ by, reason }) => [by, reason]), [
    ["openadr flex", "peak"],
    ["openadr flex", "peak"],
  ]);
});

Deno.test("between two steps there is no moment without a limit", async () => {
  await using site = openDesk();
  await site.says(site.span(0, 2, 10), site.span(2, 4, 10.5));
  let seen: unknown[] = [];
  site.limits.listen(() => seen = [...seen, ...site.inForce().map(String)]);
  await site.pass(3);
  assertEquals(seen, ["flex,10.5"]);
});

Deno.test("what is said anew replaces what was said: changed, put off, called off", async () => {
  await using site = openDesk();
  await site.says(site.span(0, 60, 10));
  await site.says(site.span(0, 60, 7));
  assertEquals(site.inForce(), [["flex", 7]]);
  await site.says(site.span(5, 60, 7));
  assertEquals(site.inForce(), []);
  await site.pass(5);
  assertEquals(site.inForce(), [["flex", 7]]);
  await site.says();
  assertEquals(site.inForce(), []);
});

Deno.test("saying the same again orders nothing anew and is not written again", async () => {
  await using site = openDesk();
  await site.says(site.span(0, 60, 10));
  const { atMs } = site.disk.get("flex") ?? {};
  await site.pass(2);
  await site.says(site.span(0, 60, 10));
  await site.pass(2);
  // A VTN is asked what is wanted from now on.
  await site.says(site.span(4, 60, 10));
  assertEquals(site.limits.record().length, 1);
  assertEquals(site.disk.get("flex")?.atMs, atMs);
});

Deno.test("silent, it holds what it said until that is over, then its fallback, until it is heard", async () => {
  const fallback = { unit: "W", limit: 4_200 } as const;
  await using site = openDesk({ plans: [{ ...FLEX, fallback }] });
  await site.says(site.span(0, 30, 10));
  await site.pass(14);
  assertEquals(site.faults.filter((text) => text.startsWith("signal-silent")), []);
  await site.pass(1);
  assertEquals(
    site.faults.at(-1),
    'signal-silent raised: Signal "flex" is silent for 900 s. What it said last holds',
  );
  assertEquals(site.inForce(), [["flex", 10]]);
  await site.pass(15);
  assertEquals(site.inForce(), [["flex", 4.2]]);
  assertEquals(site.limits.inForce()[0]?.reason, 'signal "flex" is silent');
  await site.pass(60);
  assertEquals(site.inForce(), [["flex", 4.2]]);
  await site.says();
  assertEquals(site.inForce(), []);
  assertEquals(
    site.faults.some((text) => text === 'signal-silent over: Signal "flex" is heard again'),
    true,
  );
});

Deno.test("silent and without a fallback nothing is limited; why it was not heard is told", async () => {
  await using site = openDesk({ plans: [{ ...FLEX, id: "net" }] });
  site.hear({ kind: "schedule", spans: [site.span(0, 10, 10)], problems: [] });
  await site.pass(9);
  assertEquals(site.inForce(), [["net", 10]]);
  site.hear({ kind: "unheard", reason: "no answer from vtn:443" });
  await site.pass(6);
  assertEquals(site.inForce(), []);
  assertEquals(
    site.faults.at(-1),
    'signal-silent raised: Signal "net" is silent for 900 s: no answer from vtn:443. ' +
      "Nothing is limited for it",
  );
  assertEquals(site.desk.states().map(({ trouble, isSilent }) => [trouble, isSilent]), [
    ["no answer from vtn:443", true],
  ]);
});

Deno.test("through a restart it keeps what it said, and what holds is not ordered again", async () => {
  await using before = openDesk();
  await before.says(before.span(0, 5, 10), before.span(5, 90, 6));
  await using after = openDesk({
    records: [...before.disk.values()],
    limits: before.limits.record(),
  });
  assertEquals(after.inForce(), [["flex", 10]]);
  await after.pass(1);
  assertEquals(after.limits.record().length, 1);
  await after.pass(5);
  assertEquals(after.inForce(), [["flex", 6]]);
});

Deno.test("what was over while the gateway was off is not held", async () => {
  await using before = openDesk();
  await before.says(before.span(-10, 1, 10));
  const limits = before.limits.record().map((each) => ({ ...each, untilMs: 0 }));
  await using after = openDesk({ limits });
  await after.pass(0);
  assertEquals(after.inForce(), []);
  assertEquals(after.limits.record()[0]?.ended?.by, { kind: "time" });
});

Deno.test("a limit that an operator lifts stays lifted until the signal says something else", async () => {
  await using site = openDesk();
  await site.says(site.span(0, 10, 10), site.span(10, 20, 6));
  await site.limits.lift("grid", "signal", "priya", "flex");
  await site.pass(5);
  await site.says(site.span(0, 10, 10), site.span(10, 20, 6));
  assertEquals(site.inForce(), []);
  await site.pass(5);
  assertEquals(site.inForce(), [["flex", 6]]);
});

Deno.test("two signals on a circuit hold beside each other, on what each counts", async () => {
  const box = { ...FLEX, id: "box", counts: "everything" } as const;
  await using site = openDesk({ plans: [FLEX, box] });
  await site.says(site.span(0, 60, 10));
  await site.desk.tell("box", { kind: "schedule", spans: [site.span(0, 60, 20)], problems: [] });
  assertEquals(site.limits.inForce().map(({ signal, counts }) => [signal, counts]), [
    ["flex", undefined],
    ["box", "everything"],
  ]);
  assertEquals(
    await site.desk.tell("nobody", { kind: "schedule", spans: [], problems: [] }),
    false,
  );
});

Deno.test("of a signal that site.yaml does not name any more nothing is left", async () => {
  await using before = openDesk();
  await before.says(before.span(0, 60, 10));
  await using after = openDesk({
    plans: [],
    records: [...before.disk.values()],
    limits: before.limits.record(),
  });
  await after.pass(0);
  assertEquals([after.inForce(), after.disk.size], [[], 0]);
});

Deno.test("the clock that is set is noticed within a minute", async () => {
  await using site = openDesk();
  await site.says(site.span(30, 60, 10));
  site.clock.setWall(site.clock.wallMs() + 31 * MINUTE);
  await site.pass(1);
  assertEquals(site.inForce(), [["flex", 10]]);
});

Deno.test("what cannot be carried out is an alarm as long as it is said", async () => {
  await using site = openDesk();
  const problems = ["level 7 is nothing"];
  await site.desk.tell("flex", { kind: "schedule", spans: [], problems });
  await site.desk.tell("flex", { kind: "schedule", spans: [], problems });
  await site.says();
  assertEquals(site.faults, [
    'signal-not-understood raised: Signal "flex" says what cannot be carried out: level 7 is nothing',
    'signal-not-understood over: All that signal "flex" says can be carried out',
  ]);
});
