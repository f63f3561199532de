import { RPCClient, RPCServer } from "ocpp-rpc";
import type { OcppVersion } from "../../src/ocpp/mod.ts";
import { VALIDATOR_21 } from "./rpc_validator.ts";

/** What a message holds, and what is answered to it. */
export type Params = Record<string, unknown>;

/** A call, as `ocpp-rpc` hands it over. */
export interface RpcCall {
  readonly messageId: string;
  readonly method: string;
  readonly params: Params;
}

/** Who a charger is, and where it goes. */
export interface RpcClientOptions {
  readonly url: string;
  readonly id: string;
  readonly password: string;
  readonly version: OcppVersion;
}

/** `ocpp-rpc` as a charger, strict about every message; it is away until it connects. */
export function createRpcClient(
  { url, id, password, version }: RpcClientOptions,
  answer: (call: RpcCall) => Promise<Params>,
) {
  // Its types demand every option, though it has defaults for most.
  const client = new RPCClient({
    endpoint: url,
    identity: id,
    password,
    protocols: [version],
    strictMode: true,
    strictModeValidators: [VALIDATOR_21],
    callTimeoutMs: 5_000,
    callConcurrency: 1,
    pingIntervalMs: 0,
    deferPingsOnActivity: false,
    respondWithDetailedErrors: false,
    maxBadMessages: 0,
    reconnect: true,
    wsOpts: {},
    headers: {},
    maxReconnects: Number.POSITIVE_INFINITY,
    backoff: { initialDelay: 100, maxDelay: 300, factor: 2, randomisationFactor: 0 },
  });
  client.handle(({ messageId = "", method = "", params = {} }: Partial<RpcCall>) =>
    answer({ messageId, method, params })
  );
  return client;
}

/** A station that has connected. */
export interface RpcLink {
  call(method: string, params: Params): Promise<Params>;
}

/** What a CSMS does with its stations. */
export interface RpcServerHooks {
  answer(call: RpcCall): Promise<Params>;
  /** A message that its schemas do not let in. */
  refused(text: string): void;
  /** Somebody came or went. */
  changed(): void;
}

/** `ocpp-rpc` as a CSMS, strict about every message; whoever came last is the station. */
export interface RpcPort {
  station(): RpcLink | null;
  /** Opens the port. `hooks` hears what comes over it; each connection asks for its own. */
  start(hooks: () => RpcServerHooks): Promise<void>;
  /** Closes the port and every connection. */
  stop(): Promise<void>;
}

/** Creates the port; it is closed until `start`. Without `password` everybody may come in. */
export function createRpcPort(
  { port, version, identity, password }: {
    readonly port: number;
    readonly version: OcppVersion;
    readonly identity: string;
    readonly password?: string;
  },
): RpcPort {
  let server: InstanceType<typeof RPCServer> | null = null;
  let station: RpcLink | null = null;

  return {
    station: () => station,
    async start(hooksOf) {
      const next = new RPCServer({
        protocols: [version],
        strictMode: true,
        strictModeValidators: [VALIDATOR_21],
      });
      next.auth((accept, reject, handshake) => {
        const isKnown = password === undefined ||
          (handshake.identity === identity && handshake.password?.toString() === password);
        if (isKnown) accept({});
        else reject(401, "Unauthorized");
      });
      next.on("client", (client) => {
        const hooks = hooksOf();
        station = client;
        client.handle(({ messageId = "", method = "", params = {} }: Partial<RpcCall>) =>
          hooks.answer({ messageId, method, params })
        );
        client.on(
          "badMessage",
          ({ buffer, error }: { buffer: unknown; error: unknown }) =>
            hooks.refused(`${error}: ${buffer}`),
        );
        client.once("close", () => {
          if (station === client) station = null;
          hooks.changed();
        });
        hooks.changed();
      });
      await next.listen(port, "127.0.0.1");
      server = next;
    },
    async stop() {
      await server?.close({ code: 1001, reason: "maintenance", force: true });
      server = null;
      station = null;
    },
  };
}
