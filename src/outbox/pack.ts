import type { MeterValue } from "../ocpp/mod.ts";
import { foldEvents } from "./fold.ts";
import { isLoose, isOfOneClock, type MessageLimits, messageRuns } from "./message_run.ts";
import type { Lane } from "./lanes.ts";
import type { OutboxRules } from "./queue.ts";
import { contentBytes, type OutboxRow, type RowHeader } from "./row.ts";

/** Meter rows of one transaction that are better kept as fewer. */
export interface PackJob {
  readonly transactionId: string;
  readonly rows: readonly [RowHeader, ...RowHeader[]];
  readonly goal: PackGoal;
}

/** What may be lost for it. */
export type PackGoal =
  /** Nothing: the rows just become one. */
  | { readonly kind: "fold" }
  /** Every second reading goes, and again, until what is left fits so many messages. */
  | { readonly kind: "fit"; readonly messagesMax: number }
  /** Every second reading goes, once: there is no room for all. */
  | { readonly kind: "halve" };

/** What of the rules packing depends on. */
export type PackRules = Pick<OutboxRules, "openMessagesMax" | "endedMessagesMax" | "message">;

/**
 * What is to be put together of a transaction, or null. While it goes on, rows that fill a message
 * become one, and from time to time all are thinned; once it has ended, its readings become at most
 * `endedMessagesMax` messages, those counted that were sent (ruling 3).
 */
export function packJob(lane: Lane, rules: PackRules): PackJob | null {
  const loose = looseRows(lane);
  if (hasEnded(lane)) {
    const messagesMax = messagesLeft(lane, rules);
    const isDone = loose.length <= messagesMax || loose.every(({ packed }) => packed === true);
    return isDone ? null : jobOf(loose, { kind: "fit", messagesMax });
  }
  const half = Math.ceil(rules.openMessagesMax / 2);
  const runs = messageRuns(loose, rules.message);
  // Readings that are never thinned may fill any number of messages; those are not looked at again.
  const packed = loose.filter((row) => row.packed === true).length;
  if (runs.length > Math.max(rules.openMessagesMax, packed + half)) {
    return jobOf(loose, { kind: "fit", messagesMax: half });
  }
  const full = runs.slice(0, -1).find((run) => run.length > 1);
  return full === undefined ? null : jobOf(full, { kind: "fold" });
}

/** Thins an ended transaction further than its turn asks for, because there is no room. */
export function squeezeJob(lane: Lane): PackJob | null {
  return hasEnded(lane) ? jobOf(looseRows(lane), { kind: "halve" }) : null;
}

/** True while an ended transaction would need more messages than it may: it is thinned first. */
export function waitsForPacking(
  lane: Lane,
  rules: Omit<PackRules, "openMessagesMax">,
): boolean {
  if (!hasEnded(lane)) return false;
  const loose = looseRows(lane);
  const messagesMax = messagesLeft(lane, rules);
  return loose.length > messagesMax && !loose.every(({ packed }) => packed === true) &&
    messageRuns(loose, rules.message).length > messagesMax;
}

/**
 * The rows after packing: as many of the given ones as it takes, the first of them, with their ids.
 * Never dropped are the first and the last reading, signed ones and those of the clock. Where these
 * alone fill more messages than wanted, there are more.
 */
export function repack(
  rows: readonly OutboxRow[],
  goal: PackGoal,
  limits: MessageLimits,
): { readonly rows: readonly OutboxRow[]; readonly thinned: number } {
  const all = rows.flatMap(readingsOf);
  const kept = thinned(all, goal, limits);
  const messages = inMessages(kept, limits);
  // One row of a charger may hold more than a message should; it is not torn apart.
  if (messages.length > rows.length) return { rows: rows.map(asPacked), thinned: 0 };
  const isPacked = goal.kind !== "fold";
  return {
    rows: messages.map((message, index) => packedRow(rows, index, message, isPacked)),
    thinned: all.length - kept.length,
  };
}

/** Signed values are evidence, and values of the clock are what tariffs by time are made of. */
export function isEssential({ sampledValue }: MeterValue): boolean {
  return sampledValue.some(({ signedMeterValue, context }) =>
    signedMeterValue !== undefined || context === "Sample.Clock"
  );
}

