import { CLOCK_TOLERANCE_MS } from "../../../src/site/mod.ts";
import {
  type Charger,
  type CsmsSession,
  energyWh,
  type LostMessage,
} from "../../../src/simulator/mod.ts";
import type { ChargerSession } from "../session_book.ts";
import type { World } from "../world.ts";
import { createFindings, type Findings } from "./findings.ts";

/** A meter's register may be rounded twice on its way. */
const ROUNDING_WH = 2;

/** What the CSMS is told of a start may be off the truth by so much: clocks, and slow wires. */
const TIME_OFF_MS = 90_000;

/** A charger whose clock is off by less may be believed: the gateway may not have seen it in time. */
const CLOCK_OFF_MS = 180_000;

/** A charger whose clock is off by less is right to the second, and the last word on its sessions. */
const CLOCK_RIGHT_MS = 1_000;

/** The books: what chargers counted is what the CSMS was told, once everything is whole. */
export function checkBooks(world: World): Findings {
  const findings = createFindings(world.clock);
  for (const oddity of world.site.csms.books.oddities()) {
    if (!isExplained(world, oddity)) findings.add("I3", `the CSMS finds odd: ${oddity}`);
  }
  for (const { slot, chargerId, connectorId } of world.plan.slots) {
    compare(world, slot, chargerId, connectorId, findings);
  }
  return findings;
}

function isExplained({ audit, weather }: World, oddity: string): boolean {
  // What was begun in 2.x is open there as long as the CSMS speaks 1.6, where starts get numbers
  // (ruling 10).
  if (/start of \d+ while transaction \w+-\w+-/.test(oddity)) return true;
  // Set aside after too many refusals, a record must not hold the others up (I2). An operator who has
  // it tried again has it told late.
  const isRefused = audit.refusals() > 0;
  if (/start of \S+ while transaction/.test(oddity)) return isRefused;
  if (/: event \d+ after \d+$/.test(oddity)) return isRefused;
  // A reading that others have overtaken is passed on all the same, or comes again after the end.
  const isLate = oddity.includes("register fell") || oddity.includes("after its end");
  return isLate && (isRefused || weather.hasMixedUp());
}

function compare(
  world: World,
  slot: number,
  chargerId: string,
  connectorId: number,
  findings: Findings,
): void {
  const charger = world.site.chargers.find(({ identity }) => identity === chargerId);
  if (charger === undefined) return;
  // A charger that gives messages up has itself to blame.
  const counted = world.sessions.at(chargerId, connectorId).filter((each) =>
    !isLost(charger, each, "start")
  );
  const told = world.site.csms.books.sessions().filter((each) => each.connectorId === slot);
  const where = `${chargerId} connector ${connectorId}`;
  // Not by their order: a start that was refused comes late when an operator has it tried again.
  const left = [...told];
  const untold: ChargerSession[] = [];
  // First those whose time can be known: the others get what is left.
  const unsureMs = (each: ChargerSession) => unsureForMs(world, each);
  for (const session of counted.toSorted((a, b) => unsureMs(a) - unsureMs(b))) {
    const index = toldAs(session, left, unsureMs(session), world.wasWallOff());
    const [other] = index < 0 ? [] : left.splice(index, 1);
    if (other === undefined) untold.push(session);
    else compareOne(world.site, charger, session, other, `${where}, ${beginOf(session)}`, findings);
  }
  const [missing] = untold;
  const [stray] = left;
  if (missing !== undefined && stray !== undefined) {
    findings.add("I10", `${where}: ${beginOf(missing)} is told as begun at ${stray.startedAt}`);
  } else if (missing !== undefined) {
    findings.add("books", `${where}: the CSMS does not know ${beginOf(missing)}`);
  } else if (stray !== undefined) {
    findings.add("books", `${where}: the CSMS knows a session of ${stray.startedAt} too much`);
  }
}

