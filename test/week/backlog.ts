import { readConfig } from "../../src/config.ts";
import { createGateway } from "../../src/gateway.ts";
import type { Gateway, GatewayOptions } from "../../src/gateway_options.ts";
import { type Clock, isoTime, sleep } from "../../src/lib/clock.ts";
import { createSeededIds, type Ids } from "../../src/lib/ids.ts";
import { createVirtualClock, type VirtualClock } from "../../src/lib/virtual_clock.ts";
import type { FrameSocket } from "../../src/ocpp/mod.ts";
import { openLedger } from "../../src/store/ledger_io.ts";
import { playCsms, type PlayedCsms } from "../gateway/played.ts";
import {
  createMemoryDialer,
  createMemoryListener,
  MEMORY_LISTENING,
  type MemoryListener,
} from "../support/memory_edges.ts";
import {
  type ChargerLog,
  emptyLog,
  type LoggedReading,
  type LoggedSession,
} from "./charger_log.ts";
import { currentValue } from "./sessions.ts";
import { cardsAt, chargerAt, drainSiteYaml, PASSWORD } from "./backlog_site.ts";

/** A site without its CSMS on virtual time, and what happens there meanwhile. */
export interface OfflinePlan {
  readonly days: number;
  readonly chargers: number;
  readonly sessionsPerDay: number;
  readonly readingEveryS: number;
  /** Where the ledger is written. */
  readonly ledger: string;
  /** Whether chargers keep their own logs; of a large site they would fill the memory. */
  readonly keepsLogs: boolean;
  /** Called each simulated hour. */
  readonly hour: (hours: number) => void;
}

/** The site while the CSMS is away. */
export interface OfflineSite {
  readonly clock: VirtualClock;
  readonly csms: PlayedCsms;
  readonly gateway: Gateway;
  /** What chargers did, one log each; without sessions where they keep none. */
  readonly logs: readonly ChargerLog[];
  readonly told: Backlog;
  /** Drivers come and go for all the days. */
  live(): Promise<void>;
  /** The CSMS can be reached again. */
  comeBack(): void;
  stop(): Promise<void>;
}

