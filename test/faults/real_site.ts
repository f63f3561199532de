import { type Clock, sleep } from "../../src/lib/clock.ts";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createEvents } from "../../src/lib/events.ts";
import { createSeededIds, type Ids } from "../../src/lib/ids.ts";
import { createSpawner, type Spawner } from "../../src/lib/spawn.ts";
import { loadValidator } from "../../src/ocpp/messages/mod.ts";
import type { MessageCheck } from "../../src/ocpp/mod.ts";
import { createChargerDialer } from "../../src/simulator/charger_dial_io.ts";
import { startCsmsServer } from "../../src/simulator/csms_server_io.ts";
import {
  type Charger,
  type ChargerEvents,
  chargerOptions,
  createCharger16,
  createCsms16,
  type CsmsEvents,
  FRIENDLY_CSMS,
  type SimulatedCsms,
} from "../../src/simulator/mod.ts";
import { createHappenings, type Happenings } from "../sites/until.ts";
import { steadyPort } from "../support/steady_port.ts";
import { type ChargerBooks, openChargerBooks } from "./charger_books.ts";
import { compareBooks, type Findings } from "./compare_books.ts";
import { type CsmsFrameBooks, openCsmsFrameBooks } from "./csms_books.ts";
import { type DriverPace, driveSessions, HURRIED } from "./drivers.ts";
import { createFaultProxy, type FaultProxy } from "./fault_proxy_io.ts";
import {
  ADMIN_TOKEN,
  askPermissions,
  type GatewayChild,
  type GatewayHome,
  spawnGateway,
} from "./gateway_child.ts";
import { addressesOf, siteYaml } from "./site_yaml.ts";
import { watchLiveness } from "./watched_socket.ts";

/** What a test may want of its site. Everything has a value. */
export interface RealSiteOptions {
  /** Draws who comes when, and all that the test itself draws. */
  readonly seed: number;
  /** Chargers of one socket each. Default 3. */
  readonly chargers: number;
  /** Where the gateway keeps its data. Default: in a folder of the site's own. */
  readonly dataPath: string;
  readonly pace: DriverPace;
  /** Whether proxies lie on the wires, so that a test can spoil them. Default no. */
  readonly hasProxies: boolean;
  /** A charger or CSMS that hears nothing for so long ends the connection. Default 10 s. */
  readonly silenceMaxMs: number;
}

/** The wires of a site, as a test spoils them. */
export interface Wires {
  readonly csms: FaultProxy;
  /** By slot, from 0. */
  readonly chargers: readonly FaultProxy[];
}

