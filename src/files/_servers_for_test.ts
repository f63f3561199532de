import { assert } from "@std/assert";
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { FileSink } from "./fetch.ts";

/** A sink in memory. */
export function memorySink(): FileSink & { content(): Uint8Array } {
  let pieces: Uint8Array[] = [];
  let mark: string | null = null;
  const content = () => new Uint8Array(pieces.flatMap((piece) => [...piece]));
  return {
    content,
    get bytes() {
      return pieces.reduce((sum, { length }) => sum + length, 0);
    },
    get mark() {
      return mark;
    },
    restart(next) {
      pieces = [];
      mark = next;
      return Promise.resolve();
    },
    write(chunk) {
      pieces.push(chunk.slice());
      return Promise.resolve();
    },
  };
}

/** Bytes that look like nothing, and no two blocks of them are the same. */
export function noise(length: number, seed = 7): Uint8Array {
  let state = seed;
  const block = Uint8Array.from({ length: Math.min(length, 65_536) }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
  const whole = new Uint8Array(length);
  for (let at = 0; at < length; at += block.length) {
    whole.set(block.subarray(0, length - at), at);
    new DataView(whole.buffer).setUint8(at, at / block.length);
  }
  return whole;
}

export interface TestServer {
  readonly port: number;
  /** What was asked for, with its range. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/** A server of the web on this machine. */
export async function serveWebFor(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  tls: { readonly cert: string; readonly key: string } | null = null,
): Promise<TestServer> {
  const server: Server = tls === null ? createServer() : createTlsServer({ ...tls });
  const asked: string[] = [];
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    asked.push(`${request.method} ${request.url} ${request.headers.range ?? ""}`.trim());
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  const address = server.address();
  return {
    asked,
    port: typeof address === "object" && address !== null ? address.port : 0,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

/** Answers with a file, whole or from where it is wanted; `breakAfter` bytes it breaks off, `breaks` times. */
export function fileAnswer(
  content: Uint8Array,
  { breakAfter = Infinity, breaks = 0, etag = '"one"' } = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  let left = breaks;
  return (request, response) => {
    const isSame = request.headers["if-range"] === etag;
    const from = isSame ? Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0) : 0;
    response.writeHead(from > 0 ? 206 : 200, {
      etag,
      "content-length": content.length - from,
      ...(from > 0
        ? { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` }
        : {}),
    });
    if (left > 0 && content.length - from > breakAfter) {
      left--;
      response.write(content.subarray(from, from + breakAfter), () => response.destroy());
      return;
    }
    response.end(content.subarray(from));
  };
}

/** A key and a certificate that says whose it is. */
export async function signer(kind: "ec" | "rsa") {
  const made = kind === "ec"
    ? generateKeyPairSync("ec", { namedCurve: "P-256" })
    : generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const pem = made.privateKey.export({ type: "pkcs8", format: "pem" });
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/key.pem`, pem.toString());
    const { stdout, success } = await new Deno.Command("openssl", {
      args: [
        ..."req -x509 -new -days 2 -subj /CN=Maker -key".split(" "),
        `${folder}/key.pem`,
      ],
    }).output();
    assert(success);
    return { key: made.privateKey, certificate: new TextDecoder().decode(stdout) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
