import { type Line, LINES } from "../../site/mod.ts";
import { THIN, written } from "../format.ts";
import type { CircuitView, MeterView } from "../views.ts";
import { elementId } from "./element_id.ts";
import { Icon } from "./icon.tsx";
import type { Page } from "./page.ts";

/** With less than this left, in amperes, no further car can be given anything. */
const FULL_BELOW_AMPS = 1;

interface HeadProps {
  readonly page: Page;
  readonly circuit: CircuitView;
  /** The meter of this circuit, where there is one. */
  readonly meter: MeterView | undefined;
}

/** The id of a circuit's head. */
export function circuitElementId(id: string): string {
  return elementId("circuit", id);
}

/** The name of a circuit and what flows in it, line by line. */
export function CircuitHead({ page, circuit, meter }: HeadProps) {
  const { text, format } = page;
  const warning = text.meterStates[circuit.meterState];
  const isRoot = circuit.parentId === null;
  return (
    <header id={circuitElementId(circuit.id)} class="circuit-head">
      <div class="circuit-title">
        {isRoot && <Icon name="grid" />}
        <h2>{circuit.id}</h2>
        {isRoot && meter?.totalPowerW !== undefined && meter.totalPowerW !== null && (
          <span class="circuit-power">
            <b>{written(format.power(Math.abs(meter.totalPowerW)))}</b>
            <span class="quiet">
              {meter.totalPowerW < 0 ? ` ${text.feeding}` : ` ${text.drawing}`}
            </span>
          </span>
        )}
        {circuit.meterState !== "good" && warning !== "" && (
          <span
            class={circuit.meterState === "none" ? "circuit-note" : "circuit-note tone-waiting"}
          >
            {circuit.meterState !== "none" && <Icon name="hourglass" />}
            {warning}
          </span>
        )}
      </div>
      <ul class="lines">
        {LINES.map((line) => <LineLoad page={page} circuit={circuit} line={line} />)}
      </ul>
    </header>
  );
}

function LineLoad(
  { page, circuit, line }: {
    readonly page: Page;
    readonly circuit: CircuitView;
    readonly line: Line;
  },
) {
  const { text, format } = page;
  const load = circuit.loadAmps[line];
  const mayFlow = circuit.otherLoadAmps[line] + circuit.reservedAmps[line];
  const shown = format.current(load ?? mayFlow);
  const limit = format.current(circuit.limitAmps);
  const isFull = circuit.headroomAmps[line] < FULL_BELOW_AMPS;
  const says = load === null
    ? text.lineReserved(line, shown, limit)
    : text.lineLoad(line, shown, limit);
  return (
    <li class={isFull ? "line is-full" : "line"}>
      <span class={`line-name ${line}`} aria-hidden="true">{line}</span>
      <LoadBar
        line={line}
        part={share(load ?? 0, circuit.limitAmps)}
        mayFlow={share(mayFlow, circuit.limitAmps)}
      />
      <span class="line-value" aria-hidden="true">
        <b>{String(Math.round(load ?? mayFlow))}</b>
        <span class="quiet">{`/${Math.round(circuit.limitAmps)}${THIN}A`}</span>
      </span>
      <span class="line-full">{isFull ? text.full : ""}</span>
      <span class="sr">{says}</span>
    </li>
  );
}

interface BarProps {
  readonly line: Line;
  /** Shares of the whole bar, 0 to 1. */
  readonly part: number;
  readonly mayFlow: number;
}

/** What flows (solid) and what cars may draw on top of it (tinted) before the limit (the bar's end). */
function LoadBar({ line, part, mayFlow }: BarProps) {
  return (
    <svg class={`bar ${line}`} aria-hidden="true">
      <rect class="bar-track" width="100%" height="100%" />
      <rect class="bar-reserved" width={percent(Math.max(mayFlow, part))} height="100%" />
      <rect class="bar-load" width={percent(part)} height="100%" />
    </svg>
  );
}

function share(amps: number, limitAmps: number): number {
  if (limitAmps <= 0) return amps > 0 ? 1 : 0;
  return Math.min(1, Math.max(0, amps / limitAmps));
}

function percent(part: number): string {
  return `${Math.round(part * 1000) / 10}%`;
}
