import { type Clock, isoTime } from "../lib/clock.ts";
import { type CommandUsage, type FlagValues, readFlags } from "./command_flags.ts";

/** What a command of the simulator talks to. */
export interface CommandIo {
  /** Writes a text for the person at the terminal, as it is. */
  print(text: string): void;
  /** Writes a line about a problem. */
  complain(line: string): void;
  /** Aborts when the command is to end. */
  readonly signal: AbortSignal;
}

/** How a command ended: done, a problem that was named, wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** Reads the flags and runs the command with them; help and wrong usage are dealt with here. */
export async function runCommandLine(
  args: readonly string[],
  usage: CommandUsage,
  io: CommandIo,
  run: (values: FlagValues) => Promise<ExitCode>,
): Promise<ExitCode> {
  const reading = readFlags(args, usage);
  switch (reading.kind) {
    case "help":
      io.print(`${reading.text}\n`);
      return 0;
    case "problem":
      return wrongUsage(reading.message, usage, io);
    case "values":
      return await run(reading.values);
  }
}

/** Says what is wrong with the words after a command. */
export function wrongUsage(message: string, usage: CommandUsage, io: CommandIo): ExitCode {
  io.complain(`${message}\n${usage.name} --help explains the flags`);
  return 2;
}

/** Prints lines with the time of day and who is meant. */
export function createReporter(
  clock: Clock,
  io: CommandIo,
): (source: string, text: string) => void {
  return (source, text) => {
    const time = isoTime(clock.wallMs()).slice(11, 19);
    io.print(`${time} ${source} ${text}\n`);
  };
}

/** Resolves when the command is to end. */
export function untilStopped({ signal }: CommandIo): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
