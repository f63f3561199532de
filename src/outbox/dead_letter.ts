import type { SiteFault } from "../site/mod.ts";
import type { OutboxState } from "./lanes.ts";
import type { RowHeader } from "./row.ts";

/** Said of a row whose content is gone or was changed by nobody we know. */
export const RECORD_DAMAGED = "its record on disk is damaged";

/** What an operator is told when a record is set aside. */
export function deadLetterFault({ id, slot, kind }: RowHeader, text: string): SiteFault {
  return {
    kind: "dead-letter",
    severity: "alarm",
    subject: `slot ${slot}`,
    text: `The CSMS did not take the ${kind} record ${id}: ${text}`,
    state: "raised",
  };
}

/**
 * The faults that end now that these rows are no longer set aside: one of each slot of which nothing
 * else is. `rows` as they were while they were set aside.
 */
export function endedDeadLetters(
  { lanes, slots }: Pick<OutboxState, "lanes" | "slots">,
  rows: readonly RowHeader[],
): readonly SiteFault[] {
  const lastOf = new Map(rows.map((row) => [row.slot, row]));
  const isOver = (slot: number) =>
    (slots.get(slot) ?? []).every((id) => lanes.get(id)?.rows.every(({ dead }) => !dead) ?? true);
  return [...lastOf.values()].filter(({ slot }) => isOver(slot)).map((row) => ({
    ...deadLetterFault(row, row.lastError ?? "no reason"),
    state: "over",
  }));
}
