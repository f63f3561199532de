import { createRPCError } from "ocpp-rpc";
import type { OcppVersion } from "../../src/ocpp/mod.ts";
import { createRpcClient, type Params, type RpcClientOptions } from "./rpc_peer.ts";
import { createHappenings, type Happenings } from "./until.ts";

/** How a session ended, in the words that 1.6 and 2.x share. */
export type EndReason = "EVDisconnected" | "Local" | "Remote";

/** A charger that is not ours: `ocpp-rpc` in strict mode, with one EVSE, in any version. */
export interface RpcStation extends Happenings {
  readonly id: string;
  readonly version: OcppVersion;
  /** Commands that it got. */
  readonly got: readonly { readonly method: string; readonly params: Params }[];
  connect(): Promise<void>;
  close(): Promise<void>;
  boot(): Promise<Params>;
  status(status: "Available" | "Occupied"): Promise<void>;
  /** Begins a session; what it was told of the token. */
  start(token: string, registerWh: number, remoteStartId?: number): Promise<string>;
  meter(registerWh: number): Promise<void>;
  end(registerWh: number, reason: EndReason): Promise<void>;
  /** The ampere limit of the newest profile. */
  limitAmps(): number | null;
}

/** What a version says of itself when it is asked for everything. */
const KEYS_16: Readonly<Record<string, string>> = {
  NumberOfConnectors: "1",
  ChargeProfileMaxStackLevel: "8",
  ChargingScheduleAllowedChargingRateUnit: "Current",
  MeterValueSampleInterval: "10",
  SupportedFeatureProfiles: "Core,SmartCharging,RemoteTrigger",
};

/** Creates the charger; it is away until `connect`. */
export function createRpcStation(
  options: RpcClientOptions,
): RpcStation {
  const { id, version } = options;
  const happenings = createHappenings();
  const got: { method: string; params: Params }[] = [];
  let amps: number | null = null;
  const client = createRpcClient(options, ({ method, params }) => {
    got.push({ method, params });
    setTimeout(happenings.notify, 0);
    const limit = limitIn(params);
    if (method === "SetChargingProfile" && limit !== null) amps = limit;
    return Promise.resolve(
      version === "ocpp1.6" ? answer16(method, params) : answer2x(method, params),
    );
  });
  const call = async (method: string, params: Params) =>
    await client.call(method, params) as Params;
  const common = {
    ...happenings,
    id,
    version,
    got,
    async connect() {
      await client.connect();
    },
    async close() {
      await client.close({ code: 1001, force: true });
    },
    limitAmps: () => amps,
  };
  return version === "ocpp1.6" ? station16(common, call) : station2x(common, call);
}

type Common = Pick<
  RpcStation,
  "id" | "version" | "got" | "connect" | "close" | "limitAmps" | keyof Happenings
>;
type Call = (method: string, params: Params) => Promise<Params>;

function station16(common: Common, call: Call): RpcStation {
  let transactionId = 0;
  return {
    ...common,
    boot: () => call("BootNotification", { chargePointVendor: "Other", chargePointModel: "M16" }),
    async status(status) {
      const said = status === "Occupied" ? "Preparing" : status;
      await call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: said });
    },
    async start(idTag, meterStart) {
      const params = { connectorId: 1, idTag, meterStart, timestamp: now() };
      const answer = await call("StartTransaction", params);
      transactionId = Number(answer["transactionId"]);
      return String((answer["idTagInfo"] as Params)["status"]);
    },
    async meter(registerWh) {
      const sampledValue = [{ value: String(registerWh), context: "Sample.Periodic" }];
      const meterValue = [{ timestamp: now(), sampledValue }];
      await call("MeterValues", { connectorId: 1, transactionId, meterValue });
    },
    async end(meterStop, reason) {
      await call("StopTransaction", { transactionId, meterStop, timestamp: now(), reason });
    },
  };
}

