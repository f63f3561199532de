import {
  type EvsePlace,
  type Line,
  LINES,
  onEachLine,
  type PerLine,
  perLine,
} from "../site/mod.ts";
import { type ChargerReading, peakAmps } from "./_held_limits.ts";

/**
 * What is known of the site's lines behind a socket besides what site.yaml says: how often the meter
 * above it saw a step of its current on these lines, and how often on others. It belongs to the wiring,
 * not to a session.
 */
export interface RotationMemory {
  /** How its current went lately: evenly, from then to then. */
  readonly stretch: Stretch | null;
  /** The even stretch before, from which the next step is measured. */
  readonly before: Stretch | null;
  /** Steps in a row that were seen on the told lines, and on others only. */
  readonly agreed: number;
  readonly disagreed: number;
  /** The lines on which the last of those was seen. */
  readonly seen: readonly Line[] | null;
  /** It was so often otherwise that nobody knows on which lines its current flows. */
  readonly isDoubted: boolean;
  /** What site.yaml said when that was found out. */
  readonly toldLines: string;
  /** Its last steps beside what the meter above it showed, oldest first. */
  readonly compared: readonly ComparedStep[];
}

/** A step of one charger's current while nothing else moved, beside what the meter showed of it. */
export interface ComparedStep {
  readonly atMs: number;
  readonly meterId: string;
  /** On the lines that site.yaml says. */
  readonly chargerAmps: PerLine;
  readonly meterAmps: PerLine;
}

/** So many of them are kept. */
const COMPARED_MOST = 4;

/** Keeps a step beside those before. */
export function withCompared(rotation: RotationMemory, step: ComparedStep): RotationMemory {
  return { ...rotation, compared: [...rotation.compared, step].slice(-COMPARED_MOST) };
}

/** A time in which a charger measured the same current, as it says on which lines. */
export interface Stretch {
  readonly currentsAmps: PerLine;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly readings: number;
}

/** A socket whose current nobody compared with a meter. */
export const UNSEEN_ROTATION: RotationMemory = {
  stretch: null,
  before: null,
  agreed: 0,
  disagreed: 0,
  seen: null,
  isDoubted: false,
  toldLines: "",
  compared: [],
};

/** Currents that differ by no more are the same. */
const EVEN_WITHIN_AMPS = 1;
/** One reading may stand for a moment; two in a row for the time between them. */
const EVEN_READINGS = 2;
/** A smaller step is lost among what else comes and goes (load management 4.4). */
const STEP_AMPS = 4;
/** Once is chance: a kettle may be switched on at that moment. */
const TIMES_TO_TELL = 3;
/** How far a meter and a charger's own may be apart. */
const WITHIN_AMPS = 1.5;
const WITHIN_PART = 0.2;

/** Between two sessions nothing flows; a new one begins from there. */
export function withSessionBegun(rotation: RotationMemory, nowMs: number): RotationMemory {
  const nothing = { currentsAmps: onEachLine(0), fromMs: nowMs, untilMs: nowMs, readings: 1 };
  return { ...rotation, before: null, stretch: nothing };
}

/** What the check is told when a site.yaml of today has other lines than that of the doubt. */
export function withToldLines(rotation: RotationMemory, place: EvsePlace): RotationMemory {
  const toldLines = place.lines.join(" ");
  if (rotation.toldLines === toldLines) return rotation;
  return { ...UNSEEN_ROTATION, toldLines };
}

/** Takes in a reading as the charger told it. */
export function withEvenness(rotation: RotationMemory, reading: ChargerReading): RotationMemory {
  const { currentsAmps, atMs } = reading;
  const { stretch } = rotation;
  if ((reading.unsureLines?.length ?? 0) > 0) return { ...rotation, stretch: null, before: null };
  if (stretch !== null && atMs <= stretch.untilMs) return rotation;
  const isEven = stretch !== null &&
    LINES.every((line) =>
      Math.abs(currentsAmps[line] - stretch.currentsAmps[line]) <= EVEN_WITHIN_AMPS
    );
  if (isEven) {
    return { ...rotation, stretch: { ...stretch, untilMs: atMs, readings: stretch.readings + 1 } };
  }
  const next = { currentsAmps, fromMs: atMs, untilMs: atMs, readings: 1 };
  // A stretch of one reading lies within a change.
  const isLasting = stretch !== null &&
    (stretch.readings >= EVEN_READINGS || peakAmps(stretch.currentsAmps) === 0);
  return { ...rotation, stretch: next, before: isLasting ? stretch : rotation.before };
}

