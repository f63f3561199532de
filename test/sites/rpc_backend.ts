import type { OcppVersion } from "../../src/ocpp/mod.ts";
import { createRpcPort, type Params } from "./rpc_peer.ts";
import { createHappenings, type Happenings } from "./until.ts";

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
  const { version } = options;
  const happenings = createHappenings();
  const heard: { method: string; params: Params }[] = [];
  const refused: string[] = [];
  const numbers = new Map<string, number>();
  const open = createRpcPort(options);

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
      const connected = await happenings.until("the station connects", open.station);
      return await connected.call(method, params);
    },
    isConnected: () => open.station() !== null,
    start: () =>
      open.start(() => ({
        answer({ messageId, method, params }) {
          heard.push({ method, params });
          setTimeout(happenings.notify, 0);
          return Promise.resolve(answerTo(messageId, method));
        },
        refused: (text) => void refused.push(text),
        changed: happenings.notify,
      })),
    stop: open.stop,
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
