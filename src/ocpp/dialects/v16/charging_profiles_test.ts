import { assertEquals } from "@std/assert";
import type { ChargingProfile, ChargingProfilePurpose } from "../../inside.ts";
import { readNumber } from "./charging_profiles.ts";
import { codecs16 } from "./mod.ts";

const set = codecs16.SetChargingProfile.SetChargingProfile;
const clear = codecs16.ClearChargingProfile.ClearChargingProfile;
const composite = codecs16.GetCompositeSchedule.GetCompositeSchedule;
const NOW = "2026-01-05T06:00:00Z";

const WIRE = {
  connectorId: 3,
  csChargingProfiles: {
    chargingProfileId: 11,
    transactionId: 42,
    stackLevel: 2,
    chargingProfilePurpose: "TxProfile" as const,
    chargingProfileKind: "Absolute" as const,
    recurrencyKind: "Daily" as const,
    validFrom: NOW,
    validTo: NOW,
    chargingSchedule: {
      duration: 600,
      startSchedule: NOW,
      chargingRateUnit: "A" as const,
      minChargingRate: 6.1,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases: 3 }],
    },
  },
};

Deno.test("a profile of 1.6 is one of 2.1 with one schedule", () => {
  assertEquals(set.request.read(WIRE), {
    message: {
      evseId: 3,
      chargingProfile: {
        id: 11,
        transactionId: "42",
        stackLevel: 2,
        chargingProfilePurpose: "TxProfile",
        chargingProfileKind: "Absolute",
        recurrencyKind: "Daily",
        validFrom: NOW,
        validTo: NOW,
        chargingSchedule: [{
          id: 1,
          duration: 600,
          startSchedule: NOW,
          chargingRateUnit: "A",
          minChargingRate: 6.1,
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases: 3 }],
        }],
      },
    },
  });
});

const PROFILE: ChargingProfile = {
  id: 11,
  stackLevel: 2,
  chargingProfilePurpose: "TxProfile",
  chargingProfileKind: "Absolute",
  chargingSchedule: [{
    id: 5,
    chargingRateUnit: "A",
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
  }],
};

function written(change: Partial<ChargingProfile>) {
  const chargingProfile = { ...PROFILE, ...change };
  return set.request.write({ message: { evseId: 1, chargingProfile } }).csChargingProfiles;
}

const PURPOSES: Readonly<Record<ChargingProfilePurpose, string>> = {
  ChargingStationExternalConstraints: "ChargePointMaxProfile",
  ChargingStationMaxProfile: "ChargePointMaxProfile",
  LocalGeneration: "TxProfile",
  PriorityCharging: "TxProfile",
  TxDefaultProfile: "TxDefaultProfile",
  TxProfile: "TxProfile",
};

for (const [purpose, expected] of Object.entries(PURPOSES)) {
  Deno.test(`2.1's ${purpose} is a ${expected} in 1.6`, () => {
    const chargingProfilePurpose = purpose as ChargingProfilePurpose;
    assertEquals(written({ chargingProfilePurpose }).chargingProfilePurpose, expected);
  });
}

Deno.test("a ChargePointMaxProfile is the station's own maximum inside", () => {
  const csChargingProfiles = {
    ...WIRE.csChargingProfiles,
    chargingProfilePurpose: "ChargePointMaxProfile" as const,
  };
  const { message } = set.request.read({ connectorId: 0, csChargingProfiles });
  assertEquals(message.evseId, 0);
  assertEquals(message.chargingProfile.chargingProfilePurpose, "ChargingStationMaxProfile");
});

Deno.test("a dynamic profile of 2.1 holds from now on in 1.6", () => {
  assertEquals(written({ chargingProfileKind: "Dynamic" }).chargingProfileKind, "Absolute");
});

Deno.test("1.6 gets the first of several schedules, without what only 2.1 knows", () => {
  const [schedule] = PROFILE.chargingSchedule;
  const first = { ...PROFILE.chargingSchedule[0], ...schedule, id: 9, randomizedDelay: 5 };
  const chargingSchedule = [
    { ...first, chargingRateUnit: "W" as const, chargingSchedulePeriod: [] },
    ...PROFILE.chargingSchedule,
  ];
  assertEquals(written({ chargingSchedule, maxOfflineDuration: 60 }), {
    chargingProfileId: 11,
    stackLevel: 2,
    chargingProfilePurpose: "TxProfile",
    chargingProfileKind: "Absolute",
    chargingSchedule: { chargingRateUnit: "W", chargingSchedulePeriod: [] },
  });
});

