import type { Clock } from "../../src/lib/clock.ts";

/** What happened in a run, a line each. */
export interface Story {
  tell(text: string): void;
  /** The last lines, oldest first. */
  lines(): readonly string[];
  /** A number of all lines so far: two runs that tell the same have the same. */
  digest(): number;
}

const LINES_MAX = Deno.env.get("TRACE") ? 1e6 : 2_000;

/** Begins a story. */
export function createStory(clock: Clock): Story {
  const lines: string[] = [];
  let digest = 0x811c9dc5;

  /** FNV-1a. */
  function digested(text: string): void {
    for (let index = 0; index < text.length; index++) {
      digest = Math.imul(digest ^ text.charCodeAt(index), 0x01000193) >>> 0;
    }
  }

  return {
    tell(text) {
      const line = `${(clock.monoMs() / 1_000).toFixed(1)} s ${text}`;
      digested(line);
      lines.push(line);
      if (lines.length > LINES_MAX) lines.shift();
    },
    lines: () => lines,
    digest: () => digest,
  };
}
