/**
 * The wiring of the Caltech site as ACN-Sim has it: stations between two lines of a 208 V delta-wye
 * transformer, whose secondary and primary lines carry the phasor sums of what the stations draw, and
 * two pods with a breaker of their own. Lee, Sharma, Low: "ACN-Sim", IEEE Trans. Smart Grid 12(6).
 */
import type { Capacity, Draw } from "../../../src/balancing/allocation/claim.ts";

/** Between two lines. */
export const VOLTAGE_V = 208;
/** What an EV of the data takes at most, in kilowatts and in amperes. */
export const EV_MAX_KW = 6.6;
export const EV_MAX_AMPS = EV_MAX_KW * 1_000 / VOLTAGE_V;
/** A station's rating. */
export const STATION_MAX_AMPS = 32;

/** The limits of the site at one capacity of its transformer, and what stations draw from them. */
export interface AcnSite {
  readonly capacities: readonly Capacity[];
  /** By name of station. Those that draw alike share one array. */
  readonly draws: ReadonlyMap<string, readonly Draw[]>;
  /** The lines a station is between, by its name. */
  readonly strands: ReadonlyMap<string, string>;
}

interface Group {
  readonly lines: "L1L2" | "L2L3" | "L3L1";
  readonly pod: "CC" | "AV" | null;
  readonly numbers: readonly number[];
}

// In the order in which ACN-Sim knows its stations: ties of its algorithms are broken by it.
const GROUPS: readonly Group[] = [
  {
    lines: "L1L2",
    pod: null,
    numbers: [308, 508, 303, 513, 310, 506, 316, 500, 318, 498],
  },
  { lines: "L1L2", pod: "AV", numbers: [324, 325, 326, 327, 489, 490, 491, 492] },
  { lines: "L1L2", pod: "CC", numbers: [322, 493, 496, 320, 495, 321, 323, 494] },
  {
    lines: "L2L3",
    pod: null,
    numbers: [304, 512, 305, 511, 313, 503, 311, 505, 317, 499, 148, 149, 212, 213],
  },
  {
    lines: "L3L1",
    pod: null,
    numbers: [307, 509, 309, 507, 306, 510, 315, 501, 319, 497, 312, 504, 314, 502],
  },
];

const ANGLE_DEGREES = { L1L2: 30, L2L3: -90, L3L1: 150 } as const;
const POD_AMPS = 80;

/** All stations, in the order of the site. */
export const STATIONS: readonly string[] = GROUPS.flatMap(({ numbers }) =>
  numbers.map((number) => `CA-${number}`)
);

type Share = Readonly<Record<Group["lines"], number>>;

/** What flows in a line of the secondary: the difference of what the two neighbours draw. */
const SECONDARY: readonly Share[] = [
  { L1L2: 1, L2L3: 0, L3L1: -1 },
  { L1L2: -1, L2L3: 1, L3L1: 0 },
  { L1L2: 0, L2L3: -1, L3L1: 1 },
];

/** What flows in a line of the primary: a quarter of the difference of two secondary lines. */
const PRIMARY: readonly Share[] = [0, 1, 2].map((line) => {
  const [one, other] = [SECONDARY[line], SECONDARY[(line + 2) % 3]];
  const quarter = (key: Group["lines"]) => ((one?.[key] ?? 0) - (other?.[key] ?? 0)) / 4;
  return { L1L2: quarter("L1L2"), L2L3: quarter("L2L3"), L3L1: quarter("L3L1") };
});

/** The site with a transformer of so many kilowatts. */
export function acnSite(capacityKw: number): AcnSite {
  const perLineW = capacityKw * 1_000 / 3;
  const shares = [...SECONDARY, ...PRIMARY];
  const lines = shares.map((_, index) => limitOf(perLineW / (index < 3 ? 120 : 277), true));
  const capacities = [...lines, limitOf(POD_AMPS, false), limitOf(POD_AMPS, false)];
  const draws = new Map<string, readonly Draw[]>();
  const strands = new Map<string, string>();
  for (const { lines, pod, numbers } of GROUPS) {
    const alike = drawsOf(lines, shares);
    if (pod !== null) {
      alike.push({ capacity: shares.length + (pod === "CC" ? 0 : 1), re: 1, im: 0 });
    }
    for (const number of numbers) {
      draws.set(`CA-${number}`, alike);
      strands.set(`CA-${number}`, lines);
    }
  }
  return { capacities, draws, strands };
}

function limitOf(limit: number, isPhasor: boolean): Capacity {
  return { limit, baseRe: 0, baseIm: 0, isPhasor };
}

function drawsOf(lines: Group["lines"], shares: readonly Share[]): Draw[] {
  const angle = ANGLE_DEGREES[lines] * Math.PI / 180;
  return shares.flatMap((share, capacity) =>
    share[lines] === 0
      ? []
      : [{ capacity, re: share[lines] * Math.cos(angle), im: share[lines] * Math.sin(angle) }]
  );
}

/** ACN-Sim's: what a sum may be above its limit. */
export function toleranceAmps(limit: number): number {
  return Math.max(1e-5, 1e-7 * limit);
}
