import { problem } from "../problem.ts";
import type { ChargerView } from "../views.ts";
import { type Handlers, pathParameter, type WebParts } from "../web_parts.ts";
import { readQuery } from "./json_body.ts";
import { QUERIES } from "./queries.ts";
import { show } from "./view_answer.ts";

/** What can be read of the site. */
export function siteApi({ ports }: WebParts) {
  const { views } = ports;
  const withEvses = (charger: ChargerView) => ({
    ...charger,
    evses: views.evses().filter(({ chargerId }) => chargerId === charger.id),
  });
  return {
    "GET /api/v1/site": (context) => show(context, views.site()),
    "GET /api/v1/time": (context) => show(context, ports.siteTime()),
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
      const query = readQuery(context, QUERIES.loadHistory);
      if (!query.ok) return query.answer;
      if (!views.circuits().some((circuit) => circuit.id === id)) {
        return problem(context, 404, "No circuit has this id.");
      }
      const fromMs = ports.clock.wallMs() - query.value.hours * 3_600_000;
      return show(context, await views.loadHistory(id, fromMs));
    },
    "GET /api/v1/orphan-stops": (context) => show(context, views.orphanStops()),
    "GET /api/v1/transactions/:id": async (context) => {
      const id = pathParameter(context, "id");
      const [found, limits] = await Promise.all([views.transaction(id), views.limits(id)]);
      return found === undefined
        ? problem(context, 404, "No transaction has this id.")
        : show(context, { ...found, limits: limits ?? [] });
    },
  } satisfies Partial<Handlers>;
}
