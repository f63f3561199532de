import { sleep } from "../../src/lib/clock.ts";
import type { AnsweredSession } from "./charger_books.ts";
import type { Findings } from "./compare_books.ts";
import { checkOnDisk, lookIntoLedger } from "./ledger_look.ts";
import { openRealSite, type RealSite } from "./real_site.ts";

/** How a run of kills went. */
export interface KillFigures {
  readonly kills: number;
  /** How many of them met the gateway while it started. */
  readonly duringStart: number;
  readonly sessions: number;
  /** In all sessions together, by the chargers' registers. */
  readonly energyWh: number;
  readonly readings: number;
  /** Messages about transactions that chargers got an answer for, all on disk at the next kill. */
  readonly answers: number;
  /** Kills that left a message open which the CSMS had heard already: it may come again. */
  readonly openAtKill: number;
  /** Messages that did come again, each of them open at the kill before. */
  readonly repeated: number;
  /** Messages that were confirmed on disk at some kill, and never came again. */
  readonly closed: number;
}

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  /** Hears how it goes, once a kill. */
  readonly progress?: (kill: number) => void;
}

/** What is known of messages to the CSMS from the ledgers that kills left behind. */
interface Messages {
  /** Confirmed on disk: these must never come again. */
  readonly closed: Set<string>;
  openAtKill: number;
  /** Repetitions that were looked at. */
  judged: number;
}

const SETTLE_MS = 30_000;
const EVENT_MS = 10_000;

/**
 * Kills the gateway at moments drawn from the seed, while chargers charge and the CSMS listens, and
 * starts it again each time. Throws with everything that was lost, doubled or sent again without need.
 */
export async function runKills({ kills, seed, progress }: KillOptions): Promise<KillFigures> {
  const site = await openRealSite({ seed });
  const over = new AbortController();
  const driving = site.drive(over.signal);
  const messages: Messages = { closed: new Set(), openAtKill: 0, judged: 0 };
  let duringStart = 0;
  try {
    for (let kill = 1; kill <= kills; kill++) {
      if (await killOnce(site) === "starting") duringStart++;
      check(await judge(site, messages), `kill ${kill}`, seed);
      progress?.(kill);
    }
    over.abort();
    await site.start();
    await driving;
    await site.settle(SETTLE_MS);
    check([...judgeRepetitions(site, messages), ...site.findings()], "the end", seed);
    const sessions = site.answered.sessions();
    return {
      kills,
      duringStart,
      sessions: sessions.length,
      energyWh: sessions.reduce((sum, each) => sum + energyOf(each), 0),
      readings: sessions.reduce((sum, { readings }) => sum + readings.length, 0),
      answers: site.answered.answers(),
      openAtKill: messages.openAtKill,
      repeated: site.heard.repetitions().length,
      closed: messages.closed.size,
    };
  } finally {
    over.abort();
    await driving;
    await site.close();
  }
}

function energyOf({ stop, meterStartWh }: AnsweredSession): number {
  return (stop?.meterStopWh ?? meterStartWh) - meterStartWh;
}

function check(findings: Findings, when: string, seed: number): void {
  if (findings.length === 0) return;
  throw new Error(`At ${when} of seed ${seed}:\n${findings.join("\n")}`);
}

/** Starts the gateway and kills it at a moment that chance chooses. */
async function killOnce(site: RealSite): Promise<"starting" | "working"> {
  const { ids, clock } = site;
  const child = site.launch();
  const kind = ids.random();
  if (kind < 0.15) {
    await sleep(clock, ids.random() * 500);
  } else {
    if (await child.started === "ended") throw new Error(`It ended: ${child.said.join("\n")}`);
    await momentOfWork(site, kind);
  }
  const was = child.said.some((line) => line.startsWith("Pages at ")) ? "working" : "starting";
  await site.kill();
  return was;
}

/** Something has just happened on a wire: an answer to a charger, or a message to the CSMS. */
async function momentOfWork(site: RealSite, kind: number): Promise<void> {
  const { ids, clock } = site;
  const count = kind < 0.5
    ? () => site.answered.answers()
    : () => site.heard.messageIds().size + site.heard.repetitions().length;
  const goal = count() + 1 + Math.floor(ids.random() * 8);
  await site.until("the site works", () => count() >= goal || null, EVENT_MS);
  // At once, or within the next turns: the disk writes in a millisecond.
  const delayMs = ids.random() < 0.3 ? 0 : ids.random() ** 3 * 60;
  if (delayMs > 0) await sleep(clock, delayMs);
}

/** Looks into the ledger as the kill left it. */
async function judge(site: RealSite, messages: Messages): Promise<Findings> {
  const look = await lookIntoLedger(site.home.dataPath);
  const findings = [
    ...checkOnDisk(site.answered.sessions(), look),
    ...judgeRepetitions(site, messages),
    ...site.heard.findings(),
  ];
  const open = new Set(look.rows.map(({ messageId }) => messageId));
  for (const id of site.heard.messageIds()) if (!open.has(id)) messages.closed.add(id);
  const unconfirmed = site.heard.heardIn(site.life()).intersection(open);
  if (unconfirmed.size > 0) messages.openAtKill++;
  // One call is in flight at a time, so one message of a life at most can be without confirmation.
  if (unconfirmed.size > 1) {
    findings.push(`${unconfirmed.size} messages of one life had been heard and were still open`);
  }
  return findings;
}

/** Whether what came again since the last look was open then. */
function judgeRepetitions(site: RealSite, messages: Messages): Findings {
  const fresh = site.heard.repetitions().slice(messages.judged);
  messages.judged += fresh.length;
  return fresh.filter(({ messageId }) => messages.closed.has(messageId))
    .map(({ messageId, life }) =>
      `message ${messageId} was confirmed on disk and came again in life ${life}`
    );
}
