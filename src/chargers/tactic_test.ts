import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { placeOf } from "../../test/support/books.ts";
import { assume } from "../lib/assert.ts";
import { isoTime } from "../lib/clock.ts";
import type { ChargerFeatures, LimitRung } from "../site/mod.ts";
import { STANDING_RUNG } from "./ladder.ts";
import type { ModelQuirks } from "./model.ts";
import {
  datedFailSafeProfile,
  failSafeProfile,
  runningProfile,
  saidLimit,
  type TacticCase,
  takenBack,
} from "./tactic.ts";

const NOW = Date.UTC(2026, 0, 5, 6, 0, 0);

const FEATURES: ChargerFeatures = {
  smartCharging: true,
  stackLevelMax: 3,
  rateUnit: "A",
  localList: false,
  reservation: false,
  remoteTrigger: true,
  sampleIntervalMs: 10_000,
};

function caseOf(facts: Partial<TacticCase> = {}): TacticCase {
  return {
    place: placeOf(1),
    features: FEATURES,
    quirks: {},
    transactionNumber: 77,
    chargerWallMs: NOW,
    nominalVoltageV: 230,
    ...facts,
  };
}

const TOP: LimitRung = { purpose: "TxProfile", stackLevel: 3 };
const LIMIT = { limitAmps: 16, validForMs: 120_000 };

function schedule({ chargingProfile }: ReturnType<typeof runningProfile>) {
  const [only] = chargingProfile.chargingSchedule;
  assertEquals(chargingProfile.chargingSchedule.length, 1);
  assume(only !== undefined, "a schedule has to be there");
  return only;
}

// The running limit

Deno.test("runningProfile() is absolute, begins a little in the past and ends by itself (ruling 21)", () => {
  const message = runningProfile(LIMIT, TOP, caseOf());
  assertEquals(message, {
    evseId: 1,
    chargingProfile: {
      id: 11,
      stackLevel: 3,
      chargingProfilePurpose: "TxProfile",
      chargingProfileKind: "Absolute",
      transactionId: "77",
      chargingSchedule: [{
        id: 1,
        startSchedule: isoTime(NOW - 5_000),
        duration: 125,
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
      }],
    },
  });
});

Deno.test("runningProfile() is over exactly when the limit is, by the charger's clock", () => {
  const { startSchedule = "", duration = 0 } = schedule(runningProfile(LIMIT, TOP, caseOf()));
  assertEquals(Date.parse(startSchedule) + duration * 1000, NOW + LIMIT.validForMs);
});

Deno.test("runningProfile() never ends too early where the time is no whole number of seconds", () => {
  const { duration = 0 } = schedule(
    runningProfile({ limitAmps: 16, validForMs: 1_500 }, TOP, caseOf()),
  );
  assertEquals(duration, 7);
});

Deno.test("runningProfile() names the transaction in a TxProfile only", () => {
  const rung: LimitRung = { purpose: "TxDefaultProfile", stackLevel: 3 };
  const { chargingProfile } = runningProfile(LIMIT, rung, caseOf());
  assertEquals(chargingProfile.chargingProfilePurpose, "TxDefaultProfile");
  assert(!("transactionId" in chargingProfile));
});

Deno.test("profiles of an EVSE have fixed ids, so that each takes the place of the one before", () => {
  const ids = [1, 2].flatMap((evseId) => {
    const now = caseOf({ place: placeOf(1, { evseId }) });
    return [
      runningProfile(LIMIT, TOP, now).chargingProfile.id,
      runningProfile(LIMIT, { purpose: "TxProfile", stackLevel: 0 }, now).chargingProfile.id,
      runningProfile(LIMIT, { purpose: "TxDefaultProfile", stackLevel: 1 }, now).chargingProfile.id,
      failSafeProfile(now).chargingProfile.id,
    ];
  });
  assertEquals(ids, [11, 11, 12, 13, 21, 21, 22, 23]);
});

// Units

