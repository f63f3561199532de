import { runMain } from "../sites/gateway_process.ts";
import { readLines } from "../support/lines.ts";

/** One life of the gateway: a process of its own, from its start to whatever ends it. */
export interface GatewayChild {
  /** Lines of standard output and standard error so far. */
  readonly said: readonly string[];
  /** How its start went: the pages are there, or it ended before. */
  readonly started: Promise<"ready" | "ended">;
  readonly ended: Promise<Deno.CommandStatus>;
  signal(signal: Deno.Signal): void;
}

/** Where the gateway finds site.yaml and keeps its data. */
export interface GatewayHome {
  readonly path: string;
  readonly dataPath: string;
}

/** With which the API is asked. */
export const ADMIN_TOKEN = "a-token-of-forty-characters-for-the-tests";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

function wordsFor({ path, dataPath }: GatewayHome): readonly string[] {
  return ["--config", `${path}/site.yaml`, "--data", dataPath];
}

/** The permissions that the gateway asks for itself, as flags. They depend on site.yaml only. */
export async function askPermissions(home: GatewayHome): Promise<readonly string[]> {
  const { code, out, error } = await runMain(home.path, ["permissions", ...wordsFor(home)]);
  if (code !== 0) throw new Error(error);
  return out.trim().split(" ");
}

/** Starts the gateway, and calls `onLine` whenever it has said something. */
export function spawnGateway(
  home: GatewayHome,
  permissions: readonly string[],
  onLine: (line: string) => void,
): GatewayChild {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--frozen", "--config", CONFIG],
      "--v8-flags=--optimize-for-size",
      ...permissions,
      ...[MAIN, "start", ...wordsFor(home)],
    ],
    cwd: home.path,
    env: { NO_COLOR: "1", SANGAM_ADMIN_TOKEN: ADMIN_TOKEN },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said: string[] = [];
  const started = Promise.withResolvers<"ready" | "ended">();
  async function follow(stream: ReadableStream<Uint8Array>): Promise<void> {
    const lines = readLines(stream);
    for (let line = await lines.next(); line !== null; line = await lines.next()) {
      said.push(line);
      if (line.startsWith("Pages at ")) started.resolve("ready");
      onLine(line);
    }
  }
  async function end(): Promise<Deno.CommandStatus> {
    const [status] = await Promise.all([child.status, follow(child.stdout), follow(child.stderr)]);
    started.resolve("ended");
    return status;
  }
  return {
    said,
    started: started.promise,
    ended: end(),
    signal: (signal) => child.kill(signal),
  };
}
