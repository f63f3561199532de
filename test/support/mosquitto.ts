import { pbkdf2Sync, randomBytes } from "node:crypto";
import { readLines } from "./lines.ts";
import { type RequiredServer, succeeds } from "./required_server.ts";

const MOSQUITTO = "/usr/sbin/mosquitto";

/** Debian's mosquitto. */
export const MOSQUITTO_BROKER: RequiredServer = {
  name: "mosquitto",
  isInstalled: isFile(MOSQUITTO),
};

/** Debian's mosquitto, and the openssl command to make certificates with. */
export const MOSQUITTO_WITH_TLS: RequiredServer = {
  name: "mosquitto and openssl",
  isInstalled: isFile(MOSQUITTO) && succeeds("openssl", ["version"]),
};

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** How the broker is to be. */
export interface BrokerOptions {
  /** Default: a free port. Give one to start a broker anew where another was. */
  readonly port?: number;
  /** Who may connect, password by name. Default: everybody. */
  readonly users?: Readonly<Record<string, string>>;
  /** Speaks TLS only. PEM. With `clientCa`, who connects needs a certificate signed by it. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string };
}

/** A running broker on 127.0.0.1. */
export interface MosquittoBroker extends AsyncDisposable {
  readonly port: number;
  /** `mqtt://127.0.0.1:port`, or `mqtts://localhost:port`. */
  readonly url: string;
  /** Resolves when the broker has logged so many lines that hold `text` since its start. */
  logged(text: string, times?: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a broker. Use it with `await using`. */
export async function startMosquitto(options: BrokerOptions = {}): Promise<MosquittoBroker> {
  const folder = await Deno.makeTempDir();
  for (let attempt = 1;; attempt++) {
    // Another program may take the free port before the broker does.
    const port = options.port ?? freePort();
    const broker = await launch(folder, port, options);
    if (broker !== null) return broker;
    if (attempt === 3) throw new Error(`Cannot start mosquitto: port ${port} is taken`);
  }
}

async function launch(
  folder: string,
  port: number,
  options: BrokerOptions,
): Promise<MosquittoBroker | null> {
  await writeConfiguration(folder, port, options);
  const child = new Deno.Command(MOSQUITTO, {
    args: ["-v", "-c", `${folder}/mosquitto.conf`],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const log = watchLog(child.stderr);
  const started = await log.sees("running", 1);
  let stopped: Promise<void> | null = null;
  async function stop(): Promise<void> {
    if (started) child.kill("SIGTERM");
    await child.status;
    await log.ended;
    if (started) await Deno.remove(folder, { recursive: true });
  }
  const stopOnce = () => stopped ??= stop();
  if (!started) {
    await stopOnce();
    return null;
  }
  return {
    port,
    url: options.tls === undefined ? `mqtt://127.0.0.1:${port}` : `mqtts://localhost:${port}`,
    async logged(text, times = 1) {
      if (!await log.sees(text, times)) {
        throw new Error(`Cannot see "${text}": mosquitto has ended`);
      }
    },
    stop: stopOnce,
    [Symbol.asyncDispose]: stopOnce,
  };
}

async function writeConfiguration(
  folder: string,
  port: number,
  { users, tls }: BrokerOptions,
): Promise<void> {
  const lines = [
    `listener ${port} 127.0.0.1`,
    `allow_anonymous ${users === undefined}`,
    "log_dest stderr",
    "persistence false",
    // Started as root, the broker would give up its rights and with them the files of this folder.
    "user root",
  ];
  if (users !== undefined) {
    const hashed = Object.entries(users).map(([name, password]) => `${name}:${hashOf(password)}`);
    await Deno.writeTextFile(`${folder}/users`, hashed.join("\n") + "\n");
    lines.push(`password_file ${folder}/users`);
  }
  if (tls !== undefined) {
    await Deno.writeTextFile(`${folder}/cert.pem`, tls.cert);
    await Deno.writeTextFile(`${folder}/key.pem`, tls.key);
    lines.push(`certfile ${folder}/cert.pem`, `keyfile ${folder}/key.pem`);
    if (tls.clientCa !== undefined) {
      await Deno.writeTextFile(`${folder}/client-ca.pem`, tls.clientCa);
      lines.push(`cafile ${folder}/client-ca.pem`, "require_certificate true");
    }
  }
  await Deno.writeTextFile(`${folder}/mosquitto.conf`, lines.join("\n") + "\n");
}

/** A password as mosquitto 2 keeps it: PBKDF2 with SHA-512. */
function hashOf(password: string): string {
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, 101, 64, "sha512");
  return `$7$101$${salt.toString("base64")}$${hash.toString("base64")}`;
}

interface LogWatch {
  /** Resolves with true when so many lines hold `text`, with false at the end of the log. */
  sees(text: string, times: number): Promise<boolean>;
  readonly ended: Promise<void>;
}

function watchLog(stream: ReadableStream<Uint8Array>): LogWatch {
  const lines = readLines(stream);
  const seen: string[] = [];
  const waiting = new Set<() => void>();
  let over = false;
  const wake = () => {
    for (const recheck of waiting) recheck();
  };
  async function follow(): Promise<void> {
    for (let line = await lines.next(); line !== null; line = await lines.next()) {
      seen.push(line);
      wake();
    }
    over = true;
    wake();
  }
  return {
    sees(text, times) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const recheck = () => {
        const enough = seen.filter((line) => line.includes(text)).length >= times;
        if (!enough && !over) return;
        waiting.delete(recheck);
        resolve(enough);
      };
      waiting.add(recheck);
      recheck();
      return promise;
    },
    ended: follow(),
  };
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** Certificates for a test, PEM. */
export interface TestCertificates {
  /** What the certificate is signed by. */
  readonly ca: string;
  /** For "localhost" and 127.0.0.1. */
  readonly cert: string;
  readonly key: string;
}

/** Makes an authority and a server certificate with the openssl command. */
export async function makeTestCertificates(): Promise<TestCertificates> {
  const folder = await Deno.makeTempDir();
  const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
  async function openssl(name: string, subject: string, more: readonly string[]): Promise<void> {
    const files = ["-keyout", `${folder}/${name}-key.pem`, "-out", `${folder}/${name}.pem`];
    const { success, stderr } = await new Deno.Command("openssl", {
      args: [...request.split(" "), ...files, "-subj", subject, ...more],
    }).output();
    if (!success) throw new Error(`Cannot make certificate: ${new TextDecoder().decode(stderr)}`);
  }
  try {
    await openssl("ca", "/CN=Test authority", []);
    await openssl("server", "/CN=localhost", [
      ...["-CA", `${folder}/ca.pem`, "-CAkey", `${folder}/ca-key.pem`],
      ...["-addext", "basicConstraints=critical,CA:FALSE"],
      ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ]);
    const read = (file: string) => Deno.readTextFile(`${folder}/${file}`);
    return {
      ca: await read("ca.pem"),
      cert: await read("server.pem"),
      key: await read("server-key.pem"),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