function station2x(common: Common, call: Call): RpcStation {
  let transactionId = "";
  let seqNo = 0;

  function event(eventType: string, triggerReason: string, more: Params): Promise<Params> {
    const { info, ...rest } = more as { info?: Params };
    return call("TransactionEvent", {
      eventType,
      timestamp: now(),
      triggerReason,
      seqNo: seqNo++,
      transactionInfo: { transactionId, ...info },
      ...rest,
    });
  }

  const register = (value: number, context: string) => [
    { timestamp: now(), sampledValue: [{ value, context }] },
  ];

  return {
    ...common,
    boot: () =>
      call("BootNotification", {
        reason: "PowerUp",
        chargingStation: { vendorName: "Other", model: "M2" },
      }),
    async status(connectorStatus) {
      await call("StatusNotification", {
        timestamp: now(),
        connectorStatus,
        evseId: 1,
        connectorId: 1,
      });
    },
    async start(token, registerWh, remoteStartId) {
      transactionId = crypto.randomUUID();
      seqNo = 0;
      const answer = await event(
        "Started",
        remoteStartId === undefined ? "Authorized" : "RemoteStart",
        {
          evse: { id: 1, connectorId: 1 },
          idToken: { idToken: token, type: "ISO14443" },
          meterValue: register(registerWh, "Transaction.Begin"),
          info: {
            chargingState: "Charging",
            ...(remoteStartId === undefined ? {} : { remoteStartId }),
          },
        },
      );
      return String((answer["idTokenInfo"] as Params | undefined)?.["status"]);
    },
    async meter(registerWh) {
      await event("Updated", "MeterValuePeriodic", {
        meterValue: register(registerWh, "Sample.Periodic"),
      });
    },
    async end(registerWh, stoppedReason) {
      const trigger = stoppedReason === "Remote" ? "RemoteStop" : "EVDeparted";
      await event("Ended", trigger, {
        meterValue: register(registerWh, "Transaction.End"),
        info: { stoppedReason, chargingState: "EVConnected" },
      });
    },
  };
}

function answer16(method: string, params: Params): Params {
  switch (method) {
    case "GetConfiguration": {
      const keys = params["key"] as string[] | undefined ?? Object.keys(KEYS_16);
      const known = keys.filter((key) => key in KEYS_16);
      return {
        configurationKey: known.map((key) => ({ key, readonly: false, value: KEYS_16[key] })),
        unknownKey: keys.filter((key) => !(key in KEYS_16)),
      };
    }
    case "UnlockConnector":
      return { status: "Unlocked" };
    case "GetLocalListVersion":
      throw createRPCError("NotSupported");
    default:
      return { status: "Accepted" };
  }
}

function answer2x(method: string, params: Params): Params {
  switch (method) {
    case "GetVariables":
      return {
        getVariableResult: (params["getVariableData"] as Params[]).map((
          { component, variable },
        ) => ({
          attributeStatus: "UnknownVariable",
          component,
          variable,
        })),
      };
    case "SetVariables":
      return {
        setVariableResult: (params["setVariableData"] as Params[]).map((
          { component, variable },
        ) => ({
          attributeStatus: "Accepted",
          component,
          variable,
        })),
      };
    case "GetLocalListVersion":
      return { versionNumber: 0 };
    case "GetCompositeSchedule":
      return { status: "Rejected" };
    case "UnlockConnector":
      return { status: "Unlocked" };
    default:
      return { status: "Accepted" };
  }
}

interface Schedule {
  readonly chargingSchedulePeriod: readonly { readonly limit?: number }[];
}

function limitIn(params: Params): number | null {
  const profile = (params["csChargingProfiles"] ?? params["chargingProfile"]) as
    | { readonly chargingSchedule?: Schedule | readonly Schedule[] }
    | undefined;
  const schedule = profile?.chargingSchedule;
  const [first] = schedule === undefined ? [] : [schedule].flat() as Schedule[];
  return first?.chargingSchedulePeriod[0]?.limit ?? null;
}

function now(): string {
  return new Date().toISOString();
}
