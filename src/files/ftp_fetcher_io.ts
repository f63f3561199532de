import { Writable } from "node:stream";
import { Client, FTPError } from "basic-ftp";
import { networkReason } from "../lib/network_reason.ts";
import { findWay, portOf, serverName, type Way, type WayOptions } from "./_way_io.ts";
import type { FetchOutcome, FileSink } from "./fetch.ts";

type OpenWay = Extract<Way, { readonly kind: "open" }>;

/** The port on which TLS begins at once, by old custom. */
const IMPLICIT_TLS_PORT = 990;

/**
 * Connects and signs in. Files come from and go to the very address that was looked at: a server that
 * names another for them is not followed.
 */
export async function openFtp(
  { url, address, host }: OpenWay,
  { ca, idleMs }: WayOptions,
): Promise<Client> {
  const client = new Client(idleMs, { allowSeparateTransferHost: false });
  const port = portOf(url);
  const isTls = url.protocol === "ftps:";
  const roots = ca();
  try {
    await client.access({
      host: address,
      port,
      ...(url.username === "" ? {} : {
        user: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
      }),
      secure: isTls && port === IMPLICIT_TLS_PORT ? "implicit" : isTls,
      ...(isTls
        ? { secureOptions: { ...serverName(host), ...(roots === null ? {} : { ca: roots }) } }
        : {}),
    });
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

/** The name of the file as the server knows it; null where it could say something else to it. */
export function ftpPath({ pathname }: URL): string | null {
  try {
    const path = decodeURIComponent(pathname);
    // deno-lint-ignore no-control-regex -- a line break would begin another command
    return /[\u0000-\u001f\u007f]/.test(path) ? null : path;
  } catch {
    return null;
  }
}

/** Fetches by ftp and ftps, from where it was broken off where the file is as large as it was. */
export async function fetchByFtp(
  location: string,
  into: FileSink,
  options: WayOptions & { readonly bytesMax: number },
  signal: AbortSignal,
): Promise<FetchOutcome> {
  const way = await findWay(location, options);
  if (way.kind === "closed") return { kind: way.outcome, reason: way.reason };
  const path = ftpPath(way.url);
  if (path === null) return { kind: "refused", reason: "Its location is no name of a file" };
  let client: Client | null = null;
  const close = () => client?.close();
  try {
    client = await openFtp(way, options);
    signal.addEventListener("abort", close, { once: true });
    if (signal.aborted) return { kind: "broken", reason: "It was called off" };
    return await take(client, path, into, options.bytesMax);
  } catch (error) {
    return ftpFailure(error, `${way.host}:${portOf(way.url)}`);
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}

async function take(
  client: Client,
  path: string,
  into: FileSink,
  bytesMax: number,
): Promise<FetchOutcome> {
  const size = await client.size(path);
  const refused: FetchOutcome = { kind: "refused", reason: `It is larger than ${bytesMax} bytes` };
  if (size > bytesMax) return refused;
  const mark = `${size} ${await changedAt(client, path)}`;
  if (into.mark !== mark || into.bytes > size) await into.restart(mark);
  let isTooLarge = false;
  const sink = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      isTooLarge = into.bytes + chunk.length > bytesMax;
      if (isTooLarge) return done(new Error("too large"));
      into.write(chunk).then(() => done(), done);
    },
  });
  try {
    if (into.bytes < size) await client.downloadTo(sink, path, into.bytes);
  } catch (error) {
    if (isTooLarge) return refused;
    throw error;
  }
  return into.bytes === size
    ? { kind: "ended" }
    : { kind: "broken", reason: "The server broke off" };
}

/** Not every server knows. */
async function changedAt(client: Client, path: string): Promise<string> {
  return await client.lastMod(path).then((at) => at.toISOString(), () => "");
}

/** What a server says no to for good (RFC 959: 5yz), and what may work later. */
export function ftpFailure(error: unknown, address: string): FetchOutcome {
  if (error instanceof FTPError) {
    const reason = `${address} answers FTP ${error.code}`;
    return { kind: error.code >= 500 ? "refused" : "broken", reason };
  }
  return { kind: "broken", reason: networkReason(error, address) };
}
