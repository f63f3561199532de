import { compact } from "../../../lib/json.ts";
import type { StopReason } from "../../inside.ts";
import type { Requests16 } from "../../messages/mod.ts";
import { optional, words } from "../translations.ts";
import { empty, exchange } from "./_exchange.ts";
import { idTag, readIdTagInfo, writeIdTagInfo } from "./identification.ts";
import { readMeterValues, writeMeterValues } from "./meter_values.ts";

/** Whole numbers that 1.6 has for registers. */
function wholeWh(energyWh: number): number {
  return Math.min(Math.max(Math.round(energyWh), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

export const startTransaction = exchange<"StartTransaction", "StartTransaction">(
  "StartTransaction",
  {
    read: ({ connectorId, meterStart, timestamp, reservationId, ...wire }) =>
      compact({
        evseId: connectorId,
        idToken: idTag.read(wire.idTag),
        meterStartWh: meterStart,
        timestamp,
        reservationId,
      }),
    write: ({ evseId, idToken, meterStartWh, timestamp, reservationId }) =>
      compact({
        connectorId: evseId,
        idTag: idTag.write(idToken),
        meterStart: wholeWh(meterStartWh),
        timestamp,
        reservationId,
      }),
  },
  {
    read: (wire, notes) => ({
      transactionNumber: wire.transactionId,
      idTokenInfo: readIdTagInfo(wire.idTagInfo, notes.below("idTokenInfo")),
    }),
    write: (inside, notes) => ({
      transactionId: inside.transactionNumber,
      idTagInfo: writeIdTagInfo(inside.idTokenInfo, notes.below("idTokenInfo")),
    }),
  },
);

type Reason16 = NonNullable<Requests16["StopTransaction"]["reason"]>;

/** What each of 1.6's reasons is called inside. */
export const STOP_REASONS_16: Readonly<Record<Reason16, StopReason>> = {
  DeAuthorized: "DeAuthorized",
  EmergencyStop: "EmergencyStop",
  EVDisconnected: "EVDisconnected",
  HardReset: "ImmediateReset",
  Local: "Local",
  Other: "Other",
  PowerLoss: "PowerLoss",
  Reboot: "Reboot",
  Remote: "Remote",
  SoftReset: "ImmediateReset",
  UnlockCommand: "Other",
};

const reason = optional(words<Reason16, StopReason>(STOP_REASONS_16, {
  DeAuthorized: "DeAuthorized",
  EmergencyStop: "EmergencyStop",
  EnergyLimitReached: "Local",
  EVDisconnected: "EVDisconnected",
  GroundFault: "Other",
  ImmediateReset: "HardReset",
  Local: "Local",
  LocalOutOfCredit: "Local",
  MasterPass: "Local",
  Other: "Other",
  OvercurrentFault: "Other",
  PowerLoss: "PowerLoss",
  PowerQuality: "Other",
  Reboot: "Reboot",
  Remote: "Remote",
  ReqEnergyTransferRejected: "Other",
  SOCLimitReached: "Local",
  // The cable is still in, so it is no EVDisconnected.
  StoppedByEV: "Other",
  TimeLimitReached: "Local",
  Timeout: "Other",
}));

export const stopTransaction = exchange<"StopTransaction", "StopTransaction">(
  "StopTransaction",
  {
    read: (wire, notes) =>
      compact({
        transactionNumber: wire.transactionId,
        idToken: wire.idTag === undefined ? undefined : idTag.read(wire.idTag),
        meterStopWh: wire.meterStop,
        timestamp: wire.timestamp,
        stoppedReason: notes.read("stoppedReason", reason, wire.reason),
        meterValue: wire.transactionData === undefined
          ? undefined
          : readMeterValues(wire.transactionData, notes.below("meterValue")),
      }),
    write: (inside, notes) =>
      compact({
        transactionId: inside.transactionNumber,
        idTag: inside.idToken === undefined ? undefined : idTag.write(inside.idToken),
        meterStop: wholeWh(inside.meterStopWh),
        timestamp: inside.timestamp,
        reason: notes.write("stoppedReason", reason, inside.stoppedReason),
        transactionData: inside.meterValue === undefined
          ? undefined
          : writeMeterValues(inside.meterValue, notes.below("meterValue")),
      }),
  },
  {
    read: ({ idTagInfo }, notes) =>
      compact({
        idTokenInfo: idTagInfo === undefined
          ? undefined
          : readIdTagInfo(idTagInfo, notes.below("idTokenInfo")),
      }),
    write: ({ idTokenInfo }, notes) =>
      compact({
        idTagInfo: idTokenInfo === undefined
          ? undefined
          : writeIdTagInfo(idTokenInfo, notes.below("idTokenInfo")),
      }),
  },
);

export const meterValues = exchange<"MeterValues", "MeterValues">("MeterValues", {
  read: ({ connectorId, transactionId, meterValue }, notes) =>
    compact({
      evseId: connectorId,
      transactionNumber: transactionId,
      meterValue: readMeterValues(meterValue, notes.below("meterValue")),
    }),
  write: ({ evseId, transactionNumber, meterValue }, notes) =>
    compact({
      connectorId: evseId,
      transactionId: transactionNumber,
      meterValue: writeMeterValues(meterValue, notes.below("meterValue")),
    }),
}, empty);
