import { advanceOutlet, offer, switchOutlet } from "../outlet.ts";
import { connectorLimit, stationLimit, stricter } from "./limits.ts";
import type { ProfileStore } from "./profile_store.ts";
import type { PhaseLimit } from "./schedule.ts";
import { shareAmps } from "./sharing.ts";
import type { StationBody, StationSocket } from "./body.ts";

/** Lets the sockets run up to now, under what they have offered until now. */
export function advanceOutlets({ connectors, options, ports }: StationBody): void {
  const nowMs = ports.clock.monoMs();
  for (const connector of connectors) {
    connector.outlet = advanceOutlet(connector.outlet, nowMs, options.volts);
  }
}

/** Sets contactors and control pilots to what transactions and profiles allow now. */
export function setPilots(station: StationBody): void {
  const nowMs = station.clock.nowMs();
  const wishes = station.connectors.map((connector) => wishOf(station, connector, nowMs));
  const { obeyed } = station.memory;
  const { volts } = station.options;
  const cap = stationLimit(obeyed, { startedMs: nowMs, volts }, nowMs);
  const amps = wishes.map((wish) => wish?.amps ?? 0);
  const shares = cap === null ? amps : shareAmps(cap.amps, amps);
  for (const [index, connector] of station.connectors.entries()) {
    const wish = wishes[index] ?? null;
    const limit = wish === null ? null : stricter({ ...wish, amps: shares[index] ?? 0 }, cap);
    setPilot(station, connector, limit);
  }
}

/** What a connector may give by itself; null where it is to be dead. */
function wishOf(
  station: StationBody,
  connector: StationSocket,
  nowMs: number,
): PhaseLimit | null {
  const { memory } = station;
  const { transaction, errorCode } = connector;
  const isLive = memory.isUp && errorCode === null && transaction?.isEnergyAllowed;
  return isLive ? ownLimit(station, connector, memory.obeyed, nowMs) : null;
}

/** What hardware and profiles of a connector allow, as if it had the whole station for itself. */
function ownLimit(
  { options }: StationBody,
  { id, outlet, transaction }: StationSocket,
  store: ProfileStore,
  nowMs: number,
): PhaseLimit {
  const hardware = { amps: outlet.options.maxAmps, phases: outlet.options.lines.length };
  const situation = { startedMs: transaction?.startedMs ?? nowMs, volts: options.volts };
  return stricter(hardware, connectorLimit(store, id, situation, nowMs));
}

/** Amperes per phase that the profiles of `store` permit a connector now, others left aside. */
export function permittedAmps(
  station: StationBody,
  connector: StationSocket,
  store: ProfileStore,
): number {
  const nowMs = station.clock.nowMs();
  const { volts } = station.options;
  const cap = stationLimit(store, { startedMs: nowMs, volts }, nowMs);
  return stricter(ownLimit(station, connector, store, nowMs), cap).amps;
}

function setPilot(
  { options }: StationBody,
  connector: StationSocket,
  limit: PhaseLimit | null,
): void {
  const { outlet } = connector;
  if (limit === null) {
    if (outlet.isLive) connector.outlet = switchOutlet(outlet, false);
    return;
  }
  const steps = Math.floor(limit.amps / options.resolutionAmps + 1e-6);
  const live = outlet.isLive ? outlet : switchOutlet(outlet, true);
  const phases = options.faults.keepsPhases ? outlet.options.lines.length : limit.phases;
  connector.outlet = offer(live, steps * options.resolutionAmps, phases);
}
