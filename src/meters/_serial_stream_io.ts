import { fail, ok, type Result } from "../lib/result.ts";
import { errorText } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { ByteListener, ByteStream } from "./_byte_stream.ts";
import { type SerialSettings, sttyArguments } from "./serial_line.ts";

/*
 * A serial port, opened by the system's own tools. Deno lets a program open a device itself only where
 * it may do everything; so `stty` sets the port, one `dd` reads it and another writes it, and those two
 * names are all that the program has to be allowed. Nothing blocks: their pipes are read as sockets
 * are, and a pulled adapter shows as the end of the reading one, with the system's reason.
 */

const ENVIRONMENT = { clearEnv: true, env: { LC_ALL: "C", PATH: "/usr/bin:/bin" } } as const;
const BLOCK = "bs=512";
/** What a tool says about a port is a line; more is not read. */
const REASON_CHARACTERS_MAX = 200;

/** Opens a port with those settings, or says why not. */
export async function openSerial(
  device: string,
  settings: SerialSettings,
  spawn: Spawner,
  stop: AbortSignal,
): Promise<Result<ByteStream, string>> {
  try {
    const { success, stderr } = await new Deno.Command("stty", {
      args: [...sttyArguments(device, settings)],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: stop,
      ...ENVIRONMENT,
    }).output();
    if (!success) return fail(portReason(device, new TextDecoder().decode(stderr)));
    return ok(streamOver(device, spawn));
  } catch (error) {
    if (stop.aborted) return fail(`the opening of ${device} was broken off`);
    return fail(toolReason(device, error));
  }
}

function toolReason(device: string, error: unknown): string {
  if (error instanceof Deno.errors.NotFound) {
    return `cannot open ${device}: stty and dd are not installed`;
  }
  if (error instanceof Deno.errors.NotCapable) {
    return `cannot open ${device}: Deno has to be started with --allow-run=stty,dd`;
  }
  return `cannot open ${device}: ${errorText(error)}`;
}

/** What a tool said, less its own name: "/dev/ttyUSB0: Permission denied". */
function portReason(device: string, said: string): string {
  const line = said.split("\n").find((each) => each.trim() !== "") ?? "";
  const reason = line.replace(/^.*?(?:stty|dd): /, "").slice(0, REASON_CHARACTERS_MAX);
  if (/No such (?:file|device)/.test(reason)) {
    return `there is no ${device}: is the adapter plugged in?`;
  }
  if (/Permission denied/.test(reason)) {
    return `no right to open ${device}: the user of this service has to be in its group (dialout)`;
  }
  if (/Inappropriate ioctl/.test(reason)) return `${device} is no serial port`;
  if (/unable to perform all requested operations/.test(reason)) {
    return `${device} cannot be set to this speed or format`;
  }
  if (/Input\/output error/.test(reason)) return `${device} was unplugged`;
  return reason === "" ? `${device} was closed` : `${device}: ${reason}`;
}

function streamOver(device: string, spawn: Spawner): ByteStream {
  const reading = spawnTool([`if=${device}`, BLOCK], { stdin: "null", stdout: "piped" });
  const writing = spawnTool([`of=${device}`, BLOCK, "conv=nocreat,notrunc"], {
    stdin: "piped",
    stdout: "null",
  });
  const input = writing.stdin.getWriter();
  let isDestroyed = false;

  function destroy(): void {
    if (isDestroyed) return;
    isDestroyed = true;
    for (const child of [reading, writing]) endQuietly(child);
  }

  async function pump(listener: ByteListener): Promise<void> {
    for await (const bytes of reading.stdout) {
      if (!isDestroyed) listener.bytes(bytes);
    }
  }

  /** Resolves with the reason when both tools have ended. */
  async function ended(listener: ByteListener): Promise<string> {
    const said = [textOf(reading.stderr), textOf(writing.stderr)];
    // Whichever ends first takes the other one with it.
    await Promise.race([pump(listener).catch(() => {}), reading.status, writing.status]);
    destroy();
    await input.abort().catch(() => {});
    await Promise.all([reading.status, writing.status]);
    const [first = "", second = ""] = await Promise.all(said);
    return portReason(device, first === "" ? second : first);
  }

  return {
    listen(listener) {
      spawn(`serial port ${device}`, async () => listener.ended(await ended(listener)));
    },
    write(bytes) {
      // Where the pipe is gone the tools have ended, which is heard there.
      if (!isDestroyed) input.write(bytes).catch(() => {});
    },
    destroy,
    isDestroyed: () => isDestroyed,
  };
}

function spawnTool(
  args: readonly string[],
  pipes: Pick<Deno.CommandOptions, "stdin" | "stdout">,
): Deno.ChildProcess {
  return new Deno.Command("dd", {
    args: [...args, "status=none"],
    stderr: "piped",
    ...pipes,
    ...ENVIRONMENT,
  }).spawn();
}

function endQuietly(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(stream).text();
}
