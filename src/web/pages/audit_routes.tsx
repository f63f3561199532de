import { compact } from "../../lib/json.ts";
import { cursorText, linkNext, onePage } from "../api/cursor.ts";
import { readQuery } from "../api/json_body.ts";
import { QUERIES } from "../api/queries.ts";
import { AUDIT_PER_PAGE, auditFilter, AuditQuerySchema } from "../audit_query.ts";
import type { Handlers, WebParts } from "../web_parts.ts";
import { answerPage } from "./answer.tsx";
import { AuditPage } from "./audit_page.tsx";
import { pageOf } from "./page.ts";

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
      const query = readQuery(context, QUERIES.audit);
      if (!query.ok) return query.answer;
      const { limit, who, what, from, to, before, cursor } = query.value;
      const found = await audit.find({
        limit: limit + 1,
        ...compact({
          who,
          what,
          fromMs: from === undefined ? undefined : Date.parse(from),
          toMs: to === undefined ? undefined : Date.parse(to),
          beforeNumber: cursor?.[0] ?? before,
        }),
      });
      const { items: entries, last } = onePage(found, limit);
      if (last !== null) linkNext(context, cursorText("audit", [last.number]));
      return context.json(entries.map(({ atWallMs, ...entry }) => ({
        ...entry,
        at: new Date(atWallMs).toISOString(),
      })));
    },
  } satisfies Partial<Handlers>;
}
