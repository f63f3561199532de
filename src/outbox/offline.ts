import type { FoldedEvent } from "./fold.ts";

/**
 * Says of an event whether it comes late: it happened while the CSMS was away (2.x E04.FR.03), or was
 * still in the queue when the connection dropped (E11.FR.07), which are the rows of before the CSMS
 * accepted the connection of now. Decided at the first send and stored with the frame; 1.6 has no word
 * for it.
 */
export function asSentNow(
  content: FoldedEvent,
  row: { readonly id: number },
  liveAfterRowId: number,
): FoldedEvent {
  const isLate = content.event.offline === true || row.id <= liveAfterRowId;
  return { ...content, event: { ...content.event, offline: isLate } };
}
