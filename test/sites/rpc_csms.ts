import { createRpcPort, type Params, type RpcCall } from "./rpc_peer.ts";
import { createHappenings, type Happenings } from "./until.ts";

/** A message that the station sent. */
export interface Heard {
  readonly messageId: string;
  readonly method: string;
  readonly params: Params;
  readonly atMs: number;
  /** The connection that it came over: 1, 2, 3, … */
  readonly connection: number;
  /** False for what a silent CSMS heard: it was never taken in. */
  readonly isAnswered: boolean;
  /** The number that a StartTransaction was given; the same one for the same message. */
  readonly number: number | null;
}

/** A CSMS that is not ours: `ocpp-rpc` in strict mode, which holds every message to its own schemas. */
export interface RpcCsms extends Happenings {
  readonly port: number;
  /** Everything that the station sent, in order, over all connections. */
  readonly heard: Heard[];
  /** Messages that its schemas did not let in, or that made no sense to it. */
  readonly refused: readonly string[];
  of(method: string): Heard[];
  /** Sends a command to the station. */
  command(method: string, params: Params): Promise<Params>;
  isConnected(): boolean;
  /** From now on it hears and says nothing (or does again); its connections stay. */
  setSilent(isSilent: boolean): void;
  /** From now on each of its answers comes so late, in ms. */
  setLatency(ms: number): void;
  /** Goes away: closes the port and every connection. */
  stop(): Promise<void>;
  /** Comes back on the same port. */
  start(): Promise<void>;
}

export interface RpcCsmsOptions {
  readonly port: number;
  readonly identity: string;
  readonly password: string;
  /** What it says of a card, as the idTagInfo of 1.6. */
  readonly judge: (idTag: string) => Params;
}

/** Creates the CSMS; it is away until `start`. */
export function createRpcCsms(options: RpcCsmsOptions): RpcCsms {
  const happenings = createHappenings();
  const heard: Heard[] = [];
  const refused: string[] = [];
  /** By message id: a message that comes again is the same transaction. */
  const numbers = new Map<string, number>();
  let connections = 0;
  let isSilent = false;
  let latencyMs = 0;
  const open = createRpcPort({ ...options, version: "ocpp1.6" });

  function answer(call: RpcCall, connection: number): Promise<Params> {
    const { messageId, method, params } = call;
    const isStart = method === "StartTransaction" && !isSilent;
    if (isStart && !numbers.has(messageId)) numbers.set(messageId, 5001 + numbers.size);
    const number = isStart ? numbers.get(messageId) ?? null : null;
    const atMs = performance.now();
    heard.push({ messageId, method, params, atMs, connection, isAnswered: !isSilent, number });
    // Whoever waits for this message goes on after the answer is on its way.
    setTimeout(happenings.notify, 0);
    if (isSilent) return new Promise(() => {});
    const given = answerTo(call, number);
    if (latencyMs === 0) return Promise.resolve(given);
    return new Promise((resolve) => setTimeout(() => resolve(given), latencyMs));
  }

  function answerTo({ method, params }: RpcCall, number: number | null): Params {
    const now = new Date().toISOString();
    const idTag = params["idTag"];
    switch (method) {
      case "BootNotification":
        return { status: "Accepted", interval: 300, currentTime: now };
      case "Heartbeat":
        return { currentTime: now };
      case "Authorize":
        return { idTagInfo: options.judge(String(idTag)) };
      case "StartTransaction":
        return { transactionId: number, idTagInfo: options.judge(String(idTag)) };
      case "StopTransaction":
        return idTag === undefined ? {} : { idTagInfo: options.judge(String(idTag)) };
      default:
        return {};
    }
  }

  return {
    ...happenings,
    port: options.port,
    heard,
    refused,
    of: (method) => heard.filter((each) => each.method === method),
    async command(method, params) {
      const connected = await happenings.until("the station connects", open.station);
      return await connected.call(method, params);
    },
    isConnected: () => open.station() !== null,
    setSilent: (next) => void (isSilent = next),
    setLatency: (ms) => void (latencyMs = ms),
    stop: open.stop,
    start: () =>
      open.start(() => {
        const connection = ++connections;
        return {
          answer: (call) => answer(call, connection),
          refused: (text) => void refused.push(text),
          changed: happenings.notify,
        };
      }),
  };
}
