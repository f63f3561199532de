import type {
  Enveloped,
  MeterReading,
  MeterValue,
  StartIntent,
  StopIntent,
  TransactionEvent,
} from "../../src/ocpp/mod.ts";
import type { OutboxRow, RowHeader } from "../../src/outbox/mod.ts";
import type { Decision } from "../../src/site/mod.ts";
import type { MeterCase, StartCase, StopCase, Transaction } from "../../src/transactions/mod.ts";

/**
 * A driver's session as tests need it: what the charger says, and what is kept of it. Everything has
 * a value; a test names only what it is about.
 */

/** When the session begins, by everybody's clock. */
export const BEGIN_MS = Date.UTC(2026, 0, 5, 6, 0, 0);

/** A moment so many seconds after the beginning, as a charger writes it. */
export function at(seconds: number): string {
  return new Date(BEGIN_MS + seconds * 1000).toISOString();
}

/** The same moment by our wall clock. */
export function atMs(seconds: number): number {
  return BEGIN_MS + seconds * 1000;
}

/** A decision to let a token charge. */
export const ACCEPTED: Decision = {
  info: { status: "Accepted" },
  source: "list",
  reason: "Accepted in the local list",
};

/** The token of the driver whose session it is. */
export const ASHA = { idToken: "ASHA-01", type: "ISO14443" } as const;
/** Another driver's. */
export const BEN = { idToken: "BEN-02", type: "ISO14443" } as const;

/** CP1 starts at its EVSE 1, which is slot 1, with 1000 Wh on the register. */
export function startCase(
  intent: Partial<StartIntent> = {},
  around: Partial<Omit<StartCase, "intent">> & Pick<Enveloped<StartIntent>, "carry"> = {},
): StartCase {
  const { carry, ...rest } = around;
  const message = { evseId: 1, idToken: ASHA, meterStartWh: 1000, timestamp: at(0), ...intent };
  return {
    chargerId: "CP1",
    slot: 1,
    decision: ACCEPTED,
    newId: "tx-1",
    nowWallMs: atMs(0),
    offline: false,
    ...rest,
    intent: carry === undefined ? { message } : { message, carry },
  };
}

/** CP1 stops a transaction with 9000 Wh on the register, after an hour. */
export function stopCase(
  transactionNumber: number,
  intent: Partial<StopIntent> = {},
  around: Partial<Omit<StopCase, "intent">> & Pick<Enveloped<StopIntent>, "carry"> = {},
): StopCase {
  const { carry, ...rest } = around;
  const message = { transactionNumber, meterStopWh: 9000, timestamp: at(3600), ...intent };
  return {
    chargerId: "CP1",
    nowWallMs: atMs(3600),
    offline: false,
    mayAmend: () => false,
    ...rest,
    intent: carry === undefined ? { message } : { message, carry },
  };
}

/** CP1 reads the register of its EVSE 1. */
export function meterCase(
  meterValue: readonly MeterValue[],
  reading: Partial<MeterReading> = {},
  around: Partial<Omit<MeterCase, "reading">> & Pick<Enveloped<MeterReading>, "carry"> = {},
): MeterCase {
  const { carry, ...rest } = around;
  const message = { evseId: 1, ...reading, meterValue };
  return {
    chargerId: "CP1",
    nowIso: at(60),
    nowWallMs: atMs(60),
    // Every reading is wanted that is not of the same moment as the one before.
    wantedIntervalMs: 1,
    measuredAtMs: atMs(60),
    offline: false,
    mayAmend: () => false,
    ...rest,
    reading: carry === undefined ? { message } : { message, carry },
  };
}

/** A reading of the energy register. */
export function registerAt(seconds: number, energyWh: number): MeterValue {
  return { timestamp: at(seconds), sampledValue: [{ value: energyWh }] };
}

/** An open transaction as it is kept. */
export function transactionRecord(changes: Partial<Transaction> = {}): Transaction {
  const number = changes.number ?? 1;
  return {
    id: `tx-${number}`,
    number,
    upstreamNumber: null,
    chargerId: "CP1",
    slot: 1,
    evseId: 1,
    idToken: ASHA,
    groupIdToken: null,
    authorization: {
      status: "Accepted",
      source: "list",
      reason: "Accepted in the local list",
      info: { status: "Accepted" },
    },
    startedAt: at(0),
    startHeardAtMs: atMs(0),
    meterStartWh: 1000,
    reservationId: null,
    remoteStartId: null,
    nextSeqNo: 1,
    lastReading: null,
    stop: null,
    intendedStop: null,
    flags: [],
    ...changes,
  };
}

/** How a transaction ended, so many seconds after the beginning. */
export function ended(seconds: number, meterStopWh = 9000): NonNullable<Transaction["stop"]> {
  return {
    stoppedAt: at(seconds),
    heardAtMs: atMs(seconds),
    meterStopWh,
    reason: null,
    idToken: null,
  };
}

/** The header of a meter row of transaction "tx-1". */
export function header(changes: Partial<RowHeader> = {}): RowHeader {
  const id = changes.id ?? 1;
  return {
    id,
    transactionId: "tx-1",
    slot: 1,
    kind: "updated",
    messageId: `message-${id}`,
    createdAtMs: atMs(id),
    readings: 1,
    essential: false,
    sent: false,
    refusals: 0,
    lastError: null,
    dead: false,
    ...changes,
  };
}

/** A meter row with its content. */
export function outboxRow(changes: Partial<OutboxRow> = {}): OutboxRow {
  const head = header(changes);
  const event: TransactionEvent = {
    eventType: "Updated",
    timestamp: at(head.id),
    triggerReason: "MeterValuePeriodic",
    seqNo: head.id,
    offline: false,
    transactionInfo: { transactionId: head.transactionId },
    evse: { id: head.slot, connectorId: 1 },
    meterValue: [registerAt(head.id, 1000 + head.id)],
  };
  return { ...head, event, carry: null, frame: null, ...changes };
}
