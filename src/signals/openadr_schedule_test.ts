import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { SignalSpan } from "../site/mod.ts";
import { eventJson, eventOf, FIVE_PM, limitOf } from "./_openadr_events.ts";
import { readEvents, readPrograms } from "./openadr_objects.ts";
import { scheduleOf } from "./openadr_schedule.ts";
import { momentOf } from "./signal_schedule.ts";

const HOUR = 3_600_000;
const MEANING = { levelsW: new Map([[1, 30_000], [2, 8_000], [3, 0]]), seed: "ven-1" };
const at = (hour: number) => new Date(FIVE_PM + hour * HOUR).toISOString();
const from = (hour: number, duration = "PT1H") => ({ start: at(hour), duration });

function made(...events: readonly Record<string, unknown>[]) {
  const { spans, ...rest } = scheduleOf(events.map(eventOf), [], MEANING, FIVE_PM);
  return { ...rest, spans: spans.map(told) };
}

function told({ fromMs, toMs, limit }: SignalSpan) {
  return [(fromMs - FIVE_PM) / HOUR, toMs === null ? null : (toMs - FIVE_PM) / HOUR, limit];
}

Deno.test("a capacity limit holds for its intervals, in watts, with the event as the reason", () => {
  const event = eventOf({
    eventName: "evening\npeak",
    intervals: [{ id: 0, payloads: [limitOf(10.5)] }, { id: 1, payloads: [limitOf(8)] }],
  });
  assertEquals(scheduleOf([event], [], MEANING, FIVE_PM).spans, [
    {
      fromMs: FIVE_PM,
      toMs: FIVE_PM + HOUR,
      unit: "W",
      limit: 10_500,
      reason: 'IMPORT_CAPACITY_LIMIT of event "evening peak"',
    },
    {
      fromMs: FIVE_PM + HOUR,
      toMs: FIVE_PM + 2 * HOUR,
      unit: "W",
      limit: 8_000,
      reason: 'IMPORT_CAPACITY_LIMIT of event "evening peak"',
    },
  ]);
});

Deno.test("of two events the one of higher priority counts, even if it allows more", () => {
  const { spans } = made(
    {
      id: "low",
      priority: 5,
      intervalPeriod: from(0, "PT4H"),
      intervals: [{ id: 0, payloads: [limitOf(5)] }],
    },
    {
      id: "high",
      priority: 0,
      intervalPeriod: from(1),
      intervals: [{ id: 0, payloads: [limitOf(20)] }],
    },
    {
      id: "none",
      priority: null,
      intervalPeriod: from(0, "PT9H"),
      intervals: [{ id: 0, payloads: [limitOf(1)] }],
    },
  );
  assertEquals(spans, [[0, 1, 5_000], [1, 2, 20_000], [2, 4, 5_000], [4, 9, 1_000]]);
});

Deno.test("of events of one priority the lower limit counts", () => {
  const { spans } = made(
    {
      id: "a",
      priority: 1,
      intervalPeriod: from(0, "PT3H"),
      intervals: [{ id: 0, payloads: [limitOf(9)] }],
    },
    {
      id: "b",
      priority: 1,
      intervalPeriod: from(1),
      intervals: [{ id: 0, payloads: [limitOf(4)] }],
    },
  );
  assertEquals(spans, [[0, 1, 9_000], [1, 2, 4_000], [2, 3, 9_000]]);
});

Deno.test("what is subscribed holds where there is no limit, which may be higher", () => {
  const { spans } = made(
    {
      id: "sub",
      payloadDescriptors: null,
      intervalPeriod: { start: "0001-01-01", duration: "P9999Y" },
      intervals: [{ id: 0, payloads: [{ type: "IMPORT_CAPACITY_SUBSCRIPTION", values: [12] }] }],
    },
    { intervalPeriod: from(2), intervals: [{ id: 0, payloads: [limitOf(40)] }] },
  );
  assertEquals(spans, [[0, 2, 12_000], [2, 3, 40_000], [3, null, 12_000]]);
});

