import { parseArgs } from "@std/cli/parse-args";

/** A flag of a command. */
export interface Flag {
  readonly kind: "text" | "number" | "switch" | "list";
  /** What stands for its value in the help: "URL". */
  readonly value?: string;
  readonly help: string;
  /** Without it the command cannot run. */
  readonly isRequired?: true;
  /** For texts and numbers. */
  readonly default?: string | number;
  /** For numbers, both included. */
  readonly least?: number;
  readonly most?: number;
}

/** A command as `--help` shows it. */
export interface CommandUsage {
  /** "main.ts simulate meter". */
  readonly name: string;
  readonly summary: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Anything else that one should know, a paragraph each. */
  readonly notes?: readonly string[];
}

/** The flags that a command was given. */
export interface FlagValues {
  /** Undefined where it was not given and has no default. */
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  isOn(name: string): boolean;
  list(name: string): readonly string[];
}

/** What the words after a command mean. */
export type FlagReading =
  | { readonly kind: "values"; readonly values: FlagValues }
  | { readonly kind: "help"; readonly text: string }
  /** Wrong usage, and what is wrong. */
  | { readonly kind: "problem"; readonly message: string };

/** Reads the words after a command. Of a flag that stands twice the later counts. */
export function readFlags(args: readonly string[], usage: CommandUsage): FlagReading {
  const strangers: string[] = [];
  const parsed: Record<string, unknown> = parseArgs([...args], {
    string: namesOf(usage, (flag) => flag.kind !== "switch"),
    boolean: ["help", ...namesOf(usage, (flag) => flag.kind === "switch")],
    collect: namesOf(usage, (flag) => flag.kind === "list"),
    unknown: (word: string) => {
      strangers.push(word);
      return false;
    },
  });
  if (parsed["help"] === true) return { kind: "help", text: helpOf(usage) };
  if (strangers[0] !== undefined) return problem(`Cannot understand ${strangers[0]}`);
  for (const [name, flag] of Object.entries(usage.flags)) {
    const message = problemOf(name, flag, parsed[name]);
    if (message !== null) return problem(message);
  }
  return { kind: "values", values: valuesOf(parsed, usage) };
}

function valuesOf(parsed: Readonly<Record<string, unknown>>, usage: CommandUsage): FlagValues {
  const given = (name: string) => parsed[name] ?? usage.flags[name]?.default;
  return {
    text: (name) => given(name) === undefined ? undefined : String(given(name)),
    number: (name) => given(name) === undefined ? undefined : Number(given(name)),
    isOn: (name) => parsed[name] === true,
    list(name) {
      const items = parsed[name];
      return Array.isArray(items) ? items.map(String) : [];
    },
  };
}

function problemOf(name: string, flag: Flag, value: unknown): string | null {
  if (value === undefined) return flag.isRequired ? `--${name} is missing` : null;
  if (flag.kind === "switch" || flag.kind === "list") return null;
  if (value === "") return `--${name} needs a value`;
  return flag.kind === "number" ? numberProblem(name, flag, String(value)) : null;
}

function numberProblem(
  name: string,
  { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: Flag,
  text: string,
): string | null {
  const number = Number(text);
  if (Number.isFinite(number) && number >= least && number <= most) return null;
  return `--${name} is ${text}: expected a number from ${least} to ${most}`;
}

/** The help of a command. */
export function helpOf({ name, summary, flags, notes = [] }: CommandUsage): string {
  const rows = Object.entries(flags).map(([flagName, flag]) => {
    const left = `--${flagName}${flag.value === undefined ? "" : ` ${flag.value}`}`;
    return [left, flag.help + remarkOf(flag)] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`);
  return [`${name}: ${summary}`, "", ...lines, ...notes.flatMap((note) => ["", note])].join("\n");
}

function remarkOf({ isRequired, default: fallback }: Flag): string {
  if (isRequired) return " (required)";
  return fallback === undefined ? "" : ` (default ${fallback})`;
}

function namesOf({ flags }: CommandUsage, isMeant: (flag: Flag) => boolean): string[] {
  return Object.entries(flags).filter(([, flag]) => isMeant(flag)).map(([name]) => name);
}

function problem(message: string): FlagReading {
  return { kind: "problem", message };
}
