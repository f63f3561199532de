import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { FaultEpisode, SiteFault } from "../site/mod.ts";
import {
  episodeOf,
  type FaultEvent,
  type FaultLedger,
  keyOf,
  NO_FAULTS,
  openFaultLedger,
  stepFaults,
} from "./fault_ledger.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

function fault(facts: Partial<SiteFault> = {}): SiteFault {
  return {
    kind: "charger-GroundFailure",
    severity: "alarm",
    subject: "slot 1",
    text: "CP1 reports GroundFailure",
    state: "raised",
    ...facts,
  };
}

/** Steps from one event to the next; each comes with its time. */
function played(
  events: readonly (readonly [atMs: number, event: FaultEvent | SiteFault])[],
  from: FaultLedger = NO_FAULTS,
) {
  let ledger = from;
  const changed: FaultEpisode[] = [];
  const forgotten: number[] = [];
  for (const [atMs, event] of events) {
    const told = "state" in event ? { kind: "told" as const, fault: event } : event;
    const step = stepFaults(ledger, told, atMs);
    ledger = step.ledger;
    changed.push(...step.changed);
    forgotten.push(...step.forgotten);
  }
  return { ledger, changed, forgotten };
}

const over = (facts: Partial<SiteFault> = {}) => fault({ ...facts, state: "over" });
const first = (ledger: FaultLedger) => [...ledger.open.values()][0];

Deno.test("a fault has a number, a code, since when, when last and how often", () => {
  const { ledger, changed } = played([[0, fault()], [1_000, fault()], [2_000, fault()]]);
  assertEquals([...ledger.open.values()], [{
    id: 1,
    code: "GroundFailure",
    kind: "charger-GroundFailure",
    severity: "alarm",
    subject: "slot 1",
    text: "CP1 reports GroundFailure",
    sinceMs: 0,
    lastSeenMs: 2_000,
    count: 3,
    overMs: null,
  }]);
  assertEquals(changed.length, 1, "that it is told again is no news");
});

Deno.test("that a fault has grown graver is news", () => {
  const { changed } = played([[0, fault({ severity: "warning" })], [1, fault()]]);
  assertEquals(changed.map(({ severity }) => severity), ["warning", "alarm"]);
});

Deno.test("what is over stays in the past with when and how; over twice is over once", () => {
  const { ledger, changed } = played([[0, fault()], [5_000, over()], [6_000, over()]]);
  assertEquals(ledger.open.size, 0);
  assertEquals(ledger.past.map(({ overMs, ending }) => [overMs, ending]), [[5_000, "told"]]);
  assertEquals(changed.length, 2);
  assertEquals(played([[0, over()]]).ledger, NO_FAULTS);
});

Deno.test("what comes back within five minutes was never gone; later it is another one", () => {
  const soon = played([[0, fault()], [1_000, over()], [4 * MINUTE_MS, fault()]]).ledger;
  assertEquals(soon.past, []);
  assertEquals(first(soon)?.id, 1);
  assertEquals([first(soon)?.sinceMs, first(soon)?.count, first(soon)?.overMs], [0, 2, null]);
  assertEquals("ending" in (first(soon) ?? {}), false);
  const late = played([[0, fault()], [1_000, over()], [6 * MINUTE_MS, fault()]]).ledger;
  assertEquals([first(late)?.id, first(late)?.sinceMs, late.past.length], [2, 6 * MINUTE_MS, 1]);
});

Deno.test("what somebody has called over does not come back as the same, however soon", () => {
  const { ledger } = played([
    [0, fault()],
    [1, { kind: "close", id: 1, by: "asha" }],
    [2, fault()],
  ]);
  assertEquals([first(ledger)?.id, first(ledger)?.acknowledged], [2, undefined]);
  const { ending, acknowledged } = ledger.past[0] ?? {};
  assertEquals([ending, acknowledged], ["by-hand", { by: "asha", atMs: 1 }]);
});

