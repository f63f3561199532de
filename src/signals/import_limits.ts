import { type Circuit, type CircuitLimit, LINES, type PerLine } from "../site/mod.ts";

/** A limit on all that a circuit draws, chargers or not. */
type ImportLimit = Pick<CircuitLimit, "circuitId" | "counts" | "unit" | "limit">;

/**
 * The circuits with what is in force on all that they draw: they are kept as their own limits are, with
 * what a meter says of the rest. `circuitId` null is about all that nothing feeds. The same array where
 * nothing is limited that way.
 */
export function withImportLimits(
  circuits: readonly Circuit[],
  limits: readonly ImportLimit[],
): readonly Circuit[] {
  const imports = limits.filter(({ counts }) => counts === "everything");
  if (imports.length === 0) return circuits;
  return circuits.map((circuit) =>
    imports.filter(({ circuitId }) => isMeant(circuitId, circuit)).reduce(narrowed, circuit)
  );
}

function isMeant(circuitId: string | null, { id, parentId }: Circuit): boolean {
  return circuitId === null ? parentId === null : circuitId === id;
}

function narrowed(circuit: Circuit, { unit, limit }: ImportLimit): Circuit {
  if (unit === "A") {
    // The order is in amperes that may flow: the factor is the wiring's.
    const rating = limit / circuit.continuousFactor;
    return rating < circuit.limitAmps ? { ...circuit, limitAmps: rating } : circuit;
  }
  return limit < (circuit.powerLimitW ?? Infinity) ? { ...circuit, powerLimitW: limit } : circuit;
}

/** What is reckoned on a circuit. */
export interface ReckonedLoad {
  readonly otherLoadAmps: PerLine;
  readonly reservedAmps: PerLine;
}

/** True where what a circuit draws at most, chargers and the rest, is within such a limit. */
export function isImportMet(
  { unit, limit }: Pick<ImportLimit, "unit" | "limit">,
  { otherLoadAmps, reservedAmps }: ReckonedLoad,
  nominalVoltageV: number,
): boolean {
  const amps = LINES.map((line) => otherLoadAmps[line] + reservedAmps[line]);
  return unit === "A"
    ? Math.max(...amps) <= limit
    : amps.reduce((sum, each) => sum + each, 0) * nominalVoltageV <= limit;
}
