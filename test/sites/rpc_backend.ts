import { RPCServer } from "ocpp-rpc";
import type { OcppVersion } from "../../src/ocpp/mod.ts";
import { VALIDATOR_21 } from "./rpc_validator.ts";
import { createHappenings, type Happenings } from "./until.ts";

type Params = Record<string, unknown>;

/** A session as the CSMS came to know it, in words that 1.6 and 2.x share. */
export interface HeardSession {
  /** The number of the EVSE, or of the connector in 1.6. */
  readonly slot: number;
  readonly token: string;
  readonly startWh: number;
  readonly endWh: number | null;
  readonly reason: string | null;
}

/** A CSMS that is not ours: `ocpp-rpc` in strict mode, in any version. */
export interface RpcBackend extends Happenings {
  readonly version: OcppVersion;
  /** Everything that the station said, in order. */
  readonly heard: readonly { readonly method: string; readonly params: Params }[];
  /** Messages that its schemas did not let in. */
  readonly refused: readonly string[];
  sessions(): readonly HeardSession[];
  command(method: string, params: Params): Promise<Params>;
  isConnected(): boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Creates the CSMS; it is away until `start`. */
export function createRpcBackend(
  options: { readonly port: number; readonly identity: string; readonly version: OcppVersion },
): RpcBackend {
  const { port, version } = options;
  const happenings = createHappenings();
  const heard: { method: string; params: Params }[] = [];
  const refused: string[] = [];
  const numbers = new Map<string, number>();
  let server: InstanceType<typeof RPCServer> | null = null;
  let station: { call(method: string, params: Params): Promise<Params> } | null = null;

  function answerTo(messageId: string, method: string): Params {
    const currentTime = new Date().toISOString();
    const status = "Accepted";
    switch (method) {
      case "BootNotification":
        return { status, interval: 300, currentTime };
      case "Heartbeat":
        return { currentTime };
      case "Authorize":
        return version === "ocpp1.6" ? { idTagInfo: { status } } : { idTokenInfo: { status } };
      case "StartTransaction": {
        const transactionId = numbers.get(messageId) ?? 7_001 + numbers.size;
        numbers.set(messageId, transactionId);
        return { transactionId, idTagInfo: { status } };
      }
      default:
        return {};
    }
  }

  return {
    ...happenings,
    version,
    heard,
    refused,
    sessions: () =>
      version === "ocpp1.6" ? sessions16(heard, [...numbers.values()]) : sessions2x(heard),
    async command(method, params) {
      const connected = await happenings.until("the station connects", () => station);
      return await connected.call(method, params);
    },
    isConnected: () => station !== null,
    async start() {
      const next = new RPCServer({
        protocols: [version],
        strictMode: true,
        strictModeValidators: [VALIDATOR_21],
      });
      next.auth((accept) => accept({}));
      next.on("client", (client) => {
        station = client;
        client.handle((
          { messageId = "", method = "", params = {} }: {
            messageId?: string;
            method?: string;
            params?: Params;
          },
        ) => {
          heard.push({ method, params });
          setTimeout(happenings.notify, 0);
          return Promise.resolve(answerTo(messageId, method));
        });
        client.on(
          "badMessage",
          ({ buffer, error }: { buffer: unknown; error: unknown }) =>
            void refused.push(`${error}: ${buffer}`),
        );
        client.once("close", () => {
          if (station === client) station = null;
          happenings.notify();
        });
        happenings.notify();
      });
      await next.listen(port, "127.0.0.1");
      server = next;
    },
    async stop() {
      await server?.close({ code: 1001, reason: "maintenance", force: true });
      server = null;
    },
  };
}

type Heard = readonly { readonly method: string; readonly params: Params }[];

function sessions16(heard: Heard, numbers: readonly number[]): readonly HeardSession[] {
  const stops = heard.filter(({ method }) => method === "StopTransaction");
  return heard.filter(({ method }) => method === "StartTransaction").map(({ params }, index) => {
    const stop = stops.find((each) => each.params["transactionId"] === numbers[index])?.params;
    return {
      slot: Number(params["connectorId"]),
      token: String(params["idTag"]),
      startWh: Number(params["meterStart"]),
      endWh: stop === undefined ? null : Number(stop["meterStop"]),
      reason: stop === undefined ? null : String(stop["reason"] ?? "Local"),
    };
  });
}

interface Event2x {
  readonly eventType: string;
  readonly transactionInfo: { readonly transactionId: string; readonly stoppedReason?: string };
  readonly evse?: { readonly id: number };
  readonly idToken?: { readonly idToken: string };
  readonly meterValue?: readonly {
    readonly sampledValue: readonly { readonly value: number; readonly context?: string }[];
  }[];
}

function sessions2x(heard: Heard): readonly HeardSession[] {
  const events = heard.filter(({ method }) => method === "TransactionEvent")
    .map(({ params }) => params as unknown as Event2x);
  const started = events.filter(({ eventType }) => eventType === "Started");
  return started.map((start) => {
    const own = events.filter((each) =>
      each.transactionInfo.transactionId === start.transactionInfo.transactionId
    );
    const end = own.find(({ eventType }) => eventType === "Ended");
    return {
      slot: start.evse?.id ?? 0,
      token: start.idToken?.idToken ?? "",
      startWh: registerOf(start, "Transaction.Begin") ?? 0,
      endWh: end === undefined ? null : registerOf(end, "Transaction.End"),
      reason: end === undefined ? null : end.transactionInfo.stoppedReason ?? "Local",
    };
  });
}

function registerOf({ meterValue = [] }: Event2x, context: string): number | null {
  const values = meterValue.flatMap(({ sampledValue }) => sampledValue);
  return values.find((each) => each.context === context)?.value ?? null;
}
