import { assertEquals, assertStringIncludes } from "@std/assert";
import type { LoggedReading, LoggedSession, LoggedStop } from "./charger_log.ts";
import { compareWeek } from "./compare_week.ts";
import type { CsmsSession } from "./csms_log.ts";

const INTERVAL_MS = 10_000;
const compare = (logged: readonly LoggedSession[], told: readonly CsmsSession[]) =>
  compareWeek(logged, told, INTERVAL_MS);

const at = (second: number) =>
  new Date(Date.UTC(2026, 0, 5, 6, 0, 0) + 1_000 * second).toISOString();
const reading = (second: number, value: string, more = {}): LoggedReading => ({
  at: at(second),
  sampledValue: [{ value, unit: "Wh", ...more }],
});

const STOP: LoggedStop = {
  at: at(50),
  meterStopWh: 9_000,
  reason: "Local",
  idTag: "ASHA",
  transactionData: [reading(50, "9000", { format: "SignedData" })],
};
const LOGGED: LoggedSession = {
  slot: 2,
  idTag: "ASHA",
  startedAt: at(0),
  meterStartWh: 1_000,
  readings: [reading(10, "3000.50"), reading(20, "6000.00")],
  answeredAtMs: { reading: 0, end: 0 },
  stop: STOP,
  answer: { number: 7, status: "Accepted" },
  reasonUpstream: null,
  kind: "an ordinary one",
};
const TOLD: CsmsSession = {
  slot: 2,
  idTag: "ASHA",
  startedAt: at(0),
  meterStartWh: 1_000,
  readings: LOGGED.readings,
  stops: [STOP],
  calls: ["StartTransaction", "MeterValues", "StopTransaction"],
};

Deno.test("the same session is no difference, however the CSMS writes instants and members", () => {
  const [first] = LOGGED.readings;
  const readings = [
    { at: "2026-01-05T11:30:10.000+05:30", sampledValue: [{ unit: "Wh", value: "3000.50" }] },
    ...LOGGED.readings.slice(1),
  ];
  assertEquals(first?.at, "2026-01-05T06:00:10.000Z");
  assertEquals(
    compare([LOGGED], [{ ...TOLD, startedAt: "2026-01-05T06:00:00Z", readings }]),
    [],
  );
});

/** The one difference between what was logged and what was told. */
function differenceOf(told: Partial<CsmsSession>, logged: Partial<LoggedSession> = {}): string {
  const findings = compare([{ ...LOGGED, ...logged }], [{ ...TOLD, ...told }]);
  assertEquals(findings.length, 1, JSON.stringify(findings));
  assertStringIncludes(findings[0] ?? "", "slot 2, ASHA, 2026-01-05T06:00:00.000Z at 1000 Wh");
  return findings[0] ?? "";
}

const stopWith = (part: Partial<LoggedStop>) => ({ stops: [{ ...STOP, ...part }] });

for (
  const [what, told, sentence] of [
    ["another energy", stopWith({ meterStopWh: 9_001 }), "meterStop is 9000, told 9001"],
    ["another end", stopWith({ at: at(51) }), `ended ${at(50)}, told ${at(51)}`],
    ["another reason", stopWith({ reason: null }), 'reason is "Local", told null'],
    ["another card at the end", stopWith({ idTag: null }), 'idTag of the end is "ASHA", told null'],
    ["signed data gone", stopWith({ transactionData: [] }), "transactionData is"],
    ["no end", { stops: [] }, "its end was told 0 times"],
    ["two ends", { stops: [STOP, STOP] }, "its end was told 2 times"],
    [
      "a reading lost",
      { readings: LOGGED.readings.slice(1) },
      "of 2 readings 1 were told, and not",
    ],
    ["readings out of order", { readings: LOGGED.readings.toReversed() }, "told out of order"],
    [
      "a reading told twice",
      { readings: [...LOGGED.readings, ...LOGGED.readings.slice(1)] },
      "twice",
    ],
    ["a figure written otherwise", {
      readings: [reading(10, "3000.5"), reading(20, "6000.00")],
    }, "a reading was told that nobody took"],
    ["too many calls", {
      calls: ["StartTransaction", ...Array(5).fill("MeterValues"), "StopTransaction"],
    }, "told in 7 calls"],
    ["readings after the end", {
      calls: ["StartTransaction", "StopTransaction", "MeterValues"],
    }, "the last that was told of it is a MeterValues"],
  ] as const
) {
  Deno.test(`found: ${what}`, () => assertStringIncludes(differenceOf(told), sentence));
}

Deno.test("found: a session that nobody was told of, told twice, or that nobody had", () => {
  assertStringIncludes(compare([LOGGED], [])[0] ?? "", "(an ordinary one): told 0 times");
  assertStringIncludes(compare([LOGGED], [TOLD, { ...TOLD }])[0] ?? "", "told 2 times");
  assertStringIncludes(compare([], [TOLD])[0] ?? "", "told, and no charger had it");
});

