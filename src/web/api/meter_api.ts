import { problem } from "../problem.ts";
import { type Handlers, pathParameter, type WebParts } from "../web_parts.ts";
import { readQuery } from "./json_body.ts";
import { type METER_STEPS, QUERIES } from "./queries.ts";
import { show } from "./view_answer.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How far an answer goes back where nobody says, and how long it may be: some ten thousand values. */
const SPANS: Readonly<
  Record<typeof METER_STEPS[number], { readonly usual: number; readonly max: number }>
> = {
  reading: { usual: DAY_MS, max: DAY_MS },
  minute: { usual: 3 * HOUR_MS, max: 25 * HOUR_MS },
  quarter: { usual: DAY_MS, max: 100 * DAY_MS },
  hour: { usual: 7 * DAY_MS, max: 400 * DAY_MS },
  day: { usual: 31 * DAY_MS, max: 10 * 366 * DAY_MS },
  month: { usual: 366 * DAY_MS, max: 50 * 366 * DAY_MS },
};

/** What can be read of meters. */
export function meterApi({ ports }: WebParts) {
  const { views, clock } = ports;
  return {
    "GET /api/v1/meters": (context) => show(context, views.meters()),
    "GET /api/v1/meters/:id/history": async (context) => {
      const id = pathParameter(context, "id");
      const query = readQuery(context, QUERIES.meterHistory);
      if (!query.ok) return query.answer;
      const recent = views.meterRecent(id);
      if (recent === null) return problem(context, 404, "No meter has this id.");
      const { step, hours, from, to } = query.value;
      const toMs = to === undefined ? clock.wallMs() : Date.parse(to);
      const usualMs = hours === undefined ? SPANS[step].usual : hours * HOUR_MS;
      const fromMs = from === undefined ? toMs - usualMs : Date.parse(from);
      if (fromMs > toMs) return problem(context, 422, "The time begins after it ends.");
      if (toMs - fromMs > SPANS[step].max) {
        const hours = SPANS[step].max / HOUR_MS;
        return problem(context, 422, `By ${step}, at most ${hours} hours are told at once.`);
      }
      if (step === "reading") {
        return show(context, recent.filter(({ at }) => Date.parse(at) >= fromMs));
      }
      if (step === "minute") return show(context, await views.meterMinutes(id, fromMs, toMs));
      return show(context, await views.meterPeriods(id, step, fromMs, toMs));
    },
  } satisfies Partial<Handlers>;
}