Deno.test("runningProfile() turns amperes into watts by the lines that are there (quirk 23)", () => {
  const features = { ...FEATURES, rateUnit: "W" } as const;
  const limitOn = (lines: readonly ("L1" | "L2" | "L3")[]) =>
    schedule(runningProfile(LIMIT, TOP, caseOf({ features, place: placeOf(1, { lines }) })));
  assertEquals(limitOn(["L1", "L2", "L3"]).chargingRateUnit, "W");
  assertEquals(limitOn(["L1", "L2", "L3"]).chargingSchedulePeriod[0]?.limit, 11_040);
  assertEquals(limitOn(["L2"]).chargingSchedulePeriod[0]?.limit, 3_680);
});

Deno.test("a limit of 0 pauses in either unit", () => {
  for (const rateUnit of ["A", "W"] as const) {
    const now = caseOf({ features: { ...FEATURES, rateUnit } });
    const { chargingSchedulePeriod } = schedule(
      runningProfile({ ...LIMIT, limitAmps: 0 }, TOP, now),
    );
    assertEquals(chargingSchedulePeriod, [{ startPeriod: 0, limit: 0 }]);
  }
});

Deno.test("what goes out is never more than the limit, has one decimal and loses less than a tenth", () => {
  const amps = fc.double({ min: 0, max: 125, noNaN: true });
  fc.assert(fc.property(amps, (limitAmps) => {
    const { chargingSchedulePeriod } = schedule(
      runningProfile({ limitAmps, validForMs: 60_000 }, TOP, caseOf()),
    );
    const sent = chargingSchedulePeriod[0]?.limit ?? Number.NaN;
    assert(sent <= limitAmps + 1e-6 && sent > limitAmps - 0.1, `${limitAmps} → ${sent}`);
    assertEquals(Math.round(sent * 10) / 10, sent);
  }));
});

// Taking back

Deno.test("takenBack() clears a running default by its id, and leaves a TxProfile to end by itself", () => {
  assertEquals(takenBack({ purpose: "TxDefaultProfile", stackLevel: 3 }, caseOf()), {
    action: "ClearChargingProfile",
    message: { chargingProfileId: 12 },
  });
  assertEquals(takenBack(TOP, caseOf()), null);
});

Deno.test("takenBack() puts the fail-safe back where a limit stood in its place", () => {
  const now = caseOf();
  assertEquals(takenBack(STANDING_RUNG, now), {
    action: "SetChargingProfile",
    message: failSafeProfile(now),
  });
});

// What models do their own way

