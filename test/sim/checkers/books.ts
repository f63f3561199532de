import { type Charger, energyWh } from "../../../src/simulator/mod.ts";
import type { ChargerSession } from "../session_book.ts";
import type { World } from "../world.ts";
import { createFindings, type Findings } from "./findings.ts";

/** A meter's register may be rounded twice on its way. */
const ROUNDING_WH = 2;

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
  // Set aside after too many refusals, an end must not hold the next session up (I2).
  if (oddity.includes("start while transaction")) return audit.refusals() > 0;
  // A reading that others have overtaken is passed on all the same, or comes again after the end.
  const isLate = oddity.includes("register fell") || oddity.includes("after its end");
  return isLate && weather.hasMixedUp();
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
    !isLost(charger, each, "StartTransaction")
  );
  const told = world.site.csms.books.sessions().filter((each) => each.connectorId === slot);
  const where = `${chargerId} connector ${connectorId}`;
  if (counted.length !== told.length) {
    findings.add("books", `${where}: ${counted.length} sessions, the CSMS knows ${told.length}`);
    return;
  }
  for (const [index, session] of counted.entries()) {
    const other = told[index];
    if (other === undefined) continue;
    const which = `${where}, session ${index + 1} of ${counted.length}`;
    if (other.idTag.toUpperCase() !== session.idTag.toUpperCase()) {
      findings.add("books", `${which} is of ${session.idTag}, told ${other.idTag}`);
    }
    if (Date.parse(other.startedAt) !== Math.floor(session.startedAtMs)) {
      const said = new Date(session.startedAtMs).toISOString();
      findings.add("I10", `${which} began at ${said}, told ${other.startedAt}`);
    }
    // What is told of a number that the CSMS gave twice may be meant for the other one.
    const isExcused = other.isNumberShared || isLost(charger, session, "StopTransaction");
    if (session.stop === null || isExcused) continue;
    const countedWh = session.stop.meterStopWh - session.meterStartWh;
    if (other.stop === null) findings.add("books", `${which} has no end at the CSMS`);
    else if (Math.abs(energyWh(other) - countedWh) > ROUNDING_WH) {
      findings.add("books", `${which} is ${countedWh} Wh, told ${energyWh(other)} Wh`);
    }
  }
}

function isLost(charger: Charger, session: ChargerSession, action: string): boolean {
  return charger.lost().some((message) =>
    message.action === action && message.connectorId === session.connectorId &&
    message.startedAtWallMs === session.startedAtMs
  );
}