Deno.test("who acknowledged first stands; what has only happened is over with that", () => {
  const going = played([
    [0, fault()],
    [1, { kind: "acknowledge", id: 1, by: "asha" }],
    [2, { kind: "acknowledge", id: 1, by: "ravi" }],
  ]).ledger;
  assertEquals(first(going)?.acknowledged, { by: "asha", atMs: 1 });
  const happened = played([
    [0, fault({ kind: "second-connection" })],
    [1, { kind: "acknowledge", id: 1, by: "asha" }],
  ]).ledger;
  assertEquals([happened.open.size, happened.past[0]?.ending], [0, "by-hand"]);
  const closed = played([
    [0, fault({ kind: "second-connection" })],
    [1, { kind: "close", id: 1, by: "asha" }],
  ]);
  assertEquals([closed.ledger.open.size, closed.changed.length], [0, 2]);
});

Deno.test("nobody can acknowledge or close what does not stand; what helped stays with it", () => {
  const { ledger } = played([[0, fault()], [1, over()]]);
  for (const kind of ["acknowledge", "close"] as const) {
    assertEquals(stepFaults(ledger, { kind, id: 1, by: "asha" }, 2).changed, []);
    assertEquals(stepFaults(ledger, { kind, id: 9, by: "asha" }, 2).changed, []);
  }
  const step = { atMs: 2, action: "unlock", outcome: "done" };
  assertEquals(stepFaults(ledger, { kind: "aided", id: 9, step }, 2).changed, []);
  const aided = stepFaults(ledger, { kind: "aided", id: 1, step }, 2);
  assertEquals(aided.ledger.open.size, 0);
  assertEquals(aided.changed.map(({ id, aid, overMs }) => [id, aid, overMs]), [[1, [step], 1]]);
  const begun = stepFaults(ledger, {
    kind: "aided",
    id: 1,
    step: { ...step, outcome: "Begun" },
  }, 2);
  const ended = stepFaults(begun.ledger, { kind: "aided", id: 1, step }, 3);
  assertEquals(ended.changed[0]?.aid, [step], "what came of it is in the place of its beginning");
});

Deno.test("what was done about a fault stays with it, the newest forty", () => {
  const { ledger } = played([
    [0, fault()],
    ...Array.from({ length: 50 }, (_, atMs) =>
      [
        atMs,
        { kind: "aided", id: 1, step: { atMs, action: "soft-reset", outcome: "accepted" } },
      ] as const),
  ]);
  const { aid = [] } = episodeOf(ledger, 1) ?? {};
  assertEquals([aid.length, aid[0]?.atMs, aid.at(-1)?.atMs], [40, 10, 49]);
});

Deno.test("after a restart what nobody finds anew is over; what is told by others goes on", () => {
  const { ledger: before } = played([
    [0, fault({ kind: "charger-stays-away", subject: "CP1" })],
    [1, fault({ kind: "charger-stays-away", subject: "CP2" })],
    [2, fault()],
    [3, fault({ kind: "second-connection" })],
  ]);
  const restarted = openFaultLedger(before.open.values());
  assertEquals([...restarted.unconfirmed].length, 2);
  const { ledger } = played([
    [10, fault({ kind: "charger-stays-away", subject: "CP1" })],
    [20, { kind: "settled" }],
  ], restarted);
  assertEquals([...ledger.open.values()].map(({ kind, subject }) => `${kind} ${subject}`), [
    "charger-GroundFailure slot 1",
    "second-connection slot 1",
    "charger-stays-away CP1",
  ]);
  assertEquals(ledger.past.map(({ subject, ending }) => [subject, ending]), [
    ["CP2", "not-found-anew"],
  ]);
  const [found] = [...ledger.open.values()].filter(({ subject }) => subject === "CP1");
  assertEquals([found?.count, found?.sinceMs], [1, 0], "it is the same, seen once more");
});

Deno.test("numbers are never given twice, restarts or not", () => {
  const { ledger } = played([[0, fault()], [1, over()]]);
  const again = played([[DAY_MS, fault()]], openFaultLedger(ledger.past)).ledger;
  assertEquals(first(again)?.id, 2);
});

Deno.test("what a later version has kept under a code that is unknown here is read by its kind", () => {
  const { ledger } = played([[0, fault({ kind: "charger-Flux.Problem" })]]);
  const kept = [...ledger.open.values()].map((each) =>
    JSON.parse(
      JSON.stringify({ ...each, code: "flux-capacitor" }),
    )
  );
  assertEquals(first(openFaultLedger(kept))?.code, "charger-problem");
});

