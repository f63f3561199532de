import { isoTime } from "../lib/clock.ts";
import type { Requests16, Requests21 } from "../ocpp/messages/mod.ts";
import type { OcppVersion } from "../ocpp/mod.ts";
import type { TokenRecord } from "./csms/books.ts";

/** What an operator of a CSMS wants, whatever words its version has. Connectors are slots of a gateway. */
export type StationOrder =
  /** Where no slot is named the station chooses. */
  | {
    readonly kind: "start";
    readonly slot: number | null;
    readonly idTag: string;
    /** By which 2.x tells what became of it. */
    readonly remoteStartId: number;
  }
  | { readonly kind: "stop"; readonly transactionId: number | string }
  | {
    readonly kind: "list";
    readonly version: number;
    readonly isWhole: boolean;
    readonly tokens: readonly (readonly [idTag: string, info: TokenRecord])[];
  }
  | { readonly kind: "clear-cache" }
  | {
    readonly kind: "reserve";
    readonly id: number;
    /** 0 for any. */
    readonly slot: number;
    readonly idTag: string;
    readonly untilMs: number;
  }
  | { readonly kind: "cancel-reservation"; readonly id: number }
  | { readonly kind: "availability"; readonly slot: number; readonly isOperative: boolean }
  | {
    readonly kind: "limit";
    readonly id: number;
    readonly slot: number;
    readonly amps: number;
    readonly fromMs: number;
    readonly forS: number;
  }
  | { readonly kind: "clear-limit"; readonly id: number }
  | { readonly kind: "setting"; readonly setting: SettingName; readonly value: string };

/** A message that says an order. */
export interface OrderWords {
  readonly action: string;
  readonly payload: unknown;
}

/** Settings that both have, by the key of 1.6 and the variable of 2.x. */
const SETTINGS = {
  LocalPreAuthorize: ["AuthCtrlr", "LocalPreAuthorize"],
  LocalAuthorizeOffline: ["AuthCtrlr", "LocalAuthorizeOffline"],
  AllowOfflineTxForUnknownId: ["AuthCtrlr", "OfflineTxForUnknownIdEnabled"],
  AuthorizationCacheEnabled: ["AuthCacheCtrlr", "Enabled"],
  LocalAuthListEnabled: ["LocalAuthListCtrlr", "Enabled"],
  MeterValueSampleInterval: ["SampledDataCtrlr", "TxUpdatedInterval"],
  HeartbeatInterval: ["OCPPCommCtrlr", "HeartbeatInterval"],
} as const;

export type SettingName = keyof typeof SETTINGS;

/** An order in the words of a version; null where it has none. */
export function wordsOf(order: StationOrder, version: OcppVersion): OrderWords | null {
  return version === "ocpp1.6" ? words16(order) : words2x(order);
}

function said16<A extends keyof Requests16>(action: A, payload: Requests16[A]): OrderWords {
  return { action, payload };
}

function words16(order: StationOrder): OrderWords | null {
  switch (order.kind) {
    case "start": {
      const { slot, idTag } = order;
      return said16("RemoteStartTransaction", {
        ...(slot === null ? {} : { connectorId: slot }),
        idTag,
      });
    }
    case "stop": {
      const { transactionId } = order;
      // One that was begun in 2.x has no number.
      return typeof transactionId === "number"
        ? said16("RemoteStopTransaction", { transactionId })
        : null;
    }
    case "list":
      return said16("SendLocalList", {
        listVersion: order.version,
        updateType: order.isWhole ? "Full" : "Differential",
        localAuthorizationList: order.tokens.map(([idTag, idTagInfo]) => ({ idTag, idTagInfo })),
      });
    case "clear-cache":
      return said16("ClearCache", {});
    case "reserve":
      return said16("ReserveNow", {
        connectorId: order.slot,
        expiryDate: isoTime(order.untilMs),
        idTag: order.idTag,
        reservationId: order.id,
      });
    case "cancel-reservation":
      return said16("CancelReservation", { reservationId: order.id });
    case "availability":
      return said16("ChangeAvailability", {
        connectorId: order.slot,
        type: order.isOperative ? "Operative" : "Inoperative",
      });
    case "limit":
      return said16("SetChargingProfile", {
        connectorId: order.slot,
        csChargingProfiles: {
          chargingProfileId: order.id,
          stackLevel: 1,
          chargingProfilePurpose: "TxDefaultProfile",
          chargingProfileKind: "Absolute",
          chargingSchedule: {
            duration: order.forS,
            startSchedule: isoTime(order.fromMs),
            chargingRateUnit: "A",
            chargingSchedulePeriod: [{ startPeriod: 0, limit: order.amps }],
          },
        },
      });
    case "clear-limit":
      return said16("ClearChargingProfile", { id: order.id });
    case "setting":
      return said16("ChangeConfiguration", { key: order.setting, value: order.value });
  }
}

function said2x<A extends keyof Requests21>(action: A, payload: Requests21[A]): OrderWords {
  return { action, payload };
}

function words2x(order: StationOrder): OrderWords | null {
  switch (order.kind) {
    case "start": {
      const { slot, idTag, remoteStartId } = order;
      return said2x("RequestStartTransaction", {
        ...(slot === null ? {} : { evseId: slot }),
        remoteStartId,
        idToken: token(idTag),
      });
    }
    case "stop":
      return said2x("RequestStopTransaction", { transactionId: String(order.transactionId) });
    case "list": {
      const [first, ...rest] = order.tokens.map(([idTag, { status, parentIdTag }]) => ({
        idToken: token(idTag),
        idTokenInfo: {
          status,
          ...(parentIdTag === undefined
            ? {}
            : { groupIdToken: { idToken: parentIdTag, type: "Central" } }),
        },
      }));
      return said2x("SendLocalList", {
        versionNumber: order.version,
        updateType: order.isWhole ? "Full" : "Differential",
        ...(first === undefined ? {} : { localAuthorizationList: [first, ...rest] }),
      });
    }
    case "clear-cache":
      return said2x("ClearCache", {});
    case "reserve":
      return said2x("ReserveNow", {
        id: order.id,
        expiryDateTime: isoTime(order.untilMs),
        idToken: token(order.idTag),
        ...(order.slot === 0 ? {} : { evseId: order.slot }),
      });
    case "cancel-reservation":
      return said2x("CancelReservation", { reservationId: order.id });
    case "availability":
      return said2x("ChangeAvailability", {
        operationalStatus: order.isOperative ? "Operative" : "Inoperative",
        ...(order.slot === 0 ? {} : { evse: { id: order.slot } }),
      });
    case "limit":
      return said2x("SetChargingProfile", {
        evseId: order.slot,
        chargingProfile: {
          id: order.id,
          stackLevel: 1,
          chargingProfilePurpose: "TxDefaultProfile",
          chargingProfileKind: "Absolute",
          chargingSchedule: [{
            id: 1,
            duration: order.forS,
            startSchedule: isoTime(order.fromMs),
            chargingRateUnit: "A",
            chargingSchedulePeriod: [{ startPeriod: 0, limit: order.amps }],
          }],
        },
      });
    case "clear-limit":
      return said2x("ClearChargingProfile", { chargingProfileId: order.id });
    case "setting": {
      const [component, variable] = SETTINGS[order.setting];
      return said2x("SetVariables", {
        setVariableData: [{
          component: { name: component },
          variable: { name: variable },
          attributeValue: order.value,
        }],
      });
    }
  }
}

function token(idTag: string) {
  return { idToken: idTag, type: "ISO14443" };
}
