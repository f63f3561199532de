import {
  ADMIN_TOKEN,
  askPermissions,
  type GatewayChild,
  type GatewayHome,
  spawnGateway,
} from "./gateway_child.ts";

/** The gateway of a site, which may be started again and again on the same data. */
export interface GatewayLives {
  /** How often the gateway was started. */
  life(): number;
  /** The last one that was started. */
  gateway(): GatewayChild;
  /** Starts the gateway, and does not wait for it. */
  launch(): GatewayChild;
  /** Starts the gateway, and waits until it is there. */
  start(): Promise<void>;
  /** What waits for the CSMS, as the gateway's API says. */
  outbox(): Promise<OutboxSummary>;
  /** Ends the gateway with SIGTERM, if it runs. */
  end(): Promise<void>;
}

/** What waits for the CSMS, and what was set aside. */
export interface OutboxSummary {
  readonly rows: number;
  readonly deadLetters: number;
}

const ANSWER_MS = 10_000;

/** Asks what the gateway may do, once for all its lives. `onLine` is called when it says something. */
export async function openGatewayLives(
  home: GatewayHome,
  webPort: number,
  onLine: () => void,
): Promise<GatewayLives> {
  const permissions = await askPermissions(home);
  let life = 0;
  let gateway: GatewayChild | null = null;

  function launch(): GatewayChild {
    life++;
    gateway = spawnGateway(home, permissions, onLine);
    return gateway;
  }

  return {
    life: () => life,
    gateway() {
      if (gateway === null) throw new Error("The gateway was never started");
      return gateway;
    },
    launch,
    async start() {
      const child = launch();
      if (await child.started === "ready") return;
      throw new Error(`The gateway ended:\n${child.said.join("\n")}`);
    },
    outbox: () => askOutbox(webPort),
    async end() {
      if (gateway === null) return;
      try {
        gateway.signal("SIGTERM");
      } catch (error) {
        // It has ended already.
        if (!(error instanceof TypeError)) throw error;
      }
      await gateway.ended;
    },
  };
}

async function askOutbox(webPort: number): Promise<OutboxSummary> {
  const tooLate = new AbortController();
  const timer = setTimeout(() => tooLate.abort(), ANSWER_MS);
  try {
    const response = await fetch(`http://127.0.0.1:${webPort}/api/v1/site`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      signal: tooLate.signal,
    });
    if (!response.ok) throw new Error(`HTTP ${response.status} ${await response.text()}`);
    const { csms } = await response.json();
    return csms.outbox;
  } finally {
    clearTimeout(timer);
  }
}
