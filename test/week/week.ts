import { createSystemClock } from "../../src/lib/clock_io.ts";
import { sleep } from "../../src/lib/clock.ts";
import {
  type GatewayLives,
  openGatewayLives,
  type OutboxSummary,
} from "../faults/gateway_lives.ts";
import { addressesOf, siteYaml } from "../faults/site_yaml.ts";
import { createRpcCsms, type RpcCsms } from "../sites/rpc_csms.ts";
import { createHappenings, freePort, type Happenings } from "../sites/until.ts";
import { CARDS, cardsToLearn, localList, openCardOffice } from "./cards.ts";
import { compareWeek, type Kill } from "./compare_week.ts";
import { csmsLogOf } from "./csms_log.ts";
import {
  type Circumstances,
  leaveCharging,
  type Meter,
  tryBusyCard,
  untilMadeToStop,
  visit,
  visitWithKnownCard,
} from "./drivers.ts";
import { boot, expect, presentCard, status } from "./sessions.ts";
import { createWeekCharger, type WeekCharger } from "./week_charger.ts";

/** A week without the CSMS, compressed: seven days of so many visits to each charger. */
export interface WeekPlan {
  readonly chargers: number;
  /** At each charger, in the whole week. */
  readonly sessions: number;
  /** Of each session, between its beginning and its end. */
  readonly readings: number;
  /** Its port is closed, or it takes connections and messages and never says a word. */
  readonly csms: "refused" | "silent";
  readonly strangers: "accept" | "reject";
}

/** What the week came to. */
export interface WeekReport {
  /** What the CSMS has otherwise than the chargers, or a charger was told wrongly. */
  readonly findings: readonly string[];
  readonly sessions: number;
  /** How long the days took, and how long it took to tell everything afterwards. */
  readonly daysMs: number;
  readonly drainMs: number;
  /** Calls about sessions that the CSMS heard, and most of one session. */
  readonly calls: number;
  readonly callsMax: number;
  /** Between a card and its answer, without the CSMS. */
  readonly authorizeMs: readonly number[];
  /** How much waited when the CSMS came back. */
  readonly backlog: OutboxSummary;
}

const DAYS = 7;
/** On these days the gateway's process is killed while drivers come and go. */
const KILL_DAYS: ReadonlySet<number> = new Set([2, 5]);
const PASSWORD = "password-of-the-site";
/** Cards that run out do so this long after the week began, with the CSMS still there. */
const EXPIRY_MS = 10_000;
const LOOK_MS = 100;
/** As site.yaml says: the shortest that there is. */
const METER_INTERVAL_MS = 1_000;
/** When the CSMS is back, the gateway is killed after so many calls. */
const CALLS_BEFORE_KILL = 50;

/** What was answered before the process ended is read so long after; the next one takes longer to come. */
const ON_THE_WIRE_MS = 100;

const clock = createSystemClock();

interface Site {
  readonly plan: WeekPlan;
  readonly csms: RpcCsms;
  readonly lives: GatewayLives;
  readonly chargers: readonly { readonly charger: WeekCharger; readonly meter: Meter }[];
  readonly around: Circumstances;
  readonly happenings: Happenings;
  readonly kills: Kill[];
}