Deno.test("what has happened and nobody has looked at is over after two weeks, and only that", () => {
  const { ledger } = played([
    [0, fault({ kind: "second-connection" })],
    [0, fault()],
    [14 * DAY_MS - 1, { kind: "look" }],
  ]);
  assertEquals(ledger.open.size, 2);
  const later = stepFaults(ledger, { kind: "look" }, 14 * DAY_MS).ledger;
  assertEquals([...later.open.values()].map(({ kind }) => kind), ["charger-GroundFailure"]);
  assertEquals(later.past[0]?.ending, "aged");
});

Deno.test("a charger that invents faults drives out its own, and the least grave first", () => {
  const others = Array.from(
    { length: 30 },
    (_, index) => [index, fault({ subject: `slot ${index + 2}` })] as const,
  );
  const grave = fault({ kind: "charger-HighTemperature" });
  const inventions = Array.from(
    { length: 1_000 },
    (_, index) =>
      [1_000 + index, fault({ kind: `charger-X${index}.Problem`, severity: "info" })] as const,
  );
  const { ledger, forgotten } = played([...others, [900, grave], ...inventions]);
  const open = [...ledger.open.values()];
  assertEquals(open.filter(({ subject }) => subject === "slot 1").length, 40);
  assertEquals(open.length, 70);
  assert(open.some(({ code }) => code === "HighTemperature"));
  assertEquals(ledger.past.length, 200);
  assertEquals(forgotten.length, 1_001 - 40 - 200);
  assertEquals(ledger.past.every(({ ending }) => ending === "no-room"), true);
});

Deno.test("a text is cut where a charger says more than anybody reads", () => {
  const { ledger } = played([[0, fault({ text: "x".repeat(60_000) })]]);
  assertEquals(first(ledger)?.text.length, 1_000);
});

Deno.test("whatever happens: bounded, numbers once, no end before the beginning, and kept is what is", () => {
  const drawnFault = fc.record({
    kind: fc.constantFrom(
      "charger-GroundFailure",
      "charger-stays-away",
      "second-connection",
      "charger-X.Problem",
    ),
    subject: fc.constantFrom("slot 1", "CP1", "site"),
    severity: fc.constantFrom("info" as const, "warning" as const, "alarm" as const),
    state: fc.constantFrom("raised" as const, "over" as const),
    text: fc.string({ maxLength: 5 }),
  });
  const drawnEvent: fc.Arbitrary<FaultEvent> = fc.oneof(
    { weight: 5, arbitrary: drawnFault.map((told) => ({ kind: "told" as const, fault: told })) },
    fc.record({
      kind: fc.constantFrom("acknowledge" as const, "close" as const),
      id: fc.nat({ max: 12 }),
      by: fc.constant("asha"),
    }),
    fc.constantFrom({ kind: "settled" as const }, { kind: "look" as const }),
  );
  const drawn = fc.array(fc.tuple(drawnEvent, fc.integer({ min: -DAY_MS, max: 16 * DAY_MS })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(drawn, (events) => {
      let ledger = NO_FAULTS;
      let nowMs = 1_000 * DAY_MS;
      const disk = new Map<number, FaultEpisode>();
      for (const [event, laterMs] of events) {
        nowMs += laterMs;
        const step = stepFaults(ledger, event, nowMs);
        ledger = step.ledger;
        for (const each of step.changed) disk.set(each.id, each);
        for (const id of step.forgotten) disk.delete(id);
        const all = [...ledger.open.values(), ...ledger.past];
        assertEquals(new Set(all.map(({ id }) => id)).size, all.length);
        assert(all.every(({ id }) => id < ledger.nextId));
        assert(all.every(({ sinceMs, overMs }) => overMs === null || overMs >= sinceMs));
        for (const [key, each] of ledger.open) {
          assertEquals([keyOf(each), each.overMs], [key, null]);
        }
        // The disk knows of each whether it stands, and which it is.
        assertEquals(
          [...disk.values()].map(({ id, overMs }) => `${id} ${overMs}`).toSorted(),
          all.map(({ id, overMs }) => `${id} ${overMs}`).toSorted(),
        );
      }
    }),
    { numRuns: 300 },
  );
});
