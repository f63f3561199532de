import type { FramePeer, Payload } from "../../test/support/frame_peer.ts";
import { createEdge, type Edge } from "./_edge_for_test.ts";
import { CHARGERS_TIMING } from "./options.ts";

/** What a 2.x charger of a test says of itself when it is asked, by "Component.Variable[instance]". */
export const VARIABLES: Readonly<Record<string, string>> = {
  "DeviceDataCtrlr.ItemsPerMessage[GetVariables]": "5",
  "DeviceDataCtrlr.ItemsPerMessage[SetVariables]": "4",
  "SmartChargingCtrlr.Available": "true",
  "SmartChargingCtrlr.Enabled": "true",
  "SmartChargingCtrlr.ProfileStackLevel": "3",
  "SmartChargingCtrlr.RateUnit": "A,W",
  "ReservationCtrlr.Available": "true",
  "ReservationCtrlr.Enabled": "true",
  "SampledDataCtrlr.TxUpdatedInterval": "10",
  "SampledDataCtrlr.TxUpdatedMeasurands":
    "Energy.Active.Import.Register,Current.Import,Power.Active.Import",
  "SampledDataCtrlr.TxStartedMeasurands": "Energy.Active.Import.Register",
  "SampledDataCtrlr.TxEndedMeasurands": "Energy.Active.Import.Register",
  "AuthCtrlr.LocalPreAuthorize": "false",
  "AuthCtrlr.AuthorizeRemoteStart": "false",
  "TxCtrlr.StopTxOnInvalidId": "true",
};

interface Asked {
  readonly component: { readonly name: string; readonly evse?: { readonly id: number } };
  readonly variable: { readonly name: string; readonly instance?: string };
  readonly attributeValue?: string;
}

/** "Component.Variable[instance]". */
export function nameOf({ component, variable }: Asked): string {
  const instance = variable.instance === undefined ? "" : `[${variable.instance}]`;
  return `${component.name}.${variable.name}${instance}`;
}

/** A device model that obeys: `evses` EVSEs and these variables; more than it takes at once is refused. */
export function device(values: Readonly<Record<string, string>> = VARIABLES, evses = 1) {
  const stored = new Map(Object.entries(values));
  const maxOf = (message: string) =>
    Number(stored.get(`DeviceDataCtrlr.ItemsPerMessage[${message}]`) ?? 100);
  const written: string[] = [];

  function read({ component, variable }: Asked): Payload {
    const value = component.evse === undefined
      ? stored.get(nameOf({ component, variable }))
      : component.evse.id <= evses
      ? "Available"
      : undefined;
    return value === undefined
      ? { attributeStatus: "UnknownVariable", component, variable }
      : { attributeStatus: "Accepted", attributeValue: value, component, variable };
  }

  function write(asked: Asked): Payload {
    const { component, variable, attributeValue = "" } = asked;
    if (!stored.has(nameOf(asked))) {
      return { attributeStatus: "UnknownVariable", component, variable };
    }
    stored.set(nameOf(asked), attributeValue);
    written.push(`${nameOf(asked)}=${attributeValue}`);
    return { attributeStatus: "Accepted", component, variable };
  }

  return {
    written,
    answers: {
      GetVariables: ({ getVariableData }: Payload) => {
        const asked = getVariableData as readonly Asked[];
        return asked.length > maxOf("GetVariables")
          ? { callError: "OccurrenceConstraintViolation" }
          : { getVariableResult: asked.map(read) };
      },
      SetVariables: ({ setVariableData }: Payload) => {
        const asked = setVariableData as readonly Asked[];
        return asked.length > maxOf("SetVariables")
          ? { callError: "OccurrenceConstraintViolation" }
          : { setVariableResult: asked.map(write) };
      },
      GetCompositeSchedule: { status: "Rejected" },
      RequestStartTransaction: { status: "Accepted" },
      RequestStopTransaction: { status: "Accepted" },
    },
  };
}

/** A charger of 2.0.1 or 2.1 at an edge; online, and the CSMS accepts every token. */
export interface StationBench {
  readonly edge: Edge;
  readonly charger: FramePeer;
  readonly device: ReturnType<typeof device>;
  /** It boots and tells of its EVSEs, and the set-up is through. */
  arrive(): Promise<void>;
  status(connectorStatus: string, evseId?: number): Promise<Payload>;
  /** A TransactionEvent; of T-1 at EVSE 1 unless it says otherwise. */
  readonly tell: Tell;
  /** The same said by another connection of it. */
  tellBy(charger: FramePeer): Tell;
}

type Tell = (eventType: "Started" | "Updated" | "Ended", facts?: EventFacts) => Promise<Payload>;

/** What a TransactionEvent says besides its type. */
export type EventFacts = Payload & {
  readonly info?: Payload;
  readonly id?: string;
  /** The register, marked as that of the begin or end where it is. */
  readonly registerWh?: number;
};

/** Where and who, in a TransactionEvent. */
export const EVSE_1 = { evse: { id: 1, connectorId: 1 } };
export const ASHA = { idToken: { idToken: "04A1B2C3", type: "ISO14443" } };

/** Puts such a charger on an edge; it has said nothing yet. */
export async function stationBench(
  given: {
    readonly version?: "ocpp2.0.1" | "ocpp2.1";
    readonly device?: ReturnType<typeof device>;
    readonly edge?: Parameters<typeof createEdge>[0];
  } = {},
): Promise<StationBench> {
  const { version = "ocpp2.0.1" } = given;
  const edge = await createEdge({ ...given.edge, versions: [version] });
  edge.upstream.online = true;
  const model = given.device ?? device();
  const charger = await edge.connect("CP1", { protocols: [version] });
  for (const [action, answer] of Object.entries(model.answers)) charger.answer(action, answer);
  let seqNo = 0;

  function status(connectorStatus: string, evseId = 1): Promise<Payload> {
    const timestamp = edge.now();
    const message = { timestamp, connectorStatus, evseId, connectorId: 1 };
    return charger.result("StatusNotification", message);
  }

  return {
    edge,
    charger,
    device: model,
    status,
    async arrive() {
      const chargingStation = { vendorName: "Vendor", model: "Model" };
      await charger.result("BootNotification", { reason: "PowerUp", chargingStation });
      for (const { evseId } of edge.site.slotsOf("CP1")) await status("Available", evseId);
      if (edge.site.slotsOf("CP1").length === 0) await status("Available");
      await edge.clock.advance(CHARGERS_TIMING.settleMs);
      await edge.clock.advance(1_000);
    },
    tell: tellBy(charger),
    tellBy,
  };

  function tellBy(peer: FramePeer): Tell {
    return (eventType, facts = {}) => {
      const { info, registerWh, id = "T-1", ...more } = facts;
      const context = CONTEXTS[eventType];
      const timestamp = more["timestamp"] ?? edge.now();
      return peer.result("TransactionEvent", {
        eventType,
        timestamp,
        triggerReason: "Trigger",
        seqNo: seqNo++,
        transactionInfo: { transactionId: id, ...info },
        ...(registerWh === undefined
          ? {}
          : { meterValue: [{ timestamp, sampledValue: [{ value: registerWh, context }] }] }),
        ...more,
      }, 1_000);
    };
  }
}

const CONTEXTS = {
  Started: "Transaction.Begin",
  Updated: "Sample.Periodic",
  Ended: "Transaction.End",
} as const;