interface LooseReading extends Pick<RowHeader, "clock"> {
  readonly value: MeterValue;
  readonly bytes: number;
}

function readingsOf({ event, carry, clock }: OutboxRow): LooseReading[] {
  const values = event.meterValue ?? [];
  const noteBytes = carry === null ? 0 : JSON.stringify(carry.notes).length / values.length;
  const mark = clock === undefined ? {} : { clock };
  return values.map((value) => ({
    ...mark,
    value,
    bytes: JSON.stringify(value).length + noteBytes,
  }));
}

function thinned(
  all: readonly LooseReading[],
  goal: PackGoal,
  limits: MessageLimits,
): readonly LooseReading[] {
  if (goal.kind === "fold") return all;
  if (goal.kind === "halve") return halved(all);
  let kept = all;
  while (inMessages(kept, limits).length > goal.messagesMax) {
    const fewer = halved(kept);
    if (fewer.length === kept.length) break;
    kept = fewer;
  }
  return kept;
}

/** Without the 1st, 3rd, 5th … of those that may go (as 1.6 has it for StopTxnSampledData, §9.3). */
function halved(readings: readonly LooseReading[]): readonly LooseReading[] {
  let turn = 0;
  return readings.filter(({ value }, index) => {
    const isEdge = index === 0 || index === readings.length - 1;
    return isEdge || isEssential(value) || turn++ % 2 === 1;
  });
}

function inMessages(
  readings: readonly LooseReading[],
  limits: MessageLimits,
): LooseReading[][] {
  const messages: LooseReading[][] = [];
  let bytes = 0;
  for (const reading of readings) {
    const message = messages.at(-1);
    bytes += reading.bytes;
    const fits = message !== undefined && message.length < limits.readings &&
      bytes <= limits.bytes && isOfOneClock(reading, message[0]);
    if (fits) message.push(reading);
    else {
      messages.push([reading]);
      bytes = reading.bytes;
    }
  }
  return messages;
}

/** The content of a message under the identity of the row in its place. */
function packedRow(
  rows: readonly OutboxRow[],
  index: number,
  message: readonly LooseReading[],
  isPacked: boolean,
): OutboxRow {
  const values = new Set(message.map(({ value }) => value));
  const [first, ...others] = rows.filter(({ event }) =>
    event.meterValue?.some((value) => values.has(value))
  );
  const place = rows[index];
  if (first === undefined || place === undefined) throw new RangeError("No row for a message");
  const content = foldEvents([first, ...others], (value) => values.has(value));
  const { clock: _, ...header } = place;
  return {
    ...header,
    ...(first.clock === undefined ? {} : { clock: first.clock }),
    ...content,
    readings: values.size,
    bytes: contentBytes(content),
    essential: message.some(({ value }) => isEssential(value)),
    revision: (place.revision ?? 0) + 1,
    ...(isPacked ? { packed: true } : {}),
  };
}

function asPacked(row: OutboxRow): OutboxRow {
  return { ...row, packed: true };
}

function jobOf(rows: readonly RowHeader[], goal: PackGoal): PackJob | null {
  const [first, ...others] = rows;
  if (first === undefined) return null;
  return { transactionId: first.transactionId, rows: [first, ...others], goal };
}

/** Rows with readings that may still change, none of which lies before one that was sent. */
function looseRows({ rows }: Lane): RowHeader[] {
  const lastSent = rows.findLastIndex(({ kind, sent, dead }) =>
    kind === "updated" && sent && !dead
  );
  return rows.slice(lastSent + 1).filter((row) => isLoose(row) && row.readings > 0);
}

function messagesLeft(
  { rows }: Lane,
  { endedMessagesMax }: Pick<OutboxRules, "endedMessagesMax">,
): number {
  const sent = rows.filter((row) => row.kind === "updated" && row.sent && !row.dead).length;
  return Math.max(1, endedMessagesMax - sent);
}

function hasEnded({ rows }: Lane): boolean {
  return rows.some(({ kind }) => kind === "ended");
}
