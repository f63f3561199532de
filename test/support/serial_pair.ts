import { type RequiredServer, succeeds } from "./required_server.ts";

/** Debian's socat, which makes pairs of serial ports without wires. */
export const SOCAT: RequiredServer = { name: "socat", isInstalled: succeeds("socat", ["-V"]) };

/** Two serial ports, each hearing what is written to the other. */
export interface SerialPair extends AsyncDisposable {
  /** Names that stay, as those below /dev/serial/by-id. */
  readonly near: string;
  readonly far: string;
  /** Pulls the cable: both ports end under whoever has them open, and their names are gone. */
  unplug(): Promise<void>;
  /** Plugs it in again: ports of the same names. */
  plugIn(): Promise<void>;
}

const QUIET = { stdin: "null", stdout: "null", stderr: "null" } as const;
const port = (link: string) => `pty,raw,echo=0,link=${link}`;

/** A serial port with a bus behind it on which something is wrong: see bus_fault.py. */
export async function makeFaultyBus(
  fault: { readonly kind: "collision" } | {
    readonly kind: "speed";
    readonly baud: number;
    readonly far: string;
  },
): Promise<AsyncDisposable & { readonly near: string }> {
  const folder = await Deno.makeTempDir();
  const near = `${folder}/near`;
  const script = new URL("bus_fault.py", import.meta.url).pathname;
  const words = fault.kind === "speed"
    ? [fault.kind, String(fault.baud), near, fault.far]
    : [fault.kind];
  const args = [port(near), `EXEC:/usr/bin/python3 ${script} ${words.join(" ")}`];
  const socat = new Deno.Command("socat", { args, ...QUIET }).spawn();
  while (!exists(near)) await new Promise((resolve) => setTimeout(resolve, 5));
  return {
    near,
    async [Symbol.asyncDispose]() {
      socat.kill("SIGTERM");
      await socat.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Makes a pair in a folder of its own. Use it with `await using`. */
export async function makeSerialPair(): Promise<SerialPair> {
  const folder = await Deno.makeTempDir();
  const [near, far] = [`${folder}/near`, `${folder}/far`];
  let socat: Deno.ChildProcess | null = null;

  async function plugIn(): Promise<void> {
    socat = new Deno.Command("socat", { args: [port(near), port(far)], ...QUIET }).spawn();
    while (!exists(near) || !exists(far)) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  async function unplug(): Promise<void> {
    const pulled = socat;
    socat = null;
    pulled?.kill("SIGTERM");
    await pulled?.status;
  }

  await plugIn();
  return {
    near,
    far,
    plugIn,
    unplug,
    async [Symbol.asyncDispose]() {
      await unplug();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isCharDevice === true;
  } catch {
    return false;
  }
}
