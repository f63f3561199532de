// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { createHappenings, type Happenings } from "./until.ts";

/** A connection that says whatever it is told to, right or wrong. */
export interface BareCharger extends Happenings {
  /** Texts that came in, in order. */
  readonly got: string[];
  send(data: string | Uint8Array): void;
  /** How many texts have come so far: the place from which to look for the next. */
  mark(): number;
  /** The next text after `mark`, as the array that it has to be. */
  answer(mark: number): Promise<readonly unknown[]>;
  /** The code with which the other side closed. */
  closed(): Promise<number>;
  close(): Promise<void>;
}

/** Where to knock. */
export interface KnockOptions {
  readonly url: string;
  readonly password?: string;
  /** Offered subprotocols (default: OCPP 1.6). */
  readonly protocols?: readonly string[];
  /** Roots of the gateway, and a certificate of its own, PEM. */
  readonly tls?: { readonly ca: string; readonly cert?: string; readonly key?: string };
}

/** How a knock ended: inside, or with an HTTP status. */
export type KnockOutcome =
  | { readonly kind: "open"; readonly charger: BareCharger }
  | { readonly kind: "refused"; readonly status: number };

/** Opens a WebSocket as a charger would. */
export function knock({ url, password, protocols = ["ocpp1.6"], tls }: KnockOptions): Promise<
  KnockOutcome
> {
  const identity = decodeURIComponent(url.slice(url.lastIndexOf("/") + 1));
  const headers = password === undefined
    ? {}
    : { authorization: `Basic ${btoa(`${identity}:${password}`)}` };
  const webSocket = new WebSocket(url, [...protocols], { headers, ...tls });
  return new Promise((resolve, reject) => {
    webSocket.on("unexpected-response", (request, response) => {
      resolve({ kind: "refused", status: response.statusCode ?? 0 });
      request.destroy();
    });
    webSocket.on("error", reject);
    webSocket.on("open", () => resolve({ kind: "open", charger: wrap(webSocket) }));
  });
}

function wrap(webSocket: WebSocket): BareCharger {
  const happenings = createHappenings();
  const got: string[] = [];
  let closeCode: number | null = null;
  webSocket.removeAllListeners("error");
  // An error is followed by a close.
  webSocket.on("error", () => {});
  webSocket.on("message", (bytes) => {
    got.push(String(bytes));
    happenings.notify();
  });
  webSocket.on("close", (code) => {
    closeCode = code;
    happenings.notify();
  });
  return {
    ...happenings,
    got,
    send: (data) => webSocket.send(data),
    mark: () => got.length,
    async answer(mark) {
      const text = await happenings.until(
        "an answer",
        () => got.slice(mark).find((each) => !each.startsWith("[2,")),
      );
      return JSON.parse(text);
    },
    closed: () => happenings.until("the other side closes", () => closeCode),
    async close() {
      if (closeCode !== null) return;
      webSocket.close();
      await happenings.until("the connection is closed", () => closeCode);
    },
  };
}