Deno.test("a profile without any schedule lets nothing flow", () => {
  assertEquals(written({ chargingSchedule: [] }).chargingSchedule, {
    chargingRateUnit: "A",
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }],
  });
});

Deno.test("a transaction of 2.1 has no number in 1.6, so a profile does not name it", () => {
  assertEquals(written({ transactionId: "4c6d0b1e-uuid" }).transactionId, undefined);
  assertEquals(written({ transactionId: "17" }).transactionId, 17);
});

const NUMBERS: readonly (readonly [text: string | undefined, number: number | undefined])[] = [
  ["0", 0],
  ["17", 17],
  ["-1", -1],
  ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ["9007199254740993", undefined],
  ["017", undefined],
  ["1.5", undefined],
  ["1e3", undefined],
  [" 1", undefined],
  ["", undefined],
  ["x", undefined],
  [undefined, undefined],
];

for (const [text, number] of NUMBERS) {
  Deno.test(`readNumber() of ${JSON.stringify(text)} is ${number}`, () => {
    assertEquals(readNumber(text), number);
  });
}

Deno.test("NotSupported is Rejected inside and NotSupported again for the same dialect", () => {
  const read = set.response.read({ status: "NotSupported" });
  assertEquals(read.message, { status: "Rejected" });
  assertEquals(set.response.write(read), { status: "NotSupported" });
  assertEquals(set.response.write({ message: { status: "Rejected" } }), { status: "Rejected" });
});

Deno.test("clearing without any condition means every profile on both sides", () => {
  assertEquals(clear.request.read({}), { message: {} });
  assertEquals(clear.request.write({ message: {} }), {});
});

Deno.test("the conditions of clearing are criteria but for the id", () => {
  const wire = {
    id: 11,
    connectorId: 0,
    chargingProfilePurpose: "ChargePointMaxProfile" as const,
    stackLevel: 0,
  };
  assertEquals(clear.request.read(wire), {
    message: {
      chargingProfileId: 11,
      chargingProfileCriteria: {
        evseId: 0,
        chargingProfilePurpose: "ChargingStationMaxProfile",
        stackLevel: 0,
      },
    },
  });
});

Deno.test("a composite schedule has its start and its EVSE inside", () => {
  const wire = {
    status: "Accepted" as const,
    connectorId: 3,
    scheduleStart: NOW,
    chargingSchedule: {
      duration: 600,
      startSchedule: NOW,
      chargingRateUnit: "W" as const,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 11_000 }],
      minChargingRate: 0.5,
    },
  };
  const read = composite.response.read(wire);
  assertEquals(read.message, {
    status: "Accepted",
    schedule: {
      evseId: 3,
      duration: 600,
      scheduleStart: NOW,
      chargingRateUnit: "W",
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 11_000 }],
    },
  });
  assertEquals(composite.response.write(read), wire);
});

Deno.test("what a charger leaves out of a composite schedule is not made up", () => {
  const wire = {
    status: "Accepted" as const,
    chargingSchedule: {
      chargingRateUnit: "A" as const,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }],
    },
  };
  assertEquals(composite.response.read(wire).message.schedule, wire.chargingSchedule);
});

Deno.test("a refused composite schedule has none, though the charger may say for which EVSE", () => {
  const wire = { status: "Rejected" as const, connectorId: 3, scheduleStart: NOW };
  const read = composite.response.read(wire);
  assertEquals(read.message, { status: "Rejected" });
  assertEquals(composite.response.write(read), wire);
  assertEquals(composite.response.write({ message: { status: "Rejected" } }), {
    status: "Rejected",
  });
});

Deno.test("asking for a composite schedule is the same on both sides", () => {
  const wire = { connectorId: 0, duration: 60, chargingRateUnit: "W" as const };
  assertEquals(composite.request.read(wire), {
    message: { evseId: 0, duration: 60, chargingRateUnit: "W" },
  });
  assertEquals(composite.request.write(composite.request.read(wire)), wire);
});
