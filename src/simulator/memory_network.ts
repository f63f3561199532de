import type { ChargerListener, Doorkeeper } from "../chargers/mod.ts";
import type { Dialer, DialOutcome, DialRequest } from "../csms/mod.ts";
import type { Clock } from "../lib/clock.ts";
import { chooseVersion, CloseCode, type FrameSocket } from "../ocpp/mod.ts";
import type { ChargerDial, ChargerDialer, ChargerDialOutcome } from "./charger.ts";
import type { SimulatedCsms } from "./csms.ts";
import { type Arrival, createSocketPair, type SocketPair, type WireEnd } from "./memory_socket.ts";

/**
 * The network of a site without a network: chargers reach the gateway's door and the gateway its CSMS
 * as they would over TCP, with passwords, refusals, latency and cuts, and all of it on any clock.
 */
export interface MemoryNetwork {
  /** For the gateway: where chargers knock. */
  readonly listener: ChargerListener;
  /** For the gateway: the way to the CSMS. */
  readonly upstream: Dialer;
  /** For the chargers. */
  readonly chargers: ChargerDialer;
  /**
   * Loses one charger's wire; null for the gateway's own to the CSMS. Nobody is told. With `from`, only
   * what that end sends is lost: who dialled is near.
   */
  cut(identity: string | null, from?: WireEnd): void;
  /** Whether a charger's newest wire has lost what goes over it, in either direction. */
  isCut(identity: string | null): boolean;
  /** Puts a text on a charger's wire that the charger never said. */
  say(identity: string, text: string): void;
  /** While false, an attempt to connect fails; `null` for the gateway's own. */
  setReachable(identity: string | null, isReachable: boolean): void;
  /** How the CSMS's door answers from now on, with an HTTP status; null lets in. */
  refuseUpstream(httpStatus: number | null): void;
}

/** What happens to texts on a wire, by who dialled: a charger's identity, null for the gateway. */
export type Weather = (dialler: string | null, text: string, from: WireEnd) => readonly Arrival[];

/** How the network behaves, and who waits at its far end. */
export interface MemoryNetworkOptions {
  readonly csms: Pick<SimulatedCsms, "accept" | "isDown" | "protocols">;
  /** What the gateway must show the CSMS; null for nothing. */
  readonly csmsPassword: string | null;
  /** One way, in milliseconds. Default 0. */
  readonly latencyMs?: number | (() => number);
  readonly weather?: Weather;
}

const CHARGERS_ADDRESS = "192.168.7.20";

/** Lays the network. Chargers are let in once the gateway has started the listener. */
export function createMemoryNetwork(
  clock: Clock,
  options: MemoryNetworkOptions,
): MemoryNetwork {
  const wires = new Map<string | null, SocketPair>();
  const unreachable = new Set<string | null>();
  let doorkeeper: Doorkeeper | null = null;
  let refusal: number | null = null;

  function connect(dialler: string | null): SocketPair {
    const { latencyMs = 0, weather } = options;
    const pair = createSocketPair(clock, {
      latencyMs,
      carry: weather && ((text, from) => weather(dialler, text, from)),
    });
    wires.set(dialler, pair);
    return pair;
  }

  function dialGateway(request: ChargerDial): ChargerDialOutcome {
    const { identity, password, protocols } = request;
    if (doorkeeper === null) return { kind: "failed", reason: "connection refused" };
    if (unreachable.has(identity)) return { kind: "failed", reason: "no answer" };
    const knock = {
      url: `/ocpp/${encodeURIComponent(identity)}`,
      authorization: password === null ? undefined : `Basic ${base64(`${identity}:${password}`)}`,
      protocols,
      remoteAddress: CHARGERS_ADDRESS,
    };
    const admission = doorkeeper.knock(knock);
    if (admission.kind === "refuse") return { kind: "failed", reason: `HTTP ${admission.status}` };
    const { near, far } = connect(identity);
    if (admission.kind === "admit") doorkeeper.enter(far, admission, knock);
    else closeAtOnce(far);
    return { kind: "open", socket: near };
  }

  function dialCsms({ identity, password, protocols }: DialRequest): DialOutcome {
    if (unreachable.has(null)) return failed("no answer", null);
    if (options.csms.isDown()) return failed("HTTP 503", 503);
    if (refusal !== null) return failed(`HTTP ${refusal}`, refusal);
    const isWelcome = options.csmsPassword === null || password === options.csmsPassword;
    if (!isWelcome) return failed("HTTP 401", 401);
    const { near, far } = connect(null);
    const protocol = chooseVersion(protocols, options.csms.protocols());
    if (protocol === null) {
      closeAtOnce(far);
      return { kind: "open", socket: near, protocol: "" };
    }
    options.csms.accept(far, identity, protocol);
    return { kind: "open", socket: near, protocol };
  }

  return {
    listener: {
      start(given) {
        doorkeeper = given;
        return Promise.resolve({ port: 0 });
      },
      stop() {
        doorkeeper = null;
        return Promise.resolve();
      },
    },
    upstream: {
      dial: (request, signal) =>
        Promise.resolve(signal.aborted ? failed("stopped", null) : dialCsms(request)),
    },
    chargers: {
      dial: (request, signal) =>
        Promise.resolve(
          signal.aborted ? { kind: "failed", reason: "stopped" } : dialGateway(request),
        ),
    },
    cut: (identity, from) => wires.get(identity)?.cut(from),
    isCut: (identity) => wires.get(identity)?.isCut() ?? false,
    say: (identity, text) => wires.get(identity)?.near.send(text),
    setReachable(identity, isReachable) {
      if (isReachable) unreachable.delete(identity);
      else unreachable.add(identity);
    },
    refuseUpstream: (httpStatus) => void (refusal = httpStatus),
  };
}

/** A handshake without a common OCPP version ends like this (OCPP-J 1.6 §3.2). */
function closeAtOnce(socket: FrameSocket): void {
  socket.listen({ message() {}, alive() {}, closed() {} });
  socket.close(CloseCode.protocolError, "no common OCPP version");
}

function failed(reason: string, httpStatus: number | null): DialOutcome {
  return { kind: "failed", reason, httpStatus };
}

/** As RFC 7617 wants it: of the text's UTF-8. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
