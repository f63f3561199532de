import { z } from "zod";
import { compact } from "../lib/json.ts";
import type { Format } from "./format.ts";
import type { TransactionFilter } from "./views.ts";

/** Sessions on one page. */
export const SESSIONS_PER_PAGE = 100;

const Field = z.string().trim().max(64).optional().catch(undefined)
  .transform((text) => text === "" ? undefined : text);

/** The fields of the filter as people send them; what makes no sense is left out. */
export const SessionsQuerySchema = z.object({
  from: Field,
  to: Field,
  charger: Field,
  token: Field,
  slot: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional()
    .catch(undefined),
  state: z.enum(["running", "ended"]).optional().catch(undefined),
  before: z.coerce.number().int().nonnegative().optional().catch(undefined),
});

export type SessionsQuery = z.output<typeof SessionsQuerySchema>;

/** The filter that the query means: days become moments in the site's time zone, both included. */
export function sessionsFilter(
  query: SessionsQuery,
  format: Format,
  limit: number,
): TransactionFilter {
  return {
    limit,
    ...compact({
      from: query.from === undefined ? undefined : format.dayStart(query.from) ?? undefined,
      to: query.to === undefined ? undefined : format.dayStart(query.to, 1) ?? undefined,
      charger: query.charger,
      token: query.token,
      slot: query.slot,
      state: query.state,
      before: query.before,
    }),
  };
}
