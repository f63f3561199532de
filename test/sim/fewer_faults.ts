import type { FaultEvent } from "./scenario.ts";
import type { Search } from "./shrink.ts";

/**
 * Leaves out faults as long as the scenario still fails: halves first, then ever smaller parts, down to
 * single ones (delta debugging, after Zeller and Hildebrandt, "Simplifying and Isolating
 * Failure-Inducing Input", 2002). Unless time is up, no single fault can be left out afterwards.
 */
export async function fewerFaults(search: Search): Promise<void> {
  const count = () => search.best().scenario.faults.length;
  if (count() === 0) return;
  let size = count();
  while (!search.isOver()) {
    const isLess = await leaveOutParts(search, size);
    if (count() === 0) return;
    if (size === 1 && !isLess) return;
    if (!isLess || size > count()) size = Math.max(1, Math.min(Math.floor(size / 2), count()));
  }
}

/** Tries to leave out each part of so many faults; whether any could be. */
async function leaveOutParts(search: Search, size: number): Promise<boolean> {
  let isLess = false;
  // From the end: what was left out then does not shift what is still to try.
  for (let end = search.best().scenario.faults.length; end > 0; end -= size) {
    const { scenario } = search.best();
    const faults: readonly FaultEvent[] = [
      ...scenario.faults.slice(0, Math.max(0, end - size)),
      ...scenario.faults.slice(end),
    ];
    if (await search.accept({ ...scenario, faults })) isLess = true;
  }
  return isLess;
}
