/**
 * The rooms of `src/` and their ranks. A room imports only rooms of smaller rank, never its own.
 * Changing a line here changes the architecture: do it in a commit of its own.
 */
export const ROOM_RANKS: Readonly<Record<string, number>> = {
  lib: 0,
  ocpp: 1,
  site: 2,
  authorization: 3,
  transactions: 3,
  balancing: 3,
  certificates: 3,
  files: 4,
  hardware: 4,
  outbox: 4,
  store: 5,
  meters: 5,
  signals: 5,
  planner: 5,
  reports: 5,
  chargers: 5,
  csms: 5,
  operations: 6,
  telemetry: 6,
  web: 6,
  simulator: 6,
  "config.ts": 7,
  "gateway.ts": 7,
  commands: 8,
};

/** Rooms that decide and never act: no clock, no chance, no disk, no socket, no schema library. */
export const CORE_ROOMS: ReadonlySet<string> = new Set([
  "lib",
  "ocpp",
  "site",
  "authorization",
  "transactions",
  "balancing",
  "outbox",
  "reports",
]);

/** The pages know ranks 3 to 5 by their types only: they call what gateway.ts hands them. */
export const TYPES_ONLY: Readonly<Record<string, readonly [number, number]>> = { web: [3, 5] };

/** Where a file lies in the house. */
export interface Place {
  /** A name of `ROOM_RANKS`, or "main.ts", or "test". */
  readonly room: string;
  /** The path below the repository, with forward slashes. */
  readonly path: string;
}

/** Finds the room of an absolute path; null for files outside `src/`, `main.ts` and `test/`. */
export function placeOf(filename: string): Place | null {
  const path = filename.replaceAll("\\", "/");
  const inSource = /\/src\/(([^/]+)(?:\/.*)?)$/.exec(path);
  if (inSource?.[1] !== undefined && inSource[2] !== undefined) {
    // config.ts and gateway.ts may have parts: config_schema.ts is in the room config.ts.
    const room = inSource[2].replace(/^(config|gateway)_\w+\.ts$/, "$1.ts");
    return { room, path: `src/${inSource[1]}` };
  }
  const inTest = /\/(test\/.*)$/.exec(path);
  if (inTest?.[1] !== undefined) return { room: "test", path: inTest[1] };
  return path.endsWith("/main.ts") ? { room: "main.ts", path: "main.ts" } : null;
}

/** The place that `specifier` names when `from` imports it; null for packages. */
export function importedPlace(from: string, specifier: string): Place | null {
  if (!specifier.startsWith(".")) return null;
  return placeOf(new URL(specifier, `file://${from}`).pathname);
}
