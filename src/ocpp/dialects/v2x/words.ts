/**
 * What becomes of a word that an older version does not have: another word, nothing (the field goes,
 * or the reading that it is part of), or a refusal of the whole message, where leaving it out would
 * turn it into another one.
 */
export type Fate = { readonly say: string } | "leave-out" | "refuse";

const say = (word: string): Fate => ({ say: word });

/** By the name of 2.0.1's own list; a word that stands in none of these refuses the message. */
export const FATES_IN_201: Readonly<Record<string, Readonly<Record<string, Fate>>>> = {
  ChargingLimitSourceEnumType: { "*": say("Other") },
  // A token of the CSMS's own, as that of somebody who pays at a terminal, and one of the car.
  IdTokenEnumType: {
    DirectPayment: say("Central"),
    EVCCID: say("MacAddress"),
    VIN: say("Local"),
    "*": say("Central"),
  },
  ConnectorEnumType: { "*": say("Unknown") },
  MeasurandEnumType: {
    "Current.Import.Offered": say("Current.Offered"),
    "Power.Import.Offered": say("Power.Offered"),
    "*": "leave-out",
  },
  LocationEnumType: { Upstream: "leave-out" },
  TriggerReasonEnumType: {
    CostLimitReached: say("EnergyLimitReached"),
    LimitSet: say("ChargingRateChanged"),
    OperationModeChanged: say("ChargingRateChanged"),
    RunningCost: say("MeterValuePeriodic"),
    SoCLimitReached: say("EnergyLimitReached"),
    TariffChanged: say("ChargingRateChanged"),
    TariffNotAccepted: say("Deauthorized"),
    TxResumed: say("ChargingStateChanged"),
  },
  ReasonEnumType: { ReqEnergyTransferRejected: say("Other") },
  MonitorEnumType: { TargetDelta: say("Delta"), TargetDeltaRelative: say("Delta") },
  MessageFormatEnumType: { QRCODE: say("URI") },
  // A message that is shown while charging is suspended is shown while it goes on.
  MessageStateEnumType: { Suspended: say("Charging"), Discharging: say("Charging") },
  GetCertificateIdUseEnumType: { OEMRootCertificate: "leave-out" },
  NotifyEVChargingNeedsStatusEnumType: { NoChargingProfile: say("Rejected") },
  ClearMessageStatusEnumType: { Rejected: say("Unknown") },
  DisplayMessageStatusEnumType: { LanguageNotSupported: say("Rejected") },
  ReservationUpdateStatusEnumType: { NoTransaction: say("Removed") },
  OCPPVersionEnumType: { OCPP201: say("OCPP20") },
  EnergyTransferModeEnumType: {
    AC_BPT: say("AC_three_phase"),
    AC_BPT_DER: say("AC_three_phase"),
    AC_DER: say("AC_three_phase"),
    DC_BPT: say("DC"),
    DC_ACDP: say("DC"),
    DC_ACDP_BPT: say("DC"),
  },
};

/** The fate of a word; `list` is the name of the older version's list of words. */
export function fateOf(list: string, word: string): Fate {
  const fates = FATES_IN_201[list];
  if (fates === undefined) return "refuse";
  return (Object.hasOwn(fates, word) ? fates[word] : fates["*"]) ?? "refuse";
}