const simple = (level: unknown) => [{ id: 0, payloads: [{ type: "SIMPLE", values: [level] }] }];

Deno.test("a level holds beside a limit: the lower counts, and level 0 is normal operation", () => {
  const { spans, problems } = made(
    { intervalPeriod: from(0, "PT6H"), intervals: [{ id: 0, payloads: [limitOf(10)] }] },
    { id: "one", intervalPeriod: from(0), intervals: simple(1) },
    { id: "two", intervalPeriod: from(1), intervals: simple(2) },
    { id: "three", intervalPeriod: from(2), intervals: simple(3) },
    { id: "zero", priority: 0, intervalPeriod: from(2.5, "PT30M"), intervals: simple(0) },
  );
  assertEquals(spans, [[0, 1, 10_000], [1, 2, 8_000], [2, 2.5, 0], [2.5, 6, 10_000]]);
  assertEquals(problems, []);
});

const UNITS: readonly [units: string | null, watts: number | null][] = [
  ["KW", 10_000],
  ["kW", 10_000],
  ["W", 10],
  ["MW", 10_000_000],
  [null, 10_000],
  ["AMPS", null],
];
for (const [units, watts] of UNITS) {
  Deno.test(`10 in ${units} is ${watts === null ? "no power, and that is told" : `${watts} W`}`, () => {
    const { spans, problems } = made({
      payloadDescriptors: [{ payloadType: "IMPORT_CAPACITY_LIMIT", units }],
    });
    assertEquals(spans, watts === null ? [] : [[0, 1, watts]]);
    const told = 'event e1: IMPORT_CAPACITY_LIMIT in "AMPS" is no power';
    assertEquals(problems, watts === null ? [told] : []);
  });
}

Deno.test("a unit may stand with the program", () => {
  const { objects } = readPrograms([{
    id: "p1",
    programName: "flex",
    payloadDescriptors: [{ payloadType: "IMPORT_CAPACITY_LIMIT", units: "W" }, "nonsense"],
  }]);
  const event = eventOf({ payloadDescriptors: null });
  assertEquals(scheduleOf([event], objects, MEANING, FIVE_PM).spans.map(told), [[0, 1, 10]]);
});

Deno.test("several values divide the time of their interval; a negative limit is none at all: 0", () => {
  const { spans } = made({ intervals: [{ id: 0, payloads: [limitOf(9, 6, 6, -3)] }] });
  assertEquals(spans, [[0, 0.25, 9_000], [0.25, 0.75, 6_000], [0.75, 1, 0]]);
  const { spans: endless } = made({
    intervalPeriod: { start: "0001-01-01", duration: "P9999Y" },
    intervals: [{ id: 0, payloads: [limitOf(9, 6)] }],
  });
  assertEquals(endless, [[0, null, 6_000]]);
});

Deno.test("what limits nothing is named, what cannot be carried out is told", () => {
  const payloads = [
    { type: "EXPORT_CAPACITY_LIMIT", values: [4] },
    { type: "PRICE", values: [0.2] },
    { type: "IMPORT_CAPACITY_LIMIT", values: ["a lot"] },
    { type: "SIMPLE", values: [7] },
  ];
  const { spans, ignored, problems } = made({ intervals: [{ id: 0, payloads }] });
  assertEquals(spans, []);
  assertEquals(ignored, ["EXPORT_CAPACITY_LIMIT", "PRICE"]);
  assertEquals(problems, [
    "event e1: IMPORT_CAPACITY_LIMIT without a number",
    "event e1: site.yaml does not say what level 7 is",
  ]);
});

