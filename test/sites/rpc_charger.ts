import { createRPCError } from "ocpp-rpc";
import { createRpcClient, type Params, type RpcClientOptions } from "./rpc_peer.ts";
import { createHappenings, type Happenings } from "./until.ts";

/** A command that the charger got. */
export interface Got {
  readonly method: string;
  readonly params: Params;
  readonly atMs: number;
}

/** A charger that is not ours: `ocpp-rpc` in strict mode, with one connector. */
export interface RpcCharger extends Happenings {
  readonly id: string;
  readonly got: Got[];
  /** How often it has connected. */
  connections(): number;
  of(method: string): Got[];
  /** The limit in force, in amperes: the running profile, else the standing one. */
  limitAmps(): number;
  connect(): Promise<void>;
  close(): Promise<void>;
  call(method: string, params: Params): Promise<Params>;
  /** Calls until an answer comes, over as many connections as it takes: what real chargers do. */
  insist(method: string, params: Params): Promise<Params>;
  status(status: string): Promise<void>;
}

const CONFIGURATION: Readonly<Record<string, string>> = {
  ChargeProfileMaxStackLevel: "8",
  ChargingScheduleAllowedChargingRateUnit: "Current",
  MeterValueSampleInterval: "10",
  SupportedFeatureProfiles: "Core,SmartCharging,RemoteTrigger",
};

/** Creates the charger; it is away until `connect`. */
export function createRpcCharger(
  options: Omit<RpcClientOptions, "version">,
): RpcCharger {
  const { id } = options;
  const happenings = createHappenings();
  const got: Got[] = [];
  const limits = new Map<string, number>();
  const client = createRpcClient({ ...options, version: "ocpp1.6" }, ({ method, params }) => {
    got.push({ method, params, atMs: performance.now() });
    setTimeout(happenings.notify, 0);
    return Promise.resolve(answerTo(method, params));
  });
  let connections = 0;
  client.on("open", () => {
    connections++;
    happenings.notify();
  });
  function answerTo(method: string, params: Params): Params {
    switch (method) {
      case "GetConfiguration":
        return configuration(params["key"]);
      case "SetChargingProfile":
        keepProfile(params);
        return { status: "Accepted" };
      case "ChangeAvailability":
      case "ChangeConfiguration":
      case "ClearCache":
      case "RemoteStartTransaction":
      case "RemoteStopTransaction":
      case "Reset":
      case "TriggerMessage":
        return { status: "Accepted" };
      case "SignedUpdateFirmware":
        return { status: "Accepted" };
      case "GetDiagnostics":
        return { fileName: "diagnostics.zip" };
      case "UpdateFirmware":
        return {};
      case "UnlockConnector":
        return { status: "Unlocked" };
      default:
        throw createRPCError("NotImplemented");
    }
  }

  function keepProfile(params: Params): void {
    const { chargingProfilePurpose, chargingSchedule } = params["csChargingProfiles"] as {
      chargingProfilePurpose: string;
      chargingSchedule: { chargingSchedulePeriod: { limit: number }[] };
    };
    const [period] = chargingSchedule.chargingSchedulePeriod;
    if (period !== undefined) limits.set(chargingProfilePurpose, period.limit);
  }

  async function call(method: string, params: Params): Promise<Params> {
    return await client.call(method, params) as Params;
  }

  return {
    ...happenings,
    id,
    got,
    connections: () => connections,
    of: (method) => got.filter((each) => each.method === method),
    limitAmps: () => limits.get("TxProfile") ?? limits.get("TxDefaultProfile") ?? 32,
    async connect() {
      await client.connect();
    },
    async close() {
      await client.close({ code: 1001, force: true });
    },
    call,
    async insist(method, params) {
      for (;;) {
        try {
          return await call(method, params);
        } catch (error) {
          // An answer that refuses is an answer; only a lost one is asked for again.
          if (error instanceof Error && "rpcErrorCode" in error && error.rpcErrorCode) throw error;
          const { promise, resolve } = Promise.withResolvers<void>();
          setTimeout(resolve, 50);
          await promise;
        }
      }
    },
    async status(status) {
      await call("StatusNotification", { connectorId: 1, errorCode: "NoError", status });
    },
  };
}

function configuration(keys: unknown): Params {
  const asked = Array.isArray(keys) ? keys.map(String) : Object.keys(CONFIGURATION);
  return {
    configurationKey: asked.filter((key) => Object.hasOwn(CONFIGURATION, key))
      .map((key) => ({ key, readonly: false, value: CONFIGURATION[key] })),
    unknownKey: asked.filter((key) => !Object.hasOwn(CONFIGURATION, key)),
  };
}
