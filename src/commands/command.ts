import { parseArgs } from "@std/cli/parse-args";

/** How a command ended: done, a problem that was named, wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** What a command talks to. */
export interface Terminal {
  /** Writes a text for the person or program that reads the output, as it is. */
  print(text: string): void;
  /** Writes a line about a problem. */
  complain(line: string): void;
  /** Asks a person; what is typed is not shown. Null where nobody answers. */
  askSecretly(question: string): Promise<string | null>;
  /** Aborts when the program is to end. */
  readonly signal: AbortSignal;
}

/** Values of the flags that were given, by name. */
export type Flags = Readonly<Record<string, string | undefined>>;

/** A command of the program. */
export interface Command {
  /** Words and flags after the name, for the usage line: `user add NAME --role ROLE`. */
  readonly usage: string;
  readonly summary: string;
  /** Words that have to follow the name; capitals stand for any word. */
  readonly words: readonly string[];
  /** Flags that it knows, each with a value. */
  readonly flags: readonly string[];
  run(flags: Flags, words: readonly string[], terminal: Terminal): Promise<ExitCode>;
}

/** What was typed after the name of a command. */
export type Typed =
  | { readonly kind: "run"; readonly flags: Flags; readonly words: readonly string[] }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly message: string };

/** Reads what was typed after the name of a command. */
export function readTyped(args: readonly string[], command: Command): Typed {
  const unknown: string[] = [];
  const { _: words, help, ...flags } = parseArgs([...args], {
    string: [...command.flags, "_"],
    boolean: ["help"],
    unknown(name: string) {
      if (name.startsWith("-")) unknown.push(name);
    },
  });
  if (help) return { kind: "help" };
  const usage = `Usage: main.ts ${command.usage}`;
  if (unknown[0] !== undefined) {
    return { kind: "wrong", message: `Unknown flag ${unknown[0]}. ${usage}` };
  }
  const empty = command.flags.find((name) => flags[name] === "");
  if (empty !== undefined) return { kind: "wrong", message: `--${empty} needs a value. ${usage}` };
  const given = words.map(String);
  const fits = given.length === command.words.length &&
    command.words.every((word, index) => isAnyWord(word) || word === given[index]);
  if (!fits) return { kind: "wrong", message: usage };
  return { kind: "run", flags: flags as Flags, words: given };
}

function isAnyWord(word: string): boolean {
  return word === word.toUpperCase();
}
