import type {
  ChargingProfile,
  ChargingProfilePurpose,
  IdToken,
  InsideAction,
  InsideCall,
  InsideRequest,
} from "../../inside.ts";
import { isUri } from "../../messages/mod.ts";
import { isSayable16 } from "./action_choice.ts";
import { lengthOf } from "../translations.ts";
import { readNumber } from "./charging_profiles.ts";
import { KEY_LENGTH_MAX_16, VALUE_LENGTH_MAX_16 } from "./configuration.ts";
import { keyOf, type VariableName } from "./configuration_keys.ts";
import { fitsToken16 } from "./identification.ts";

/** Why 1.6 cannot say a message without turning it into another one; null where it can. */
type Judge<I extends InsideAction> = (message: InsideRequest<I>) => string | null;

const JUDGES: { readonly [I in InsideAction]?: Judge<I> } = {
  Authorize: ({ idToken }) => token(idToken),
  CertificateSigned: ({ certificateChain, certificateType = "ChargingStationCertificate" }) =>
    tooLong("certificateChain", certificateChain, 10_000) ??
      unless(certificateType === "ChargingStationCertificate", `${certificateType} is not of 1.6`),
  ClearChargingProfile: ({ chargingProfileCriteria: criteria }) =>
    criteria?.chargingProfilePurpose === undefined
      ? null
      : purpose(criteria.chargingProfilePurpose),
  GetInstalledCertificateIds: ({ certificateType: types }) =>
    types?.length === 1 && types.every(isRootOf16)
      ? null
      : "1.6 lists certificates of one of its two types at a time",
  GetLog: ({ log, logType }) =>
    unless(logType !== "DataCollectorLog", "1.6 has no data collector log") ??
      location(log.remoteLocation),
  GetVariables: ({ getVariableData }) => first(getVariableData, variable),
  InstallCertificate: ({ certificate, certificateType }) =>
    unless(isRootOf16(certificateType), `${certificateType} is not of 1.6`) ??
      tooLong("certificate", certificate, 5_500),
  RequestStartTransaction: ({ idToken, chargingProfile }) =>
    token(idToken) ?? (chargingProfile === undefined ? null : profile(chargingProfile)),
  RequestStopTransaction: ({ transactionId }) =>
    unless(readNumber(transactionId) !== undefined, `Transaction ${transactionId} has no number`),
  ReserveNow: ({ idToken, groupIdToken, connectorType }) =>
    token(idToken) ?? token(groupIdToken) ??
      unless(connectorType === undefined, "1.6 reserves no type of connector"),
  Reset: ({ evseId }) => unless(evseId === undefined, "1.6 resets the whole charger only"),
  SendLocalList: ({ localAuthorizationList = [] }) =>
    first(
      localAuthorizationList,
      ({ idToken, idTokenInfo }) => token(idToken) ?? token(idTokenInfo?.groupIdToken),
    ),
  SetChargingProfile: ({ chargingProfile }) => profile(chargingProfile),
  SetVariables: ({ setVariableData }) =>
    unless(setVariableData.length === 1, "1.6 changes one key at a time") ??
      first(
        setVariableData,
        (wanted) =>
          variable(wanted) ?? tooLong("value", wanted.attributeValue, VALUE_LENGTH_MAX_16),
      ),
  SignCertificate: ({ csr, certificateType = "ChargingStationCertificate" }) =>
    unless(certificateType === "ChargingStationCertificate", `${certificateType} is not of 1.6`) ??
      tooLong("csr", csr, 5_500),
  StartTransaction: ({ idToken }) => token(idToken),
  StopTransaction: ({ idToken }) => token(idToken),
  TriggerMessage: ({ requestedMessage }) =>
    unless(!UNTRIGGERED.has(requestedMessage), `1.6 cannot trigger ${requestedMessage}`),
  UpdateFirmware: ({ firmware: { location: from, signature, signingCertificate } }) =>
    location(from) ?? tooLong("signature", signature ?? "", 800) ??
      tooLong("signingCertificate", signingCertificate ?? "", 5_500),
};

/**
 * Why 1.6 cannot say a request of ours without turning it into another one: a token would be
 * shortened to somebody else's, a reset would hit more than was meant. Null where it can. Writing
 * gives valid 1.6 all the same, so ask before.
 */
export function refusal16(call: InsideCall): string | null {
  if (!isSayable16(call.action)) return `1.6 has no ${call.action}`;
  // The compiler cannot follow that the judge of an action takes the message of that action.
  const judge = JUDGES[call.action] as
    | ((message: InsideCall["message"]) => string | null)
    | undefined;
  return judge?.(call.message) ?? null;
}

function unless(holds: boolean, reason: string): string | null {
  return holds ? null : reason;
}

function first<Item>(
  items: readonly Item[],
  judge: (item: Item) => string | null,
): string | null {
  for (const item of items) {
    const reason = judge(item);
    if (reason !== null) return reason;
  }
  return null;
}

function tooLong(field: string, text: string, lengthMax: number): string | null {
  return unless(lengthOf(text) <= lengthMax, `${field} is longer than ${lengthMax} characters`);
}

function token(idToken: IdToken | undefined): string | null {
  return unless(
    idToken === undefined || fitsToken16(idToken),
    "The token is longer than 1.6 knows",
  );
}

function location(text: string): string | null {
  return unless(isUri(text), "The location is no URI") ?? tooLong("location", text, 512);
}

function variable(wanted: VariableName & { readonly attributeType?: string }): string | null {
  const { component, variable: name, attributeType = "Actual" } = wanted;
  return unless(attributeType === "Actual", `1.6 has no ${attributeType} of a key`) ??
    tooLong("key", keyOf(component, name), KEY_LENGTH_MAX_16);
}

function isRootOf16(type: string): boolean {
  return type === "CSMSRootCertificate" || type === "ManufacturerRootCertificate";
}

const UNTRIGGERED: ReadonlySet<InsideRequest<"TriggerMessage">["requestedMessage"]> = new Set([
  "CustomTrigger",
  "PublishFirmwareStatusNotification",
  "SignCombinedCertificate",
  "SignV2GCertificate",
  "SignV2G20Certificate",
]);

function purpose(word: ChargingProfilePurpose): string | null {
  return unless(word !== "PriorityCharging" && word !== "LocalGeneration", `1.6 has no ${word}`);
}

/** A charger under 1.6 must be able to follow every part of a profile. */
function profile(
  { chargingProfilePurpose, chargingProfileKind, chargingSchedule, transactionId }: ChargingProfile,
): string | null {
  const isNumbered = transactionId === undefined || readNumber(transactionId) !== undefined;
  return purpose(chargingProfilePurpose) ??
    unless(chargingProfileKind !== "Dynamic", "1.6 has no dynamic profiles") ??
    unless(chargingSchedule.length === 1, "1.6 has one schedule in a profile") ??
    unless(isNumbered, `Transaction ${transactionId} has no number`) ??
    first(
      chargingSchedule.flatMap(({ chargingSchedulePeriod }) => chargingSchedulePeriod),
      ({ limit }) => unless(limit !== undefined && limit >= 0, "A period has no limit"),
    );
}
