import { RPCClient } from "ocpp-rpc";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import { sleep } from "../../src/lib/clock.ts";
import { type GatewayProcess, startGatewayProcess } from "../sites/gateway_process.ts";
import { createRpcCsms, type Heard, type RpcCsms } from "../sites/rpc_csms.ts";
import { freePort } from "../sites/until.ts";
import { cardsAt, chargerAt, drainSiteYaml, PASSWORD, STATION_IDENTITY } from "./backlog_site.ts";
import { csmsLogOf } from "./csms_log.ts";
import { begin, boot, end, presentCard, status } from "./sessions.ts";
import { createWeekCharger, type WeekCharger } from "./week_charger.ts";

/** How a backlog is told, and what happens at the chargers meanwhile. */
export interface DrainPlan {
  /** A ledger with a backlog; it is copied. */
  readonly ledger: string;
  readonly chargers: number;
  /** The CSMS answers so late, in ms. */
  readonly rttMs: number;
  /** How long each of the three parts is watched: quiet, cards, cards and sessions. */
  readonly partS: number;
}

/** Calls in a part of the drain. */
export interface DrainPart {
  readonly what: "nobody comes" | "cards are asked" | "sessions come and go";
  readonly callsPerS: number;
  /** Of them, calls about sessions. */
  readonly aboutSessionsPerS: number;
  /** Between a card and its answer. */
  readonly authorizeMs: readonly number[];
}

/** How a drain went. */
export interface DrainReport {
  readonly startedInMs: number;
  readonly ledgerMb: number;
  /** Of the gateway's process: just started, and the most while it told. */
  readonly residentMb: number;
  readonly peakMb: number;
  readonly rowsBefore: number;
  /** Calls one after the other, by a client that does nothing else. */
  readonly bareCallsPerS: number;
  readonly parts: readonly DrainPart[];
  /** Of sessions that were told to their end while it was watched. */
  readonly wholeSessions: number;
  readonly callsPerSession: { readonly mean: number; readonly most: number };
  readonly findings: readonly string[];
}

const BARE_CALLS = 100;
const ASK_EVERY_MS = 1_000;
/** One card in so many begins a session: with 50 chargers one every other second on the site. */
const CHARGES_ONE_IN = 100;
const ABOUT_SESSIONS: ReadonlySet<string> = new Set([
  "StartTransaction",
  "MeterValues",
  "StopTransaction",
]);

const clock = createSystemClock();
const pause = (ms: number, signal = new AbortController().signal) => sleep(clock, ms, signal);

/** Starts the real gateway on a backlog, and watches how it tells it. */
export async function watchDrain(plan: DrainPlan): Promise<DrainReport> {
  const folder = { path: await Deno.makeTempDir({ prefix: "sangam-drain-" }), webPort: freePort() };
  const ports = { chargers: freePort(), web: folder.webPort, csms: freePort() };
  await Deno.mkdir(`${folder.path}/data`);
  await Deno.copyFile(plan.ledger, `${folder.path}/data/ledger.db`);
  await Deno.writeTextFile(`${folder.path}/site.yaml`, drainSiteYaml(plan.chargers, ports));
  const csms = createRpcCsms({
    port: ports.csms,
    identity: STATION_IDENTITY,
    password: PASSWORD,
    judge: () => ({ status: "Accepted" }),
  });
  csms.setLatency(plan.rttMs);
  const bareCallsPerS = await callBare(csms);
  const gateway = await startGatewayProcess(folder);
  const url = `ws://127.0.0.1:${ports.chargers}/ocpp`;
  const chargers = Array.from({ length: plan.chargers }, (_, index) => {
    const slot = index + 1;
    return createWeekCharger({ url, id: chargerAt(slot), password: PASSWORD, slot });
  });
  try {
    const residentMb = await gateway.residentBytes() / 1e6;
    const rowsBefore = await waitingRows(gateway);
    await Promise.all(chargers.map(async (charger) => {
      await boot(charger);
      await status(charger, "Available");
    }));
    const watched = await watch(plan, csms, gateway, chargers);
    return {
      startedInMs: gateway.startedInMs,
      ledgerMb: (await Deno.stat(plan.ledger)).size / 1e6,
      residentMb,
      rowsBefore,
      bareCallsPerS,
      ...watched,
      ...judged(csms, chargers),
    };
  } finally {
    await Promise.all(chargers.map((charger) => charger.close()));
    await gateway.stop();
    await csms.stop();
    await Deno.remove(folder.path, { recursive: true });
  }
}

