import type { FrameSocket } from "../ocpp/mod.ts";
import type { ChargerDialer } from "./charger.ts";

/** The way of chargers to their gateway, which can be cut. */
export interface BreakableDialer extends ChargerDialer {
  /** Loses a charger's connection without a word; nothing where it has none. */
  cut(identity: string): void;
  /** While false, the charger cannot connect. A connection that it has stays. */
  setReachable(identity: string, isReachable: boolean): void;
}

/** Puts a way that can be cut in front of another one. */
export function createBreakableDialer(dialer: ChargerDialer): BreakableDialer {
  const sockets = new Map<string, FrameSocket>();
  const unreachable = new Set<string>();
  return {
    async dial(request, signal) {
      const { identity } = request;
      if (unreachable.has(identity)) return { kind: "failed", reason: "no answer" };
      const outcome = await dialer.dial(request, signal);
      if (outcome.kind === "open") sockets.set(identity, outcome.socket);
      return outcome;
    },
    cut(identity) {
      sockets.get(identity)?.terminate();
      sockets.delete(identity);
    },
    setReachable(identity, isReachable) {
      if (isReachable) unreachable.delete(identity);
      else unreachable.add(identity);
    },
  };
}
