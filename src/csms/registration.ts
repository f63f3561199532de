import type { BootAnswer } from "../ocpp/mod.ts";

/** Where the gateway stands with the CSMS. It outlives connections, but not the gateway. */
export type Registration =
  /** Nothing was said yet, or the gateway's description changed. */
  | { readonly kind: "unregistered" }
  /** The CSMS wants to look first: nothing of ours goes up but what it triggers (1.6 §4.2). */
  | { readonly kind: "pending"; readonly retryAtMs: number }
  /** The CSMS does not want us; we may not say anything until the time is over. */
  | { readonly kind: "rejected"; readonly retryAtMs: number }
  | { readonly kind: "accepted"; readonly heartbeatMs: number };

/** The interval where the CSMS says 0, which leaves it to us (1.6 §4.2). */
const DEFAULT_INTERVAL_MS = 60_000;
const HEARTBEAT_MAX_MS = 86_400_000;

/** What an answer to BootNotification makes of the registration. */
export function registered(
  answer: Pick<BootAnswer, "status" | "interval">,
  nowMs: number,
  retryMinMs: number,
): Registration {
  if (answer.status === "Accepted") {
    return { kind: "accepted", heartbeatMs: heartbeatMs(answer.interval) };
  }
  const intervalMs = answer.interval > 0 ? answer.interval * 1000 : DEFAULT_INTERVAL_MS;
  const retryAtMs = nowMs + Math.max(intervalMs, retryMinMs);
  return answer.status === "Pending"
    ? { kind: "pending", retryAtMs }
    : { kind: "rejected", retryAtMs };
}

/** An interval as the CSMS says it; at least one heartbeat a day keeps the clock right. */
export function heartbeatMs(intervalS: number): number {
  return intervalS > 0 ? Math.min(intervalS * 1000, HEARTBEAT_MAX_MS) : DEFAULT_INTERVAL_MS;
}

/** When BootNotification is due: at once, later, or not at all. */
export function bootDueMs(registration: Registration): number | null {
  switch (registration.kind) {
    case "unregistered":
      return 0;
    case "pending":
    case "rejected":
      return registration.retryAtMs;
    case "accepted":
      return null;
  }
}
