import { type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { networkReason } from "../lib/network_reason.ts";
import { findWay, portOf, serverName, type Way, type WayOptions } from "./_way_io.ts";
import type { FetchOutcome, FileSink } from "./fetch.ts";

type OpenWay = Extract<Way, { readonly kind: "open" }>;

/** More detours nobody needs. */
const REDIRECTS_MAX = 5;

/**
 * Fetches by http and https. What is there already is not fetched again where the server knows that it is
 * the same file (Range with If-Range). Each redirect is looked at as the first address was, and none leads
 * from https to http.
 */
export async function fetchByHttp(
  location: string,
  into: FileSink,
  options: WayOptions & { readonly bytesMax: number },
  signal: AbortSignal,
): Promise<FetchOutcome> {
  let next = location;
  for (let turn = 0; turn <= REDIRECTS_MAX; turn++) {
    const way = await findWay(next, options);
    if (way.kind === "closed") return { kind: way.outcome, reason: way.reason };
    const from = into.mark === null ? 0 : into.bytes;
    const response = await ask(way, from, into.mark, options, signal);
    if (!("headers" in response)) return response;
    const target = redirectOf(response, way.url);
    if (target === null) return await take(response, from, into, options.bytesMax, way);
    response.destroy();
    if (way.url.protocol === "https:" && target.startsWith("http:")) {
      return { kind: "refused", reason: "It is redirected from https to http" };
    }
    next = target;
  }
  return { kind: "refused", reason: `It is redirected more than ${REDIRECTS_MAX} times` };
}

function ask(
  { url, address, host }: OpenWay,
  from: number,
  mark: string | null,
  { ca, idleMs }: WayOptions,
  signal: AbortSignal,
): Promise<IncomingMessage | FetchOutcome> {
  const isTls = url.protocol === "https:";
  const roots = ca();
  return new Promise((resolve) => {
    const broken = (error: unknown) =>
      resolve({ kind: "broken", reason: networkReason(error, `${host}:${portOf(url)}`) });
    const request = (isTls ? httpsRequest : httpRequest)({
      // The address that was looked at, whatever the name stands for by now.
      host: address,
      port: portOf(url),
      path: `${url.pathname}${url.search}`,
      agent: false,
      signal,
      headers: {
        host: url.host,
        "user-agent": "Sangam",
        "accept-encoding": "identity",
        ...(from > 0 && mark !== null ? { range: `bytes=${from}-`, "if-range": mark } : {}),
      },
      ...(isTls ? { ...serverName(host), ...(roots === null ? {} : { ca: roots }) } : {}),
    }, resolve);
    request.setTimeout(idleMs, () => request.destroy(new Error("nothing came")));
    request.on("error", broken);
    request.end();
  });
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage, from: URL): string | null {
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) {
    return null;
  }
  return URL.parse(headers.location, from)?.href ?? "";
}

async function take(
  response: IncomingMessage,
  from: number,
  into: FileSink,
  bytesMax: number,
  { host }: OpenWay,
): Promise<FetchOutcome> {
  const { statusCode = 0, headers } = response;
  try {
    if (statusCode === 206 && startOf(headers["content-range"]) !== from || statusCode === 416) {
      await into.restart(null);
      return { kind: "broken", reason: `${host} gives another part than was asked for` };
    }
    if (statusCode !== 200 && statusCode !== 206) return refusal(statusCode, host);
    if (statusCode === 200) await into.restart(markOf(headers));
    const announced = Number(headers["content-length"] ?? Number.NaN);
    if (into.bytes + (announced || 0) > bytesMax) return tooLarge(bytesMax);
    const end = into.bytes + announced;
    for await (const chunk of response) {
      if (into.bytes + chunk.length > bytesMax) return tooLarge(bytesMax);
      await into.write(chunk);
    }
    return Number.isNaN(end) || into.bytes === end
      ? { kind: "ended" }
      : { kind: "broken", reason: `${host} broke off` };
  } catch (error) {
    return { kind: "broken", reason: networkReason(error, host) };
  } finally {
    response.destroy();
  }
}

/** Busy, or a server that stumbles: it may be better later. What is not there does not come. */
function refusal(status: number, host: string): FetchOutcome {
  const reason = `${host} answers HTTP ${status}`;
  const isPassing = status >= 500 || status === 408 || status === 425 || status === 429;
  return { kind: isPassing ? "broken" : "refused", reason };
}

function tooLarge(bytesMax: number): FetchOutcome {
  return { kind: "refused", reason: `It is larger than ${bytesMax} bytes` };
}

/** A weak mark speaks of the meaning, not of the bytes. */
function markOf(headers: IncomingMessage["headers"]): string | null {
  const { etag } = headers;
  return etag !== undefined && !etag.startsWith("W/") ? etag : headers["last-modified"] ?? null;
}

function startOf(range: string | undefined): number | null {
  const start = /^bytes (\d+)-/.exec(range ?? "")?.[1];
  return start === undefined ? null : Number(start);
}
