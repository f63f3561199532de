import { z } from "zod";
import { compact } from "../../lib/json.ts";
import { mayActAs } from "../../site/mod.ts";
import { problem } from "../problem.ts";
import type { ChargerView } from "../views.ts";
import {
  type Handlers,
  pathParameter,
  principalOf,
  type WebContext,
  type WebParts,
} from "../web_parts.ts";
import { readQuery } from "./json_body.ts";
import { Moment, show } from "./view_answer.ts";

const PAGE_SIZE = 100;
const PAGE_SIZE_MAX = 500;

const Limit = z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE);
const Name = z.string().trim().min(1).max(64);

const HistoryQuery = z.strictObject({
  hours: z.coerce.number().int().min(1).max(24).default(3),
});

const TransactionsQuery = z.strictObject({
  from: Moment.optional(),
  to: Moment.optional(),
  charger: Name.optional(),
  token: Name.optional(),
  before: z.coerce.number().int().nonnegative().optional(),
  limit: Limit,
});

const DecisionsQuery = z.strictObject({
  from: Moment.optional(),
  to: Moment.optional(),
  charger: Name.optional(),
  token: Name.optional(),
  limit: Limit,
});

const MessagesQuery = z.strictObject({
  charger: Name.optional(),
  action: Name.optional(),
  from: Moment.optional(),
  limit: Limit,
});

/** What can be read of the site. */
export function siteApi({ ports }: WebParts) {
  const { views } = ports;
  const withEvses = (charger: ChargerView) => ({
    ...charger,
    evses: views.evses().filter(({ chargerId }) => chargerId === charger.id),
  });
  return {
    "GET /api/v1/site": (context) => show(context, views.site()),
    "GET /api/v1/chargers": (context) => show(context, views.chargers().map(withEvses)),
    "GET /api/v1/chargers/:id": (context) => {
      const charger = views.charger(pathParameter(context, "id"));
      return charger === undefined
        ? problem(context, 404, "No charger has this identity.")
        : show(context, withEvses(charger));
    },
    "GET /api/v1/waiting": (context) => show(context, views.waiting()),
    "GET /api/v1/evses": (context) => show(context, views.evses()),
    "GET /api/v1/evses/:slot": (context) => {
      const evse = views.evse(Number(pathParameter(context, "slot")));
      return evse === undefined
        ? problem(context, 404, "No EVSE has this slot.")
        : show(context, evse);
    },
    "GET /api/v1/circuits": (context) => show(context, views.circuits()),
    "GET /api/v1/limits": (context) => show(context, views.circuitLimits()),
    "GET /api/v1/signals": (context) => show(context, views.signals()),
    "GET /api/v1/circuits/:id/history": async (context) => {
      const id = pathParameter(context, "id");
      const query = readQuery(context, HistoryQuery);
      if (!query.ok) return query.answer;
      if (!views.circuits().some((circuit) => circuit.id === id)) {
        return problem(context, 404, "No circuit has this id.");
      }
      const fromMs = ports.clock.wallMs() - query.value.hours * 3_600_000;
      return show(context, await views.loadHistory(id, fromMs));
    },
    "GET /api/v1/orphan-stops": (context) => show(context, views.orphanStops()),
    "GET /api/v1/outbox": (context) => show(context, views.outbox()),
    "GET /api/v1/faults": (context) => show(context, views.faults()),
    "GET /api/v1/decisions": async (context) => {
      const query = readQuery(context, DecisionsQuery);
      if (!query.ok) return query.answer;
      return show(context, await views.decisions(compact(query.value)));
    },
    "GET /api/v1/messages": (context) => {
      const query = readQuery(context, MessagesQuery);
      return query.ok ? show(context, views.messages(compact(query.value))) : query.answer;
    },
    "GET /api/v1/transactions": async (context) => {
      const query = readQuery(context, TransactionsQuery);
      if (!query.ok) return query.answer;
      const { token, limit } = query.value;
      if (token !== undefined && !mayActAs(principalOf(context).role, "operator")) {
        return problem(context, 403, "Looking for a token needs the role operator.");
      }
      const found = await views.transactions(compact(query.value));
      const last = found.at(-1);
      if (last !== undefined && found.length === limit) linkNext(context, last.number);
      return show(context, found);
    },
    "GET /api/v1/transactions/:id": async (context) => {
      const id = pathParameter(context, "id");
      const [found, limits] = await Promise.all([views.transaction(id), views.limits(id)]);
      return found === undefined
        ? problem(context, 404, "No transaction has this id.")
        : show(context, { ...found, limits: limits ?? [] });
    },
  } satisfies Partial<Handlers>;
}

/** Tells where the next page is (RFC 8288). */
function linkNext(context: WebContext, before: number): void {
  const search = new URLSearchParams({ ...context.req.query(), before: String(before) });
  context.header("link", `<${context.req.path}?${search}>; rel="next"`);
}
