import { type Clock, sleep } from "../../src/lib/clock.ts";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createEvents } from "../../src/lib/events.ts";
import { createSeededIds, type Ids } from "../../src/lib/ids.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { startCsmsServer } from "../../src/simulator/csms_server_io.ts";
import {
  type Charger,
  createCsms,
  type CsmsEvents,
  FRIENDLY_CSMS,
  loadChecks,
  type SimulatedCsms,
} from "../../src/simulator/mod.ts";
import { createHappenings, type Happenings } from "../sites/until.ts";
import { steadyPort } from "../support/steady_port.ts";
import { type ChargerBooks, openChargerBooks } from "./charger_books.ts";
import { compareBooks, type Findings } from "./compare_books.ts";
import { type CsmsFrameBooks, openCsmsFrameBooks } from "./csms_books.ts";
import { type DriverPace, driveSessions, HURRIED } from "./drivers.ts";
import type { GatewayHome } from "./gateway_child.ts";
import { type GatewayLives, openGatewayLives } from "./gateway_lives.ts";
import { createMortalClock } from "./mortal_clock.ts";
import { chargerEvents, realCharger } from "./real_charger.ts";
import { siteYaml } from "./site_yaml.ts";
import { watchLiveness } from "./watched_socket.ts";
import { layWires, takeWiresAway, type Wires } from "./wires.ts";

/** What a test may want of its site. Everything has a value. */
export interface RealSiteOptions {
  /** Draws who comes when, and all that the test itself draws. */
  readonly seed: number;
  /** Where the gateway keeps its data. Default: in a folder of the site's own. */
  readonly dataPath: string;
  readonly pace: DriverPace;
  /** Whether proxies lie on the wires, so that a test can spoil them. Default no. */
  readonly hasProxies: boolean;
  /** A charger or CSMS that hears nothing for so long ends the connection. Default 10 s. */
  readonly silenceMaxMs: number;
  /** Whether the gateway may leave out periodic readings just now. Default never. */
  readonly isSparing: () => boolean;
}

/** The real gateway as a process, with simulated chargers and a simulated CSMS on real sockets. */
export interface RealSite extends Happenings, Omit<GatewayLives, "end"> {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly home: GatewayHome;
  readonly chargers: readonly Charger[];
  readonly csms: SimulatedCsms;
  readonly answered: ChargerBooks;
  readonly heard: CsmsFrameBooks;
  readonly wires: Wires | null;
  /** SIGKILL. Resolves when the process is gone and all that it had said has arrived. */
  kill(): Promise<void>;
  /** Lets drivers come until `signal` aborts. Resolves when the last has left. */
  drive(signal: AbortSignal): Promise<void>;
  /** Chargers that are connected. */
  online(): number;
  /** Waits until chargers and gateway have told everything. Throws after `withinMs`. */
  settle(withinMs: number): Promise<void>;
  /** What the books of chargers and CSMS do not agree about. */
  findings(): Findings;
  /** Ends the gateway with SIGTERM, and everything else. */
  close(): Promise<void>;
}

const CHARGERS = 3;
const LOOPBACK = "127.0.0.1";
const CSMS_PASSWORD = "password-of-the-site";
const POLL_MS = 50;

