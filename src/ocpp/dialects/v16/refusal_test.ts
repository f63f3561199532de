import { assertEquals } from "@std/assert";
import type { ChargingProfile, InsideCall } from "../../inside.ts";
import { refusal16, variableOf } from "./mod.ts";

const NOW = "2026-01-05T06:00:00Z";
const short = { idToken: "A", type: "Central" };
const long = { idToken: "x".repeat(21), type: "Central" };
const log = { remoteLocation: "ftp://h" };
const firmware = { location: "ftp://h", retrieveDateTime: NOW };
const interval = { ...variableOf("HeartbeatInterval"), attributeValue: "60" };

const PROFILE: ChargingProfile = {
  id: 1,
  stackLevel: 0,
  chargingProfilePurpose: "TxProfile",
  chargingProfileKind: "Absolute",
  chargingSchedule: [{
    id: 1,
    chargingRateUnit: "A",
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 6.05 }],
  }],
};
const profile = (change: Partial<ChargingProfile>): InsideCall => ({
  action: "SetChargingProfile",
  message: { evseId: 1, chargingProfile: { ...PROFILE, ...change } },
});
const period = (change: object): Partial<ChargingProfile> => ({
  chargingSchedule: [{
    id: 1,
    chargingRateUnit: "A",
    chargingSchedulePeriod: [{ startPeriod: 0, ...change }],
  }],
});

const SAYABLE: readonly InsideCall[] = [
  { action: "Heartbeat", message: {} },
  { action: "Authorize", message: { idToken: short } },
  { action: "Reset", message: { type: "Immediate" } },
  { action: "SetVariables", message: { setVariableData: [interval] } },
  {
    action: "SetVariables",
    message: { setVariableData: [{ ...interval, attributeType: "Actual" }] },
  },
  { action: "GetVariables", message: { getVariableData: [variableOf("A"), variableOf("B")] } },
  { action: "RequestStopTransaction", message: { transactionId: "17" } },
  { action: "RequestStartTransaction", message: { idToken: short } },
  { action: "ReserveNow", message: { id: 1, expiryDateTime: NOW, idToken: short } },
  { action: "GetLog", message: { logType: "SecurityLog", log } },
  { action: "UpdateFirmware", message: { firmware } },
  {
    action: "InstallCertificate",
    message: { certificateType: "CSMSRootCertificate", certificate: "" },
  },
  { action: "GetInstalledCertificateIds", message: { certificateType: ["CSMSRootCertificate"] } },
  { action: "CertificateSigned", message: { certificateChain: "" } },
  { action: "SignCertificate", message: { csr: "" } },
  { action: "TriggerMessage", message: { requestedMessage: "TransactionEvent" } },
  { action: "ClearChargingProfile", message: {} },
  { action: "ClearChargingProfile", message: { chargingProfileCriteria: { stackLevel: 1 } } },
  { action: "SendLocalList", message: { versionNumber: 1, updateType: "Full" } },
  {
    action: "StartTransaction",
    message: { evseId: 1, idToken: short, meterStartWh: 0, timestamp: NOW },
  },
  { action: "StopTransaction", message: { transactionNumber: 1, meterStopWh: 0, timestamp: NOW } },
  profile({}),
  profile({ transactionId: "17" }),
];

for (const call of SAYABLE) {
  Deno.test(`1.6 can say ${call.action} ${JSON.stringify(call.message).slice(0, 60)}`, () => {
    assertEquals(refusal16(call), null);
  });
}

const TOO_LONG = "The token is longer than 1.6 knows";

