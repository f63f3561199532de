/**
 * Which test files share a worker. Each worker of `deno test` loads all that its file imports, which
 * for most files takes longer than their tests: files of one room that start no process share one.
 */

/** Test files that one worker runs, by path from the root of the tree. */
export interface Suite {
  readonly name: string;
  readonly files: readonly string[];
}

/** More in one would leave the other cores with nothing to do at the end. */
export const SUITE_FILES_MAX = 20;
/** What in `test/` runs in the test's own process, but for its longest files. */
const SHARED = /^(?:src\/[^/]+|src(?=\/[^/]+$)|test\/(?:contract|disputes|gateway|messages))\//;

/**
 * Files in suites. Those of their own come first, the ones of `test/` that are last by name before the
 * others: the long ones are among them, and at the end there is something short for every core.
 */
export function suitesOf(files: readonly string[]): readonly Suite[] {
  const rooms = new Map<string, string[]>();
  const alone: string[] = [];
  for (const file of files.toSorted()) {
    const room = SHARED.exec(file)?.[0];
    if (room === undefined) alone.push(file);
    else rooms.set(room, [...rooms.get(room) ?? [], file]);
  }
  const shared = [...rooms].toSorted(([a], [b]) => a < b ? 1 : -1).flatMap(([room, all]) => {
    const count = Math.ceil(all.length / SUITE_FILES_MAX);
    const size = Math.ceil(all.length / count);
    return Array.from({ length: count }, (_, index) => ({
      name: `${room.slice(0, -1).replaceAll("/", "_")}_${index + 1}`,
      files: all.slice(index * size, (index + 1) * size),
    }));
  });
  return [...alone.toReversed().map((file) => ({ name: file, files: [file] })), ...shared];
}
