import type { OcppVersion } from "../ocpp/mod.ts";
import type { ChargerRecord } from "./charger.ts";
import type { SiteFault } from "./events.ts";
import { EVSE_ID_MAX } from "./evse.ts";

/** What slots are bound to: how a charger speaks, and how many EVSEs it has. */
export interface ChargerShape {
  readonly version: OcppVersion;
  /** The number of its highest EVSE. */
  readonly evses: number;
  /** What it says itself (NumberOfConnectors in 1.6); absent where it never did. */
  readonly counted?: number;
}

/**
 * A charger that came back with another shape. Nobody knows which of its EVSEs is which place now, so
 * nothing may begin there until an operator has said so (ruling 10).
 */
export interface ShapeHold {
  readonly sinceMs: number;
  readonly was: ChargerShape;
  readonly is: ChargerShape;
}

/** What a charger shows of its shape. */
export interface ShapeReading {
  readonly version: OcppVersion;
  /** Null where it says nothing of use. */
  readonly counted: number | null;
  /** The highest EVSE that has a slot; 0 for none. */
  readonly placed: number;
}

/** What a reading says about the shape that was known. */
export type ShapeVerdict =
  | { readonly kind: "same" }
  /** More is known than before, and nothing else. */
  | { readonly kind: "learnt"; readonly shape: ChargerShape }
  | { readonly kind: "differs"; readonly shape: ChargerShape };

/** A count as chargers write it; null for none, and for what no charger can have. */
export function readCount(text: string | undefined): number | null {
  if (text === undefined || !/^\s*\d{1,3}\s*$/.test(text)) return null;
  const count = Number(text);
  return count >= 1 && count <= EVSE_ID_MAX ? count : null;
}

/** Compares what a charger shows with what was known of it. Of a new one everything is learnt. */
export function judgeShape(
  known: ChargerShape | undefined,
  { version, counted, placed }: ShapeReading,
): ShapeVerdict {
  const count = counted ?? known?.counted;
  const shaped = (evses: number): ChargerShape => ({
    version,
    evses,
    ...(count === undefined ? {} : { counted: count }),
  });
  if (known === undefined) {
    return { kind: "learnt", shape: shaped(Math.max(1, placed, counted ?? 0)) };
  }
  if (version !== known.version) {
    return { kind: "differs", shape: shaped(counted ?? known.evses) };
  }
  if (counted === null || counted === known.counted) return { kind: "same" };
  // Before, it was only known what had been heard of; or it counts now what it left out before.
  if (known.counted === undefined || counted === known.evses) {
    return { kind: "learnt", shape: shaped(Math.max(counted, known.evses)) };
  }
  return { kind: "differs", shape: shaped(counted) };
}

/**
 * What it means that a charger speaks of an EVSE beyond those it is known to have, after it was asked
 * how many it has. Its own count decides. Where it never gives one, what is heard counts: on the
 * connection on which its shape was learnt it is still introducing itself, and later it is another.
 */
export function judgeBeyond(
  known: ChargerShape,
  evseId: number,
  reading: ShapeReading & { readonly isIntroducing: boolean },
): ShapeVerdict {
  const verdict = judgeShape(known, reading);
  if (verdict.kind !== "same" || known.counted !== undefined) return verdict;
  const shape = { ...known, evses: evseId };
  return reading.isIntroducing ? { kind: "learnt", shape } : { kind: "differs", shape };
}

/** True where two shapes would bind the same EVSEs. */
export function isSameShape(left: ChargerShape, right: ChargerShape): boolean {
  return left.version === right.version && left.evses === right.evses;
}

/** False for an EVSE that may get no slot now: its charger is held, or does not have it. */
export function mayBePlaced(record: ChargerRecord | undefined, evseId: number): boolean {
  if (record?.held !== undefined) return false;
  return record?.shape === undefined || evseId <= record.shape.evses;
}

/** Why nobody can start at a held charger. */
export const HELD = "the charger came back with another shape and waits to be bound to its places";

/** The shape in words: "2 connectors, OCPP 1.6". */
export function shapeText({ version, evses }: ChargerShape): string {
  const connectors = evses === 1 ? "1 connector" : `${evses} connectors`;
  return `${connectors}, OCPP ${version.replace("ocpp", "")}`;
}

/** What an operator hears of a held charger. */
export function heldFault(
  { id, held }: ChargerRecord,
  state: SiteFault["state"] = "raised",
): SiteFault {
  const change = held === undefined
    ? ""
    : ` with ${shapeText(held.is)} instead of ${shapeText(held.was)}`;
  return {
    kind: "charger-held",
    severity: "warning",
    subject: id,
    text: `${id} came back${change}. Nobody can charge there until you say on its page which ` +
      "connector is which",
    state,
  };
}
