import type { CommandIo } from "./command_line.ts";

/** A terminal that remembers, and that can be waited on. */
export interface Terminal extends CommandIo {
  readonly printed: () => string;
  readonly complaints: readonly string[];
  /** Resolves with the text that the pattern found, as soon as it is printed. */
  shows(pattern: RegExp): Promise<string>;
  stop(): void;
}

/** Opens one. */
export function openTerminal(): Terminal {
  const stopped = new AbortController();
  const complaints: string[] = [];
  const waiting = new Set<() => void>();
  let printed = "";
  return {
    signal: stopped.signal,
    stop: () => stopped.abort(),
    printed: () => printed,
    complaints,
    print(text) {
      printed += text;
      for (const recheck of waiting) recheck();
    },
    complain: (line) => void complaints.push(line),
    shows: (pattern) =>
      new Promise((resolve) => {
        const recheck = () => {
          const found = pattern.exec(printed);
          if (found === null) return;
          waiting.delete(recheck);
          resolve(found[1] ?? found[0]);
        };
        waiting.add(recheck);
        recheck();
      }),
  };
}
