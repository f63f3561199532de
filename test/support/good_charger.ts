// @ts-types="@types/ws"
import { WebSocket } from "ws";

/** A 1.6 charger that behaves: it answers whatever it is asked, and waits for its own answers. */
export interface GoodCharger {
  /** How long the answer took, milliseconds; null where there was none in time. */
  ask(action: string, payload: unknown): Promise<number | null>;
  isClosed(): boolean;
  close(): void;
}

/** Where it connects. */
export interface GoodChargerFacts {
  readonly url: string;
  readonly password: string;
  /** Roots of the gateway, PEM, where there is TLS. */
  readonly ca?: string;
  /** From which of this machine's addresses. */
  readonly localAddress?: string;
}

const ANSWER_WITHIN_MS = 15_000;

/** As `connectGood`, and again every half second, as chargers do, until it is let in. */
export async function connectAgain(facts: GoodChargerFacts, tries = 40): Promise<GoodCharger> {
  for (let left = tries; left > 1; left--) {
    try {
      return await connectGood(facts);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  return await connectGood(facts);
}

/** Connects; throws where it is not let in. */
export async function connectGood(facts: GoodChargerFacts): Promise<GoodCharger> {
  const { url, password, ca, localAddress } = facts;
  const identity = url.slice(url.lastIndexOf("/") + 1);
  const socket = new WebSocket(url, ["ocpp1.6"], {
    headers: { authorization: `Basic ${btoa(`${identity}:${password}`)}` },
    perMessageDeflate: false,
    ...(ca === undefined ? {} : { ca }),
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  const awaited = new Map<string, (isAnswered: boolean) => void>();
  let lastId = 0;
  socket.on("message", (data) => {
    const [kind, id, action] = JSON.parse(String(data));
    if (kind === 2) {
      const answer = action === "GetConfiguration" ? {} : { status: "Accepted" };
      return socket.send(JSON.stringify([3, id, answer]));
    }
    awaited.get(id)?.(true);
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  // An error is followed by a close.
  socket.on("error", () => {});
  return {
    async ask(action, payload) {
      if (socket.readyState !== WebSocket.OPEN) return null;
      const id = String(++lastId);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      awaited.set(id, resolve);
      const timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS);
      const beganMs = performance.now();
      socket.send(JSON.stringify([2, id, action, payload]));
      const isAnswered = await promise;
      clearTimeout(timer);
      awaited.delete(id);
      return isAnswered ? performance.now() - beganMs : null;
    },
    isClosed: () => socket.readyState !== WebSocket.OPEN,
    close: () => socket.terminate(),
  };
}
