import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Log } from "../lib/log.ts";
import { put, type WriteOf } from "../lib/write.ts";
import {
  type ChosenSource,
  type Circuit,
  fedBy,
  GRID_SOURCE,
  type SiteEvents,
  weakestSource,
} from "../site/mod.ts";

/** What the sources keep on disk. */
export interface CircuitSourceCollections {
  readonly "circuit-sources": ChosenSource;
}

export interface CircuitSourcePorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly events: Events<SiteEvents>;
  readonly circuits: readonly Circuit[];
  readonly write: (writes: readonly WriteOf<CircuitSourceCollections>[]) => Promise<void>;
}

/** What feeds each circuit now: the grid, or a generator that carries less. */
export interface CircuitSources {
  /** The circuits with the limits of what feeds them. */
  circuits(): readonly Circuit[];
  on(circuitId: string): string;
  /** Holds at once, resolves when on disk. The circuit has the source. */
  choose(circuitId: string, sourceId: string, by: string): Promise<void>;
  /** Whoever is told of a change. */
  listen(listener: () => void): void;
}

/** Opens the sources on what was chosen before. */
export function createCircuitSources(
  ports: CircuitSourcePorts,
  stored: Iterable<ChosenSource>,
): CircuitSources {
  const { clock, log, events } = ports;
  const chosen = new Map([...stored].map((each) => [each.circuitId, each.sourceId]));
  let changed = () => {};
  let circuits = fed();
  for (const circuit of circuits) if (on(circuit.id) !== GRID_SOURCE) tell(circuit);

  /** Of a source that has another name since nobody knows what it carries: the least, to be safe. */
  function on(circuitId: string): string {
    const id = chosen.get(circuitId) ?? GRID_SOURCE;
    const circuit = ports.circuits.find((each) => each.id === circuitId);
    if (circuit === undefined || id === GRID_SOURCE) return GRID_SOURCE;
    return circuit.sources?.some((each) => each.id === id) ? id : weakestSource(circuit);
  }

  function fed(): readonly Circuit[] {
    return ports.circuits.map((circuit) => fedBy(circuit, on(circuit.id)));
  }

  function tell({ id, limitAmps }: Circuit): void {
    const source = on(id);
    events.emit("fault", {
      kind: "circuit-source",
      severity: "info",
      subject: id,
      text: `"${id}" is fed by "${source}": ${limitAmps} A per line`,
      state: source === GRID_SOURCE ? "over" : "raised",
    });
  }

  return {
    circuits: () => circuits,
    on,
    async choose(circuitId, sourceId, by) {
      const before = on(circuitId);
      chosen.set(circuitId, sourceId);
      circuits = fed();
      log("info", "circuit_source", { circuit: circuitId, source: sourceId, before, by });
      for (const circuit of circuits) if (circuit.id === circuitId) tell(circuit);
      changed();
      const note = { circuitId, sourceId, by, atMs: clock.wallMs() };
      await ports.write([put("circuit-sources", circuitId, note)]);
    },
    listen: (listener) => void (changed = listener),
  };
}