Deno.test("found: a session under another card, at another connector, time or register", () => {
  for (
    const told of [{ idTag: "RAVI" }, { slot: 3 }, { startedAt: at(1) }, { meterStartWh: 1_001 }]
  ) {
    const findings = compare([LOGGED], [{ ...TOLD, ...told }]);
    assertEquals(findings.length, 2, JSON.stringify(findings));
  }
});

Deno.test("found: sessions of one connector told in another order", () => {
  const later = { ...LOGGED, startedAt: at(55) };
  const toldLater = { ...TOLD, startedAt: at(55) };
  assertEquals(compare([LOGGED, later], [TOLD, toldLater]), []);
  const [finding] = compare([LOGGED, later], [toldLater, TOLD]);
  assertStringIncludes(finding ?? "", "told after a later one of its connector");
});

Deno.test("found: an end of a session that goes on", () => {
  assertStringIncludes(differenceOf({}, { stop: null }), "it goes on, and an end was told");
});

Deno.test("the CSMS hears why the gateway made the charger stop", () => {
  const session = {
    ...LOGGED,
    stop: { ...STOP, reason: "Remote" },
    reasonUpstream: "DeAuthorized",
  };
  const stops = [{ ...STOP, reason: "DeAuthorized" }];
  assertEquals(compare([session], [{ ...TOLD, stops }]), []);
  assertEquals(compare([session], [TOLD]).length, 1);
});

Deno.test("readings that come more often than wanted need not be told, but for the first and evidence", () => {
  const readings = [
    reading(10, "3000"),
    reading(15, "4000"),
    reading(19.999, "5000"),
    reading(20, "6000"),
    reading(21, "6100", { context: "Sample.Clock" }),
  ];
  const missed = (...kept: readonly number[]) =>
    compare([{ ...LOGGED, readings }], [{
      ...TOLD,
      readings: readings.filter((_, index) => kept.includes(index)),
    }]).length;
  assertEquals(missed(0, 1, 2, 3, 4), 0);
  assertEquals(missed(0, 4), 0);
  assertEquals(missed(0, 3, 4), 0);
  assertEquals(missed(0, 1, 2), 1);
  assertEquals(missed(1, 4), 1);
});

Deno.test("of a long session readings may be left out, but neither the edges nor what is evidence", () => {
  const readings = Array.from({ length: 300 }, (_, index) => {
    const signed = index === 7 ? { format: "SignedData" } : {};
    return reading(index * 60, `${index}`, index === 8 ? { context: "Sample.Clock" } : signed);
  });
  const told = (keep: (index: number) => boolean) =>
    compare([{ ...LOGGED, readings }], [{
      ...TOLD,
      readings: readings.filter((_, index) => keep(index)),
    }]);
  const needs = [0, 7, 8, 299];
  assertEquals(told((index) => index % 50 === 0 || needs.includes(index)), []);
  for (const needed of needs) {
    assertEquals(told((index) => index !== needed).length, 1);
  }
});

Deno.test("the last reading of an ended session is told, however soon it came, if not with its end", () => {
  const readings = [reading(10, "3000"), reading(45, "8800"), reading(49, "8900")];
  const told = { ...TOLD, readings: readings.slice(0, 2) };
  assertEquals(compare([{ ...LOGGED, readings }], [told]).length, 1);
  const within = { ...STOP, transactionData: readings.slice(2) };
  for (const stop of [within, { ...STOP, at: at(49) }]) {
    assertEquals(compare([{ ...LOGGED, readings, stop }], [{ ...told, stops: [stop] }]), []);
  }
  // While it goes on nobody knows which is the last.
  assertEquals(compare([{ ...LOGGED, readings, stop: null }], [{ ...told, stops: [] }]), []);
});

Deno.test("the last reading may be missing where the gateway was killed before the end, and only there", () => {
  const readings = [reading(10, "3000"), reading(45, "8800"), reading(49, "8900")];
  const logged = { ...LOGGED, readings, answeredAtMs: { reading: 49_000, end: 50_000 } };
  const findings = (killedAtMs: readonly number[], told = readings.slice(0, 2)) => {
    const kills = killedAtMs.map((fromMs) => ({ fromMs, toMs: fromMs + 100 }));
    return compareWeek([logged], [{ ...TOLD, readings: told }], INTERVAL_MS, kills).length;
  };
  assertEquals(findings([20_000, 48_899, 50_001]), 1);
  assertEquals(findings([48_901]), 0, "answered before, and read after");
  assertEquals(findings([20_000, 49_500]), 0);
  assertEquals(findings([49_500], [reading(45, "8800"), reading(49, "8900")]), 1, "the first");
  assertEquals(findings([49_500], [reading(10, "3000")]), 2, "those that were due");
});