/** A step of the current between two even stretches; null while there is none, or it is too small. */
export interface CurrentStep {
  readonly before: Stretch;
  readonly after: Stretch;
  readonly changeAmps: PerLine;
}

/** The step that is to be compared with a meter; null where there is nothing to compare. */
export function stepOf({ before, stretch }: RotationMemory): CurrentStep | null {
  if (before === null || stretch === null || stretch.readings !== EVEN_READINGS) return null;
  const changeAmps = perLine((line) => stretch.currentsAmps[line] - before.currentsAmps[line]);
  return peakOf(changeAmps) < STEP_AMPS ? null : { before, after: stretch, changeAmps };
}

function peakOf(amps: PerLine): number {
  return Math.max(...LINES.map((line) => Math.abs(amps[line])));
}

/**
 * On which lines a step was seen: as it was told, on others (in the order of the socket's phases), or
 * null where it proves nothing: all lines moved alike, or something else moved as well.
 */
export function judgeStep(
  lines: readonly Line[],
  changeAmps: PerLine,
  meterAmps: PerLine,
): "as-told" | readonly Line[] | null {
  const within = Math.max(WITHIN_AMPS, WITHIN_PART * peakOf(changeAmps));
  const isNear = (a: PerLine, b: PerLine) =>
    LINES.every((line) => Math.abs(a[line] - b[line]) <= within);
  const told = movedTo(lines, lines, changeAmps);
  const others = orders(lines.length).filter((order) =>
    !isNear(movedTo(lines, order, changeAmps), told)
  );
  if (others.length === 0) return null;
  const fits = others.filter((order) => isNear(movedTo(lines, order, changeAmps), meterAmps));
  if (isNear(told, meterAmps)) return fits.length === 0 ? "as-told" : null;
  return fits[0] ?? null;
}

/** What lines carry where those of a socket are these instead. */
function movedTo(lines: readonly Line[], order: readonly Line[], amps: PerLine): PerLine {
  return perLine((line) => {
    const from = lines[order.indexOf(line)];
    return from === undefined ? 0 : amps[from];
  });
}

/** Every order of so many of the lines. */
function orders(count: number): readonly (readonly Line[])[] {
  if (count === 0) return [[]];
  return orders(count - 1).flatMap((some) =>
    LINES.filter((line) => !some.includes(line)).map((line) => [...some, line])
  );
}

/** Counts what was seen: three times in a row make a doubt, and three times as told end it. */
export function withJudgedStep(
  rotation: RotationMemory,
  judged: ReturnType<typeof judgeStep>,
): RotationMemory {
  // Each step is looked at once.
  const looked = { ...rotation, before: null };
  if (judged === null) return looked;
  if (judged === "as-told") {
    const agreed = rotation.agreed + 1;
    const isDoubted = rotation.isDoubted && agreed < TIMES_TO_TELL;
    return { ...looked, agreed, disagreed: 0, isDoubted, seen: isDoubted ? rotation.seen : null };
  }
  const isSame = rotation.seen?.join() === judged.join() || rotation.disagreed === 0;
  const disagreed = isSame ? rotation.disagreed + 1 : 1;
  const isDoubted = rotation.isDoubted || disagreed >= TIMES_TO_TELL;
  return { ...looked, agreed: 0, disagreed, seen: judged, isDoubted };
}

/** A place as it counts: in doubt its current may flow on any line. */
export function countedPlace(
  place: EvsePlace,
  { isDoubted, toldLines }: RotationMemory,
): EvsePlace {
  return isDoubted && toldLines === place.lines.join(" ") ? { ...place, lines: LINES } : place;
}

/** A reading of such a place: what its fullest phase carries may flow on any line. */
export function onAnyLine(reading: ChargerReading): ChargerReading {
  const { totalAmps: _sum, ...rest } = reading;
  return {
    ...rest,
    currentsAmps: onEachLine(peakAmps(reading.currentsAmps)),
    unsureLines: LINES,
    isAnywhere: true,
  };
}
