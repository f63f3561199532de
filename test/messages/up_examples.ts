import type { CsmsAction, InsideRequest, StationAction } from "../../src/ocpp/mod.ts";
import type { Examples, Moment } from "./example.ts";

export const TOKEN = { idToken: "ASHA", type: "Central" } as const;
const EVSE = { id: 1, connectorId: 1 } as const;
/** A request for a certificate that the site of these examples signs. */
export const SIGNABLE_REQUEST = "-----BEGIN CERTIFICATE REQUEST-----\nof CP1";
/** Of the vendor whose messages the site passes on. */
export const VENDOR = "com.example";

const hash = {
  hashAlgorithm: "SHA256",
  issuerNameHash: "a1",
  issuerKeyHash: "b2",
  serialNumber: "c3",
} as const;

function event(
  { now, transactionId }: Moment,
  facts:
    & Pick<InsideRequest<"TransactionEvent">, "eventType" | "triggerReason" | "seqNo">
    & Partial<InsideRequest<"TransactionEvent">>,
  energyWh: number,
): InsideRequest<"TransactionEvent"> {
  return {
    timestamp: now,
    transactionInfo: { transactionId },
    meterValue: [{ timestamp: now, sampledValue: [{ value: energyWh }] }],
    ...facts,
  };
}

/** What chargers say, in an order in which it can be said. Those of sessions stand last. */
export const UP_EXAMPLES: Examples<StationAction> = {
  BatterySwap: [() => ({
    eventType: "BatteryIn",
    requestId: 1,
    idToken: TOKEN,
    batteryData: [{ evseId: 1, serialNumber: "B1", soC: 50, soH: 90 }],
  })],
  BootNotification: [() => ({
    reason: "PowerUp",
    chargingStation: { vendorName: "Vendor", model: "Model" },
  })],
  ClearedChargingLimit: [() => ({ chargingLimitSource: "Other" })],
  ClosePeriodicEventStream: [() => ({ id: 1 })],
  DataTransfer: [
    () => ({ vendorId: VENDOR, messageId: "Hello", data: "x" }),
    () => ({ vendorId: "com.nobody" }),
  ],
  FirmwareStatusNotification: [() => ({ status: "Downloading", requestId: 1 })],
  Get15118EVCertificate: [() => ({
    iso15118SchemaVersion: "urn:iso:15118:2:2013:MsgDef",
    action: "Install",
    exiRequest: "AAAA",
  })],
  GetCertificateChainStatus: [() => ({
    certificateStatusRequests: [{
      certificateHashData: hash,
      source: "OCSP",
      urls: ["http://ocsp.example.com"],
    }],
  })],
  GetCertificateStatus: [() => ({
    ocspRequestData: { ...hash, responderURL: "http://ocsp.example.com" },
  })],
  Heartbeat: [() => ({})],
  LogStatusNotification: [() => ({ status: "Uploading", requestId: 1 })],
  NotifyChargingLimit: [() => ({ chargingLimit: { chargingLimitSource: "Other" } })],
  NotifyCustomerInformation: [({ now }) => ({
    data: "ASHA",
    seqNo: 0,
    generatedAt: now,
    requestId: 1,
  })],
  NotifyDERAlarm: [({ now }) => ({ controlType: "FreqDroop", timestamp: now })],
  NotifyDERStartStop: [({ now }) => ({ controlId: "C1", started: true, timestamp: now })],
  NotifyDisplayMessages: [() => ({ requestId: 1 })],
  NotifyEVChargingSchedule: [({ now }) => ({
    timeBase: now,
    evseId: 1,
    chargingSchedule: {
      id: 1,
      chargingRateUnit: "A",
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
    },
  })],
  NotifyEvent: [({ now }) => ({
    generatedAt: now,
    seqNo: 0,
    eventData: [{
      eventId: 1,
      timestamp: now,
      trigger: "Alerting",
      actualValue: "true",
      eventNotificationType: "HardWiredNotification",
      component: { name: "Connector", evse: EVSE },
      variable: { name: "Problem" },
    }],
  })],
  NotifyMonitoringReport: [({ now }) => ({ requestId: 1, seqNo: 0, generatedAt: now })],
  NotifyPriorityCharging: [({ transactionId }) => ({ transactionId, activated: true })],
  NotifyReport: [({ now }) => ({ requestId: 1, seqNo: 0, generatedAt: now })],
  NotifySettlement: [({ now }) => ({
    pspRef: "P1",
    status: "Settled",
    settlementAmount: 5,
    settlementTime: now,
  })],
  OpenPeriodicEventStream: [() => ({
    constantStreamData: { id: 1, variableMonitoringId: 1, params: {} },
  })],
  PublishFirmwareStatusNotification: [() => ({ status: "Idle" })],
  PullDynamicScheduleUpdate: [() => ({ chargingProfileId: 1 })],
  ReportChargingProfiles: [() => ({
    requestId: 1,
    chargingLimitSource: "CSO",
    evseId: 1,
    chargingProfile: [{
      id: 1,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Relative",
      chargingSchedule: [{
        id: 1,
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }],
      }],
    }],
  })],
  ReportDERControl: [() => ({ requestId: 1 })],
  ReservationStatusUpdate: [() => ({ reservationId: 1, reservationUpdateStatus: "Expired" })],
  SecurityEventNotification: [({ now }) => ({ type: "TamperDetectionActivated", timestamp: now })],
  SignCertificate: [
    () => ({ csr: SIGNABLE_REQUEST }),
    () => ({ csr: "-----BEGIN CERTIFICATE REQUEST-----" }),
  ],
  StatusNotification: [({ now }) => ({
    evseId: 1,
    connectorId: 1,
    connectorStatus: "Occupied",
    chargingState: "EVConnected",
    timestamp: now,
  })],
  VatNumberValidation: [() => ({ vatNumber: "NL1" })],
  // From here on a session runs, and ends.
  Authorize: [() => ({ idToken: TOKEN })],
  StartTransaction: [({ now }) => ({
    evseId: 1,
    idToken: TOKEN,
    meterStartWh: 1_000,
    timestamp: now,
  })],
  TransactionEvent: [
    (moment) =>
      event(moment, {
        eventType: "Started",
        triggerReason: "Authorized",
        seqNo: 0,
        idToken: TOKEN,
        evse: EVSE,
      }, 1_000),
    (moment) =>
      event(moment, { eventType: "Updated", triggerReason: "MeterValuePeriodic", seqNo: 1 }, 1_100),
  ],
  NotifyEVChargingNeeds: [({ inAnHour }) => ({
    evseId: 1,
    chargingNeeds: {
      requestedEnergyTransfer: "AC_three_phase",
      departureTime: inAnHour,
      acChargingParameters: {
        energyAmount: 9_000,
        evMinCurrent: 6,
        evMaxCurrent: 32,
        evMaxVoltage: 400,
      },
    },
  })],
  MeterValues: [
    ({ now, transactionId }) => ({
      evseId: 1,
      transactionNumber: Number(transactionId),
      meterValue: [{ timestamp: now, sampledValue: [{ value: 1_200 }] }],
    }),
  ],
  StopTransaction: [({ now, transactionId }) => ({
    transactionNumber: Number(transactionId),
    meterStopWh: 1_300,
    timestamp: now,
  })],
};

/** What is said before any session. */
export const IDLE_EXAMPLES: Partial<Examples<StationAction>> = {
  MeterValues: [({ now }) => ({
    evseId: 1,
    meterValue: [{ timestamp: now, sampledValue: [{ value: 7 }] }],
  })],
};

/** Orders to one charger, and the message with which it goes on about each. */
export const ORDERED_EXAMPLES = [
  ["CustomerInformation", "NotifyCustomerInformation"],
  ["GetDisplayMessages", "NotifyDisplayMessages"],
  ["GetLog", "LogStatusNotification"],
  ["GetMonitoringReport", "NotifyMonitoringReport"],
  ["GetReport", "NotifyReport"],
  ["UpdateFirmware", "FirmwareStatusNotification"],
] as const satisfies readonly (readonly [CsmsAction, StationAction])[];
