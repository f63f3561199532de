import type { Terminal } from "./command.ts";

/** The terminal of this process. Give it back with `release`. */
export interface ProcessTerminal extends Terminal {
  release(): void;
}

const INTERRUPTED = 130;

/** Ctrl-C and SIGTERM abort the signal; a second one ends the program at once. */
export function openTerminal(): ProcessTerminal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) Deno.exit(INTERRUPTED);
    controller.abort();
  };
  Deno.addSignalListener("SIGINT", onSignal);
  Deno.addSignalListener("SIGTERM", onSignal);
  return {
    print(text) {
      try {
        writeAll(Deno.stdout, text);
      } catch (error) {
        // Who read along has gone (`… | head`): the program ends as by Ctrl-C.
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
        controller.abort();
      }
    },
    complain: (line) => writeAll(Deno.stderr, `${line}\n`),
    askSecretly,
    signal: controller.signal,
    release() {
      Deno.removeSignalListener("SIGINT", onSignal);
      Deno.removeSignalListener("SIGTERM", onSignal);
    },
  };
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
}

const LINE_BYTES_MAX = 4_096;

/** Reads a line without showing it at a terminal, and as it is from a pipe. */
async function askSecretly(question: string): Promise<string | null> {
  if (!Deno.stdin.isTerminal()) return await readLine();
  writeAll(Deno.stderr, question);
  Deno.stdin.setRaw(true, { cbreak: true });
  try {
    return await readLine();
  } finally {
    Deno.stdin.setRaw(false);
    writeAll(Deno.stderr, "\n");
  }
}

const BACKSPACE = new Set([8, 127]);
const END_OF_INPUT = 4;

async function readLine(): Promise<string | null> {
  const bytes: number[] = [];
  const one = new Uint8Array(1);
  while (bytes.length < LINE_BYTES_MAX) {
    if (await Deno.stdin.read(one) === null) return bytes.length === 0 ? null : text(bytes);
    const byte = one[0] ?? 0;
    if (byte === 10 || byte === 13 || byte === END_OF_INPUT) break;
    if (BACKSPACE.has(byte)) bytes.pop();
    else bytes.push(byte);
  }
  return text(bytes);
}

function text(bytes: readonly number[]): string {
  return new TextDecoder().decode(new Uint8Array(bytes));
}
