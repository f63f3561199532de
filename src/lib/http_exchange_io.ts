import { httpAuthority } from "./address.ts";
import type { Clock } from "./clock.ts";
import { errorText } from "./log.ts";
import { networkReason } from "./network_reason.ts";

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

/** What is asked. Nobody is followed to another address. */
export interface HttpQuestion {
  readonly url: URL;
  readonly method?: "GET" | "POST";
  /** Besides `accept`, which is JSON. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks servers, each time anew. */
export interface HttpExchange {
  /** Never rejects, and takes no longer than its time. */
  ask(question: HttpQuestion): Promise<HttpAnswer>;
  /** Ends what is under way and lets go of connections. */
  close(): void;
}

/** Creates an exchange. Answers of more than `bytesMax` are none. */
export function createHttpExchange(
  options: {
    readonly timeoutMs: number;
    readonly bytesMax: number;
    readonly ca?: string | undefined;
  },
  clock: Clock,
): HttpExchange {
  const { timeoutMs, bytesMax, ca } = options;
  const client = Deno.createHttpClient({
    ...(ca !== undefined && { caCerts: [ca] }),
    poolMaxIdlePerHost: 1,
  });
  const closing = new AbortController();

  async function ask({ url, method = "GET", headers = {}, body }: HttpQuestion) {
    const address = httpAuthority(url);
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
        method,
        headers: { accept: "application/json", ...headers },
        ...(body !== undefined && { body }),
      });
      const bytes = await boundedBody(response, bytesMax);
      if (bytes === null) {
        const reason = `an answer of more than ${bytesMax} bytes from ${address}`;
        return { kind: "fault", reason, silent: false } as const;
      }
      const challenge = response.headers.get("www-authenticate") ?? "";
      return { kind: "answer", status: response.status, challenge, body: bytes } as const;
    } catch (error) {
      const reason = timedOut
        ? networkReason({ code: "ETIMEDOUT" }, address)
        : fetchReason(error, address);
      return { kind: "fault", reason, silent: true } as const;
    } finally {
      cancel();
      closing.signal.removeEventListener("abort", giveUp);
    }
  }

  return {
    ask,
    close() {
      closing.abort();
      client.close();
    },
  };
}

/** The whole body; null as soon as it is too long. */
async function boundedBody(response: Response, bytesMax: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    // Leaving the loop cancels the rest.
    if (length > bytesMax) return null;
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
  if (/InvalidContentType|corrupt message|wrong version number/i.test(text)) {
    return `${address} does not speak TLS`;
  }
  const code = MEANINGS.find(([words]) => words.test(text))?.[1];
  // The whole text would show the address with its query, which may hold a key.
  return code === undefined ? `cannot reach ${address}` : networkReason({ code }, address);
}
