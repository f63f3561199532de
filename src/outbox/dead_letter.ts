import type { SiteFault } from "../site/mod.ts";
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
