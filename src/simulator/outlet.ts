import { ampsOn, type Line, onEachLine, type PerLine } from "../site/mod.ts";
import { type Ev, type EvOffer, PILOT_MIN_AMPS, stepEv } from "./ev.ts";

/** How a socket is wired and what it can give. */
export interface OutletOptions {
  /**
   * The site's line at each phase terminal of the socket, in order: one to three of them, each once.
   * Chargers in a row are rotated so that one-phase EVs do not all sit on one line.
   */
  readonly lines: readonly Line[];
  /** The rating of the socket, amperes per phase. */
  readonly maxAmps: number;
  /** The cable belongs to the charger, so there is no lock that could be opened. */
  readonly fixedCable: boolean;
}

/** A socket at a moment. */
export interface Outlet {
  readonly options: OutletOptions;
  readonly ev: Ev | null;
  /** Closed only within a transaction. */
  readonly isLive: boolean;
  /** What the control pilot says, amperes per phase. */
  readonly offeredAmps: number;
  /** Phases that may be used, as a charging profile limits them. */
  readonly offeredPhases: 0 | 1 | 2 | 3;
  /** The socket's energy register, which never goes back. */
  readonly registerWh: number;
  readonly atMs: number;
}

/** An empty socket whose register has seen `registerWh` before. Throws for a wiring that cannot be. */
export function newOutlet(options: OutletOptions, nowMs: number, registerWh = 0): Outlet {
  const { lines } = options;
  if (lines.length < 1 || lines.length > 3 || new Set(lines).size < lines.length) {
    throw new RangeError(`Cannot create outlet: lines ${lines.join(", ")}`);
  }
  return {
    options,
    ev: null,
    isLive: false,
    offeredAmps: 0,
    offeredPhases: 0,
    registerWh,
    atMs: nowMs,
  };
}

/** The socket at `nowMs`, under what it has offered since it was last looked at. */
export function advanceOutlet(outlet: Outlet, nowMs: number, volts: number): Outlet {
  if (nowMs <= outlet.atMs) return outlet;
  if (outlet.ev === null) return { ...outlet, atMs: nowMs };
  const ev = stepEv(outlet.ev, offerOf(outlet, volts), nowMs);
  const registerWh = outlet.registerWh + ev.receivedWh - outlet.ev.receivedWh;
  return { ...outlet, ev, registerWh, atMs: nowMs };
}

/** Changes what the socket offers, `amps` per phase on so many phases. Advance it first. */
export function offer(outlet: Outlet, amps: number, phases: number): Outlet {
  const possible = outlet.options.lines.length;
  const offeredPhases = phases >= 3 ? 3 : phases >= 2 ? 2 : phases >= 1 ? 1 : 0;
  const offeredAmps = Math.max(0, Math.min(amps, outlet.options.maxAmps));
  return {
    ...outlet,
    offeredAmps: offeredAmps < PILOT_MIN_AMPS ? 0 : offeredAmps,
    offeredPhases: possible === 1 ? 1 : possible === 2 && offeredPhases === 3 ? 2 : offeredPhases,
  };
}

/** Opens or closes the contactor. Advance the socket first. */
export function switchOutlet(outlet: Outlet, isLive: boolean): Outlet {
  return { ...outlet, isLive, ...(isLive ? {} : { offeredAmps: 0 }) };
}

/** Puts an EV's plug in, or pulls it out with `null`. Advance the socket first. */
export function connectEv(outlet: Outlet, ev: Ev | null): Outlet {
  return { ...outlet, ev: ev === null ? null : { ...ev, atMs: outlet.atMs } };
}

/** Current per phase terminal of the socket, in order. */
export function terminalAmps({ ev, options }: Outlet): readonly number[] {
  return options.lines.map((_, index) => ev !== null && index < ev.drawnPhases ? ev.drawnAmps : 0);
}

/** Current on each line of the site. */
export function outletCurrents(outlet: Outlet): PerLine {
  const { ev, options } = outlet;
  return ev === null ? onEachLine(0) : ampsOn(options.lines.slice(0, ev.drawnPhases), ev.drawnAmps);
}

function offerOf(outlet: Outlet, volts: number): EvOffer {
  const { isLive, offeredAmps, offeredPhases } = outlet;
  return { amps: offeredAmps, phases: isLive ? offeredPhases : 0, volts };
}
