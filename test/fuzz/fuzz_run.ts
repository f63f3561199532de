import { type Collection, keepFailing, type KeptInput } from "./corpus.ts";
import { type EdgeName, type FuzzEdge, rest } from "./edge.ts";
import { edgesNamed, type FuzzSite, openFuzzSite } from "./fuzz_site.ts";
import { createChance } from "./odd.ts";

/** How long, from which seed, where. */
export interface FuzzOptions {
  readonly minutes: number;
  readonly seed: number;
  /** None: all. */
  readonly edges: readonly EdgeName[];
  /** Is told how it goes, every now and then. */
  readonly progress: (line: string) => void;
  /** Tried first, at their edges. */
  readonly first: readonly KeptInput[];
  readonly collection: Collection;
}

/** What came of a run. */
export interface FuzzReport {
  readonly inputs: ReadonlyMap<EdgeName, number>;
  readonly seconds: number;
  /** Resident memory of the gateway at points in time, seconds and bytes. */
  readonly resident: readonly { readonly atS: number; readonly bytes: number }[];
  /** How long the good charger waited for its answers, sorted, milliseconds. */
  readonly answerMs: readonly number[];
  readonly sessions: number;
  /** What is wrong; nothing where all is right. */
  readonly complaints: readonly string[];
  /** Where what was said before is written down; null where nothing is wrong. */
  readonly failing: string | null;
  /** The gateway's log, counted. */
  readonly events: ReadonlyMap<string, number>;
}

const LOOK_MS = 1_000;
const PROGRESS_MS = 60_000;
const REMEMBERED = 60;
const RESIDENT_EVERY_S = 5;

/** Fuzzes the whole gateway on real sockets, until the time is over or something is wrong. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  const chance = createChance(options.seed);
  const site = await openFuzzSite(chance);
  const over = new AbortController();
  const inputs = new Map<EdgeName, number>();
  const recent = new Map<EdgeName, KeptInput[]>();
  const complaints: string[] = [];
  const resident: { atS: number; bytes: number }[] = [];
  const beganMs = performance.now();
  const seconds = () => (performance.now() - beganMs) / 1_000;

  /** Told at once, with when: what a run says at its end may get lost with the run. */
  function complain(said: readonly string[]): void {
    if (said.length === 0) return;
    const told = said.map((each) => `after ${seconds().toFixed(1)} s: ${each}`);
    complaints.push(...told);
    for (const each of told) options.progress(each);
    over.abort();
  }

  const isOver = () => over.signal.aborted || seconds() >= options.minutes * 60;

  async function feed(edge: FuzzEdge, input: unknown): Promise<void> {
    const { name } = edge;
    const last = recent.get(name) ?? [];
    recent.set(name, [...last.slice(1 - REMEMBERED), { edge: name, outcome: "", input }]);
    inputs.set(name, (inputs.get(name) ?? 0) + 1);
    try {
      const outcome = await edge.feed(input);
      options.collection.note(name, input, outcome);
    } catch (error) {
      const text = error instanceof Error ? error.stack ?? error.message : String(error);
      complain([`${name}: ${JSON.stringify(input).slice(0, 2_000)}: ${text}`]);
    }
    await rest(edge.restMs);
  }

  async function drive(edge: FuzzEdge): Promise<void> {
    const own = createChance(Math.floor(chance() * 0x7fff_ffff));
    for (const { input } of options.first.filter((each) => each.edge === edge.name)) {
      if (isOver()) return;
      await feed(edge, input);
    }
    while (!isOver()) await feed(edge, edge.draw(own));
  }

  async function watch(hasEnded: () => boolean): Promise<void> {
    let saidMs = performance.now();
    let measuredS = -RESIDENT_EVERY_S;
    while (!hasEnded()) {
      await rest(LOOK_MS);
      complain(await site.look());
      if (seconds() - measuredS >= RESIDENT_EVERY_S && !over.signal.aborted) {
        measuredS = seconds();
        resident.push({ atS: measuredS, bytes: await site.residentBytes() });
      }
      if (performance.now() - saidMs >= PROGRESS_MS) {
        saidMs = performance.now();
        options.progress(progressLine(site, inputs, resident, seconds()));
      }
    }
  }

  let hasEnded = false;
  async function driveAll(): Promise<void> {
    await Promise.all(edgesNamed(site.edges, options.edges).map(drive));
    hasEnded = true;
  }
  await Promise.all([driveAll(), watch(() => hasEnded)]);
  const ranS = seconds();
  complain(await site.close());
  const said = [...recent.values()].flat();
  return {
    inputs,
    seconds: ranS,
    resident,
    answerMs: site.good.answerMs.toSorted((one, other) => one - other),
    sessions: site.good.sessions(),
    complaints,
    failing: complaints.length === 0 ? null : await keepFailing(said, options.seed),
    events: site.events,
  };
}

function progressLine(
  site: FuzzSite,
  inputs: ReadonlyMap<EdgeName, number>,
  resident: FuzzReport["resident"],
  seconds: number,
): string {
  const all = [...inputs.values()].reduce((sum, each) => sum + each, 0);
  const megabytes = Math.round((resident.at(-1)?.bytes ?? 0) / 1e6);
  return `${Math.round(seconds / 60)} min: ${all} inputs, ${Math.round(all / seconds)} a second, ` +
    `${megabytes} MB resident, ${site.good.sessions()} sessions of the good charger`;
}