/** What the gateway was told. */
export interface Backlog {
  readonly sessions: number;
  readonly readings: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** So much of the time between two drivers somebody charges. */
const CHARGING_PART = 2 / 3;
const STATION = { vendorName: "Sangam", model: "Gateway", serialNumber: "1", firmwareVersion: "1" };

/**
 * Lets the gateway itself write what waits after days without the CSMS, on virtual time that ends
 * now.
 */
export async function writeBacklog(plan: OfflinePlan, nowWallMs: number): Promise<Backlog> {
  const site = await openOfflineSite(plan, nowWallMs - plan.days * DAY_MS - HOUR_MS);
  await site.live();
  await site.stop();
  return site.told;
}

/**
 * Opens a site whose CSMS has judged all cards, lets the gateway decide by what it knows, and is gone.
 */
export async function openOfflineSite(
  plan: OfflinePlan,
  beginsAtMs: number,
): Promise<OfflineSite> {
  const clock = createVirtualClock(beginsAtMs);
  const csms = playCsms(clock);
  csms.answer("StopTransaction", { idTagInfo: { status: "Accepted" } });
  const listener = createMemoryListener(clock);
  const dialer = createMemoryDialer(clock, (pair) => csms.take(pair.far));
  const ids = createSeededIds(1);
  const gateway = await createGateway(optionsOf(plan.chargers), {
    clock,
    ids,
    log: () => {},
    store: openLedger(plan.ledger),
    listeners: [{ listener, options: MEMORY_LISTENING }],
    dialer,
    meters: [],
    releasedMs: Date.UTC(2025, 0, 1),
    memoryBytes: () => 0,
  });
  await clock.advance(10_000);
  const key = { key: "LocalPreAuthorize", value: "true" };
  csms.now().say("decide", "ChangeConfiguration", key);
  const chargers = Array.from(
    { length: plan.chargers },
    (_, index) => connect(listener, clock, index + 1),
  );
  const learning = Promise.all(chargers.map((each) => each.learnCards()));
  await clock.advance(HOUR_MS / 2);
  await learning;
  dialer.policy = { kind: "failed", reason: "connection refused", httpStatus: null };
  dialer.pairs.at(-1)?.far.terminate();
  const told = { sessions: 0, readings: 0 };
  return {
    clock,
    csms,
    gateway,
    logs: chargers.map(({ log }) => log),
    told,
    async live() {
      const over = new AbortController();
      const working = Promise.all(
        chargers.map((each) => chargeForDays(each, plan, told, clock, ids, over.signal)),
      );
      for (let hours = 0; hours < plan.days * 24; hours++) {
        await clock.advance(HOUR_MS);
        plan.hour(hours + 1);
      }
      // Who charges goes home in time, so that all sessions are whole.
      over.abort();
      await clock.advance(HOUR_MS / 4);
      await working;
    },
    comeBack: () => void (dialer.policy = { kind: "open" }),
    async stop() {
      const stopping = gateway.stop();
      await clock.advance(HOUR_MS / 4);
      await stopping;
    },
  };
}

/** As the real process will read it; on virtual time nothing of it is used as an address. */
function optionsOf(chargers: number): GatewayOptions {
  const yaml = drainSiteYaml(chargers, { chargers: 9220, web: 8080, csms: 9000 });
  const reading = readConfig(yaml, {
    env: () => null,
    file: () => null,
    profile: (name) => ({ problem: name }),
  });
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  const { config } = reading;
  return { ...config, csms: config.csms === null ? null : { ...config.csms, station: STATION } };
}

interface BacklogCharger {
  readonly slot: number;
  readonly log: ChargerLog;
  learnCards(): Promise<void>;
  call(
    action: string,
    payload: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>>;
}

function connect(listener: MemoryListener, clock: VirtualClock, slot: number): BacklogCharger {
  const id = chargerAt(slot);
  const authorization = `Basic ${btoa(`${id}:${PASSWORD}`)}`;
  const { pair } = listener.connect({ url: `/ocpp/${id}`, authorization });
  if (pair === null) throw new Error(`${id} was not let in`);
  const call = callerOn(pair.far);
  return {
    slot,
    log: emptyLog(),
    call,
    async learnCards() {
      await call("BootNotification", { chargePointVendor: "Week", chargePointModel: "W1" });
      await status(call, "Available", clock);
      for (const idTag of cardsAt(slot)) await call("Authorize", { idTag });
    },
  };
}

/** One call at a time; whatever the gateway asks is accepted. */
function callerOn(socket: FrameSocket): BacklogCharger["call"] {
  const waiting = new Map<string, (payload: Record<string, unknown>) => void>();
  let lastId = 0;
  socket.listen({
    message(text) {
      const [kind, id, third] = JSON.parse(text);
      if (kind === 2) {
        const answer = third === "GetConfiguration" ? {} : { status: "Accepted" };
        socket.send(JSON.stringify([3, id, answer]));
        return;
      }
      waiting.get(id)?.(third);
      waiting.delete(id);
    },
    alive: () => {},
    closed: () => {},
  });
  return (action, payload) =>
    new Promise((resolve) => {
      const id = `${++lastId}`;
      waiting.set(id, resolve);
      socket.send(JSON.stringify([2, id, action, payload]));
    });
}

function status(call: BacklogCharger["call"], word: string, clock: Clock): Promise<unknown> {
  return call("StatusNotification", {
    connectorId: 1,
    errorCode: "NoError",
    status: word,
    timestamp: isoTime(clock.wallMs()),
  });
}

/** One driver after the other, until it is over. */
async function chargeForDays(
  { slot, call, log }: BacklogCharger,
  { sessionsPerDay, readingEveryS, keepsLogs }: OfflinePlan,
  told: { sessions: number; readings: number },
  clock: Clock,
  ids: Ids,
  over: AbortSignal,
): Promise<void> {
  const turnMs = DAY_MS / sessionsPerDay;
  let registerWh = 1_000_000 * slot;
  await sleep(clock, turnMs * ids.random(), over);
  for (let count = 0; !over.aborted; count++) {
    const idTag = cardsAt(slot)[count % 4] ?? "";
    await status(call, "Preparing", clock);
    await call("Authorize", { idTag });
    const session = newSession(slot, idTag, registerWh, isoTime(clock.wallMs()));
    if (keepsLogs) log.sessions.push(session);
    const { transactionId } = await call("StartTransaction", {
      connectorId: 1,
      idTag,
      meterStart: registerWh,
      timestamp: session.startedAt,
    });
    await status(call, "Charging", clock);
    told.sessions++;
    const chargesMs = turnMs * CHARGING_PART * (0.9 + 0.2 * ids.random());
    const untilMs = clock.monoMs() + chargesMs;
    while (clock.monoMs() + readingEveryS * 1_000 < untilMs && !over.aborted) {
      await sleep(clock, readingEveryS * 1_000, over);
      registerWh += 120;
      const reading = { at: isoTime(clock.wallMs()), sampledValue: sampleAt(registerWh) };
      if (keepsLogs) session.readings.push(reading);
      await call("MeterValues", {
        connectorId: 1,
        transactionId,
        meterValue: [{ timestamp: reading.at, sampledValue: reading.sampledValue }],
      });
      told.readings++;
    }
    await status(call, "Finishing", clock);
    const at = isoTime(clock.wallMs());
    const reason = "Local";
    session.stop = { at, meterStopWh: registerWh, reason, idTag, transactionData: [] };
    await call("StopTransaction", {
      transactionId,
      idTag,
      meterStop: registerWh,
      timestamp: at,
      reason,
    });
    await status(call, "Available", clock);
    await sleep(clock, turnMs - chargesMs, over);
  }
}

function newSession(
  slot: number,
  idTag: string,
  meterStartWh: number,
  startedAt: string,
): LoggedSession {
  return {
    slot,
    idTag,
    startedAt,
    meterStartWh,
    readings: [],
    answeredAtMs: { reading: 0, end: 0 },
    stop: null,
    answer: null,
    reasonUpstream: null,
    kind: "an ordinary one",
  };
}

/** What a common charger tells: its register, its power and the current of each line. */
function sampleAt(registerWh: number): LoggedReading["sampledValue"] {
  return [
    { value: `${registerWh}`, measurand: "Energy.Active.Import.Register", unit: "Wh" },
    { value: "7200", measurand: "Power.Active.Import", unit: "W" },
    ...["L1", "L2", "L3"].map((phase) => currentValue(phase, 10.4)),
  ];
}
