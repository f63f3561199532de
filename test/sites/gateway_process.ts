import { readLines } from "../support/lines.ts";

/** The gateway as its user runs it: a process of its own, with the permissions it asks for itself. */
export interface GatewayProcess {
  /** Lines of standard output and standard error so far. */
  readonly said: string[];
  readonly startedInMs: number;
  readonly pid: number;
  /** With which the API is asked. */
  readonly token: string;
  /** The flags that it asked for, and runs under. */
  readonly permissions: readonly string[];
  /** Asks the API; the answer's JSON. */
  get(path: string): Promise<unknown>;
  /** It has come to its end, whoever wanted that. */
  hasEnded(): boolean;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number>;
  /** SIGKILL: as if the power went out for this process. */
  cutPower(): Promise<void>;
  /** Resident memory in bytes, as the kernel counts it. */
  residentBytes(): Promise<number>;
  /** What it caused to be written to disk so far, in bytes, as the kernel counts it. */
  writtenBytes(): Promise<number>;
}

export interface GatewayFolder {
  readonly path: string;
  readonly webPort: number;
  /** A folder of tools that are found before those of the machine. */
  readonly tools?: string;
  /** Nobody has given it a token, so that its first start makes a user. */
  readonly isWithoutToken?: true;
  /** Its pages may write its site.yaml, as under `deno task start`. */
  readonly isWritable?: true;
  /** Variables of its environment besides. */
  readonly env?: Readonly<Record<string, string>>;
}

const TOKEN = "a-token-of-forty-characters-for-the-tests";
const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** Runs a command of main.ts to its end. */
export async function runMain(
  folder: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly out: string; readonly error: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--frozen",
      "--config",
      CONFIG,
      "--allow-read",
      "--allow-env",
      "--allow-write",
      MAIN,
      ...args,
    ],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), error: decoder.decode(stderr) };
}

function pathWith(tools: string | undefined): Record<string, string> {
  return tools === undefined ? {} : { PATH: `${tools}:${Deno.env.get("PATH") ?? ""}` };
}

/** Starts `main.ts start` on the site.yaml of a folder, and waits until it says where its pages are. */
export async function startGatewayProcess(folder: GatewayFolder): Promise<GatewayProcess> {
  const args = ["--config", `${folder.path}/site.yaml`, "--data", `${folder.path}/data`];
  const permissions = await runMain(folder.path, ["permissions", ...args]);
  if (permissions.code !== 0) throw new Error(permissions.error);
  const flags = permissions.out.trim().split(" ").map((flag) =>
    folder.isWritable && flag.startsWith("--allow-write=") ? `${flag},${folder.path}` : flag
  );
  const began = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--frozen",
      "--config",
      CONFIG,
      // As the task and the service start it: V8 fills the memory it may have else.
      "--v8-flags=--optimize-for-size",
      ...flags,
      MAIN,
      "start",
      ...args,
    ],
    cwd: folder.path,
    env: {
      NO_COLOR: "1",
      ...(folder.isWithoutToken ? {} : { SANGAM_ADMIN_TOKEN: TOKEN }),
      ...pathWith(folder.tools),
      ...folder.env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said: string[] = [];
  const ready = Promise.withResolvers<void>();
  async function follow(stream: ReadableStream<Uint8Array>): Promise<void> {
    const lines = readLines(stream);
    for (let line = await lines.next(); line !== null; line = await lines.next()) {
      said.push(line);
      if (line.startsWith("Pages at ")) ready.resolve();
    }
    ready.reject(new Error(`The gateway ended:\n${said.join("\n")}`));
  }
  // The second of the two to end finds the promise settled.
  ready.promise.catch(() => {});
  const followed = Promise.all([follow(child.stdout), follow(child.stderr)]);
  await ready.promise;
  const startedInMs = performance.now() - began;
  let hasEnded = false;
  child.status.then(() => hasEnded = true, () => {});

  return {
    said,
    hasEnded: () => hasEnded,
    startedInMs,
    pid: child.pid,
    token: TOKEN,
    permissions: flags,
    async get(path) {
      const response = await fetch(`http://127.0.0.1:${folder.webPort}/api/v1${path}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return await response.json();
    },
    async stop() {
      child.kill("SIGTERM");
      const { code } = await child.status;
      await followed;
      return code;
    },
    async cutPower() {
      child.kill("SIGKILL");
      await child.status;
      await followed;
    },
    async residentBytes() {
      const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
      const match = /^VmRSS:\s+(\d+) kB$/m.exec(status);
      return Number(match?.[1] ?? 0) * 1024;
    },
    async writtenBytes() {
      const account = await Deno.readTextFile(`/proc/${child.pid}/io`);
      return Number(/^write_bytes: (\d+)$/m.exec(account)?.[1] ?? 0);
    },
  };
}
