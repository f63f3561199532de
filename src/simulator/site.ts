import { every } from "../lib/clock.ts";
import { createEvents, type Events } from "../lib/events.ts";
import { errorText } from "../lib/log.ts";
import { addLines, LINES, onEachLine, type PerLine, perLine } from "../site/mod.ts";
import type { Charger, ChargerEvents, ChargerPorts, StartMoment, StopMoment } from "./charger.ts";
import type { ChargerOptions } from "./charger_options.ts";
import type { CsmsEvents, SimulatedCsms, SimulatedCsmsOptions } from "./csms.ts";
import { dropOutRegularly, type OutagePlan } from "./csms_outages.ts";
import { createCsms } from "./csms/simulated_csms.ts";
import { createGathering, nextPauseMs, sendCrowds } from "./arrivals.ts";
import { type DriverOptions, useConnector } from "./driver.ts";
import { houseAmps, type HouseLoadOptions, newHouseLoad, stepHouseLoad } from "./house_load.ts";
import { type MeterState, newMeter, stepMeter } from "./meter.ts";
import { createCharger, type VersionedCharger } from "./versioned_charger.ts";
import { newSolar, type SolarOptions, solarWatts, stepSolar } from "./solar.ts";

/** A whole site: who charges where, what else draws, and who watches. */
export interface SitePlan {
  readonly volts: number;
  readonly circuits: readonly PlannedCircuit[];
  readonly chargers: readonly PlannedCharger[];
  /** Null for a site where tests are the drivers. */
  readonly drivers: DriverOptions | null;
  /** Draws at the grid connection. */
  readonly house: HouseLoadOptions;
  /** Feeds in at the grid connection, on all three lines alike. */
  readonly solar: SolarOptions | null;
  readonly csms: SimulatedCsmsOptions;
  /** Null for a CSMS that is always there. */
  readonly outages: OutagePlan | null;
}

/** A circuit by its place in the tree; the one without parent is the grid connection. */
export interface PlannedCircuit {
  readonly id: string;
  readonly parentId: string | null;
}

/** A charger and where it hangs. */
export interface PlannedCharger {
  readonly options: ChargerOptions;
  readonly circuitId: string;
  /** When its first driver comes; by chance where left out. */
  readonly firstDriverMs?: number | undefined;
}

/** What a site works with. All chargers dial through the same port. */
export interface SitePorts extends Omit<ChargerPorts, "events"> {
  readonly events: Events<SiteSimulationEvents>;
}

/** What happens on the site. */
export interface SiteSimulationEvents {
  /** For a person. */
  readonly line: { readonly source: string; readonly text: string };
  /** As the charger counts it, whoever hears of it. */
  readonly session: { readonly chargerId: string } & SessionMoment;
}

/** The begin or the end of a session at a charger. */
export type SessionMoment =
  | { readonly kind: "started" } & StartMoment
  | { readonly kind: "stopped" } & StopMoment;

/** A simulated site at work. */
export interface SimulatedSite {
  readonly chargers: readonly VersionedCharger[];
  readonly csms: SimulatedCsms;
  /** The building, the sun and the grid meter come to life. */
  powerUp(): void;
  /** The chargers dial, and drivers come. */
  open(): void;
  /**
   * So many drivers come at once to connectors that are free, as after an outage. Returns how many
   * free connectors there were, at most `count`; without drivers none comes.
   */
  gather(count: number): number;
  /** Everybody leaves. Resolves when all connections are gone. */
  close(): Promise<void>;
  /** The meter at the grid connection. */
  meter(): MeterState;
  solarWatts(): number;
  /** What flows through each circuit, from the grid, at the last look. */
  flows(): ReadonlyMap<string, PerLine>;
}

/** How often the site looks at itself. */
const TICK_MS = 1_000;

