import type { BroughtLog, LogOrder, LogStatus } from "../site/mod.ts";

/** What happens to the order of a log. */
export type LogEvent =
  /** What the charger answered to GetLog; nothing of it is told, for the answer goes up itself. */
  | { readonly kind: "answered"; readonly isAccepted: boolean }
  /** All of it lies here. */
  | { readonly kind: "brought"; readonly file: BroughtLog }
  /** The charger told how it gets on with bringing it here. */
  | { readonly kind: "said"; readonly status: LogStatus }
  /** It is where the CSMS wants it. */
  | { readonly kind: "sent" }
  | { readonly kind: "not-sent"; readonly status: LogStatus; readonly reason: string }
  /** The charger brings another instead (2.1 N01.FR.12). */
  | { readonly kind: "replaced" }
  /** Time has gone by. */
  | { readonly kind: "looked-at" };

/** The order as it is then, and what the CSMS is to hear of it. */
export interface LogStep {
  readonly order: LogOrder;
  readonly tell: LogStatus | null;
}

/** A charger that says nothing more has forgotten it. */
const SILENCE_MAX_MS = 24 * 3_600_000;
/** What it says it has brought is on its last metres for so long. */
const LAST_METRES_MS = 60_000;
/** A charger that could not bring it may try again by itself, for at least so long after. */
const AGAIN_MS = 5 * 60_000;
/** However often a charger says that it has begun. */
const BRINGING_MAX_MS = 7 * 24 * 3_600_000;
/** What a place does not take for so long it never will. */
const SENDING_MAX_MS = 3 * 24 * 3_600_000;

/**
 * The next state of an order. However events come, each order ends, and the CSMS hears one last word of
 * it, which is `Uploaded` only where the log is at its own place.
 */
export function stepLog(order: LogOrder, event: LogEvent, nowMs: number): LogStep {
  if (order.stage === "over") return same(order);
  switch (event.kind) {
    case "answered":
      // The CSMS has the refusal in the answer.
      return event.isAccepted || order.stage !== "told" ? same(order) : {
        order: changed(order, { stage: "over", reason: "The charger refused it" }, nowMs),
        tell: null,
      };
    case "brought":
      if (order.stage !== "told") return same(order);
      return uploading(
        changed(order, { stage: "sending", file: event.file, failedAtMs: null }, nowMs),
      );
    case "said":
      return heard(order, event.status, nowMs);
    case "sent":
      return order.stage === "sending" ? over(order, "Uploaded", null, nowMs) : same(order);
    case "not-sent":
      if (order.stage !== "sending") return same(order);
      return over(order, event.status, event.reason, nowMs);
    case "replaced":
      if (order.stage !== "told") return same(order);
      return over(order, "AcceptedCanceled", "Another log was ordered", nowMs);
    case "looked-at":
      return lookedAt(order, nowMs);
  }
}

function same(order: LogOrder): LogStep {
  return { order, tell: null };
}

function changed(order: LogOrder, change: Partial<LogOrder>, nowMs: number): LogOrder {
  return { ...order, ...change, changedAtMs: nowMs };
}

function over(order: LogOrder, status: LogStatus, reason: string | null, nowMs: number): LogStep {
  return { order: changed(order, { stage: "over", status, reason }, nowMs), tell: status };
}

/** It hears it once, whether the charger brings it here or the gateway takes it on. */
function uploading(order: LogOrder): LogStep {
  return order.status === "Uploading"
    ? same(order)
    : { order: { ...order, status: "Uploading" }, tell: "Uploading" };
}

/** What a charger says of its way to the gateway, as the CSMS is to hear it of the whole way. */
function heard(order: LogOrder, status: LogStatus, nowMs: number): LogStep {
  if (order.stage !== "told") return same(order);
  switch (status) {
    case "Idle":
      return same(order);
    case "Uploading":
      return uploading(changed(order, { failedAtMs: null, claimedAtMs: null }, nowMs));
    case "Uploaded":
      return same(changed(order, { claimedAtMs: order.claimedAtMs ?? nowMs }, nowMs));
    case "UploadFailure":
      // Without a number of tries it is the charger's how often it does (2.1 GetLogRequest).
      return order.message.retries === 0
        ? over(order, status, `The charger says ${status}`, nowMs)
        : same(changed(order, { failedAtMs: nowMs }, nowMs));
    default:
      return over(order, status, `The charger says ${status}`, nowMs);
  }
}

function lookedAt(order: LogOrder, nowMs: number): LogStep {
  const fail = (reason: string) => over(order, "UploadFailure", reason, nowMs);
  const { stage, claimedAtMs, failedAtMs, changedAtMs, givenAtMs, message } = order;
  if (stage === "sending") {
    const isLate = nowMs - changedAtMs > SENDING_MAX_MS;
    return isLate ? fail("Its place did not take it") : same(order);
  }
  if (claimedAtMs !== null && nowMs - claimedAtMs > LAST_METRES_MS) {
    return fail("The charger says that it has brought it, but nothing is here");
  }
  const againMs = Math.max(AGAIN_MS, 2_000 * (message.retryInterval ?? 0));
  if (failedAtMs !== null && nowMs - failedAtMs > againMs) {
    return fail("The charger could not bring it");
  }
  return nowMs - changedAtMs > SILENCE_MAX_MS || nowMs - givenAtMs > BRINGING_MAX_MS
    ? fail("The charger says nothing more")
    : same(order);
}
