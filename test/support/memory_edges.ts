import type { Admission, ChargerListener, Doorkeeper, Knock } from "../../src/chargers/mod.ts";
import type { Dialer, DialOutcome, DialRequest } from "../../src/csms/mod.ts";
import type { VirtualClock } from "../../src/lib/virtual_clock.ts";
import { type FrameSocket, isOcppVersion, type OcppVersion } from "../../src/ocpp/mod.ts";
import {
  createSocketPair,
  type SocketPair,
  type SocketPairOptions,
} from "../../src/simulator/memory_socket.ts";
import { createMemoryStore } from "../../src/store/memory.ts";

export { createMemoryStore, createSocketPair };
export type { MemoryStore } from "../../src/store/memory.ts";

/** How the gateway listens for chargers that come through memory. */
export const MEMORY_LISTENING = {
  host: "127.0.0.1",
  port: 9220,
  path: "/ocpp",
  securityProfile: 1,
  compression: false,
  tls: null,
} as const;

/** Puts something between a socket and the gateway. */
export type Wrap = (socket: FrameSocket, version: OcppVersion) => FrameSocket;

/** A place where chargers of a test connect, without a network. */
export interface MemoryListener extends ChargerListener {
  /** Knocks; `pair` is the connection of a charger that was let in. */
  connect(knock: Partial<Knock> & { readonly url: string }): {
    readonly admission: Admission;
    readonly pair: SocketPair | null;
  };
  isOpen(): boolean;
}

/** Creates a listener; `wrap` may put something between a socket and the gateway. */
export function createMemoryListener(
  clock: VirtualClock,
  wrap: Wrap = (socket) => socket,
): MemoryListener {
  let doorkeeper: Doorkeeper | null = null;
  return {
    start(given) {
      doorkeeper = given;
      return Promise.resolve({ port: 9220 });
    },
    stop() {
      doorkeeper = null;
      return Promise.resolve();
    },
    isOpen: () => doorkeeper !== null,
    connect(partial) {
      if (doorkeeper === null) throw new Error("Cannot connect: nobody listens");
      const knock: Knock = {
        authorization: undefined,
        protocols: ["ocpp1.6"],
        remoteAddress: "192.168.7.20",
        ...partial,
      };
      const admission = doorkeeper.knock(knock);
      if (admission.kind !== "admit") return { admission, pair: null };
      const pair = createSocketPair(clock);
      doorkeeper.enter(wrap(pair.near, admission.version), admission, knock);
      return { admission, pair };
    },
  };
}

/** What a CSMS of a test does with somebody who dials. */
export type DialPolicy =
  | { readonly kind: "open"; readonly protocol?: string }
  | { readonly kind: "failed"; readonly reason: string; readonly httpStatus: number | null };

/** Reaches a CSMS that a test plays. */
export interface MemoryDialer extends Dialer {
  /** What becomes of the next attempts. */
  policy: DialPolicy;
  readonly requests: readonly (DialRequest & { readonly atMs: number })[];
  /** Open connections, in the order in which they were made. */
  readonly pairs: readonly SocketPair[];
}

/** Creates a dialer whose attempts succeed; `onOpen` gets the CSMS's end of each connection. */
export function createMemoryDialer(
  clock: VirtualClock,
  onOpen: (pair: SocketPair) => void = () => {},
  wrap: Wrap = (socket) => socket,
  wire: SocketPairOptions = {},
): MemoryDialer {
  const requests: (DialRequest & { readonly atMs: number })[] = [];
  const pairs: SocketPair[] = [];
  const dialer: MemoryDialer = {
    policy: { kind: "open" },
    requests,
    pairs,
    dial(request, signal): Promise<DialOutcome> {
      requests.push({ ...request, atMs: clock.monoMs() });
      const { policy } = dialer;
      if (signal.aborted) {
        return Promise.resolve({ kind: "failed", reason: "stopped", httpStatus: null });
      }
      if (policy.kind === "failed") return Promise.resolve(policy);
      const pair = createSocketPair(clock, wire);
      pairs.push(pair);
      onOpen(pair);
      const protocol = policy.protocol ?? "ocpp1.6";
      const version = isOcppVersion(protocol) ? protocol : "ocpp1.6";
      return Promise.resolve({ kind: "open", socket: wrap(pair.near, version), protocol });
    },
  };
  return dialer;
}
