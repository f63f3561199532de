import { z } from "zod";
import { compact } from "../../lib/json.ts";
import { readQuery } from "../api/json_body.ts";
import { AUDIT_PER_PAGE, auditFilter, AuditQuerySchema } from "../audit_query.ts";
import type { Handlers, WebParts } from "../web_parts.ts";
import { answerPage } from "./answer.tsx";
import { AuditPage } from "./audit_page.tsx";
import { pageOf } from "./page.ts";

const Moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const ApiQuery = z.strictObject({
  who: z.string().trim().min(1).max(100).optional(),
  what: z.string().trim().min(1).max(100).optional(),
  from: Moment.optional(),
  to: Moment.optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

/** The log of who did what, as a page and for programs. */
export function auditRoutes(parts: WebParts) {
  const { audit } = parts.ports;
  return {
    "GET /audit": async (context) => {
      const page = pageOf(parts, context);
      const query = AuditQuerySchema.parse(context.req.query());
      const found = await audit.find(auditFilter(query, page.format));
      const check = query.check === "on" ? await audit.check() : null;
      const entries = found.slice(0, AUDIT_PER_PAGE);
      const before = found.length > entries.length ? entries.at(-1)?.number ?? null : null;
      return answerPage(
        context,
        <AuditPage page={page} query={query} entries={entries} before={before} check={check} />,
      );
    },
    "GET /api/v1/audit": async (context) => {
      const query = readQuery(context, ApiQuery);
      if (!query.ok) return query.answer;
      const { limit, who, what, from: fromMs, to: toMs, before: beforeNumber } = query.value;
      const entries = await audit.find({
        limit,
        ...compact({ who, what, fromMs, toMs, beforeNumber }),
      });
      return context.json(entries.map(({ atWallMs, ...entry }) => ({
        ...entry,
        at: new Date(atWallMs).toISOString(),
      })));
    },
  } satisfies Partial<Handlers>;
}
