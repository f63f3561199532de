import { csvLine } from "../../lib/csv.ts";
import { MeterQuerySchema, type ShownTime, shownTime, TABLE_STEPS } from "../meter_period.ts";
import type { MeterPeriodView, MeterView } from "../views.ts";
import { type Handlers, pathParameter, type WebContext, type WebParts } from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { MeterPage } from "./meter_page.tsx";
import { limitOf } from "./meter_plot.tsx";
import { MetersPage, metersScene } from "./meters_page.tsx";
import { pageOf } from "./page.ts";

const DAY_MS = 24 * 3_600_000;
/** An export reads this much at a time, so that a year of it fits in little memory. */
const EXPORT_MS = 8 * DAY_MS;

/** The pages of meters. */
export function meterRoutes(parts: WebParts) {
  const { views } = parts.ports;
  return {
    "GET /meters": (context) => {
      const page = pageOf(parts, context);
      return answerPage(context, <MetersPage scene={metersScene(parts, page)} />);
    },
    "GET /meters/:id": async (context) => {
      const page = pageOf(parts, context);
      const meter = meterOf(parts, context);
      if (meter === undefined) return answerError(parts, context, "not-found");
      const query = MeterQuerySchema.parse(context.req.query());
      const time = timeOf(parts, context, page.site.timezone);
      const usual = meter.currentsAmps === null ? "power" : "current";
      const show = time.span === "now" && query.show === "energy" ? usual : query.show ?? usual;
      const step = TABLE_STEPS[time.span];
      const fromMs = time.span === "now" ? page.nowMs - 3_600_000 : time.fromMs;
      const periods = await views.meterPeriods(
        meter.id,
        step,
        fromMs,
        Math.min(time.toMs, page.nowMs),
      );
      const scene = {
        page,
        meter,
        time,
        show,
        limitAmps: limitOf(views.circuits(), meter.id),
        points: views.meterRecent(meter.id) ?? [],
        periods,
      };
      return answerPage(context, <MeterPage scene={scene} />);
    },
    "GET /meters/:id/history.csv": (context) => {
      const page = pageOf(parts, context);
      const meter = meterOf(parts, context);
      if (meter === undefined) return answerError(parts, context, "not-found");
      const time = timeOf(parts, context, page.site.timezone);
      const toMs = Math.min(time.toMs, page.nowMs);
      const lines = quarterLines(parts, meter.id, time.fromMs, toMs);
      const name = `${meter.id}-${time.date}-${time.span}.csv`.replaceAll(/[^\w.-]/g, "_");
      return context.body(ReadableStream.from(lines), 200, {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${name}"`,
      });
    },
  } satisfies Partial<Handlers>;
}

function meterOf({ ports }: WebParts, context: WebContext): MeterView | undefined {
  const id = pathParameter(context, "id");
  return ports.views.meters().find((meter) => meter.id === id);
}

function timeOf({ ports }: WebParts, context: WebContext, timezone: string): ShownTime {
  const { period = "day", date } = MeterQuerySchema.parse(context.req.query());
  return shownTime(period, date, timezone, ports.clock.wallMs());
}

const CSV_COLUMNS = [
  ...["from", "to", "quality", "readSeconds", "importWh", "exportWh", "unreadImportWh"],
  ...["unreadExportWh", "energyBy", "powerMeanW", "powerMinW", "powerMaxW"],
  ...["currentMaxL1A", "currentMaxL2A", "currentMaxL3A"],
];

async function* quarterLines(
  { ports: { views } }: WebParts,
  meterId: string,
  startMs: number,
  endMs: number,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(csvLine(CSV_COLUMNS));
  for (let fromMs = startMs; fromMs < endMs; fromMs += EXPORT_MS) {
    const toMs = Math.min(fromMs + EXPORT_MS, endMs);
    const periods = await views.meterPeriods(meterId, "quarter", fromMs, toMs);
    yield encoder.encode(periods.map((period) => csvLine(csvCells(period))).join(""));
  }
}

function csvCells(period: MeterPeriodView): readonly (string | number | null)[] {
  const { at, until, quality, coveredSeconds, importWh, exportWh, maxAmps } = period;
  return [
    ...[at, until, quality, coveredSeconds, importWh, exportWh, period.unreadImportWh],
    ...[period.unreadExportWh, period.energyBy, period.powerW, period.powerMinW],
    ...[period.powerMaxW, maxAmps?.L1 ?? null, maxAmps?.L2 ?? null, maxAmps?.L3 ?? null],
  ];
}
