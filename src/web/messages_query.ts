import { z } from "zod";
import type { MessageNote } from "./message_notes.ts";
import type { MessageView } from "./views.ts";

const Field = z.string().max(100).optional().catch(undefined)
  .transform((text) => text?.trim() === "" ? undefined : text);

/** The fields of the filter as people send them; what makes no sense is left out. */
export const MessagesQuerySchema = z.object({
  text: Field,
  way: z.enum(["in", "out"]).optional().catch(undefined),
  trouble: z.literal("on").optional().catch(undefined),
  before: z.coerce.number().int().positive().optional().catch(undefined),
});

/** Which frames of a charger to show. */
export type MessagesQuery = z.output<typeof MessagesQuerySchema>;

/** True for a frame that is looked for. */
export function isFound(
  { text, direction, id }: MessageView,
  notes: readonly MessageNote[],
  query: MessagesQuery,
): boolean {
  return (query.before === undefined || id < query.before) &&
    (query.way === undefined || direction === query.way) &&
    (query.trouble === undefined || notes.length > 0) &&
    (query.text === undefined || text.toLowerCase().includes(query.text.toLowerCase()));
}
