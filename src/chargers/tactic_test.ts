import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { placeOf } from "../../test/support/books.ts";
import { assume } from "../lib/assert.ts";
import { isoTime } from "../lib/clock.ts";
import type { ChargerFeatures } from "../site/mod.ts";
import {
  failSafeProfile,
  profileLadder,
  type ProfileRung,
  runningProfile,
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
    transactionNumber: 77,
    chargerWallMs: NOW,
    nominalVoltageV: 230,
    ...facts,
  };
}

const TOP: ProfileRung = { purpose: "TxProfile", stackLevel: 3 };
const LIMIT = { limitAmps: 16, validForMs: 120_000 };

const rungs = (ladder: readonly ProfileRung[]) =>
  ladder.map(({ purpose, stackLevel }) => `${purpose} ${stackLevel}`);

function schedule({ chargingProfile }: ReturnType<typeof runningProfile>) {
  const [only] = chargingProfile.chargingSchedule;
  assertEquals(chargingProfile.chargingSchedule.length, 1);
  assume(only !== undefined, "a schedule has to be there");
  return only;
}

// The ladder

Deno.test("profileLadder() begins with a TxProfile on the highest level, and ends with defaults above 0 (quirk 21)", () => {
  assertEquals(rungs(profileLadder(FEATURES)), [
    "TxProfile 3",
    "TxProfile 1",
    "TxProfile 0",
    "TxDefaultProfile 3",
    "TxDefaultProfile 1",
  ]);
});

Deno.test("profileLadder() offers each level once", () => {
  assertEquals(rungs(profileLadder({ ...FEATURES, stackLevelMax: 1 })), [
    "TxProfile 1",
    "TxProfile 0",
    "TxDefaultProfile 1",
  ]);
});

Deno.test("profileLadder() never puts a running default on the level of the fail-safe", () => {
  assertEquals(rungs(profileLadder({ ...FEATURES, stackLevelMax: 0 })), ["TxProfile 0"]);
});

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
  const rung: ProfileRung = { purpose: "TxDefaultProfile", stackLevel: 3 };
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
  assertEquals(takenBack(placeOf(1), { purpose: "TxDefaultProfile", stackLevel: 3 }), {
    chargingProfileId: 12,
  });
  assertEquals(takenBack(placeOf(1), TOP), null);
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

Deno.test("failSafeProfile() speaks the charger's unit", () => {
  const { chargingProfile } = failSafeProfile(
    caseOf({ features: { ...FEATURES, rateUnit: "W" }, place: placeOf(1, { lines: ["L3"] }) }),
  );
  assertEquals(chargingProfile.chargingSchedule[0], {
    id: 1,
    chargingRateUnit: "W",
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 1_380 }],
  });
});
