import type { Clock } from "../lib/clock.ts";
import { errorText } from "../lib/log.ts";
import { networkReason } from "./network_reason.ts";
import { PAYLOAD_LIMIT_BYTES } from "./payload.ts";

/** What a question came to. */
export type HttpAnswer =
  | {
    readonly kind: "answer";
    readonly status: number;
    /** The `WWW-Authenticate` header; empty where there is none. */
    readonly challenge: string;
    readonly body: Uint8Array;
  }
  /** Nothing that can be used came, and why. `silent`: nothing came at all. */
  | { readonly kind: "fault"; readonly reason: string; readonly silent: boolean };

/** Asks one server, each time anew. */
export interface HttpExchange {
  /** Never rejects. `authorization` is a header; null: none. */
  get(authorization: string | null): Promise<HttpAnswer>;
  /** Ends what is under way and lets go of connections. */
  close(): void;
}

/** Creates the exchange with one address. `address` is "host:port", for reasons. */
export function createHttpExchange(
  options: {
    readonly url: URL;
    readonly address: string;
    readonly timeoutMs: number;
    readonly ca?: string | undefined;
  },
  clock: Clock,
): HttpExchange {
  const { url, address, timeoutMs, ca } = options;
  const client = Deno.createHttpClient({
    ...(ca !== undefined && { caCerts: [ca] }),
    poolMaxIdlePerHost: 1,
  });
  const closing = new AbortController();

  async function get(authorization: string | null): Promise<HttpAnswer> {
    const abort = new AbortController();
    const giveUp = () => abort.abort();
    let timedOut = false;
    const cancel = clock.after(timeoutMs, () => {
      timedOut = true;
      giveUp();
    });
    closing.signal.addEventListener("abort", giveUp, { once: true });
    try {
      const response = await fetch(url, {
        client,
        redirect: "manual",
        signal: abort.signal,
        headers: { accept: "application/json", ...(authorization && { authorization }) },
      });
      const body = await boundedBody(response);
      if (body === null) {
        const reason = `an answer of more than ${PAYLOAD_LIMIT_BYTES} bytes from ${address}`;
        return { kind: "fault", reason, silent: false };
      }
      const challenge = response.headers.get("www-authenticate") ?? "";
      return { kind: "answer", status: response.status, challenge, body };
    } catch (error) {
      const reason = timedOut
        ? networkReason({ code: "ETIMEDOUT" }, address)
        : fetchReason(error, address);
      return { kind: "fault", reason, silent: true };
    } finally {
      cancel();
      closing.signal.removeEventListener("abort", giveUp);
    }
  }

  return {
    get,
    close() {
      closing.abort();
      client.close();
    },
  };
}

/** The whole body; null as soon as it is too long. */
async function boundedBody(response: Response): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    // Leaving the loop cancels the rest.
    if (length > PAYLOAD_LIMIT_BYTES) return null;
    parts.push(part);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

/** What the texts of fetch mean; they have no codes. */
const MEANINGS: readonly [words: RegExp, code: string][] = [
  [/connection refused/i, "ECONNREFUSED"],
  [/connection reset|connection closed|broken pipe|unexpected eof/i, "ECONNRESET"],
  [/no route to host|network is unreachable/i, "EHOSTUNREACH"],
  [/timed out/i, "ETIMEDOUT"],
  [/name or service not known|no address associated|failed to lookup/i, "ENOTFOUND"],
  [/temporary failure in name resolution/i, "EAI_AGAIN"],
];

function fetchReason(error: unknown, address: string): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const text = `${errorText(error)} ${cause === undefined ? "" : errorText(cause)}`;
  if (/certificate|UnknownIssuer/i.test(text)) {
    return `the certificate of ${address} is not trusted`;
  }
  const code = MEANINGS.find(([words]) => words.test(text))?.[1];
  // The whole text would show the address with its query, which may hold a key.
  return code === undefined ? `cannot reach ${address}` : networkReason({ code }, address);
}
