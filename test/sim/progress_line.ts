/** Tells a person how something goes. */
export interface ProgressLine {
  /** What is true now; it is printed when it is time. */
  renew(text: string): void;
  /** A line that stays. */
  print(text: string): void;
  /** Takes the line that was renewed away. */
  end(): void;
}

/** Where lines go. */
export interface Output {
  readonly isTerminal: boolean;
  readonly columns: number;
  write(text: string): void;
}

const TERMINAL_EVERY_MS = 200;
/** A log of a machine is not renewed but grows. */
const PLAIN_EVERY_MS = 5_000;
const ERASE = "\r\x1b[K";

/** On a terminal one line that is renewed, elsewhere plain lines, seldom. */
export function createProgressLine(output: Output, nowMs: () => number): ProgressLine {
  const { isTerminal, columns, write } = output;
  const everyMs = isTerminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS;
  let toldMs = nowMs();
  let shown = "";

  function end(): void {
    if (shown !== "") write(ERASE);
    shown = "";
  }

  return {
    end,
    renew(text) {
      if (nowMs() - toldMs < everyMs) return;
      toldMs = nowMs();
      if (!isTerminal) return write(`${text}\n`);
      shown = text.slice(0, columns - 1);
      write(`${ERASE}${shown}`);
    },
    print(text) {
      const below = shown;
      end();
      write(`${text}\n`);
      if (below === "") return;
      shown = below;
      write(shown);
    },
  };
}

/** Standard output, as it is. */
export function standardOutput(): Output {
  const encoder = new TextEncoder();
  const isTerminal = Deno.stdout.isTerminal();
  return {
    isTerminal,
    columns: isTerminal ? Deno.consoleSize().columns : 0,
    write(text) {
      for (let bytes = encoder.encode(text); bytes.length > 0;) {
        bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
      }
    },
  };
}
