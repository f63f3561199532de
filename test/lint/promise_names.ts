/**
 * Names of our functions and of our methods and interface members that return promises. A lint rule
 * sees one file and no types, so it asks this index, built once from the declarations of `src/`.
 */
export interface PromiseNames {
  /** A function of that name returns a promise. */
  functionPromises(name: string): boolean;
  /** A method or member of that name returns a promise, in some declaration. */
  memberPromises(name: string): boolean;
  /** A method or member of that name returns something else, in some declaration. */
  memberIsPlain(name: string): boolean;
}

const ASYNC_FUNCTIONS: readonly RegExp[] = [
  /\basync function\*? (\w+)/g,
  /\bfunction (\w+)(?:<[^>]*>)?\([^{}]*?\): Promise</g,
  /\bconst (\w+) = async\b/g,
];

const ASYNC_MEMBERS: readonly RegExp[] = [
  /^\s*async (\w+)\(/gm,
  /(?:^|[{;,])\s*(?:readonly )?(\w+)\??(?:<[^>]*>)?\([^{}()]*\): Promise</gm,
  /\b(\w+)\??: (?:async )?\([^()]*\)(?:: \w+)? => Promise</g,
  /\b(\w+): async \(/g,
];

const PLAIN_MEMBERS: readonly RegExp[] = [
  /(?:^|[{;,])\s*(?:readonly )?(\w+)\??(?:<[^>]*>)?\([^{}()]*\): (?!Promise<)/gm,
  /\b(\w+)\??: \([^()]*\) => (?!Promise<)/g,
];

/** Collects the names from source texts. */
export function collectPromiseNames(sources: Iterable<string>): PromiseNames {
  const functions = new Set<string>();
  const members = new Set<string>();
  const plain = new Set<string>();
  for (const source of sources) {
    for (const pattern of ASYNC_FUNCTIONS) addMatches(source, pattern, functions);
    for (const pattern of ASYNC_MEMBERS) addMatches(source, pattern, members);
    for (const pattern of PLAIN_MEMBERS) addMatches(source, pattern, plain);
  }
  return {
    functionPromises: (name) => functions.has(name),
    memberPromises: (name) => members.has(name),
    memberIsPlain: (name) => plain.has(name),
  };
}

/** Reads every TypeScript file below `folder`. */
export function* readSources(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* readSources(path);
    else if (/\.tsx?$/.test(entry.name)) yield Deno.readTextFileSync(path);
  }
}

function addMatches(source: string, pattern: RegExp, into: Set<string>): void {
  for (const match of source.matchAll(pattern)) {
    if (match[1] !== undefined) into.add(match[1]);
  }
}
