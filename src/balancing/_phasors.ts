import {
  type Circuit,
  type CircuitTree,
  type EvsePlace,
  type Line,
  LINES,
  type PerLine,
  perLine,
  SIGNED_STRAIGHT,
  signedThroughAbove,
  type Through,
} from "../site/mod.ts";

/** A current or a direction, by the voltage of L1. EVs draw in phase with the voltage they are between. */
export interface Phasor {
  readonly re: number;
  readonly im: number;
}

/** The lines' angles: a third of a turn apart, in the order in which they follow each other. */
export const ANGLES: PerLine = { L1: 0, L2: -2 * Math.PI / 3, L3: 2 * Math.PI / 3 };

const NOTHING: Phasor = { re: 0, im: 0 };
const TINY = 1e-9;

/**
 * What an ampere on each line of a place comes to on a line of a circuit. Between two lines it is one
 * current: what flows in by one of them comes back by the other, and both entries stand for it.
 */
export function phasorsOn(
  line: Line,
  through: Through,
  { connection, lines }: Pick<EvsePlace, "connection" | "lines">,
): PerLine<Phasor> {
  const of = through[line];
  const [one, other] = lines;
  if (connection !== "line-to-line" || one === undefined || other === undefined) {
    return perLine((each) => turned(of[each], ANGLES[each]));
  }
  const between = {
    re: (Math.cos(ANGLES[one]) - Math.cos(ANGLES[other])) / Math.sqrt(3),
    im: (Math.sin(ANGLES[one]) - Math.sin(ANGLES[other])) / Math.sqrt(3),
  };
  const share = of[one] - of[other];
  const both = { re: share * between.re, im: share * between.im };
  return perLine((each) => lines.includes(each) ? both : NOTHING);
}

function turned(amps: number, angle: number): Phasor {
  return { re: amps * Math.cos(angle), im: amps * Math.sin(angle) };
}

/** How far a phasor goes in a direction. */
export function along(phasor: Phasor, direction: Phasor): number {
  return phasor.re * direction.re + phasor.im * direction.im;
}

/** The part of a place that counts in a corner: what flows that way. */
export function partTowards(phasors: PerLine<Phasor>, direction: Phasor): PerLine<Phasor> {
  return perLine((line) => along(phasors[line], direction) > TINY ? phasors[line] : NOTHING);
}

/** The corners of each line of a circuit; none where currents simply add up. */
type Corners = PerLine<readonly Phasor[]>;

const NO_CORNERS: Corners = { L1: [], L2: [], L3: [] };
const NOWHERE: PerLine<boolean> = { L1: false, L2: false, L3: false };

/** How currents meet on the lines of a circuit. */
interface Meeting {
  readonly corners: Corners;
  readonly isMixed: PerLine<boolean>;
}

/** By tree, which never changes: they hang on the wiring alone. */
const known = new WeakMap<CircuitTree, ReadonlyMap<string, Meeting>>();

/**
 * Currents of different angles come to less than their sum, and to more when somebody draws less who
 * takes from the others. The length of the sum is convex in what each draws: it is greatest where
 * everybody draws all or nothing, and only such corners count in which all those draw who flow in one
 * direction, and nobody else. So a corner is said by its direction, and each is a bound of its own.
 */
export function cornersOf(tree: CircuitTree, circuitId: string): Corners {
  return meetingOf(tree, circuitId)?.corners ?? NO_CORNERS;
}

/** The lines of a circuit on which EVs draw at different angles, under a meter or without one. */
export function mixedLines(tree: CircuitTree, circuitId: string): PerLine<boolean> {
  return meetingOf(tree, circuitId)?.isMixed ?? NOWHERE;
}

function meetingOf(tree: CircuitTree, circuitId: string): Meeting | undefined {
  const meetings = known.get(tree) ?? allMeetings(tree);
  known.set(tree, meetings);
  return meetings.get(circuitId);
}

function allMeetings(tree: CircuitTree): ReadonlyMap<string, Meeting> {
  const flows = new Map<string, PerLine<Phasor[]>>();
  for (const { id } of tree.circuits) flows.set(id, perLine(() => []));
  for (const { id } of tree.circuits) {
    for (const place of tree.placesBelow(id)) {
      if (place.circuitId === id) addFlows(flows, tree.pathToGrid(id), place);
    }
  }
  return new Map(tree.circuits.map(({ id, meterId }) => {
    const of = flows.get(id);
    if (of === undefined) return [id, { corners: NO_CORNERS, isMixed: NOWHERE }];
    const isMixed = perLine((line) => of[line].length > 1);
    // What a meter shows besides the EVs has an angle that nobody knows.
    const corners = meterId !== null ? NO_CORNERS : perLine((line) => cornersAmong(of[line]));
    return [id, { corners, isMixed }];
  }));
}

function addFlows(
  flows: ReadonlyMap<string, PerLine<Phasor[]>>,
  path: readonly Circuit[],
  place: EvsePlace,
): void {
  let through = SIGNED_STRAIGHT;
  for (const circuit of path) {
    const of = flows.get(circuit.id);
    for (const line of LINES) {
      const phasors = phasorsOn(line, through, place);
      for (const each of place.lines) addUnlessThere(of?.[line] ?? [], phasors[each]);
    }
    through = signedThroughAbove(circuit, through);
  }
}

/** Directions only: how much it is does not count. */
function addUnlessThere(directions: Phasor[], { re, im }: Phasor): void {
  const length = Math.hypot(re, im);
  if (length <= TINY) return;
  const unit = { re: re / length, im: im / length };
  if (!directions.some((each) => along(each, unit) > 1 - TINY)) directions.push(unit);
}

function cornersAmong(flows: readonly Phasor[]): readonly Phasor[] {
  if (flows.length <= 1) return [];
  // Who counts changes where a direction is square to one of the flows.
  const turns = flows.flatMap(({ re, im }) => {
    const angle = Math.atan2(im, re);
    return [angle - Math.PI / 2, angle + Math.PI / 2];
  }).map((angle) => (angle + 4 * Math.PI) % (2 * Math.PI)).toSorted((a, b) => a - b);
  const corners = turns.flatMap((from, index) => {
    const to = turns[index + 1] ?? (turns[0] ?? 0) + 2 * Math.PI;
    if (to - from < 1e-6) return [];
    const direction = turned(1, (from + to) / 2);
    return [{ direction, drawing: flows.filter((flow) => along(flow, direction) > 0) }];
  });
  return corners.filter(({ drawing }, index) =>
    drawing.length > 0 &&
    !corners.some((other, at) => at !== index && covers(other.drawing, drawing))
  ).map(({ direction }) => direction);
}

/** True where those of one corner come to at least as much as some of them alone. */
function covers(all: readonly Phasor[], some: readonly Phasor[]): boolean {
  return all.length > some.length && some.every((each) => all.includes(each)) &&
    all.every((each) => some.includes(each) || all.every((one) => along(each, one) > -TINY));
}