Deno.test("a limit in the place of the fail-safe bears its id and has no end: on its end nothing would stand", () => {
  const { chargingProfile } = runningProfile(LIMIT, STANDING_RUNG, caseOf());
  const { id, stackLevel, chargingSchedule } = chargingProfile;
  assertEquals([id, stackLevel], [13, 0]);
  assertEquals(chargingSchedule, [
    { id: 1, chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
  ]);
});

Deno.test("a bound on the whole station goes to connector 0", () => {
  const rung: LimitRung = { purpose: "ChargingStationMaxProfile", stackLevel: 0 };
  const { evseId, chargingProfile } = runningProfile(LIMIT, rung, caseOf());
  assertEquals([evseId, chargingProfile.id], [0, 14]);
  assert(!("transactionId" in chargingProfile));
});

Deno.test("what is known of a model's unit counts before what it says", () => {
  const now = caseOf({ quirks: { rateUnit: "W" } });
  assertEquals(schedule(runningProfile(LIMIT, TOP, now)).chargingRateUnit, "W");
  assertEquals(schedule(runningProfile(LIMIT, TOP, now)).chargingSchedulePeriod, [
    { startPeriod: 0, limit: 11_040 },
  ]);
});

Deno.test("watts for fewer than three lines say for how many: left out it means three (1.6 §7.12)", () => {
  const place = placeOf(1, { lines: ["L1", "L2"] });
  const now = caseOf({ place, quirks: { rateUnit: "W" } });
  assertEquals(schedule(runningProfile(LIMIT, TOP, now)).chargingSchedulePeriod, [
    { startPeriod: 0, limit: 7_360, numberPhases: 2 },
  ]);
});

Deno.test("a number of phases is said where it is wanted, and watts are for as many", () => {
  const onOne = { ...LIMIT, numberPhases: 1 } as const;
  const periods = (rateUnit: "A" | "W") =>
    schedule(runningProfile(onOne, TOP, caseOf({ quirks: { rateUnit } }))).chargingSchedulePeriod;
  assertEquals(periods("A"), [{ startPeriod: 0, limit: 16, numberPhases: 1 }]);
  assertEquals(periods("W"), [{ startPeriod: 0, limit: 3_680, numberPhases: 1 }]);
  const period = (numberPhases: 1 | 3) =>
    schedule(runningProfile({ ...LIMIT, numberPhases, phaseToUse: 2 }, TOP, caseOf()))
      .chargingSchedulePeriod[0]?.phaseToUse;
  assertEquals([period(1), period(3)], [2, undefined], "K01.FR.19");
});

const STEPS: readonly (readonly [quirks: ModelQuirks, wanted: number, said: number])[] = [
  [{ stepAmps: 1 }, 15.9, 15],
  [{ stepAmps: 1 }, 16, 16],
  [{ stepAmps: 8 }, 31.9, 24],
  [{ stepAmps: 0 }, 15.97, 15.9],
  [{ minAmps: 8 }, 7.9, 0],
  [{ minAmps: 8 }, 8, 8],
  [{ minAmps: 10, stepAmps: 4 }, 11, 0],
];

for (const [quirks, wanted, said] of STEPS) {
  Deno.test(`with ${JSON.stringify(quirks)} ${wanted} A are said as ${said} A`, () => {
    assertEquals(saidLimit(wanted, caseOf({ quirks })), said);
  });
}

Deno.test("whatever a charger can tell apart, it is never told more than the limit", () => {
  const quirks = fc.record({
    stepAmps: fc.constantFrom(0, 0.1, 0.5, 1, 2, 8),
    minAmps: fc.constantFrom(5, 6, 8, 10),
    rateUnit: fc.constantFrom("A" as const, "W" as const),
  });
  const lines = fc.constantFrom(["L1"] as const, ["L1", "L2", "L3"] as const);
  const amps = fc.double({ min: 0, max: 125, noNaN: true });
  fc.assert(fc.property(quirks, lines, amps, (quirks, lines, limitAmps) => {
    const said = saidLimit(limitAmps, caseOf({ quirks, place: placeOf(1, { lines }) }));
    const inAmps = quirks.rateUnit === "A" ? said : said / (230 * lines.length);
    assert(inAmps <= limitAmps + 1e-6, `${limitAmps} → ${said}`);
    assert(said === 0 || inAmps >= quirks.minAmps - 0.01, `${limitAmps} → ${said}`);
  }));
});

// The fail-safe

Deno.test("failSafeProfile() is a default on level 0 without end (ruling 18)", () => {
  assertEquals(failSafeProfile(caseOf({ place: placeOf(1, { evseId: 2, failSafeAmps: 10 }) })), {
    evseId: 2,
    chargingProfile: {
      id: 23,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Relative",
      chargingSchedule: [{
        id: 1,
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
      }],
    },
  });
});

Deno.test("failSafeProfile() stands on connector 0 at a model that wants it there", () => {
  const { evseId, chargingProfile } = failSafeProfile(
    caseOf({ place: placeOf(1, { evseId: 2 }), quirks: { failSafeOn: "charger" } }),
  );
  assertEquals([evseId, chargingProfile.id], [0, 3]);
});

Deno.test("datedFailSafeProfile() is the same, and began long ago", () => {
  const now = caseOf();
  const { chargingProfile } = datedFailSafeProfile(now);
  assertEquals(chargingProfile, {
    ...failSafeProfile(now).chargingProfile,
    chargingProfileKind: "Absolute",
    chargingSchedule: [{
      id: 1,
      startSchedule: isoTime(NOW - 24 * 3_600_000),
      chargingRateUnit: "A",
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }],
    }],
  });
});

Deno.test("failSafeProfile() speaks the charger's unit", () => {
  const { chargingProfile } = failSafeProfile(
    caseOf({ features: { ...FEATURES, rateUnit: "W" }, place: placeOf(1, { lines: ["L3"] }) }),
  );
  assertEquals(chargingProfile.chargingSchedule[0], {
    id: 1,
    chargingRateUnit: "W",
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 1_380, numberPhases: 1 }],
  });
});
