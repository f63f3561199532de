import type { ChargingSchedule, CsmsAction } from "../../src/ocpp/mod.ts";
import { testAuthority } from "../support/certificates.ts";
import type { Examples } from "./example.ts";
import { TOKEN } from "./up_examples.ts";

const hash = {
  hashAlgorithm: "SHA256",
  issuerNameHash: "a1",
  issuerKeyHash: "b2",
  serialNumber: "c3",
} as const;

const ROOT = await testAuthority("operators");

const PEM = "-----BEGIN CERTIFICATE-----";

const schedule = {
  id: 1,
  chargingRateUnit: "A" as const,
  chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
} satisfies ChargingSchedule;

const tariff = { tariffId: "T1", currency: "INR", energy: { prices: [{ priceKwh: 15 }] } };

/** A setting of the gateway, and one of its charger at slot 1. */
const OWN = { component: { name: "OCPPCommCtrlr" }, variable: { name: "HeartbeatInterval" } };
const THEIRS = {
  component: { name: "OCPPCommCtrlr" },
  variable: { name: "WebSocketPingInterval_1" },
};

/** The tunnel to the charger at slot 1 says what a 1.6 CSMS would say to it. */
const tunnelled = { slot: 1, action: "TriggerMessage", payload: { requestedMessage: "Heartbeat" } };

