import type { Result } from "../lib/result.ts";

/** What is wrong with a value of a file, and where: `registers[3].unit`. */
export interface DataProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Makes sense of what a file held. Every problem is told, not just the first. */
export type DataParser<T> = (value: unknown) => Result<T, readonly DataProblem[]>;
