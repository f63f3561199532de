import { compact } from "../lib/json.ts";
import type {
  InsideCall,
  MeterReading,
  MeterValue,
  StartIntent,
  StopIntent,
  TransactionEvent,
} from "../ocpp/mod.ts";
import type { OutboxRow } from "./row.ts";

/** What a 1.6 CSMS must be told for one row. */
export type Projection16 =
  | InsideCall<"StartTransaction">
  | InsideCall<"MeterValues">
  | InsideCall<"StopTransaction">;

/** Numbers of the transaction towards a 1.6 CSMS. */
export interface Projection16Numbers {
  /** What the CSMS called it; -1 only where an operator gave its start up (1.6 errata 3.18). */
  readonly transactionNumber: number;
}

/**
 * Says an event in the words of 1.6. Null: 1.6 has no words for it (an Updated event without meter
 * values), and the row is done. EVSE numbers are slots; the edge turns them into connector ids.
 */
export function projectTo16(
  { event, carry }: Pick<OutboxRow, "event" | "carry">,
  { transactionNumber }: Projection16Numbers,
): Projection16 | null {
  const envelope = carry === null ? {} : { carry };
  switch (event.eventType) {
    case "Started":
      return { action: "StartTransaction", message: startIntent(event), ...envelope };
    case "Ended": {
      const message = stopIntent(event, transactionNumber);
      return { action: "StopTransaction", message, ...envelope };
    }
    case "Updated": {
      const { meterValue } = event;
      if (meterValue === undefined || meterValue.length === 0) return null;
      const message: MeterReading = { evseId: slotOf(event), transactionNumber, meterValue };
      return { action: "MeterValues", message, ...envelope };
    }
  }
}

function startIntent(event: TransactionEvent): StartIntent {
  return compact({
    evseId: slotOf(event),
    idToken: event.idToken ?? { idToken: "", type: "NoAuthorization" },
    meterStartWh: registerWh(event.meterValue?.[0]),
    timestamp: event.timestamp,
    reservationId: event.reservationId,
  });
}

/** The last meter value is the register at the end; what came before it is 1.6's transactionData. */
function stopIntent(event: TransactionEvent, transactionNumber: number): StopIntent {
  const values = event.meterValue ?? [];
  const transactionData = values.slice(0, -1);
  return compact({
    transactionNumber,
    idToken: event.idToken,
    meterStopWh: registerWh(values.at(-1)),
    timestamp: event.timestamp,
    stoppedReason: event.transactionInfo.stoppedReason,
    meterValue: transactionData.length === 0 ? undefined : transactionData,
  });
}

function slotOf(event: TransactionEvent): number {
  return event.evse?.id ?? 0;
}

/** Wh as a whole number, which is all that 1.6's meterStart and meterStop take. */
function registerWh(meterValue: MeterValue | undefined): number {
  return Math.round(meterValue?.sampledValue[0]?.value ?? 0);
}
