import { z } from "zod";
import { compact } from "../lib/json.ts";
import type { AuditEntry, AuditFilter } from "../site/mod.ts";
import type { AuditKind } from "./account_text.ts";
import type { Format } from "./format.ts";

/** Entries on one page. */
export const AUDIT_PER_PAGE = 100;

const Field = z.string().trim().max(100).optional().catch(undefined)
  .transform((text) => text === "" ? undefined : text);

/** The fields of the filter as people send them; what makes no sense is left out. */
export const AuditQuerySchema = z.object({
  who: Field,
  what: Field,
  from: Field,
  to: Field,
  before: z.coerce.number().int().positive().optional().catch(undefined),
  /** Asks for the whole chain to be checked. */
  check: z.literal("on").optional().catch(undefined),
});

export type AuditQuery = z.output<typeof AuditQuerySchema>;

/** The filter that the query means: days become moments in the site's time zone, both included. */
export function auditFilter(query: AuditQuery, format: Format): AuditFilter {
  const moment = (day: string | undefined, offset: number) => {
    const start = day === undefined ? null : format.dayStart(day, offset);
    return start === null ? undefined : Date.parse(start);
  };
  return {
    // One more than is shown says whether there are older ones.
    limit: AUDIT_PER_PAGE + 1,
    ...compact({
      who: query.who,
      what: query.what,
      fromMs: moment(query.from, 0),
      toMs: moment(query.to, 1),
      beforeNumber: query.before,
    }),
  };
}

/** The kind of an action, and the name of a command. */
export function kindOf(
  what: AuditEntry["what"],
): { readonly kind: AuditKind; readonly command: string } {
  const command = /^command (.*)$/.exec(what)?.[1];
  return command === undefined
    ? { kind: what as AuditKind, command: "" }
    : { kind: "command", command };
}
