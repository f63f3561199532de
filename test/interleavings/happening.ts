/** What may happen at one connector, from a driver's, an operator's, a power company's side. */
export const HAPPENINGS = [
  "authorize",
  "start",
  "deauthorize",
  "stop",
  "reboot",
  "link down",
  "link up",
] as const;

export type Happening = (typeof HAPPENINGS)[number];

/** Which of the two links goes down and up. */
export type LinkOf = "csms" | "charger";

/** What a charger does with its session when it starts anew. */
export type AfterReboot =
  /** It goes on with it, and meters it. */
  | "goes on"
  /** It tells the end out of its memory. */
  | "ends it"
  /** The same, but only when its link comes up the next time, or long after. */
  | "ends it late"
  /** It knows nothing of it any more. */
  | "forgets it";

/** Under which conditions all sequences are run. */
export interface Conditions {
  readonly link: LinkOf;
  readonly afterReboot: AfterReboot;
}

/** Under each of these all sequences of so many happenings are run. */
export const CONDITIONS: readonly (Conditions & { readonly lengthMax: number })[] = [
  { link: "csms", afterReboot: "goes on", lengthMax: 6 },
  { link: "csms", afterReboot: "ends it", lengthMax: 5 },
  { link: "csms", afterReboot: "ends it late", lengthMax: 6 },
  { link: "csms", afterReboot: "forgets it", lengthMax: 5 },
  { link: "charger", afterReboot: "goes on", lengthMax: 5 },
  { link: "charger", afterReboot: "ends it", lengthMax: 5 },
  { link: "charger", afterReboot: "ends it late", lengthMax: 6 },
  { link: "charger", afterReboot: "forgets it", lengthMax: 6 },
];

/** How many sequences there are of at most so many happenings. */
export function sequenceCount(lengthMax: number): number {
  return (HAPPENINGS.length ** (lengthMax + 1) - 1) / (HAPPENINGS.length - 1);
}

/** All sequences of at most so many happenings, the shortest first within each beginning. */
export function* sequences(lengthMax: number): Generator<readonly Happening[]> {
  function* from(begun: readonly Happening[]): Generator<readonly Happening[]> {
    yield begun;
    if (begun.length === lengthMax) return;
    for (const next of HAPPENINGS) yield* from([...begun, next]);
  }
  yield* from([]);
}