/** What one can do who does nothing but call, one call after the other, as OCPP wants it. */
async function callBare(csms: RpcCsms): Promise<number> {
  await csms.start();
  const client = new RPCClient({
    endpoint: `ws://127.0.0.1:${csms.port}/ocpp`,
    identity: STATION_IDENTITY,
    password: PASSWORD,
    protocols: ["ocpp1.6"],
    strictMode: false,
    strictModeValidators: [],
    callTimeoutMs: 30_000,
    callConcurrency: 1,
    pingIntervalMs: 0,
    deferPingsOnActivity: false,
    respondWithDetailedErrors: false,
    maxBadMessages: 0,
    reconnect: false,
    wsOpts: {},
    headers: {},
    maxReconnects: 0,
    backoff: { initialDelay: 100, maxDelay: 300, factor: 2, randomisationFactor: 0 },
  });
  await client.connect();
  const beganMs = performance.now();
  for (let count = 0; count < BARE_CALLS; count++) await client.call("Heartbeat", {});
  const callsPerS = BARE_CALLS * 1_000 / (performance.now() - beganMs);
  await client.close({ code: 1001, force: true });
  await csms.stop();
  csms.heard.length = 0;
  return callsPerS;
}

async function waitingRows(gateway: GatewayProcess): Promise<number> {
  const { csms } = await gateway.get("/site") as { csms: { outbox: { rows: number } } };
  return csms.outbox.rows;
}

async function watch(
  plan: DrainPlan,
  csms: RpcCsms,
  gateway: GatewayProcess,
  chargers: readonly WeekCharger[],
): Promise<Pick<DrainReport, "parts" | "peakMb">> {
  let peakMb = 0;
  const over = new AbortController();
  const weighing = (async () => {
    while (!over.signal.aborted) {
      peakMb = Math.max(peakMb, await gateway.residentBytes() / 1e6);
      await pause(500, over.signal);
    }
  })();
  await csms.start();
  await csms.until(
    "the first session is told",
    () => csms.heard.some(({ method }) => method === "StartTransaction") || null,
    120_000,
  );
  const parts: DrainPart[] = [];
  for (const what of ["nobody comes", "cards are asked", "sessions come and go"] as const) {
    parts.push(await watchPart(what, plan, csms, chargers));
  }
  over.abort();
  await weighing;
  return { parts, peakMb };
}

async function watchPart(
  what: DrainPart["what"],
  { partS }: DrainPlan,
  csms: RpcCsms,
  chargers: readonly WeekCharger[],
): Promise<DrainPart> {
  const asked = chargers.map(({ log }) => log.authorizeMs.length);
  const heardBefore = csms.heard.length;
  const beganMs = performance.now();
  const over = AbortSignal.timeout(partS * 1_000);
  if (what === "nobody comes") await pause(partS * 1_000);
  else await Promise.all(chargers.map((each) => bother(each, what !== "cards are asked", over)));
  const seconds = (performance.now() - beganMs) / 1_000;
  const heard = csms.heard.slice(heardBefore).filter(isDuring(beganMs, partS));
  return {
    what,
    callsPerS: heard.length / Math.min(seconds, partS),
    aboutSessionsPerS: heard.filter(({ method }) => ABOUT_SESSIONS.has(method)).length /
      Math.min(seconds, partS),
    authorizeMs: chargers.flatMap(({ log }, index) => log.authorizeMs.slice(asked[index])),
  };
}

/** What comes after the part is over, while its last driver leaves, is not counted. */
function isDuring(beganMs: number, partS: number): (heard: Heard) => boolean {
  return ({ atMs }) => atMs < beganMs + partS * 1_000;
}

/** Somebody holds a known card to the reader each second; now and then a session comes of it. */
async function bother(
  charger: WeekCharger,
  charges: boolean,
  over: AbortSignal,
): Promise<void> {
  // Not all in the same moment.
  await pause(ASK_EVERY_MS * (charger.slot % 50) / 50, over);
  for (let count = 0; !over.aborted; count++) {
    const idTag = cardsAt(charger.slot)[count % 4] ?? "";
    const given = await presentCard(charger, idTag);
    if (given.status !== "Accepted") {
      charger.log.surprises.push(`${charger.id}: ${idTag} was ${given.status}`);
    }
    if (charges && (count + 2 * charger.slot) % CHARGES_ONE_IN === 0) {
      const session = await begin(charger, { idTag, kind: "live", meterStartWh: count });
      await pause(ASK_EVERY_MS, over);
      await end(charger, session, { meterStopWh: count + 1, reason: "Local", idTag });
    }
    await pause(ASK_EVERY_MS, over);
  }
}

function judged(
  csms: RpcCsms,
  chargers: readonly WeekCharger[],
): Pick<DrainReport, "wholeSessions" | "callsPerSession" | "findings"> {
  const { sessions, findings } = csmsLogOf(csms.heard);
  const calls = sessions.filter(({ stops }) => stops.length > 0).map((each) => each.calls.length);
  return {
    wholeSessions: calls.length,
    callsPerSession: {
      mean: calls.reduce((sum, count) => sum + count, 0) / Math.max(1, calls.length),
      most: Math.max(0, ...calls),
    },
    findings: [
      ...findings,
      ...csms.refused.map((each) => `the CSMS could not read ${each}`),
      ...chargers.flatMap(({ log }) => log.surprises),
    ],
  };
}