/** Which of them is told of this session: of those that look like it the nearest; -1 where none can be. */
function toldAs(
  session: ChargerSession,
  told: readonly CsmsSession[],
  unsureMs: number,
  wasWallOff: boolean,
): number {
  const isAlike = ({ idTag, meterStartWh, stop }: CsmsSession) =>
    idTag.toUpperCase() === session.idTag.toUpperCase() && meterStartWh === session.meterStartWh &&
    // Where times say little, the end helps to tell them apart.
    (unsureMs === 0 || stop?.meterStopWh === session.stop?.meterStopWh);
  const offMs = told.map((each) =>
    timeOffMs(session, Date.parse(each.startedAt), wasWallOff) +
    (isAlike(each) ? 0 : TIME_OFF_MS / 2)
  );
  // The nearest of those that look like it, where there is one: each of them may be off by as much.
  const alikeMs = offMs.filter((_, index) => told.slice(index, index + 1).some(isAlike));
  const isHelped = unsureMs > 0 && alikeMs.length > 0;
  const nearest = offMs.indexOf(Math.min(...isHelped ? alikeMs : offMs));
  return (offMs[nearest] ?? Infinity) <= TIME_OFF_MS + unsureMs ? nearest : -1;
}

function timeOffMs(
  { startedAtMs, trulyStartedMs }: ChargerSession,
  toldMs: number,
  wasWallOff: boolean,
): number {
  const clockOffMs = Math.abs(startedAtMs - trulyStartedMs);
  const isOwnWord = toldMs === Math.floor(startedAtMs) && clockOffMs <= CLOCK_OFF_MS;
  if (isOwnWord) return 0;
  // Where both clocks were right there was nothing to put right: it is told to the letter.
  const isToLetter = !wasWallOff && clockOffMs < CLOCK_RIGHT_MS;
  return isToLetter ? Number.POSITIVE_INFINITY : Math.abs(toldMs - trulyStartedMs);
}

/**
 * By how much its time may be told wrong; 0 where it can be known, Infinity where nobody can say when it
 * was: the charger's clock was wrong, and nobody heard it at the time.
 */
function unsureForMs(
  world: World,
  { isLive, startedAtMs, trulyStartedMs }: ChargerSession,
): number {
  const clockOffMs = startedAtMs - trulyStartedMs;
  const isOff = Math.abs(clockOffMs) > CLOCK_TOLERANCE_MS;
  return !isLive && isOff
    ? Number.POSITIVE_INFINITY
    : world.unsureTimes.boundMs({ atMs: trulyStartedMs, isLive, clockOffMs });
}

/** Its station gave it an id of its own. */
function isBegunIn2x({ transactionId }: CsmsSession): boolean {
  return typeof transactionId === "string";
}

function is16({ version }: World["site"]["csms"]): boolean {
  return version() === "ocpp1.6";
}

function compareOne(
  { csms }: Pick<World["site"], "csms">,
  charger: Charger,
  session: ChargerSession,
  other: CsmsSession,
  which: string,
  findings: Findings,
): void {
  if (other.idTag.toUpperCase() !== session.idTag.toUpperCase()) {
    findings.add("books", `${which} is of ${session.idTag}, told ${other.idTag}`);
  }
  if (other.stop !== null && Date.parse(other.stop.stoppedAt) < Date.parse(other.startedAt)) {
    findings.add("I10", `${which} is told as ended before it began: ${other.stop.stoppedAt}`);
  }
  // What is told of a number that the CSMS gave twice may be meant for the other one.
  const isExcused = other.isNumberShared || isLost(charger, session, "end") ||
    (is16(csms) && isBegunIn2x(other));
  if (session.stop === null || isExcused) return;
  const countedWh = session.stop.meterStopWh - session.meterStartWh;
  if (other.stop === null) findings.add("books", `${which} has no end at the CSMS`);
  else if (Math.abs(energyWh(other) - countedWh) > ROUNDING_WH) {
    findings.add("books", `${which} is ${countedWh} Wh, told ${energyWh(other)} Wh`);
  }
}

function beginOf({ startedAtMs }: ChargerSession): string {
  return `the session of ${new Date(startedAtMs).toISOString()}`;
}

function isLost(charger: Charger, session: ChargerSession, part: LostMessage["part"]): boolean {
  return charger.lost().some((message) =>
    message.part === part && message.connectorId === session.connectorId &&
    message.startedAtWallMs === session.startedAtMs
  );
}
