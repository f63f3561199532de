import { readLines } from "./lines.ts";
import { type RequiredServer, succeeds } from "./required_server.ts";

const PYTHON = "/usr/bin/python3";

/** Debian's python3-pymodbus. */
export const PYMODBUS: RequiredServer = {
  name: "python3-pymodbus",
  isInstalled: succeeds(PYTHON, ["-c", "import pymodbus.server.async_io"]),
};

/** Registers of one unit, from `address` (counted from 0) on. */
export interface RegisterBlock {
  readonly unit: number;
  readonly functionCode: 3 | 4;
  readonly address: number;
  readonly registers: readonly number[];
}

/** A running Modbus server. */
export interface PymodbusServer extends AsyncDisposable {
  /** On 127.0.0.1; 0 for one on a serial port. */
  readonly port: number;
  /** Writes registers; resolves when the server has them. */
  write(blocks: readonly RegisterBlock[]): Promise<void>;
  /** Ends the server and its connections. */
  stop(): Promise<void>;
}

/** The blocks that hold a register image (see `encodeImage`), one for each register. */
export function blocksOf(
  image: ReadonlyMap<number, number>,
  unit: number,
  functionCode: 3 | 4,
): readonly RegisterBlock[] {
  return [...image].map(([address, word]) => ({ unit, functionCode, address, registers: [word] }));
}

/** Starts a TCP server that holds `blocks`, on a free port or on `port`. Use it with `await using`. */
export function startPymodbus(
  blocks: readonly RegisterBlock[],
  port = 0,
): Promise<PymodbusServer> {
  return start(["tcp", String(port)], blocks);
}

/** Starts one that takes RTU frames over TCP, as behind a serial device server. */
export function startPymodbusRtuOverTcp(
  blocks: readonly RegisterBlock[],
  port = 0,
): Promise<PymodbusServer> {
  return start(["rtu-over-tcp", String(port)], blocks);
}

/** Starts one on a serial port, at 9600 8N1. */
export function startPymodbusRtu(
  blocks: readonly RegisterBlock[],
  device: string,
): Promise<PymodbusServer> {
  return start(["rtu", device], blocks);
}

async function start(
  place: readonly string[],
  blocks: readonly RegisterBlock[],
): Promise<PymodbusServer> {
  const script = new URL("pymodbus_meter.py", import.meta.url).pathname;
  const child = new Deno.Command(PYTHON, {
    args: [script, ...place],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const input = child.stdin.getWriter();
  const output = readLines(child.stdout);
  const encoder = new TextEncoder();

  async function ask(written: readonly RegisterBlock[]): Promise<Record<string, number>> {
    await input.write(encoder.encode(JSON.stringify(written) + "\n"));
    const line = await output.next();
    if (line === null) throw new Error("Cannot reach pymodbus: it has ended");
    return JSON.parse(line);
  }

  let stopped: Promise<void> | null = null;
  async function stop(): Promise<void> {
    await input.close();
    await output.drain();
    await child.status;
  }

  try {
    const { port: actualPort } = await ask(blocks);
    if (actualPort === undefined) throw new Error("Cannot start pymodbus: it names no port");
    return {
      port: actualPort,
      async write(changed) {
        await ask(changed);
      },
      stop: () => stopped ??= stop(),
      [Symbol.asyncDispose]: () => stopped ??= stop(),
    };
  } catch (error) {
    child.kill("SIGKILL");
    await output.drain();
    await child.status;
    await input.abort().catch(() => {});
    throw error;
  }
}
