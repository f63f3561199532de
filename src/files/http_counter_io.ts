import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { errorText, type Log } from "../lib/log.ts";
import type { BringTicket, FetchTicket, FileCounter } from "./counter.ts";

/** A server of the counter. */
export interface CounterServer {
  readonly port: number;
  stop(): Promise<void>;
}

export interface CounterServerOptions {
  readonly host: string;
  readonly port: number;
  /** Nothing comes or goes for so long: the connection is closed. */
  readonly idleMs: number;
}

const CONNECTIONS_MAX = 64;
const HEADER_BYTES_MAX = 8_192;
const HEADERS_MS = 10_000;

/** Serves the counter by http, or https with a certificate; it knows nothing else. */
export function serveByHttp(
  options: CounterServerOptions & { readonly tls: { cert: string; key: string } | null },
  counter: FileCounter,
  log: Log,
): Promise<CounterServer> {
  const limits = { maxHeaderSize: HEADER_BYTES_MAX };
  const server = options.tls === null
    ? createServer(limits)
    : createTlsServer({ ...limits, ...options.tls });
  server.maxConnections = CONNECTIONS_MAX;
  server.headersTimeout = HEADERS_MS;
  // Images are large and lines are slow: silence ends a connection, not the time that it takes.
  server.requestTimeout = 0;
  server.timeout = options.idleMs;
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response, counter).catch((error) => {
      log("warning", "file_not_handed_over", { error: errorText(error) });
      response.destroy();
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve({
        port: typeof address === "object" && address !== null ? address.port : options.port,
        stop: () =>
          new Promise((stopped) => {
            server.close(() => stopped());
            server.closeAllConnections();
          }),
      });
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  counter: FileCounter,
): Promise<void> {
  const [, secret = "", name = ""] = /^\/files\/([0-9a-f]{48})(?:\/([^/?#]{0,100}))?$/
    .exec(request.url ?? "") ?? [];
  const ticket = counter.find(secret);
  if (ticket === null) return say(response, 404, "There is no such file");
  const { method = "" } = request;
  if (ticket.kind === "fetch" && (method === "GET" || method === "HEAD")) {
    return await hand(request, response, ticket);
  }
  if (ticket.kind === "bring" && (method === "PUT" || method === "POST")) {
    return await receive(request, response, ticket, name);
  }
  say(response, 405, "Not in this way");
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain", "connection": "close" });
  response.end(`${text}\n`);
}

async function hand(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  { bytes, read }: FetchTicket,
): Promise<void> {
  const from = startOf(headers.range, bytes);
  if (from === null) {
    response.writeHead(416, { "content-range": `bytes */${bytes}` });
    return void response.end();
  }
  response.writeHead(headers.range === undefined || from === 0 ? 200 : 206, {
    "content-type": "application/octet-stream",
    "content-length": bytes - from,
    "accept-ranges": "bytes",
    ...(from === 0 ? {} : { "content-range": `bytes ${from}-${bytes - 1}/${bytes}` }),
  });
  if (method === "HEAD") return void response.end();
  for await (const piece of read(from)) {
    if (response.destroyed) return;
    if (!response.write(piece)) await drained(response);
  }
  response.end();
}

/** Where it wants to go on; null where nothing is there. Other ranges get the whole, as they may. */
function startOf(range: string | undefined, bytes: number): number | null {
  const start = /^bytes=(\d{1,12})-$/.exec(range ?? "")?.[1];
  if (start === undefined) return 0;
  return Number(start) < bytes ? Number(start) : null;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve);
    response.once("close", resolve);
  });
}

async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  { bytesMax, open }: BringTicket,
  name: string,
): Promise<void> {
  if (Number(request.headers["content-length"] ?? 0) > bytesMax) {
    return say(response, 413, "Too large");
  }
  const incoming = await open(name);
  let bytes = 0;
  try {
    for await (const chunk of request) {
      bytes += chunk.length;
      if (bytes > bytesMax) {
        await incoming.abort();
        return say(response, 413, "Too large");
      }
      await incoming.write(chunk);
    }
  } catch (error) {
    await incoming.abort();
    throw error;
  }
  await incoming.end();
  say(response, 201, "It is here");
}
