import type { InsideCall } from "../ocpp/mod.ts";
import type { OutboxRow } from "./row.ts";

/** What a 2.x CSMS must be told for one row. */
export type Projection2x = InsideCall<"TransactionEvent">;

/**
 * Says an event to a CSMS of 2.0.1 or 2.1. Rows were thinned and put together since they were numbered,
 * and the CSMS counts (E01.FR.07: one more each time), so the number is given anew, as it goes.
 * `transactionId`: by which this CSMS knows the transaction.
 */
export function projectTo2x(
  { event, carry }: Pick<OutboxRow, "event" | "carry">,
  transactionId: string,
  seqNo: number,
): Projection2x {
  const envelope = carry === null ? {} : { carry };
  const transactionInfo = { ...event.transactionInfo, transactionId };
  return { action: "TransactionEvent", message: { ...event, seqNo, transactionInfo }, ...envelope };
}
