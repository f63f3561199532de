import { compact, isRecord } from "../../../lib/json.ts";
import type { StopIntent } from "../../inside.ts";
import { isTimestamp } from "../../messages/mod.ts";
import { idTag } from "./identification.ts";
import { STOP_REASONS_16 } from "./transactions.ts";

/**
 * What can be read of a StopTransaction that no mending made valid. Readings inside it are left out:
 * where the message is broken, nobody knows what they measure.
 */
export function salvageStop16(remains: unknown): Partial<StopIntent> {
  if (!isRecord(remains)) return {};
  const { transactionId, meterStop, timestamp, idTag: tag, reason } = remains;
  return compact({
    transactionNumber: wholeNumber(transactionId),
    meterStopWh: wholeNumber(meterStop),
    timestamp: typeof timestamp === "string" && isTimestamp(timestamp) ? timestamp : undefined,
    idToken: isTag(tag) ? idTag.read(tag) : undefined,
    stoppedReason: reasonOf(reason),
  });
}

/** No token is longer in any version (2.1 IdTokenType). */
const TAG_LENGTH_MAX = 255;

function isTag(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= TAG_LENGTH_MAX;
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

function reasonOf(value: unknown): StopIntent["stoppedReason"] {
  if (value === undefined) return undefined;
  const known = Object.entries(STOP_REASONS_16).find(([word]) => word === value);
  return known?.[1] ?? "Other";
}
