/** Thrown when the program's own reasoning turns out wrong: a bug, never bad input. */
export class BrokenAssumption extends Error {
  override readonly name = "BrokenAssumption";
}

/** Stops with `BrokenAssumption` unless `holds`. Stays on in production. */
export function assume(holds: unknown, what: string): asserts holds {
  if (!holds) throw new BrokenAssumption(what);
}

/** For the branch of a switch that the types say cannot be reached. */
export function unreachable(value: never): never {
  throw new BrokenAssumption(`Unexpected value: ${JSON.stringify(value)}`);
}
