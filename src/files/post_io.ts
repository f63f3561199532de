import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { networkReason } from "../lib/network_reason.ts";
import { findWay, portOf, type Resolve, serverName } from "./_way_io.ts";
import type { FileRules } from "./file_rules.ts";

/** What is posted, and how long that may take. */
export interface Posting {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In all, from looking the name up. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** How names become addresses, and whom TLS trusts; absent: as the machine does. */
export interface PostingTools {
  readonly resolve?: Resolve;
  readonly ca?: string;
}

/**
 * Posts something by http or https to where the rules allow it, at the one address that was looked at.
 * Nobody is followed to another place. The answer's body is not read.
 *
 * @throws {Error} in words that a person can act on, and without the address, which may hold a key
 */
export async function postByHttp(
  location: string,
  posting: Posting,
  rules: FileRules,
  tools: PostingTools = {},
): Promise<void> {
  const deadline = AbortSignal.timeout(posting.timeoutMs);
  const signal = AbortSignal.any([deadline, posting.signal]);
  const { resolve, ca = null } = tools;
  const looking = findWay(location, {
    rules: () => rules,
    ca: () => ca,
    idleMs: posting.timeoutMs,
    ...(resolve === undefined ? {} : { resolve }),
  });
  const way = await orEnd(looking, signal);
  if (way === null) throw new Error("Nothing came of it in time");
  if (way.kind === "closed") throw new Error(way.reason);
  const isTls = way.url.protocol === "https:";
  const status = await new Promise<number>((done, fail) => {
    const request = (isTls ? httpsRequest : httpRequest)({
      method: "POST",
      // The address that was looked at, whatever the name stands for by now.
      host: way.address,
      port: portOf(way.url),
      path: `${way.url.pathname}${way.url.search}`,
      agent: false,
      signal,
      headers: {
        host: way.url.host,
        "user-agent": "Sangam",
        "content-length": String(new TextEncoder().encode(posting.body).length),
        ...posting.headers,
      },
      ...(isTls ? { ...serverName(way.host), ...(ca === null ? {} : { ca }) } : {}),
    }, (response) => {
      done(response.statusCode ?? 0);
      response.destroy();
    });
    request.on("error", (error) =>
      fail(
        new Error(
          deadline.aborted
            ? `no answer from ${way.host} in time`
            : networkReason(error, `${way.host}:${portOf(way.url)}`),
        ),
      ));
    request.end(posting.body);
  });
  if (status >= 300 && status < 400) {
    throw new Error(`${way.host} points elsewhere (HTTP ${status}): nobody is followed`);
  }
  if (status < 200 || status >= 300) throw new Error(`${way.host} answers HTTP ${status}`);
}

function orEnd<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(null);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
