/** A line conductor of the site's supply. */
export type Line = "L1" | "L2" | "L3";

/** The three lines, in order. */
export const LINES: readonly Line[] = ["L1", "L2", "L3"];

/** One value per line, in the unit that its owner names. */
export type PerLine<T = number> = Readonly<Record<Line, T>>;

/** Builds a value per line. */
export function perLine<T>(valueOf: (line: Line) => T): PerLine<T> {
  return { L1: valueOf("L1"), L2: valueOf("L2"), L3: valueOf("L3") };
}

/** The same value on every line. */
export function onEachLine<T>(value: T): PerLine<T> {
  return { L1: value, L2: value, L3: value };
}

/** The sum of two sets of currents. */
export function addLines(left: PerLine, right: PerLine): PerLine {
  return perLine((line) => left[line] + right[line]);
}

/** `amps` on the given lines, nothing on the others. */
export function ampsOn(lines: readonly Line[], amps: number): PerLine {
  return perLine((line) => lines.includes(line) ? amps : 0);
}

/** True for a name of a line. */
export function isLine(text: string): text is Line {
  return text === "L1" || text === "L2" || text === "L3";
}