/** Builds the site. The gateway does not run yet; chargers dial already. */
export async function openRealSite(given: Partial<RealSiteOptions> = {}): Promise<RealSite> {
  const { seed = 1, pace = HURRIED, silenceMaxMs = 10_000 } = given;
  const clock = createMortalClock(createSystemClock());
  const ids = createSeededIds(seed);
  const spawn = createSpawner(() => {});
  const ports = { clock, ids, spawn, checks: await loadChecks() };
  const happenings = createHappenings();
  const answered = openChargerBooks(given.isSparing);
  const heard = openCsmsFrameBooks();
  const online = new Set<number>();

  const simulated = createCsms(FRIENDLY_CSMS, {
    ...ports,
    log: () => {},
    events: csmsEvents(heard, () => lives.life(), happenings.notify),
  });
  const csms = watchLiveness(simulated, clock, silenceMaxMs, happenings.notify);
  const at = { host: LOOPBACK, port: 0, password: CSMS_PASSWORD };
  const server = await startCsmsServer(at, csms);
  const chargerPort = steadyPort();
  const webPort = steadyPort();
  const wires = given.hasProxies
    ? await layWires({ csms: server.port, gateway: chargerPort }, CHARGERS, seed)
    : null;
  const path = await Deno.makeTempDir();
  const home: GatewayHome = { path, dataPath: given.dataPath ?? `${path}/data` };
  await Deno.writeTextFile(
    `${path}/site.yaml`,
    siteYaml({
      chargerPort,
      webPort,
      csmsPort: wires?.csms.port ?? server.port,
      csmsPassword: CSMS_PASSWORD,
      chargers: CHARGERS,
    }),
  );
  const lives = await openGatewayLives(home, webPort, happenings.notify);
  const chargers = Array.from({ length: CHARGERS }, (_, index) => {
    const events = chargerEvents(index + 1, answered, online, happenings.notify);
    const port = wires?.chargers[index]?.port ?? chargerPort;
    return realCharger(index + 1, port, silenceMaxMs, { ...ports, events });
  });
  for (const charger of chargers) charger.start();

  return {
    ...happenings,
    ...lives,
    clock,
    ids,
    home,
    chargers,
    csms,
    answered,
    heard,
    wires,
    async kill() {
      lives.gateway().signal("SIGKILL");
      await lives.gateway().ended;
      // What the kernel still holds of its last words is delivered first.
      await happenings.until(
        "everybody hears that the gateway is gone",
        () => online.size === 0 && !csms.isConnected() || null,
      );
    },
    async drive(signal) {
      const driven = chargers.map((charger, index) =>
        driveSessions(charger, `CARD-${index + 1}`, pace, { clock, ids }, signal)
      );
      await Promise.all(driven);
    },
    online: () => online.size,
    settle: (withinMs) => settle(chargers, lives, clock, withinMs),
    findings: () => [
      ...compareBooks(answered.sessions(), heard.sessions()),
      ...answered.refusals(),
      ...heard.findings(),
      ...csms.books.oddities(),
    ],
    async close() {
      await lives.end();
      await Promise.all(chargers.map((charger) => charger.stop()));
      csms.stop();
      if (wires !== null) await takeWiresAway(wires);
      await happenings.until("no connection is left", () => csms.watched() === 0 || null);
      await server.stop();
      await spawn.drain();
      clock.end();
      await Deno.remove(path, { recursive: true });
    },
  };
}

async function settle(
  chargers: readonly Charger[],
  lives: GatewayLives,
  clock: Clock,
  withinMs: number,
): Promise<void> {
  const deadlineMs = clock.monoMs() + withinMs;
  for (;;) {
    const waiting = chargers.map((each) => each.undelivered());
    const { rows, deadLetters } = await lives.outbox();
    if (rows + deadLetters + waiting.reduce((sum, each) => sum + each, 0) === 0) return;
    if (clock.monoMs() > deadlineMs) {
      const said = lives.gateway().said.slice(-20).join("\n");
      throw new Error(
        `Not settled after ${withinMs} ms: ${rows} rows, ${deadLetters} set aside, ` +
          `chargers hold ${waiting.join(", ")}\n${said}`,
      );
    }
    await sleep(clock, POLL_MS);
  }
}

function csmsEvents(
  heard: CsmsFrameBooks,
  life: () => number,
  notify: () => void,
): ReturnType<typeof createEvents<CsmsEvents>> {
  const events = createEvents<CsmsEvents>((error) => {
    throw error;
  });
  events.on("frame", ({ direction, text }) => {
    heard.frame(direction, text, life());
    notify();
  });
  events.on("connected", notify);
  events.on("disconnected", notify);
  return events;
}
