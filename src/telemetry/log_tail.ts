import { clip } from "../lib/text.ts";

/** The newest lines of the log, as long as the program runs. */
export interface LogTail {
  push(line: string): void;
  /** Newest first. */
  lines(): readonly string[];
}

/** A line is cut there: a log is for reading. */
const LINE_LENGTH_MAX = 4_096;

/** Keeps lines of `lengthMax` characters together at most; older ones fall out. */
export function createLogTail(lengthMax: number): LogTail {
  let lines: string[] = [];
  let first = 0;
  let length = 0;
  return {
    push(line) {
      const kept = line.length > LINE_LENGTH_MAX ? `${clip(line, LINE_LENGTH_MAX - 1)}…` : line;
      lines.push(kept);
      length += kept.length;
      while (length > lengthMax && first < lines.length) {
        length -= lines[first]?.length ?? 0;
        first++;
      }
      // Trimming in halves keeps a push cheap however long the log is.
      if (first * 2 > lines.length) {
        lines = lines.slice(first);
        first = 0;
      }
    },
    lines: () => lines.slice(first).toReversed(),
  };
}
