import { type EdgeName, EDGES } from "./edge.ts";

/** An input that is worth to be tried again and again. */
export interface KeptInput {
  readonly edge: EdgeName;
  /** What came of it when it was found. */
  readonly outcome: string;
  readonly input: unknown;
}

const FOLDER = new URL("corpus/", import.meta.url);
/** The corpus is to be read, and to be tried in seconds. */
const KEPT_PER_EDGE = 40;
const LENGTH_MAX = 600;

/** The inputs that are kept, edge by edge. */
export function readCorpus(): readonly KeptInput[] {
  return EDGES.flatMap((edge) =>
    linesOf(new URL(`${edge}.jsonl`, FOLDER)).map((line) => ({ edge, ...JSON.parse(line) }))
  );
}

function linesOf(file: URL): readonly string[] {
  try {
    return Deno.readTextFileSync(file).split("\n").filter((line) => line !== "");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Collects inputs that came to something new. */
export interface Collection {
  /** True where nothing that came before did the same. */
  note(edge: EdgeName, input: unknown, outcome: string): boolean;
  /** How many different outcomes were seen at an edge. */
  seen(edge: EdgeName): number;
  /** Adds what was found to the corpus; resolves with how many inputs are new in there. */
  keep(): Promise<number>;
}

/** Starts with what the corpus has. */
export function openCollection(): Collection {
  const kept = new Map<EdgeName, KeptInput[]>();
  for (const each of readCorpus()) {
    kept.set(each.edge, [...kept.get(each.edge) ?? [], each]);
  }
  const seen = new Map<EdgeName, Set<string>>(
    EDGES.map((edge) => [edge, new Set(kept.get(edge)?.map(({ outcome }) => outcome))]),
  );
  let added = 0;
  return {
    note(edge, input, outcome) {
      const outcomes = seen.get(edge) ?? new Set();
      if (outcomes.has(outcome)) return false;
      // A gateway that says something new each time would fill the memory.
      if (outcomes.size < 20_000) outcomes.add(outcome);
      const all = kept.get(edge) ?? [];
      const isShort = JSON.stringify(input).length <= LENGTH_MAX;
      if (isShort && all.length < KEPT_PER_EDGE) {
        kept.set(edge, [...all, { edge, outcome, input }]);
        added++;
      }
      return true;
    },
    seen: (edge) => seen.get(edge)?.size ?? 0,
    async keep() {
      await Deno.mkdir(FOLDER, { recursive: true });
      for (const [edge, inputs] of kept) {
        const lines = inputs.map(({ outcome, input }) => JSON.stringify({ outcome, input }));
        await Deno.writeTextFile(new URL(`${edge}.jsonl`, FOLDER), `${lines.join("\n")}\n`);
      }
      return added;
    },
  };
}

/** Writes down what was said to every edge before something went wrong; resolves with the file. */
export async function keepFailing(inputs: readonly KeptInput[], seed: number): Promise<string> {
  await Deno.mkdir(FOLDER, { recursive: true });
  const file = new URL(`failing-${seed}.jsonl`, FOLDER);
  await Deno.writeTextFile(file, inputs.map((each) => `${JSON.stringify(each)}\n`).join(""));
  return file.pathname;
}
