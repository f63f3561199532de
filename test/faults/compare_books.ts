import type { AnsweredSession, ToldReading } from "./charger_books.ts";
import type { HeardSession } from "./csms_books.ts";

/** What is wrong, for a person; nothing where all is right. */
export type Findings = readonly string[];

/**
 * Whether the CSMS knows what chargers were answered for: every session once, with its start, its
 * readings in their order, spare ones or not, and its end, and nothing else.
 */
export function compareBooks(
  answered: readonly AnsweredSession[],
  heard: readonly HeardSession[],
): Findings {
  const findings: string[] = [];
  const known = new Set<HeardSession>();
  for (const session of answered) {
    const same = heard.filter((each) => isSameStart(session, each));
    for (const each of same) known.add(each);
    const [only] = same;
    if (only === undefined || same.length > 1) {
      findings.push(`${nameOf(session)}: told to the CSMS ${same.length} times`);
    } else {
      findings.push(...compareSession(session, only));
    }
  }
  const unknown = heard.filter((each) => !known.has(each));
  findings.push(...unknown.map((each) => `${nameOf(each)}: no charger was answered for it`));
  return findings;
}

function compareSession(session: AnsweredSession, heard: HeardSession): Findings {
  const findings: string[] = [];
  const told = JSON.stringify(heard.stops);
  const meant = JSON.stringify(session.stop === null ? [] : [session.stop]);
  if (told !== meant) findings.push(`${nameOf(session)}: ended with ${meant}, told ${told}`);
  const differing = firstDifference(session, heard.readings);
  if (differing !== null) {
    findings.push(
      `${nameOf(session)}: ${session.readings.length} readings answered, ` +
        `${heard.readings.length} told, differing from number ${differing + 1} on`,
    );
  }
  return findings;
}

function isSameStart(one: AnsweredSession, other: HeardSession): boolean {
  return one.slot === other.slot && one.startedAt === other.startedAt &&
    one.idTag === other.idTag && one.meterStartWh === other.meterStartWh;
}

/** Where in the session's readings the CSMS was told something else; null where it never was. */
function firstDifference(
  { readings, spare }: AnsweredSession,
  told: readonly ToldReading[],
): number | null {
  let next = 0;
  const differing = readings.findIndex((reading) => {
    if (JSON.stringify(reading) === JSON.stringify(told[next])) next++;
    else return !spare.has(reading);
    return false;
  });
  if (differing >= 0) return differing;
  return next < told.length ? readings.length : null;
}

function nameOf({ slot, startedAt, meterStartWh }: AnsweredSession | HeardSession): string {
  return `slot ${slot}, ${startedAt} at ${meterStartWh} Wh`;
}