/** Builds a site. Throws `RangeError` for a charger on a circuit that there is not. */
export function createSite(plan: SitePlan, ports: SitePorts): SimulatedSite {
  const { clock, ids, spawn, events } = ports;
  const startWallMs = clock.wallMs();
  const startMonoMs = clock.monoMs();
  const closing = new AbortController();
  const chargers = plan.chargers.map(({ options }) => createSiteCharger(options, ports));
  const paths = plan.chargers.map(({ circuitId }) => pathToGrid(plan.circuits, circuitId));
  const grid = plan.circuits.find(({ parentId }) => parentId === null)?.id ?? "grid";
  const csms = createSiteCsms(plan.csms, ports);
  const gathering = createGathering();
  let house = newHouseLoad(plan.house, startWallMs, ids);
  let solar = newSolar(startWallMs);
  let meter = newMeter(plan.volts, startMonoMs, 12_345_678);
  let flows: ReadonlyMap<string, PerLine> = new Map();
  let cancelTick = () => {};
  let cancelOutages = () => {};

  /** The site's own time: the machine's clock may be set while it runs. */
  function wallMs(): number {
    return startWallMs + clock.monoMs() - startMonoMs;
  }

  function localMs(): number {
    return wallMs() + plan.house.utcOffsetMs;
  }

  function look(): void {
    house = stepHouseLoad(house, plan.house, wallMs(), ids);
    if (plan.solar !== null) solar = stepSolar(solar, plan.solar, wallMs(), ids);
    flows = addFlows();
    const gridAmps = flows.get(grid) ?? onEachLine(0);
    meter = stepMeter(meter, gridAmps, plan.volts, clock.monoMs());
  }

  function addFlows(): ReadonlyMap<string, PerLine> {
    const sums = new Map(plan.circuits.map(({ id }) => [id, onEachLine(0)]));
    const add = (id: string, amps: PerLine) =>
      sums.set(id, addLines(sums.get(id) ?? onEachLine(0), amps));
    add(grid, houseAmps(house, plan.house));
    const sunAmps = sunWatts() / plan.volts / LINES.length;
    add(grid, perLine(() => -sunAmps));
    for (const [index, charger] of chargers.entries()) {
      for (const id of paths[index] ?? []) add(id, charger.currents());
    }
    return sums;
  }

  function sunWatts(): number {
    return plan.solar === null ? 0 : solarWatts(solar, plan.solar, wallMs());
  }

  function sendDrivers(charger: Charger, index: number): void {
    const { drivers } = plan;
    if (drivers === null) return;
    const coming = { clock, ids, gathering, localMs };
    for (const connectorId of charger.connectorIds) {
      const firstMs = plan.chargers[index]?.firstDriverMs ??
        nextPauseMs(drivers, ids, localMs());
      const work = () =>
        useConnector(charger, connectorId, drivers, coming, firstMs, closing.signal);
      spawn(`drivers of ${charger.identity}`, work);
    }
  }

  return {
    chargers,
    csms,
    powerUp() {
      look();
      cancelTick = every(clock, TICK_MS, look);
      if (plan.outages !== null) cancelOutages = dropOutRegularly(csms, plan.outages, clock);
    },
    open() {
      for (const [index, charger] of chargers.entries()) {
        charger.start();
        sendDrivers(charger, index);
      }
      const crowds = plan.drivers?.crowds ?? null;
      if (crowds !== null) {
        spawn("crowds", () => sendCrowds(crowds, gathering, { clock, ids }, closing.signal));
      }
      events.emit("line", { source: "site", text: `${chargers.length} chargers dial` });
    },
    gather: (count) => gathering.call(count),
    async close() {
      closing.abort();
      cancelTick();
      cancelOutages();
      csms.stop();
      await Promise.all(chargers.map((charger) => charger.stop()));
    },
    meter: () => meter,
    solarWatts: sunWatts,
    flows: () => flows,
  };
}

/** The circuit and all those that feed it. */
function pathToGrid(circuits: readonly PlannedCircuit[], circuitId: string): readonly string[] {
  const circuit = circuits.find(({ id }) => id === circuitId);
  if (circuit === undefined) throw new RangeError(`Cannot place charger: no circuit ${circuitId}`);
  const above = circuit.parentId === null ? [] : pathToGrid(circuits, circuit.parentId);
  return [circuitId, ...above];
}

function createSiteCharger(options: ChargerOptions, ports: SitePorts): VersionedCharger {
  const { identity } = options;
  const events = createEvents<ChargerEvents>((error) =>
    ports.log("error", "listener_failed", { charger: identity, error: errorText(error) })
  );
  const say = (text: string) => ports.events.emit("line", { source: identity, text });
  events.on("connected", () => say("connected"));
  events.on("disconnected", ({ reason }) => say(`not connected: ${reason}`));
  events.on("registered", ({ status }) => say(`registration ${status}`));
  events.on("status", ({ connectorId, status }) => say(`connector ${connectorId}: ${status}`));
  events.on("started", (moment) => {
    say(`connector ${moment.connectorId}: ${moment.idTag} starts`);
    ports.events.emit("session", { chargerId: identity, kind: "started", ...moment });
  });
  events.on("stopped", (moment) => {
    const { connectorId, reason, energyWh } = moment;
    say(`connector ${connectorId}: stopped after ${energyWh} Wh (${reason})`);
    ports.events.emit("session", { chargerId: identity, kind: "stopped", ...moment });
  });
  return createCharger(options, { ...ports, events });
}

function createSiteCsms(options: SimulatedCsmsOptions, ports: SitePorts): SimulatedCsms {
  const events = createEvents<CsmsEvents>((error) =>
    ports.log("error", "listener_failed", { source: "csms", error: errorText(error) })
  );
  const say = (text: string) => ports.events.emit("line", { source: "CSMS", text });
  events.on("connected", ({ identity }) => say(`${identity} connected`));
  events.on("disconnected", ({ identity, reason }) => say(`${identity} gone: ${reason}`));
  events.on("heard", ({ line }) => say(line));
  events.on("outage", ({ isDown }) => say(isDown ? "out of order" : "back again"));
  return createCsms(options, { ...ports, events });
}
