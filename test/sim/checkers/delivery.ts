import type { Clock } from "../../../src/lib/clock.ts";
import { isRecord } from "../../../src/lib/json.ts";
import type { LedgerWrite, RowHeader, RowKind } from "../../../src/outbox/mod.ts";
import type { Transaction } from "../../../src/transactions/mod.ts";
import { createFindings, type Findings } from "./findings.ts";

/** What one end of a connection of the gateway hears and says. */
export type Ear = (direction: "in" | "out", text: string) => void;

/**
 * Looks at every text and every batch, as they happen, for the invariants of delivery: what is
 * answered is on disk (I1), a record leaves only when the CSMS has confirmed it and never goes up again
 * (I2, ruling 2), and a message id means one message (I4). What is told under a number that the CSMS
 * never gave (I5) is found in its books.
 */
export interface DeliveryAudit {
  /** A connection with a charger. */
  chargerEar(chargerId: string): Ear;
  /** A connection with the CSMS. */
  csmsEar(version: string): Ear;
  /** A batch is on disk for good. */
  committed(batch: readonly LedgerWrite[]): void;
  readonly findings: Findings;
  /** How often the CSMS has answered with an error. */
  refusals(): number;
  /** Rows that are on disk. */
  rows(): number;
}

interface StoredRow {
  readonly messageId: string;
  readonly kind: RowKind;
  readonly transactionId: string;
  readonly readings: number;
}

/** What of a charger's request tells whether its answer may go out. */
interface Asked {
  readonly action: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const CALL = 2;
const CALLRESULT = 3;
const CALLERROR = 4;

/** Opens the audit of one world; it outlives the gateway's runs, as the disk does. */
export function createDeliveryAudit(clock: Clock): DeliveryAudit {
  const findings = createFindings(clock);
  const rows = new Map<number, StoredRow>();
  const byNumber = new Map<number, Transaction>();
  /** By charger and the id that a 2.x charger gave. */
  const byStationId = new Map<string, Transaction>();
  const orphans = new Set<string>();
  /** Message ids that went up, with their texts by version. */
  const ids = new Set<string>();
  const sent = new Map<string, string>();
  const confirmed = new Set<string>();
  /** Ids of rows that left the disk after a confirmation. */
  const done = new Set<string>();
  const calls = createCallCount(findings);
  let refusals = 0;

  function committed(batch: readonly LedgerWrite[]): void {
    for (const write of batch) {
      if (write.collection === "transactions" && write.kind === "put") {
        const { value } = write;
        byNumber.set(value.number, value);
        if (value.stationTransactionId !== undefined) {
          byStationId.set(`${value.chargerId} ${value.stationTransactionId}`, value);
        }
      } else if (write.collection === "orphan-stops") {
        orphans.add(write.key);
      } else if (write.collection === "outbox") {
        if (write.kind === "put") {
          rows.set(write.value.id, write.value);
          calls.stored(write.value);
        } else leave(Number(write.key), batch);
      }
    }
  }

  /** A row may leave when it was confirmed, or when another of the batch has taken it in. */
  function leave(id: number, batch: readonly LedgerWrite[]): void {
    const row = rows.get(id);
    if (row === undefined) return;
    rows.delete(id);
    if (confirmed.has(row.messageId)) return void done.add(row.messageId);
    const isFolded = row.kind === "updated" &&
      batch.some((write) =>
        write.collection === "outbox" && write.kind === "put" &&
        write.value.transactionId === row.transactionId
      );
    const saysNothing = row.kind === "updated" && row.readings === 0;
    if (!isFolded && !saysNothing) {
      findings.add("I2", `record ${id} (${row.kind}) left the disk without a confirmation`);
    }
  }

  function chargerEar(chargerId: string): Ear {
    const asked = new Map<string, Asked>();
    return (direction, text) => {
      const frame = frameOf(text);
      if (frame === null) return;
      if (direction === "in" && frame.type === CALL) asked.set(frame.id, frame);
      if (direction === "out" && frame.type === CALLRESULT) {
        const question = asked.get(frame.id);
        asked.delete(frame.id);
        if (question !== undefined) answered(chargerId, question, frame.payload);
      }
      if (direction === "out" && frame.action === "SetChargingProfile") {
        checkLimit(chargerId, text);
      }
    };
  }

  function answered(
    chargerId: string,
    { action, payload }: Asked,
    answer: Readonly<Record<string, unknown>>,
  ): void {
    if (action === "StartTransaction") {
      const stored = byNumber.get(Number(answer["transactionId"]));
      const isThere = stored?.chargerId === chargerId &&
        stored.meterStartWh === Number(payload["meterStart"]);
      if (!isThere) findings.add("I1", `${chargerId} was answered a start that is not on disk`);
    } else if (action === "StopTransaction") {
      const stored = byNumber.get(Number(payload["transactionId"]));
      const isThere = stored?.chargerId === chargerId
        ? stored.stop !== null
        : isKept(chargerId, Number(payload["meterStop"]));
      if (!isThere) findings.add("I1", `${chargerId} was answered a stop that is not on disk`);
    } else if (action === "TransactionEvent") checkEvent(chargerId, payload);
  }

  /** What nobody is identified for may wait elsewhere; what somebody is has to be in the books. */
  function checkEvent(chargerId: string, payload: Asked["payload"]): void {
    const { eventType, idToken, transactionInfo } = payload;
    const id = isRecord(transactionInfo) ? String(transactionInfo["transactionId"]) : "";
    const stored = byStationId.get(`${chargerId} ${id}`);
    if (eventType === "Ended") {
      const isThere = stored === undefined ? idToken === undefined : stored.stop !== null;
      if (!isThere) findings.add("I1", `${chargerId} was answered an end that is not on disk`);
    } else if (idToken !== undefined && stored === undefined) {
      findings.add("I1", `${chargerId} was answered a begin that is not on disk`);
    }
  }

  /** A stop under a number that is not the charger's own: kept as it is, or taken for its only one. */
  function isKept(chargerId: string, meterStopWh: number): boolean {
    return [...orphans].some((key) => key.includes(chargerId)) ||
      [...byNumber.values()].some((each) =>
        each.chargerId === chargerId && each.stop?.meterStopWh === meterStopWh
      );
  }

  /** No EV can be offered between 0 and 6 A (IEC 61851). Watts depend on the phases. */
  function checkLimit(chargerId: string, text: string): void {
    const limits = text.matchAll(/"chargingRateUnit":"A"[^\]]*?"limit":([\d.]+)/g);
    for (const [, limit] of limits) {
      const amps = Number(limit);
      if (amps > 0 && amps < 6) findings.add("pilot", `${chargerId} was told ${amps} A`);
    }
  }