Deno.test("an event that cannot be read is told of, and the others count", () => {
  const { objects, problems } = readEvents([
    eventJson({ id: "broken", intervalPeriod: { start: "tomorrow" } }),
    eventJson(),
    17,
    eventJson({ id: "../etc" }),
  ]);
  assertEquals(objects.map(({ id }) => id), ["e1"]);
  assertEquals(problems.length, 3);
  assertEquals(
    problems[0],
    "event broken cannot be read: intervalPeriod.start: Expected a time such as 2026-11-23T17:00:00Z",
  );
});

Deno.test("where within randomizeStart a site begins is its own, and stays the same", () => {
  const event = eventOf({ intervalPeriod: { ...from(5), randomizeStart: "PT30M" } });
  const startOf = (seed: string, nowMs = FIVE_PM) => {
    const [span] = scheduleOf([event], [], { ...MEANING, seed }, nowMs).spans;
    return ((span?.fromMs ?? NaN) - FIVE_PM) / HOUR - 5;
  };
  const starts = Array.from({ length: 200 }, (_, number) => startOf(`ven ${number}`));
  assert(starts.every((hours) => Math.abs(hours) <= 0.5), `${starts}`);
  assert(starts.filter((hours) => hours < 0).length > 60, "as often earlier as later");
  assert(starts.filter((hours) => hours > 0).length > 60, "as often later as earlier");
  assertEquals(new Set(starts).size > 190, true);
  assertEquals(startOf("ven 1", FIVE_PM + 60_000), starts[1]);
});

const KINDS = ["IMPORT_CAPACITY_LIMIT", "IMPORT_CAPACITY_SUBSCRIPTION", "SIMPLE"] as const;

/** Events as a VTN might have them, on a grid of minutes, so that ends and starts meet. */
const anEvent = fc.record({
  priority: fc.constantFrom(null, 0, 1, 2),
  startMin: fc.integer({ min: -60, max: 240 }),
  minutes: fc.integer({ min: 1, max: 120 }),
  kinds: fc.array(
    fc.constantFrom(...KINDS),
    { minLength: 1, maxLength: 3 },
  ),
  level: fc.constantFrom(0, 1, 2, 3),
});

Deno.test("at every moment the schedule says what looking through all events says", () => {
  fc.assert(fc.property(
    fc.array(anEvent, { maxLength: 8 }),
    fc.integer({ min: 0, max: 400 }),
    (drawn, minute) => {
      const events = drawn.map(({ priority, startMin, minutes, kinds, level }, index) =>
        eventOf({
          id: `e${index}`,
          priority,
          intervalPeriod: { start: at(startMin / 60), duration: `PT${minutes}M` },
          intervals: [{
            id: 0,
            payloads: kinds.map((type) => ({
              type,
              values: [type === "SIMPLE" ? level : level * 7],
            })),
          }],
        })
      );
      const { spans } = scheduleOf(events, [], MEANING, FIVE_PM);
      const active = drawn.filter(({ startMin, minutes }) =>
        startMin <= minute && minute < startMin + minutes
      );
      const first = (kind: (typeof KINDS)[number], watts: (level: number) => number) =>
        active.filter(({ kinds }) => kinds.includes(kind))
          .map(({ priority, level }) => ({ priority: priority ?? Infinity, watts: watts(level) }))
          .toSorted((a, b) =>
            a.priority === b.priority ? a.watts - b.watts : a.priority - b.priority
          )
          .at(0)?.watts;
      const kW = (level: number) => level * 7_000;
      const capacity = first("IMPORT_CAPACITY_LIMIT", kW) ??
        first("IMPORT_CAPACITY_SUBSCRIPTION", kW) ?? Infinity;
      const level = first("SIMPLE", (level) => MEANING.levelsW.get(level) ?? Infinity) ?? Infinity;
      const { limit } = momentOf(spans, FIVE_PM + minute * 60_000);
      assertEquals(limit?.limit ?? Infinity, Math.min(capacity, level));
      spans.forEach(({ fromMs }, index) =>
        assert(index === 0 || fromMs >= (spans[index - 1]?.toMs ?? Infinity), "they overlap")
      );
    },
  ));
});
