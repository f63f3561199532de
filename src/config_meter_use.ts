import type { PlacedProblem } from "./config_meters.ts";
import type { SiteYaml } from "./config_schema.ts";
import {
  lineAt,
  type MeterOptions,
  type Quantity,
  readableRegisters,
  STRAIGHT_WIRING,
  SUNSPEC_PROFILE,
  TERMINALS,
  type Wiring,
} from "./meters/mod.ts";

/** A reading is held for so long at most (then a substitute counts): none may come more seldom. */
const SLOWEST_MS = 3_000;

/** What is wrong with what meters are used for: parts that are not there, circuits they cannot keep. */
export function meterUseProblems(
  yaml: SiteYaml,
  meters: readonly MeterOptions[],
): PlacedProblem[] {
  const byId = new Map(meters.map((meter) => [meter.id, meter]));
  const blind = yaml.circuits.flatMap(({ id, meter }, index): PlacedProblem[] => {
    const reason = meter === undefined ? null : blindness(byId.get(meter), byId);
    if (reason === null) return [];
    const message = `Meter "${meter}" cannot keep circuit "${id}" within its limit: ${reason}`;
    return [{ path: ["circuits", index, "meter"], message }];
  });
  return [...partProblems(yaml), ...clientProblems(yaml), ...blind];
}

/** A broker throws a client out when another comes with its name. */
function clientProblems({ meters }: SiteYaml): PlacedProblem[] {
  return meters.flatMap((meter, index): PlacedProblem[] => {
    if (meter.driver !== "mqtt" || meter.clientId === undefined) return [];
    const first = meters.findIndex((other) =>
      other.driver === "mqtt" && other.url === meter.url && other.clientId === meter.clientId
    );
    if (first === index) return [];
    const message = `Meter "${meters[first]?.id}" has this client id at the same broker`;
    return [{ path: ["meters", index, "clientId"], message }];
  });
}

/** A virtual meter's parts are there and above it, so that none is reckoned from itself. */
function partProblems({ meters }: SiteYaml): PlacedProblem[] {
  const ids = meters.map(({ id }) => id);
  return meters.flatMap((meter, index): PlacedProblem[] => {
    if (meter.driver !== "virtual") return [];
    return (["plus", "minus"] as const).flatMap((list) =>
      meter[list].flatMap((part, at): PlacedProblem[] => {
        const path = ["meters", index, list, at];
        if (!ids.includes(part)) return [{ path, message: `There is no meter "${part}"` }];
        if (ids.indexOf(part) < index) return [];
        return [{ path, message: `Meter "${part}" has to stand above the one that needs it` }];
      })
    );
  });
}

type ById = ReadonlyMap<string, MeterOptions>;

/** Why a meter cannot keep a circuit within its limit; null where it can, or is not there. */
function blindness(meter: MeterOptions | undefined, byId: ById): string | null {
  switch (meter?.driver) {
    case "modbus-tcp":
    case "modbus-rtu":
    case "modbus-rtu-over-tcp": {
      // What it has it says only when it is asked.
      if (meter.profile.id === SUNSPEC_PROFILE.id) return slow(meter.intervalMs);
      const has = new Set(readableRegisters(meter.profile).map(({ quantity }) => quantity));
      return slow(meter.intervalMs) ?? missing(has, meter.wiring);
    }
    case "http-json": {
      const has = new Set(meter.values.map(({ quantity }) => quantity));
      return slow(meter.intervalMs) ?? missing(has, meter.wiring);
    }
    case "mqtt":
      return missing(new Set(meter.topics.map(({ quantity }) => quantity)), meter.wiring);
    case "charger":
      return "a charger tells what it measures too seldom";
    case "virtual":
      return [...meter.plus, ...meter.minus].map((id) => partBlindness(id, byId))
        .find((reason) => reason !== null) ?? null;
    default:
      return null;
  }
}

function partBlindness(id: string, byId: ById): string | null {
  const reason = blindness(byId.get(id), byId);
  return reason === null ? null : `of "${id}", ${reason}`;
}

function slow(intervalMs: number | undefined): string | null {
  if (intervalMs === undefined || intervalMs <= SLOWEST_MS) return null;
  return `read every ${intervalMs / 1_000} s, and ${SLOWEST_MS / 1_000} s is the longest`;
}

/** The first connected terminal of which neither current nor power is known. */
function missing(has: ReadonlySet<Quantity>, wiring: Wiring = STRAIGHT_WIRING): string | null {
  // A total of one line is that line's.
  if (wiring.lines.length === 1 && has.has("active_power_total")) return null;
  const terminal = TERMINALS.find((each) =>
    lineAt(wiring, each) !== null && !has.has(`current_l${each}`) &&
    !has.has(`active_power_l${each}`)
  );
  if (terminal === undefined) return null;
  return `it tells neither current nor power of line ${lineAt(wiring, terminal)}`;
}