/** What a CSMS says while a session runs at EVSE 1, in an order in which it can be said. */
export const DOWN_EXAMPLES: Examples<CsmsAction> = {
  AFRRSignal: [({ now }) => ({ timestamp: now, signal: 1 })],
  AdjustPeriodicEventStream: [() => ({ id: 1, params: {} })],
  ReserveNow: [({ inAnHour }) => ({ id: 7, expiryDateTime: inAnHour, idToken: TOKEN, evseId: 2 })],
  CancelReservation: [() => ({ reservationId: 7 })],
  CertificateSigned: [() => ({ certificateChain: PEM })],
  ChangeAvailability: [
    () => ({ operationalStatus: "Operative", evse: { id: 1 } }),
    () => ({ operationalStatus: "Operative" }),
  ],
  ClearCache: [() => ({})],
  SetChargingProfile: [() => ({
    evseId: 1,
    chargingProfile: {
      id: 1,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Relative",
      chargingSchedule: [schedule],
    },
  })],
  GetChargingProfiles: [() => ({ requestId: 1, evseId: 1, chargingProfile: {} })],
  GetCompositeSchedule: [() => ({ duration: 600, evseId: 1 })],
  ClearChargingProfile: [() => ({ chargingProfileId: 1 })],
  ClearDERControl: [() => ({ isDefault: false })],
  ClearDisplayMessage: [() => ({ id: 1 })],
  SetDefaultTariff: [() => ({ evseId: 2, tariff })],
  GetTariffs: [() => ({ evseId: 0 })],
  ChangeTransactionTariff: [({ transactionId }) => ({ transactionId, tariff })],
  ClearTariffs: [() => ({})],
  ClearVariableMonitoring: [() => ({ id: [1] })],
  CostUpdated: [
    ({ transactionId }) => ({ totalCost: 12.5, transactionId }),
    () => ({ totalCost: 12.5, transactionId: "nobody's" }),
  ],
  CustomerInformation: [
    () => ({ requestId: 1, report: true, clear: false, idToken: TOKEN }),
    () => ({ requestId: 1, report: true, clear: true, idToken: TOKEN }),
  ],
  DataTransfer: [
    () => ({ vendorId: "org.sangam", messageId: "Tunnel", data: JSON.stringify(tunnelled) }),
    () => ({ vendorId: "com.nobody" }),
  ],
  InstallCertificate: [
    () => ({ certificateType: "CSMSRootCertificate", certificate: PEM }),
    () => ({ certificateType: "CSMSRootCertificate", certificate: ROOT.cert }),
    () => ({ certificateType: "V2GRootCertificate", certificate: PEM }),
  ],
  GetInstalledCertificateIds: [
    () => ({ certificateType: ["CSMSRootCertificate"] }),
    () => ({ certificateType: ["ManufacturerRootCertificate"] }),
    () => ({ certificateType: ["V2GRootCertificate"] }),
  ],
  DeleteCertificate: [() => ({ certificateHashData: hash })],
  GetBaseReport: [() => ({ requestId: 1, reportBase: "FullInventory" })],
  GetDERControl: [() => ({ requestId: 1 })],
  GetDisplayMessages: [() => ({ requestId: 1 })],
  GetLocalListVersion: [() => ({})],
  GetLog: [() => ({
    logType: "DiagnosticsLog",
    requestId: 1,
    log: { remoteLocation: "https://files.example.com/" },
  })],
  GetMonitoringReport: [() => ({ requestId: 1 })],
  GetPeriodicEventStream: [() => ({})],
  GetReport: [() => ({ requestId: 1 })],
  GetTransactionStatus: [() => ({})],
  GetVariables: [
    () => ({ getVariableData: [OWN] }),
    () => ({ getVariableData: [THEIRS] }),
  ],
  NotifyAllowedEnergyTransfer: [({ transactionId }) => ({
    transactionId,
    allowedEnergyTransfer: ["AC_three_phase"],
  })],
  NotifyWebPaymentStarted: [() => ({ evseId: 1, timeout: 60 })],
  PublishFirmware: [() => ({
    location: "https://files.example.com/a.bin",
    checksum: "0123456789abcdef0123456789abcdef",
    requestId: 1,
  })],
  RequestBatterySwap: [() => ({ idToken: TOKEN, requestId: 1 })],
  SendLocalList: [() => ({
    versionNumber: 1,
    updateType: "Full",
    localAuthorizationList: [{ idToken: TOKEN, idTokenInfo: { status: "Accepted" } }],
  })],
  SetDERControl: [() => ({ isDefault: false, controlId: "C1", controlType: "FreqDroop" })],
  SetDisplayMessage: [() => ({
    message: { id: 1, priority: "AlwaysFront", message: { format: "UTF8", content: "Hello" } },
  })],
  SetMonitoringBase: [() => ({ monitoringBase: "All" })],
  SetMonitoringLevel: [() => ({ severity: 5 })],
  SetNetworkProfile: [() => ({
    configurationSlot: 1,
    connectionData: {
      ocppVersion: "OCPP20",
      ocppInterface: "Wired0",
      ocppTransport: "JSON",
      messageTimeout: 30,
      ocppCsmsUrl: "wss://csms.example.com",
      securityProfile: 2,
    },
  })],
  SetVariableMonitoring: [() => ({
    setMonitoringData: [{
      value: 5,
      type: "UpperThreshold",
      severity: 5,
      component: { name: "EVSE", evse: { id: 1 } },
      variable: { name: "Power" },
    }],
  })],
  SetVariables: [
    () => ({ setVariableData: [{ ...OWN, attributeValue: "600" }] }),
    () => ({ setVariableData: [{ ...THEIRS, attributeValue: "60" }] }),
  ],
  TriggerMessage: [
    () => ({ requestedMessage: "Heartbeat" }),
    () => ({ requestedMessage: "MeterValues", evse: { id: 1 } }),
    () => ({ requestedMessage: "MeterValues" }),
  ],
  UnpublishFirmware: [() => ({ checksum: "0123456789abcdef0123456789abcdef" })],
  UpdateDynamicSchedule: [() => ({ chargingProfileId: 1, scheduleUpdate: { limit: 10 } })],
  UpdateFirmware: [({ now }) => ({
    requestId: 1,
    firmware: { location: "https://files.example.com/a.bin", retrieveDateTime: now },
  })],
  UsePriorityCharging: [({ transactionId }) => ({ transactionId, activate: true })],
  UnlockConnector: [() => ({ evseId: 2, connectorId: 1 })],
  RequestStartTransaction: [() => ({ idToken: TOKEN, remoteStartId: 5, evseId: 2 })],
  RequestStopTransaction: [({ transactionId }) => ({ transactionId })],
  Reset: [
    () => ({ type: "Immediate", evseId: 2 }),
    () => ({ type: "Immediate" }),
  ],
};
