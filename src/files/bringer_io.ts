import { type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Client, FTPError } from "basic-ftp";
import { networkReason } from "../lib/network_reason.ts";
import { findWay, portOf, serverName, type Way, type WayOptions } from "./_way_io.ts";
import {
  type Bringer,
  type BringOutcome,
  ftpOutcome,
  type OutgoingFile,
  pathOf,
  webOutcome,
} from "./bring.ts";
import { ftpPath, openFtp } from "./ftp_fetcher_io.ts";

type OpenWay = Extract<Way, { readonly kind: "open" }>;

/** More detours nobody needs. */
const REDIRECTS_MAX = 5;

/** Brings files by http, https, ftp and ftps to where the rules allow it. */
export function createBringer(options: WayOptions): Bringer {
  return {
    async bring(location, file, signal) {
      const isFtp = /^ftps?:/i.test(location);
      try {
        return await (isFtp ? bringByFtp : bringByHttp)(location, file, options, signal);
      } catch {
        // The whole text may hold the address with its password.
        return { kind: "broken", reason: "It cannot be brought there now" };
      }
    },
  };
}

function closed({ outcome, reason }: Extract<Way, { readonly kind: "closed" }>): BringOutcome {
  return outcome === "broken"
    ? { kind: "broken", reason }
    : { kind: "refused", why: "NotSupportedOperation", reason };
}

/**
 * By PUT, or by POST where a server has no PUT. Redirects that keep the method are followed, each looked at
 * as the first address was, and none from https to http.
 */
async function bringByHttp(
  location: string,
  file: OutgoingFile,
  options: WayOptions,
  signal: AbortSignal,
): Promise<BringOutcome> {
  const url = URL.parse(location);
  if (url !== null) url.pathname = pathOf(url.pathname, encodeURIComponent(file.name), false);
  let next = url?.href ?? location;
  let method: "PUT" | "POST" = "PUT";
  for (let turn = 0; turn <= REDIRECTS_MAX; turn++) {
    const way = await findWay(next, options);
    if (way.kind === "closed") return closed(way);
    const answer = await send(way, method, file, options, signal);
    if ("kind" in answer) return answer;
    const { status, target } = answer;
    if (status !== 307 && status !== 308 || target === null) {
      const isWithoutPut = method === "PUT" && (status === 405 || status === 501);
      if (!isWithoutPut) return webOutcome(status, way.host);
      method = "POST";
      continue;
    }
    if (way.url.protocol === "https:" && target.startsWith("http:")) {
      const reason = "It is redirected from https to http";
      return { kind: "refused", why: "NotSupportedOperation", reason };
    }
    next = target;
  }
  const reason = `It is redirected more than ${REDIRECTS_MAX} times`;
  return { kind: "refused", why: "BadMessage", reason };
}

/** What a server said to it. */
interface WebAnswer {
  readonly status: number;
  /** Where it wants it instead; null: nowhere. */
  readonly target: string | null;
}

function send(
  { url, address, host }: OpenWay,
  method: "PUT" | "POST",
  file: OutgoingFile,
  { ca, idleMs }: WayOptions,
  signal: AbortSignal,
): Promise<WebAnswer | BringOutcome> {
  const isTls = url.protocol === "https:";
  const roots = ca();
  return new Promise((resolve) => {
    const request = (isTls ? httpsRequest : httpRequest)({
      method,
      // The address that was looked at, whatever the name stands for by now.
      host: address,
      port: portOf(url),
      path: `${url.pathname}${url.search}`,
      agent: false,
      signal,
      headers: {
        host: url.host,
        "user-agent": "Sangam",
        "content-type": "application/octet-stream",
        "content-length": file.bytes,
        "content-disposition": `attachment; filename="${file.name}"`,
      },
      ...(isTls ? { ...serverName(host), ...(roots === null ? {} : { ca: roots }) } : {}),
    }, (response: IncomingMessage) => {
      const { statusCode: status = 0, headers } = response;
      resolve({ status, target: targetOf(headers.location, url) });
      // What else it says is not wanted, nor the rest of the file once it has decided.
      request.destroy();
    });
    request.setTimeout(idleMs, () => request.destroy(new Error("nothing came")));
    request.on(
      "error",
      (error) =>
        resolve({ kind: "broken", reason: networkReason(error, `${host}:${portOf(url)}`) }),
    );
    // A server that answers early breaks it off; the answer counts then.
    pipeline(Readable.from(file.read()), request).catch((error) => request.destroy(error));
  });
}

function targetOf(location: string | undefined, from: URL): string | null {
  return location === undefined ? null : URL.parse(location, from)?.href ?? "";
}

async function bringByFtp(
  location: string,
  file: OutgoingFile,
  options: WayOptions,
  signal: AbortSignal,
): Promise<BringOutcome> {
  const way = await findWay(location, options);
  if (way.kind === "closed") return closed(way);
  const path = ftpPath(way.url);
  if (path === null) {
    const reason = "Its location is no name of a file";
    return { kind: "refused", why: "BadMessage", reason };
  }
  const address = `${way.host}:${portOf(way.url)}`;
  let client: Client | null = null;
  const close = () => client?.close();
  try {
    client = await openFtp(way, options);
    signal.addEventListener("abort", close, { once: true });
    if (signal.aborted) return { kind: "broken", reason: "It was called off" };
    await client.uploadFrom(Readable.from(file.read()), pathOf(path, file.name, true));
    return { kind: "ended" };
  } catch (error) {
    return error instanceof FTPError
      ? ftpOutcome(error.code, address)
      : { kind: "broken", reason: networkReason(error, address) };
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}
