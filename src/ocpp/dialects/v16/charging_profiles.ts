import { compact } from "../../../lib/json.ts";
import type {
  ChargingProfile,
  ChargingProfilePurpose,
  ChargingSchedule,
  CompositeScheduleAnswer,
} from "../../inside.ts";
import type { Requests16, Responses16 } from "../../messages/mod.ts";
import type { NoteGiver, NoteTaker, Translation } from "../codec.ts";
import { optional, unsaid, words } from "../translations.ts";
import { exchange, same, statusOnly } from "./_exchange.ts";
import {
  optionalRate,
  rate,
  readPeriods,
  type Schedule16,
  writePeriods,
} from "./charging_schedule.ts";

/** A charging profile in 1.6. */
export type Profile16 = Requests16["SetChargingProfile"]["csChargingProfiles"];

const purpose = words<Profile16["chargingProfilePurpose"], ChargingProfilePurpose>({
  ChargePointMaxProfile: "ChargingStationMaxProfile",
  TxDefaultProfile: "TxDefaultProfile",
  TxProfile: "TxProfile",
}, {
  ChargingStationExternalConstraints: "ChargePointMaxProfile",
  ChargingStationMaxProfile: "ChargePointMaxProfile",
  TxDefaultProfile: "TxDefaultProfile",
  TxProfile: "TxProfile",
  PriorityCharging: "TxProfile",
  LocalGeneration: "TxProfile",
});

const kind = words<Profile16["chargingProfileKind"], ChargingProfile["chargingProfileKind"]>({
  Absolute: "Absolute",
  Recurring: "Recurring",
  Relative: "Relative",
}, {
  Absolute: "Absolute",
  Recurring: "Recurring",
  Relative: "Relative",
  // Its limits are pushed as they change; what it says now holds from now on.
  Dynamic: "Absolute",
});

/** 1.6 bounds stack levels only in words: "value SHALL be ≥ 0". */
const stackLevel: Translation<number, number> = {
  read: (level) => Math.max(0, level),
  write: (level) => level,
};

/** 1.6 has one schedule in a profile, and no number for it. */
const SCHEDULE_ID = 1;

/** 2.1's transaction ids are texts; those of a 1.6 peer are numbers in digits. */
export const transactionNumber: Translation<number, string> = {
  read: (number) => String(number),
  write: (text) => readNumber(text) ?? NO_TRANSACTION,
};

/** What 1.6 says where it knows no number (errata 3.18). */
const NO_TRANSACTION = -1;

/** The number behind a transaction id; undefined for ids that are none of 1.6. */
export function readNumber(text: string | undefined): number | undefined {
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text ? number : undefined;
}

/** Reads a profile; `notes` are those of its own fields. */
export function readProfile(wire: Profile16, notes: NoteTaker): ChargingProfile {
  const { recurrencyKind, validFrom, validTo, transactionId } = wire;
  return compact({
    id: wire.chargingProfileId,
    stackLevel: notes.read("stackLevel", stackLevel, wire.stackLevel),
    chargingProfilePurpose: notes.read(
      "chargingProfilePurpose",
      purpose,
      wire.chargingProfilePurpose,
    ),
    chargingProfileKind: notes.read("chargingProfileKind", kind, wire.chargingProfileKind),
    recurrencyKind,
    validFrom,
    validTo,
    transactionId: transactionId === undefined ? undefined : transactionNumber.read(transactionId),
    chargingSchedule: [readSchedule(wire.chargingSchedule, notes.below("chargingSchedule/0"))],
  });
}

/** The inverse of `readProfile`. Of several schedules 1.6 gets the first. */
export function writeProfile(inside: ChargingProfile, notes: NoteGiver): Profile16 {
  const { recurrencyKind, validFrom, validTo } = inside;
  const schedule = inside.chargingSchedule[0] ?? NO_SCHEDULE;
  return compact({
    chargingProfileId: inside.id,
    stackLevel: notes.write("stackLevel", stackLevel, inside.stackLevel),
    chargingProfilePurpose: notes.write(
      "chargingProfilePurpose",
      purpose,
      inside.chargingProfilePurpose,
    ),
    chargingProfileKind: notes.write("chargingProfileKind", kind, inside.chargingProfileKind),
    recurrencyKind,
    validFrom,
    validTo,
    transactionId: readNumber(inside.transactionId),
    chargingSchedule: writeSchedule(schedule, notes.below("chargingSchedule/0")),
  });
}

/** 2.1 demands a schedule; should it be missing all the same, nothing may flow. */
const NO_SCHEDULE: ChargingSchedule = {
  id: SCHEDULE_ID,
  chargingRateUnit: "A",
  chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }],
};

function readSchedule(wire: Schedule16, notes: NoteTaker): ChargingSchedule {
  const { duration, startSchedule, chargingRateUnit, chargingSchedulePeriod } = wire;
  return compact({
    id: SCHEDULE_ID,
    duration,
    startSchedule,
    chargingRateUnit,
    minChargingRate: notes.read("minChargingRate", optionalRate, wire.minChargingRate),
    chargingSchedulePeriod: readPeriods(
      chargingSchedulePeriod,
      notes.below("chargingSchedulePeriod"),
    ),
  });
}