  function csmsEar(version: string): Ear {
    return (direction, text) => {
      const frame = frameOf(text);
      if (frame === null) return;
      if (direction === "in") {
        if (frame.type === CALLRESULT) confirmed.add(frame.id);
        if (frame.type === CALLERROR && ids.has(frame.id)) refusals++;
        return;
      }
      if (frame.type !== CALL) return;
      if (done.has(frame.id)) {
        findings.add("I2", `${frame.action} went up again after its confirmation was on disk`);
      }
      // In another version the same message has other words.
      const before = sent.get(`${version} ${frame.id}`);
      if (before !== undefined && before !== text) {
        findings.add("I4", `one message id for two messages: ${before} and ${text}`);
      }
      sent.set(`${version} ${frame.id}`, text);
      ids.add(frame.id);
      // In 2.x each change of the charging state is told besides.
      if (!text.includes('"triggerReason":"ChargingStateChanged"')) calls.said(frame.id);
    };
  }

  return {
    chargerEar,
    csmsEar,
    committed,
    findings,
    refusals: () => refusals,
    rows: () => rows.size,
  };
}

/** Ruling 3: start, at most four messages of readings, end. */
const CALLS_MAX = 6;

/**
 * Counts the messages of sessions that had ended before the first of them went up. Readings that are
 * never thinned may take more.
 */
function createCallCount(findings: Findings) {
  const rowOf = new Map<string, RowHeader>();
  const ended = new Set<string>();
  const exempt = new Set<string>();
  const told = new Map<string, Set<string>>();
  return {
    stored(row: RowHeader): void {
      rowOf.set(row.messageId, row);
      if (row.kind === "ended") ended.add(row.transactionId);
      if (row.essential) exempt.add(row.transactionId);
    },
    said(messageId: string): void {
      const row = rowOf.get(messageId);
      if (row === undefined) return;
      const { transactionId, kind } = row;
      if (kind === "started" && ended.has(transactionId) && !told.has(transactionId)) {
        told.set(transactionId, new Set());
      }
      const messages = told.get(transactionId)?.add(messageId);
      if ((messages?.size ?? 0) > CALLS_MAX && !exempt.has(transactionId)) {
        findings.add("calls", `${transactionId} took more than ${CALLS_MAX} calls`);
      }
    },
  };
}

interface Frame {
  readonly type: number;
  readonly id: string;
  readonly action: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

function frameOf(text: string): Frame | null {
  try {
    const parts: unknown = JSON.parse(text);
    if (!Array.isArray(parts) || typeof parts[0] !== "number" || typeof parts[1] !== "string") {
      return null;
    }
    const [type, id, third, fourth] = parts;
    const payload = type === CALL ? fourth : third;
    return {
      type,
      id,
      action: typeof third === "string" ? third : "",
      payload: isRecord(payload) ? payload : {},
    };
  } catch {
    return null;
  }
}
