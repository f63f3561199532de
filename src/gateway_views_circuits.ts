import { circuitBounds, circuitLimitView } from "./gateway_loads.ts";
import type { ViewPorts } from "./gateway_view_ports.ts";
import { GRID_SOURCE } from "./site/mod.ts";
import type { CircuitLimitView, CircuitView } from "./web/mod.ts";

/** Draws the circuits, each with its limits and what is on it. */
export function createCircuitViews(ports: ViewPorts): () => CircuitView[] {
  const { site } = ports;

  function circuitViews(): CircuitView[] {
    return ports.circuits().map((load) => ({
      id: load.circuitId,
      parentId: ports.circuitPlan.get(load.circuitId)?.parentId ?? null,
      meterId: ports.circuitPlan.get(load.circuitId)?.meterId ?? null,
      limitAmps: load.limitAmps,
      loadAmps: load.measuredAmps,
      otherLoadAmps: load.otherLoadAmps,
      reservedAmps: load.reservedAmps,
      headroomAmps: load.headroomAmps,
      bounds: circuitBounds(ports.circuitPlan.get(load.circuitId), load, {
        powerW: powerOf(load.circuitId),
        nominalVoltageV: ports.nominalVoltageV,
      }),
      limits: limitsOn(load.circuitId),
      source: ports.circuitSources.on(load.circuitId),
      sources: sourcesOf(load.circuitId),
      meterState: load.meter,
      slots: site.places().filter(({ circuitId }) => circuitId === load.circuitId)
        .map(({ slot }) => slot),
    }));
  }

  function sourcesOf(id: string): string[] {
    return [GRID_SOURCE, ...(ports.circuitPlan.get(id)?.sources ?? []).map((each) => each.id)];
  }

  /** A limit on the whole site shows at what feeds it. */
  function limitsOn(id: string): CircuitLimitView[] {
    const isRoot = (ports.circuitPlan.get(id)?.parentId ?? null) === null;
    return ports.circuitLimits.inForce()
      .filter(({ circuitId }) => circuitId === null ? isRoot : circuitId === id)
      .map(circuitLimitView);
  }

  /** What the circuit's own meter says of all lines together. */
  function powerOf(circuitId: string): number | null {
    const meterId = ports.circuitPlan.get(circuitId)?.meterId ?? null;
    return ports.meters().find(({ id }) => id === meterId)?.sample?.totalPowerW ?? null;
  }

  return circuitViews;
}
