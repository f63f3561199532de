import type { TestPair } from "./certificates.ts";

/** A folder of PEM files for peers that are other programs. */
export interface PemFolder {
  readonly path: string;
  /** Writes texts, and returns their paths. */
  write(name: string, text: string): string;
  [Symbol.dispose](): void;
}

/** Makes a folder that goes with the test. */
export function pemFolder(): PemFolder {
  const path = Deno.makeTempDirSync({ prefix: "pem" });
  return {
    path,
    write(name, text) {
      Deno.writeTextFileSync(`${path}/${name}`, text);
      return `${path}/${name}`;
    },
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

/** What `openssl s_client` says of a server: its suite, its certificate, and the answer to a request. */
export interface SClient {
  /** "TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256"; null where there was no handshake. */
  readonly suite: string | null;
  /** Subject of the server's certificate. */
  readonly subject: string | null;
  /** The first line that the server answered; null for none. */
  readonly status: string | null;
  readonly output: string;
}

/** It may stand in the middle of what s_client itself says. */
const ANSWER = /(HTTP\/1\.1 \d{3} [A-Za-z ]*)\r/;

/** True where there is a C compiler, for what no honest program does. */
export async function canCompile(): Promise<boolean> {
  try {
    return (await new Deno.Command("cc", { args: ["--version"], stdout: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** For `preload`: with it openssl does not notice that a key is not the certificate's. */
export async function carelessLibrary(folder: PemFolder): Promise<string> {
  const source = folder.write(
    "careless.c",
    "int X509_check_private_key(void *c, void *k) { return 1; }\n" +
      "int SSL_CTX_check_private_key(void *c) { return 1; }\n",
  );
  const library = `${folder.path}/careless.so`;
  await new Deno.Command("cc", { args: ["-shared", "-fPIC", "-o", library, source] }).output();
  return library;
}

/** Connects with `openssl s_client`, shows a certificate, and asks for an upgrade as a charger does. */
export async function sClient(
  port: number,
  options: readonly string[],
  folder: PemFolder,
  { identity = "CP1", certificate, authorization, preload }: {
    readonly identity?: string;
    readonly certificate?: TestPair;
    readonly authorization?: string;
    /** A library that is loaded before all others. */
    readonly preload?: string;
  } = {},
): Promise<SClient> {
  const shown = certificate === undefined ? [] : [
    "-cert",
    folder.write("client.pem", certificate.cert),
    "-key",
    folder.write("client.key", certificate.key),
  ];
  const head = [
    `GET /ocpp/${identity} HTTP/1.1`,
    "Host: localhost",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: ocpp1.6",
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    "",
    "",
  ].join("\r\n");
  const child = new Deno.Command("openssl", {
    args: ["s_client", "-connect", `127.0.0.1:${port}`, "-ign_eof", ...options, ...shown],
    ...(preload === undefined ? {} : { env: { LD_PRELOAD: preload } }),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(head)).catch(() => {});
  const texts = { out: "", err: "" };
  const collect = async (stream: ReadableStream<Uint8Array>, key: "out" | "err") => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      texts[key] += text;
      // It was answered, and an upgraded connection would stay.
      if (ANSWER.test(texts.out)) stop();
    }
  };
  const stop = () => {
    try {
      child.kill();
    } catch {
      // It has gone already.
    }
  };
  await Promise.all([collect(child.stdout, "out"), collect(child.stderr, "err"), child.status]);
  await writer.close().catch(() => {});
  const output = texts.out + texts.err;
  const [, version, suite] = /New, (\S+), Cipher is (\S+)/.exec(output) ?? [];
  return {
    suite: suite === undefined || suite === "(NONE)" ? null : `${version} ${suite}`,
    subject: /^subject=(.*)$/m.exec(output)?.[1] ?? null,
    status: ANSWER.exec(texts.out)?.[1] ?? null,
    output,
  };
}