function writeSchedule(inside: ChargingSchedule, notes: NoteGiver): Schedule16 {
  const { duration, startSchedule, chargingRateUnit, chargingSchedulePeriod } = inside;
  return compact({
    duration,
    startSchedule,
    chargingRateUnit,
    minChargingRate: notes.write("minChargingRate", optionalRate, inside.minChargingRate),
    chargingSchedulePeriod: writePeriods(
      chargingSchedulePeriod,
      notes.below("chargingSchedulePeriod"),
    ),
  });
}

type SetAnswer16 = Responses16["SetChargingProfile"]["status"];

export const setChargingProfile = exchange<"SetChargingProfile", "SetChargingProfile">(
  "SetChargingProfile",
  {
    read: ({ connectorId, csChargingProfiles }, notes) => ({
      evseId: connectorId,
      chargingProfile: readProfile(csChargingProfiles, notes.below("chargingProfile")),
    }),
    write: ({ evseId, chargingProfile }, notes) => ({
      connectorId: evseId,
      csChargingProfiles: writeProfile(chargingProfile, notes.below("chargingProfile")),
    }),
  },
  statusOnly(words<SetAnswer16, "Accepted" | "Rejected">({
    Accepted: "Accepted",
    Rejected: "Rejected",
    NotSupported: "Rejected",
  }, { Accepted: "Accepted", Rejected: "Rejected" })),
);

const optionalPurpose = optional(purpose);
const optionalLevel = optional(stackLevel);

/** No field at all means every profile, on both sides of this gateway (1.6 errata 3.25). */
export const clearChargingProfile = exchange<"ClearChargingProfile", "ClearChargingProfile">(
  "ClearChargingProfile",
  {
    read({ id, connectorId, chargingProfilePurpose, stackLevel: level }, notes) {
      const below = notes.below("chargingProfileCriteria");
      const criteria = compact({
        evseId: connectorId,
        chargingProfilePurpose: below.read(
          "chargingProfilePurpose",
          optionalPurpose,
          chargingProfilePurpose,
        ),
        stackLevel: below.read("stackLevel", optionalLevel, level),
      });
      return compact({
        chargingProfileId: id,
        chargingProfileCriteria: Object.keys(criteria).length === 0 ? undefined : criteria,
      });
    },
    write({ chargingProfileId, chargingProfileCriteria: criteria }, notes) {
      const below = notes.below("chargingProfileCriteria");
      return compact({
        id: chargingProfileId,
        connectorId: criteria?.evseId,
        chargingProfilePurpose: below.write(
          "chargingProfilePurpose",
          optionalPurpose,
          criteria?.chargingProfilePurpose,
        ),
        stackLevel: below.write("stackLevel", optionalLevel, criteria?.stackLevel),
      });
    },
  },
  statusOnly(same()),
);

type Composite16 = Responses16["GetCompositeSchedule"];

/** For what a 1.6 charger says besides a composite schedule. */
const evseId = unsaid<number>();
const time = unsaid<string>();
const leastRate = unsaid<number>((least) => rate.isSayable?.(least) ?? true);

export const getCompositeSchedule = exchange<"GetCompositeSchedule", "GetCompositeSchedule">(
  "GetCompositeSchedule",
  {
    read: ({ connectorId, duration, chargingRateUnit }) =>
      compact({ evseId: connectorId, duration, chargingRateUnit }),
    write: ({ evseId, duration, chargingRateUnit }) =>
      compact({ connectorId: evseId, duration, chargingRateUnit }),
  },
  { read: readComposite, write: writeComposite },
);

function readComposite(wire: Composite16, notes: NoteTaker): CompositeScheduleAnswer {
  const { status, chargingSchedule: schedule, connectorId, scheduleStart } = wire;
  const below = notes.below("schedule");
  if (schedule === undefined) {
    below.read("evseId", evseId, connectorId);
    below.read("scheduleStart", time, scheduleStart);
    return { status };
  }
  const { duration, startSchedule, chargingRateUnit, chargingSchedulePeriod } = schedule;
  below.read("startSchedule", time, startSchedule);
  below.read("minChargingRate", leastRate, schedule.minChargingRate);
  return {
    status,
    schedule: compact({
      evseId: connectorId,
      duration,
      scheduleStart,
      chargingRateUnit,
      chargingSchedulePeriod: readPeriods(
        chargingSchedulePeriod,
        below.below("chargingSchedulePeriod"),
      ),
    }),
  };
}

function writeComposite(
  { status, schedule }: CompositeScheduleAnswer,
  notes: NoteGiver,
): Composite16 {
  const below = notes.below("schedule");
  if (schedule === undefined) {
    return compact({
      status,
      connectorId: below.write("evseId", evseId, undefined),
      scheduleStart: below.write("scheduleStart", time, undefined),
    });
  }
  const { duration, scheduleStart, chargingRateUnit, chargingSchedulePeriod } = schedule;
  return compact({
    status,
    connectorId: schedule.evseId,
    scheduleStart,
    chargingSchedule: compact({
      duration,
      startSchedule: below.write("startSchedule", time, undefined),
      chargingRateUnit,
      chargingSchedulePeriod: writePeriods(
        chargingSchedulePeriod,
        below.below("chargingSchedulePeriod"),
      ),
      minChargingRate: below.write("minChargingRate", leastRate, undefined),
    }),
  });
}
