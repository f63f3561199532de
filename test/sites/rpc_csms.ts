import { RPCServer } from "ocpp-rpc";
import { createHappenings, type Happenings } from "./until.ts";

type Params = Record<string, unknown>;

/** A message that the station sent. */
export interface Heard {
  readonly method: string;
  readonly params: Params;
  readonly atMs: number;
}

/** A CSMS that is not ours: `ocpp-rpc` in strict mode, which holds every message to its own schemas. */
export interface RpcCsms extends Happenings {
  readonly port: number;
  /** Everything that the station sent, in order, over all connections. */
  readonly heard: Heard[];
  of(method: string): Heard[];
  /** Sends a command to the station. */
  command(method: string, params: Params): Promise<Params>;
  isConnected(): boolean;
  /** Goes away: closes the port and every connection. */
  stop(): Promise<void>;
  /** Comes back on the same port. */
  start(): Promise<void>;
}

export interface RpcCsmsOptions {
  readonly port: number;
  readonly identity: string;
  readonly password: string;
  readonly blocked: readonly string[];
}

/** Creates the CSMS; it is away until `start`. */
export function createRpcCsms(options: RpcCsmsOptions): RpcCsms {
  const happenings = createHappenings();
  const heard: Heard[] = [];
  let lastTransactionId = 5000;
  let server: InstanceType<typeof RPCServer> | null = null;
  let station: { call(method: string, params: Params): Promise<Params> } | null = null;

  function answer(method: string, params: Params): Params {
    heard.push({ method, params, atMs: performance.now() });
    // Whoever waits for this message goes on after the answer is on its way.
    setTimeout(happenings.notify, 0);
    const now = new Date().toISOString();
    const status = options.blocked.includes(String(params["idTag"])) ? "Blocked" : "Accepted";
    switch (method) {
      case "BootNotification":
        return { status: "Accepted", interval: 300, currentTime: now };
      case "Heartbeat":
        return { currentTime: now };
      case "Authorize":
        return { idTagInfo: { status } };
      case "StartTransaction":
        return { transactionId: ++lastTransactionId, idTagInfo: { status } };
      default:
        return {};
    }
  }

  async function start(): Promise<void> {
    const next = new RPCServer({ protocols: ["ocpp1.6"], strictMode: true });
    next.auth((accept, reject, handshake) => {
      const isKnown = handshake.identity === options.identity &&
        handshake.password?.toString() === options.password;
      if (isKnown) accept({});
      else reject(401, "Unauthorized");
    });
    next.on("client", (client) => {
      station = client;
      client.handle(({ method = "", params = {} }: { method?: string; params?: Params }) =>
        answer(method, params)
      );
      client.once("close", () => {
        if (station === client) station = null;
        happenings.notify();
      });
      happenings.notify();
    });
    await next.listen(options.port, "127.0.0.1");
    server = next;
  }

  return {
    ...happenings,
    port: options.port,
    heard,
    of: (method) => heard.filter((each) => each.method === method),
    async command(method, params) {
      const connected = await happenings.until("the station connects", () => station);
      return await connected.call(method, params);
    },
    isConnected: () => station !== null,
    async stop() {
      await server?.close({ code: 1001, force: true });
      server = null;
      station = null;
    },
    start,
  };
}
