import { readLines } from "./lines.ts";
import { type RequiredServer, succeeds } from "./required_server.ts";

const HEADER = "/usr/include/modbus/modbus.h";

/** Debian's libmodbus-dev, and a compiler. */
export const LIBMODBUS: RequiredServer = {
  name: "libmodbus-dev and gcc",
  isInstalled: succeeds("test", ["-f", HEADER]) && succeeds("gcc", ["--version"]),
};

/** A running Modbus TCP server on 127.0.0.1 that answers every unit. */
export interface LibmodbusServer extends AsyncDisposable {
  readonly port: number;
}

let program: Promise<string> | null = null;

/** Compiles the server, once a run. */
function compiled(): Promise<string> {
  return program ??= (async () => {
    const path = `${await Deno.makeTempDir()}/libmodbus_meter`;
    const source = new URL("libmodbus_meter.c", import.meta.url).pathname;
    const { success, stderr } = await new Deno.Command("gcc", {
      args: ["-Wall", "-O1", "-I/usr/include/modbus", "-o", path, source, "-lmodbus"],
    }).output();
    if (!success) throw new Error(`Cannot compile libmodbus: ${new TextDecoder().decode(stderr)}`);
    return path;
  })();
}

/** Starts a server that holds a register image (see `encodeImage`). Use it with `await using`. */
export async function startLibmodbus(
  image: ReadonlyMap<number, number>,
  functionCode: 3 | 4,
): Promise<LibmodbusServer> {
  const child = new Deno.Command(await compiled(), {
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const input = child.stdin.getWriter();
  const output = readLines(child.stdout);
  const lines = [...image].map(([address, word]) => `${functionCode} ${address} ${word}\n`);
  await input.write(new TextEncoder().encode(`${lines.join("")}\n`));
  const port = Number(await output.next());
  return {
    port,
    async [Symbol.asyncDispose]() {
      await input.close();
      await output.drain();
      await child.status;
    },
  };
}