const REFUSED: readonly (readonly [reason: string, call: InsideCall])[] = [
  [TOO_LONG, { action: "Authorize", message: { idToken: long } }],
  [TOO_LONG, {
    action: "StartTransaction",
    message: { evseId: 1, idToken: long, meterStartWh: 0, timestamp: NOW },
  }],
  [TOO_LONG, {
    action: "StopTransaction",
    message: { transactionNumber: 1, idToken: long, meterStopWh: 0, timestamp: NOW },
  }],
  [TOO_LONG, { action: "RequestStartTransaction", message: { idToken: long } }],
  [TOO_LONG, { action: "ReserveNow", message: { id: 1, expiryDateTime: NOW, idToken: long } }],
  [TOO_LONG, {
    action: "ReserveNow",
    message: { id: 1, expiryDateTime: NOW, idToken: short, groupIdToken: long },
  }],
  [TOO_LONG, {
    action: "SendLocalList",
    message: {
      versionNumber: 1,
      updateType: "Full",
      localAuthorizationList: [{ idToken: short }, {
        idToken: short,
        idTokenInfo: { status: "Accepted", groupIdToken: long },
      }],
    },
  }],
  ["1.6 reserves no type of connector", {
    action: "ReserveNow",
    message: { id: 1, expiryDateTime: NOW, idToken: short, connectorType: "cCCS2" },
  }],
  ["1.6 resets the whole charger only", {
    action: "Reset",
    message: { type: "Immediate", evseId: 1 },
  }],
  ["1.6 changes one key at a time", {
    action: "SetVariables",
    message: { setVariableData: [interval, interval] },
  }],
  ["1.6 has no Target of a key", {
    action: "SetVariables",
    message: { setVariableData: [{ ...interval, attributeType: "Target" }] },
  }],
  ["value is longer than 500 characters", {
    action: "SetVariables",
    message: { setVariableData: [{ ...interval, attributeValue: "x".repeat(501) }] },
  }],
  ["key is longer than 50 characters", {
    action: "GetVariables",
    message: {
      getVariableData: [{
        component: { name: "C".repeat(40) },
        variable: { name: "V".repeat(40) },
      }],
    },
  }],
  ["Transaction 4c6d has no number", {
    action: "RequestStopTransaction",
    message: { transactionId: "4c6d" },
  }],
  ["1.6 has no data collector log", {
    action: "GetLog",
    message: { logType: "DataCollectorLog", log },
  }],
  ["The location is no URI", {
    action: "GetLog",
    message: { logType: "DiagnosticsLog", log: { remoteLocation: "nowhere" } },
  }],
  ["location is longer than 512 characters", {
    action: "UpdateFirmware",
    message: { firmware: { ...firmware, location: `ftp://${"x".repeat(600)}` } },
  }],
  ["signature is longer than 800 characters", {
    action: "UpdateFirmware",
    message: { firmware: { ...firmware, signature: "x".repeat(801) } },
  }],
  ["signingCertificate is longer than 5500 characters", {
    action: "UpdateFirmware",
    message: { firmware: { ...firmware, signingCertificate: "x".repeat(5_501) } },
  }],
  ["V2GRootCertificate is not of 1.6", {
    action: "InstallCertificate",
    message: { certificateType: "V2GRootCertificate", certificate: "" },
  }],
  ["certificate is longer than 5500 characters", {
    action: "InstallCertificate",
    message: { certificateType: "CSMSRootCertificate", certificate: "x".repeat(5_501) },
  }],
  ["1.6 lists certificates of one of its two types at a time", {
    action: "GetInstalledCertificateIds",
    message: {},
  }],
  ["1.6 lists certificates of one of its two types at a time", {
    action: "GetInstalledCertificateIds",
    message: { certificateType: ["MORootCertificate"] },
  }],
  ["certificateChain is longer than 10000 characters", {
    action: "CertificateSigned",
    message: { certificateChain: "x".repeat(10_001) },
  }],
  ["V2GCertificate is not of 1.6", {
    action: "CertificateSigned",
    message: { certificateChain: "", certificateType: "V2GCertificate" },
  }],
  ["V2G20Certificate is not of 1.6", {
    action: "SignCertificate",
    message: { csr: "", certificateType: "V2G20Certificate" },
  }],
  ["csr is longer than 5500 characters", {
    action: "SignCertificate",
    message: { csr: "x".repeat(5_501) },
  }],
  ["1.6 cannot trigger SignV2GCertificate", {
    action: "TriggerMessage",
    message: { requestedMessage: "SignV2GCertificate" },
  }],
  ["1.6 has no PriorityCharging", {
    action: "ClearChargingProfile",
    message: { chargingProfileCriteria: { chargingProfilePurpose: "PriorityCharging" } },
  }],
  ["1.6 has no LocalGeneration", profile({ chargingProfilePurpose: "LocalGeneration" })],
  ["1.6 has no dynamic profiles", profile({ chargingProfileKind: "Dynamic" })],
  ["1.6 has one schedule in a profile", profile({ chargingSchedule: [] })],
  ["Transaction 4c6d has no number", profile({ transactionId: "4c6d" })],
  ["A period has no limit", profile(period({}))],
  ["A period has no limit", profile(period({ limit: -1 }))],
  ["1.6 has no dynamic profiles", {
    action: "RequestStartTransaction",
    message: { idToken: short, chargingProfile: { ...PROFILE, chargingProfileKind: "Dynamic" } },
  }],
];

for (const [reason, call] of REFUSED) {
  const text = JSON.stringify(call.message).slice(0, 60);
  Deno.test(`1.6 cannot say ${call.action} ${text}: ${reason}`, () => {
    assertEquals(refusal16(call), reason);
  });
}