/** The real gateway as a process, with simulated chargers and a simulated CSMS on real sockets. */
export interface RealSite extends Happenings {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly home: GatewayHome;
  readonly chargers: readonly Charger[];
  readonly csms: SimulatedCsms;
  readonly answered: ChargerBooks;
  readonly heard: CsmsFrameBooks;
  readonly wires: Wires | null;
  /** How often the gateway was started. */
  life(): number;
  gateway(): GatewayChild;
  /** Starts the gateway, and does not wait for it. */
  launch(): GatewayChild;
  /** Starts the gateway, and waits until it is there. */
  start(): Promise<void>;
  /** SIGKILL. Resolves when the process is gone and all that it had said has arrived. */
  kill(): Promise<void>;
  /** Lets drivers come until `signal` aborts. Resolves when the last has left. */
  drive(signal: AbortSignal): Promise<void>;
  /** Chargers that are connected. */
  online(): number;
  /** What waits for the CSMS, as the gateway's API says. */
  outbox(): Promise<{ readonly rows: number; readonly deadLetters: number }>;
  /** Waits until chargers and gateway have told everything. Throws after `withinMs`. */
  settle(withinMs: number): Promise<void>;
  /** What the books of chargers and CSMS do not agree about. */
  findings(): Findings;
  /** Ends the gateway with SIGTERM, and everything else. */
  close(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";
const CSMS_PASSWORD = "password-of-the-site";
const POLL_MS = 50;

/** Builds the site. The gateway does not run yet; chargers dial already. */
export async function openRealSite(given: Partial<RealSiteOptions> = {}): Promise<RealSite> {
  const { seed = 1, chargers: count = 3, pace = HURRIED, silenceMaxMs = 10_000 } = given;
  const clock = createSystemClock();
  const ids = createSeededIds(seed);
  const spawn = createSpawner(() => {});
  const check = await loadValidator("ocpp1.6");
  const happenings = createHappenings();
  const answered = openChargerBooks();
  const heard = openCsmsFrameBooks();
  const online = new Set<number>();
  const ports = { clock, ids, spawn, check };
  let life = 0;
  let gateway: GatewayChild | null = null;

  const csms = createCsms16(FRIENDLY_CSMS, {
    ...ports,
    log: () => {},
    events: csmsEvents(heard, () => life, happenings.notify),
  });
  const server = await startCsmsServer(
    { host: LOOPBACK, port: 0, password: CSMS_PASSWORD },
    watchLiveness(csms, clock, silenceMaxMs),
  );
  const chargerPort = steadyPort();
  const webPort = steadyPort();
  const wires = given.hasProxies ? await layWires(server.port, chargerPort, count, seed) : null;
  const path = await Deno.makeTempDir();
  const home: GatewayHome = { path, dataPath: given.dataPath ?? `${path}/data` };
  await Deno.writeTextFile(
    `${path}/site.yaml`,
    siteYaml({
      chargerPort,
      webPort,
      csmsPort: wires?.csms.port ?? server.port,
      csmsPassword: CSMS_PASSWORD,
      chargers: count,
    }),
  );
  const permissions = await askPermissions(home);
  const chargers = Array.from({ length: count }, (_, index) => {
    const slot = index + 1;
    const port = wires?.chargers[index]?.port ?? chargerPort;
    return realCharger(slot, port, silenceMaxMs, {
      ...ports,
      events: chargerEvents(slot, answered, online, happenings.notify),
    });
  });
  for (const charger of chargers) charger.start();

  function launch(): GatewayChild {
    life++;
    gateway = spawnGateway(home, permissions, happenings.notify);
    return gateway;
  }

  function current(): GatewayChild {
    if (gateway === null) throw new Error("The gateway was never started");
    return gateway;
  }

  async function start(): Promise<void> {
    const child = launch();
    if (await child.started === "ready") return;
    throw new Error(`The gateway ended:\n${child.said.join("\n")}`);
  }

  async function outbox(): Promise<{ readonly rows: number; readonly deadLetters: number }> {
    const response = await fetch(`http://${LOOPBACK}:${webPort}/api/v1/site`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    if (!response.ok) throw new Error(`HTTP ${response.status} ${await response.text()}`);
    const { csms: link } = await response.json();
    return link.outbox;
  }

  async function settle(withinMs: number): Promise<void> {
    const deadlineMs = clock.monoMs() + withinMs;
    for (;;) {
      const waiting = chargers.map((each) => each.undelivered());
      const { rows, deadLetters } = await outbox();
      if (rows + deadLetters + waiting.reduce((sum, each) => sum + each, 0) === 0) return;
      if (clock.monoMs() > deadlineMs) {
        throw new Error(
          `Not settled after ${withinMs} ms: ${rows} rows, ${deadLetters} set aside, ` +
            `chargers hold ${waiting.join(", ")}\n${current().said.slice(-20).join("\n")}`,
        );
      }
      await sleep(clock, POLL_MS);
    }
  }

  return {
    ...happenings,
    clock,
    ids,
    home,
    chargers,
    csms,
    answered,
    heard,
    wires,
    life: () => life,
    gateway: current,
    launch,
    start,
    async kill() {
      current().signal("SIGKILL");
      await current().ended;
      // What the kernel still holds of its last words is delivered first.
      await happenings.until(
        "everybody hears that the gateway is gone",
        () => online.size === 0 && !csms.isConnected() || null,
      );
    },
    async drive(signal) {
      await Promise.all(
        chargers.map((charger, index) =>
          driveSessions(charger, `CARD-${index + 1}`, pace, { clock, ids }, signal)
        ),
      );
    },
    online: () => online.size,
    outbox,
    settle,
    findings: () => [
      ...compareBooks(answered.sessions(), heard.sessions()),
      ...answered.refusals(),
      ...heard.findings(),
      ...csms.books.oddities(),
    ],
    async close() {
      if (gateway !== null) await endGently(gateway);
      await Promise.all(chargers.map((charger) => charger.stop()));
      csms.stop();
      await wires?.csms.stop();
      await Promise.all((wires?.chargers ?? []).map((wire) => wire.stop()));
      await server.stop();
      await spawn.drain();
      await Deno.remove(path, { recursive: true });
    },
  };
}

async function endGently(gateway: GatewayChild): Promise<void> {
  try {
    gateway.signal("SIGTERM");
  } catch (error) {
    // It has ended already.
    if (!(error instanceof TypeError)) throw error;
  }
  await gateway.ended;
}

async function layWires(
  csmsPort: number,
  chargerPort: number,
  count: number,
  seed: number,
): Promise<Wires> {
  return {
    csms: await createFaultProxy(csmsPort, seed),
    chargers: await Promise.all(
      Array.from({ length: count }, (_, index) => createFaultProxy(chargerPort, seed + 1 + index)),
    ),
  };
}

interface ChargerWorld {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly spawn: Spawner;
  readonly check: MessageCheck;
  readonly events: ReturnType<typeof createEvents<ChargerEvents>>;
}

function realCharger(
  slot: number,
  port: number,
  silenceMaxMs: number,
  world: ChargerWorld,
): Charger {
  const { identity, password } = addressesOf(slot);
  const options = chargerOptions({
    identity,
    password,
    registerWh: slot * 1_000_000,
    configuration: {
      MeterValueSampleInterval: "1",
      TransactionMessageRetryInterval: "1",
      AllowOfflineTxForUnknownId: "true",
      WebSocketPingInterval: String(Math.max(1, Math.floor(silenceMaxMs / 2_500))),
    },
    timing: {
      tickMs: 100,
      profileLatencyMs: 200,
      redialFirstMs: 100,
      redialLongestMs: 400,
      dialTimeoutMs: 2_000,
      answerTimeoutMs: 3_000,
    },
  });
  return createCharger16(options, {
    ...world,
    log: () => {},
    dialer: createChargerDialer({ url: () => `ws://${LOOPBACK}:${port}/ocpp` }),
  });
}

function chargerEvents(
  slot: number,
  answered: ChargerBooks,
  online: Set<number>,
  notify: () => void,
): ChargerWorld["events"] {
  const events = createEvents<ChargerEvents>(rethrow);
  events.on("frame", ({ direction, text }) => {
    answered.frame(slot, direction, text);
    notify();
  });
  events.on("connected", () => {
    online.add(slot);
    notify();
  });
  events.on("disconnected", () => {
    online.delete(slot);
    notify();
  });
  return events;
}

function csmsEvents(
  heard: CsmsFrameBooks,
  life: () => number,
  notify: () => void,
): ReturnType<typeof createEvents<CsmsEvents>> {
  const events = createEvents<CsmsEvents>(rethrow);
  events.on("frame", ({ direction, text }) => {
    heard.frame(direction, text, life());
    notify();
  });
  events.on("connected", notify);
  events.on("disconnected", notify);
  return events;
}

function rethrow(error: unknown): never {
  throw error;
}
