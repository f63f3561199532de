import type { LimitReason } from "./facts.ts";
import type { Row } from "./_board.ts";
import type { Standing } from "./_standing.ts";

/** Why an EVSE that follows has this limit. */
export function reasonFor(standing: Standing, limitAmps: number): LimitReason {
  const { ceiling, place, rows } = standing;
  const { why } = ceiling;
  if (why.kind === "lost-meter") return { kind: "fail-safe", circuitId: why.circuitId };
  if (limitAmps < ceiling.amps) return shortOfRoom(limitAmps, rows);
  if (why.kind === "cap") return { kind: "capped", source: why.source };
  if (why.kind === "ev") return { kind: "satisfied" };
  return limitAmps >= place.maxCurrentAmps ? { kind: "unlimited" } : shortOfRoom(limitAmps, rows);
}

function shortOfRoom(limitAmps: number, rows: readonly Row[]): LimitReason {
  const fullest = rows.toSorted((a, b) => a.leftAmps - b.leftAmps)[0];
  const kind = limitAmps > 0 ? "shared" : "waiting";
  if (fullest === undefined) return { kind };
  const { circuit, bound, line } = fullest;
  if (circuit !== null) return { kind, circuitId: circuit.id, line };
  // Only the bound on all chargers together has no circuit.
  if (bound === null) return { kind };
  return { kind: limitAmps > 0 ? "capped" : "waiting", source: bound.source, line };
}