/** Lives through the week and compares the books. */
export async function liveWeek(plan: WeekPlan): Promise<WeekReport> {
  const folder = await Deno.makeTempDir({ prefix: "sangam-week-" });
  const ports = { chargerPort: freePort(), webPort: freePort(), csmsPort: freePort() };
  const facts = { ...ports, csmsPassword: PASSWORD, chargers: plan.chargers };
  const yaml = siteYaml({ ...facts, unknownTokens: plan.strangers });
  await Deno.writeTextFile(`${folder}/site.yaml`, yaml);
  const office = openCardOffice(clock.wallMs() + EXPIRY_MS);
  const csms = createRpcCsms({
    port: ports.csmsPort,
    identity: "SITE-1",
    password: PASSWORD,
    judge: office.judge,
  });
  const home = { path: folder, dataPath: `${folder}/data` };
  const lives = await openGatewayLives(home, ports.webPort, () => {});
  const url = `ws://127.0.0.1:${ports.chargerPort}/ocpp`;
  const chargers = Array.from({ length: plan.chargers }, (_, index) => {
    const slot = index + 1;
    const { identity: id, password } = addressesOf(slot);
    const charger = createWeekCharger({ url, id, password, slot });
    return { charger, meter: { registerWh: 1_000_000.5 * slot } };
  });
  const around = { office, strangers: plan.strangers, readings: plan.readings };
  const site = {
    plan,
    csms,
    lives,
    chargers,
    around,
    happenings: createHappenings(),
    kills: [],
  };
  try {
    return await play(site);
  } catch (error) {
    throw new Error(storyOf(site), { cause: error });
  } finally {
    await Promise.all(chargers.map(({ charger }) => charger.close()));
    await lives.end();
    await csms.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

async function play(site: Site): Promise<WeekReport> {
  const { csms, lives, chargers, around, plan } = site;
  await csms.start();
  await lives.start();
  await begin(site);
  // Of every second charger a session goes on into the time without the CSMS.
  const stayers = await Promise.all(
    chargers.filter((_, index) => index % 2 === 0).map(({ charger, meter }) => {
      const idTag = CARDS.listed(charger.slot);
      return leaveCharging(charger, meter, { idTag, kind: "begun before the CSMS went" });
    }),
  );
  if (plan.csms === "refused") await csms.stop();
  else csms.setSilent(true);
  const authorized = chargers.map(({ charger }) => charger.log.authorizeMs.length);
  const daysBeganMs = performance.now();
  await Promise.all(stayers.map(({ finish }) => finish()));
  for (let day = 0; day < DAYS; day++) await liveDay(site, day);
  const daysMs = performance.now() - daysBeganMs;
  const authorizeMs = chargers.flatMap(({ charger }, index) =>
    charger.log.authorizeMs.slice(authorized[index])
  );
  const leavers = await Promise.all(chargers.map(({ charger, meter }, index) => {
    const idTag = (index === 0 ? CARDS.fallen : CARDS.listed)(charger.slot);
    return leaveCharging(charger, meter, { idTag, kind: "ended after the CSMS was back" });
  }));
  const backlog = await lives.outbox();
  around.office.blockTheFallen();
  // What hangs is started anew: it comes back with a connection of its own.
  if (plan.csms === "silent") await csms.stop();
  csms.setSilent(false);
  const drainBeganMs = performance.now();
  const heardBefore = csms.heard.length;
  await csms.start();
  await Promise.all([endLeavers(site, leavers), killWhileTelling(site, heardBefore)]);
  await untilTold(site);
  const told = csmsLogOf(csms.heard);
  return {
    ...judged(site),
    sessions: told.sessions.length,
    daysMs,
    drainMs: (csms.heard.at(-1)?.atMs ?? performance.now()) - drainBeganMs,
    calls: csms.heard.slice(heardBefore).filter(({ method }) => ABOUT_SESSIONS.has(method)).length,
    callsMax: Math.max(...told.sessions.map(({ calls }) => calls.length)),
    authorizeMs,
    backlog,
  };
}

const ABOUT_SESSIONS = new Set(["StartTransaction", "MeterValues", "StopTransaction"]);

/** Everybody boots, the list is sent, and the CSMS says what it thinks of the cards. */
async function begin({ csms, chargers, around }: Site): Promise<void> {
  await Promise.all(chargers.map(async ({ charger }) => {
    await boot(charger);
    await status(charger, "Available");
  }));
  const slots = chargers.map(({ charger }) => charger.slot);
  const { status: taken } = await csms.command("SendLocalList", localList(slots));
  if (taken !== "Accepted") throw new Error(`The local list was ${taken}`);
  await Promise.all(chargers.map(async ({ charger, meter }) => {
    for (const card of cardsToLearn(charger.slot)) {
      const given = await presentCard(charger, card);
      expect(charger, `Authorize of ${card}`, given.status, around.office.judge(card)["status"]);
    }
    await visitWithKnownCard(charger, meter, around);
  }));
}

async function liveDay(site: Site, day: number): Promise<void> {
  const { plan, chargers, around, happenings } = site;
  const from = Math.floor(plan.sessions * day / DAYS);
  const to = Math.floor(plan.sessions * (day + 1) / DAYS);
  const half = chargers.length * (to - from) / 2;
  let visits = 0;
  async function serve({ charger, meter }: Site["chargers"][number]): Promise<void> {
    for (let count = from; count < to; count++) {
      await visit(charger, meter, around, count);
      visits++;
      happenings.notify();
    }
  }
  async function killAtNoon(): Promise<void> {
    await happenings.until("noon", () => visits >= half || null, 120_000);
    await restart(site);
  }
  await Promise.all([
    ...chargers.map(serve),
    ...(KILL_DAYS.has(day) ? [killAtNoon()] : []),
  ]);
  await Promise.all(chargers.map(async (first, index) => {
    const second = chargers[index + 1];
    if (index % 2 !== 0 || second === undefined) return;
    await tryBusyCard(first.charger, second.charger, [first.meter, second.meter]);
  }));
}

/** Once more it is killed, in the middle of telling: what was confirmed must not come again. */
async function killWhileTelling(site: Site, heardBefore: number): Promise<void> {
  const { csms } = site;
  await csms.until(
    "the telling begins",
    () => csms.heard.length > heardBefore + CALLS_BEFORE_KILL || null,
    120_000,
  );
  await restart(site);
}

async function restart({ lives, kills }: Site): Promise<void> {
  const fromMs = performance.now();
  lives.gateway().signal("SIGKILL");
  await lives.gateway().ended;
  kills.push({ fromMs, toMs: performance.now() + ON_THE_WIRE_MS });
  await lives.start();
}

async function endLeavers(
  { chargers }: Site,
  leavers: readonly Awaited<ReturnType<typeof leaveCharging>>[],
): Promise<void> {
  await Promise.all(leavers.map(async ({ session, finish }, index) => {
    const own = chargers[index];
    if (own === undefined) return;
    if (index === 0) await untilMadeToStop(own.charger, own.meter, session);
    else await finish();
  }));
}

async function untilTold({ lives, csms }: Site): Promise<void> {
  const deadlineMs = performance.now() + 600_000;
  for (;;) {
    const { rows, deadLetters } = await lives.outbox();
    if (rows === 0 && deadLetters === 0 && csms.isConnected()) return;
    if (performance.now() > deadlineMs) {
      throw new Error(`${rows} rows wait, ${deadLetters} are dead`);
    }
    await sleep(clock, LOOK_MS, new AbortController().signal);
  }
}

function judged({ chargers, csms, lives, kills }: Site): Pick<WeekReport, "findings"> {
  const logs = chargers.map(({ charger }) => charger.log);
  const told = csmsLogOf(csms.heard);
  return {
    findings: [
      ...compareWeek(
        logs.flatMap(({ sessions }) => sessions),
        told.sessions,
        METER_INTERVAL_MS,
        kills,
      ),
      ...told.findings,
      ...logs.flatMap(({ surprises }) => surprises),
      ...csms.refused.map((each) => `the CSMS could not read ${each}`),
      ...lives.gateway().said.filter((line) => line.includes('"level":"ERROR"')),
    ],
  };
}

/** What a person needs who looks at a week that broke off. */
function storyOf({ chargers, csms, lives }: Site): string {
  const surprises = chargers.flatMap(({ charger }) => charger.log.surprises);
  const said = lives.life() === 0 ? [] : lives.gateway().said.slice(-10);
  return [
    `The week broke off in life ${lives.life()} of the gateway, ${csms.heard.length} calls heard`,
    ...surprises,
    ...csms.refused,
    ...said,
  ].join("\n");
}
