import type { FirmwareOrder, FirmwareStatus } from "../site/mod.ts";

/** What happens to an order of firmware. */
export type FirmwareEvent =
  /** The file is here and is the right one. */
  | { readonly kind: "fetched"; readonly sha256: string }
  | {
    readonly kind: "not-fetched";
    readonly why: "download" | "checksum" | "signature";
    readonly reason: string;
  }
  /** What the charger answered to UpdateFirmware. */
  | { readonly kind: "answered"; readonly status: string }
  /** It could not be told: it may be later. */
  | { readonly kind: "unanswered" }
  | { readonly kind: "said"; readonly status: FirmwareStatus }
  /** It started and says what it runs now. */
  | { readonly kind: "booted"; readonly version: string | null }
  | { readonly kind: "cancelled"; readonly reason: string }
  /** Time has gone by. */
  | { readonly kind: "looked-at" };

/** The order as it is then, and what the CSMS is to hear of it that the charger itself does not say. */
export interface FirmwareStep {
  readonly order: FirmwareOrder;
  readonly tell: FirmwareStatus | null;
}

/** After these nothing follows. */
const LAST: ReadonlySet<FirmwareStatus> = new Set<FirmwareStatus>([
  "Installed",
  "InstallationFailed",
  "InstallVerificationFailed",
  "InvalidSignature",
]);
/** A charger that could not fetch it may try again by itself (2.1 L01.FR.30). */
const AFTER_FAILED_DOWNLOAD_MS = 30 * 60_000;
/** A charger that says nothing more has forgotten it, or cannot say it. */
const SILENCE_MAX_MS = 24 * 3_600_000;
const NOT_TOLD_MAX_MS = 7 * 24 * 3_600_000;

/** The next state of an order. However events come, each order ends, and with one last word. */
export function stepFirmware(
  order: FirmwareOrder,
  event: FirmwareEvent,
  nowMs: number,
): FirmwareStep {
  if (order.stage === "over") return { order, tell: null };
  const to = (change: Partial<FirmwareOrder>): FirmwareOrder => ({
    ...order,
    ...change,
    changedAtMs: nowMs,
  });
  const over = (status: FirmwareStatus, reason: string | null): FirmwareStep => ({
    order: to({ stage: "over", status, reason }),
    tell: status,
  });
  switch (event.kind) {
    case "fetched":
      if (order.stage !== "fetching") return { order, tell: null };
      return { order: to({ stage: "waiting", image: event.sha256 }), tell: null };
    case "not-fetched":
      if (order.stage !== "fetching") return { order, tell: null };
      return over(event.why === "signature" ? "InvalidSignature" : "DownloadFailed", event.reason);
    case "answered":
      if (order.stage !== "waiting") return { order, tell: null };
      if (event.status.startsWith("Accepted")) return { order: to({ stage: "told" }), tell: null };
      return over(
        event.status.endsWith("Certificate") ? "InvalidSignature" : "DownloadFailed",
        `The charger answered ${event.status}`,
      );
    case "unanswered":
      return { order, tell: null };
    case "said":
      return heard(order, event.status, to);
    case "booted":
      return booted(order, event.version, over);
    case "cancelled":
      return over(lastWordOf(order), event.reason);
    case "looked-at":
      return lookedAt(order, nowMs, over);
  }
}

type Over = (status: FirmwareStatus, reason: string | null) => FirmwareStep;

/** The CSMS hears it from the charger. What it says of a former order it has not been told of this one. */
function heard(
  order: FirmwareOrder,
  status: FirmwareStatus,
  to: (change: Partial<FirmwareOrder>) => FirmwareOrder,
): FirmwareStep {
  if (order.stage !== "told" || status === "Idle") return { order, tell: null };
  const isOver = LAST.has(status);
  const reason = isOver && status !== "Installed" ? `The charger says ${status}` : null;
  return { order: to({ status, reason, stage: isOver ? "over" : "told" }), tell: null };
}

/** Many chargers of 1.6 start anew after it and say no more: what they run now tells how it went. */
function booted(order: FirmwareOrder, version: string | null, over: Over): FirmwareStep {
  const hasIt = order.stage === "told" && order.version !== null && version === order.version;
  return hasIt ? over("Installed", null) : { order, tell: null };
}

function lookedAt(order: FirmwareOrder, nowMs: number, over: Over): FirmwareStep {
  if (order.stage === "fetching") return { order, tell: null };
  if (order.stage === "waiting") {
    const isLate = nowMs - order.changedAtMs > NOT_TOLD_MAX_MS;
    return isLate ? over("DownloadFailed", "The charger was never there") : { order, tell: null };
  }
  const { retrieveDateTime, installDateTime } = order.message.firmware;
  const planned = [retrieveDateTime, installDateTime].map((each) => Date.parse(each ?? ""));
  const sinceMs = Math.max(order.changedAtMs, ...planned.filter((each) => !Number.isNaN(each)));
  const hasFailed = order.status === "DownloadFailed";
  if (nowMs - sinceMs <= (hasFailed ? AFTER_FAILED_DOWNLOAD_MS : SILENCE_MAX_MS)) {
    return { order, tell: null };
  }
  return over(
    lastWordOf(order),
    hasFailed ? "The charger could not fetch it" : "The charger says nothing more",
  );
}

/** What has not been fetched was not downloaded; of the rest nobody knows that it was installed. */
function lastWordOf({ status, stage }: FirmwareOrder): FirmwareStatus {
  const isBefore = stage !== "told" || status === null || status.startsWith("Download") &&
      status !== "Downloaded";
  return isBefore ? "DownloadFailed" : "InstallationFailed";
}
