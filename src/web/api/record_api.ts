import { compact } from "../../lib/json.ts";
import { mayActAs } from "../../site/mod.ts";
import { problem } from "../problem.ts";
import type { DecisionView } from "../views.ts";
import { type Handlers, pathParameter, principalOf, type WebParts } from "../web_parts.ts";
import { cursorText, linkNext, onePage, type Position } from "./cursor.ts";
import { readQuery } from "./json_body.ts";
import { QUERIES } from "./queries.ts";
import { show } from "./view_answer.ts";

/** Lists that grow for years, page by page. */
export function recordApi({ ports: { views } }: WebParts) {
  return {
    "GET /api/v1/transactions": async (context) => {
      const query = readQuery(context, QUERIES.transactions);
      if (!query.ok) return query.answer;
      const { cursor, limit, before, ...filter } = query.value;
      if (filter.token !== undefined && !mayActAs(principalOf(context).role, "operator")) {
        return problem(context, 403, "Looking for a token needs the role operator.");
      }
      const found = await views.transactions({
        limit: limit + 1,
        ...compact({ ...filter, before: cursor?.[0] ?? before }),
      });
      const { items, last } = onePage(found, limit);
      if (last !== null) linkNext(context, cursorText("transactions", [last.number]));
      return show(context, items);
    },
    "GET /api/v1/transactions/:id/readings": async (context) => {
      const query = readQuery(context, QUERIES.sessionReadings);
      if (!query.ok) return query.answer;
      const { from } = query.value;
      const fromMs = from === undefined ? 0 : Date.parse(from);
      const readings = await views.sessionReadings(pathParameter(context, "id"), fromMs);
      return readings === undefined
        ? problem(context, 404, "No transaction has this id.")
        : show(context, readings);
    },
    "GET /api/v1/decisions": async (context) => {
      const query = readQuery(context, QUERIES.decisions);
      if (!query.ok) return query.answer;
      const { cursor, limit, ...filter } = query.value;
      const { to, skipped } = decisionsFrom(cursor, filter.to);
      const found = await views.decisions({
        limit: limit + 1 + skipped,
        ...compact({ ...filter, to }),
      });
      const { items, last } = onePage(found.slice(skipped), limit);
      if (last !== null) linkNext(context, cursorText("decisions", afterDecision(found, last)));
      return show(context, items);
    },
    "GET /api/v1/messages": (context) => {
      const query = readQuery(context, QUERIES.messages);
      if (!query.ok) return query.answer;
      const { cursor, limit, ...filter } = query.value;
      const found = views.messages({
        limit: limit + 1,
        ...compact({ ...filter, beforeId: cursor?.[0] }),
      });
      const { items, last } = onePage(found, limit);
      if (last !== null) linkNext(context, cursorText("messages", [last.id]));
      return show(context, items);
    },
    "GET /api/v1/outbox": (context) => {
      const query = readQuery(context, QUERIES.outbox);
      if (!query.ok) return query.answer;
      const { cursor: [afterId] = [-1], limit } = query.value;
      const { items, last } = onePage(views.outbox({ afterId, limit: limit + 1 }), limit);
      if (last !== null) linkNext(context, cursorText("outbox", [last.id]));
      return show(context, items);
    },
  } satisfies Partial<Handlers>;
}

/**
 * Decisions have no number: a page ends at a millisecond, and after so many of the decisions of that
 * millisecond. Those are asked for again and left out.
 */
function decisionsFrom(cursor: Position | undefined, to: string | undefined) {
  if (cursor === undefined) return { to, skipped: 0 };
  const [atMs, skipped = 0] = cursor;
  return { to: new Date(atMs + 1).toISOString(), skipped };
}

/** `found` begins with those of the same millisecond that earlier pages had. */
function afterDecision(found: readonly DecisionView[], last: DecisionView): Position {
  const shown = found.slice(0, found.indexOf(last) + 1);
  return [Date.parse(last.at), shown.filter(({ at }) => at === last.at).length];
}
