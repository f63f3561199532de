import { TIMED_OUT, within } from "../lib/clock.ts";
import { errorText } from "../lib/log.ts";
import type { WebOptions, WebPorts } from "./ports.ts";
import { createWeb } from "./web.ts";

/** A request that has not been answered by then is answered with "stopping". */
const PATIENCE_MS = 3_000;
/** A client that does not take its answer by then is left to the end of the process. */
const GIVE_UP_MS = 2_000;

/** The pages, served. */
export interface WebServer {
  /** Where a browser on this machine finds them. */
  readonly url: string;
  /** Ends streams at once and other requests within seconds, then lets go of the port. */
  stop(): Promise<void>;
}

/**
 * Serves the pages and the API; with TLS where the options hold a certificate. Port 0 takes a free
 * one. Throws what the system says where the port cannot be had.
 */
export function serveWeb(options: WebOptions, ports: WebPorts): WebServer {
  const { host, port, tls } = options;
  const web = createWeb(options, ports);
  const waiting = new Set<() => void>();

  /** The answer, or 503 once the server has waited long enough for it. */
  async function answer(request: Request, remoteAddress: string): Promise<Response> {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const cutOff = () => resolve(new Response("The gateway is stopping.\n", { status: 503 }));
    waiting.add(cutOff);
    try {
      return await Promise.race([web.fetch(request, { remoteAddress }), promise]);
    } finally {
      waiting.delete(cutOff);
    }
  }

  const server = Deno.serve(
    {
      hostname: host,
      port,
      onListen: () => {},
      onError(error) {
        ports.log("error", "web_server_failed", { error: errorText(error) });
        return new Response("Internal Server Error\n", { status: 500 });
      },
      ...(tls === null ? {} : { cert: tls.cert, key: tls.key }),
    },
    (request, info) => answer(request, remoteAddressOf(info.remoteAddr)),
  );
  return {
    url: urlOf(options, server.addr),
    async stop() {
      web.close();
      const ended = server.shutdown();
      if (await within(ports.clock, PATIENCE_MS, ended) !== TIMED_OUT) return;
      for (const cutOff of waiting) cutOff();
      if (await within(ports.clock, GIVE_UP_MS, ended) !== TIMED_OUT) return;
      ports.log("warning", "web_server_left_open", { url: urlOf(options, server.addr) });
    },
  };
}

function remoteAddressOf(address: Deno.Addr): string {
  return "hostname" in address ? address.hostname : "";
}

function urlOf({ host, tls }: WebOptions, address: Deno.Addr): string {
  const isEverywhere = host === "0.0.0.0" || host === "::";
  const name = isEverywhere ? "localhost" : host.includes(":") ? `[${host}]` : host;
  const port = "port" in address ? address.port : 0;
  return `${tls === null ? "http" : "https"}://${name}:${port}/`;
}
