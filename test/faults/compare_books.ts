import type { AnsweredSession, ToldReading } from "./charger_books.ts";
import type { HeardSession } from "./csms_books.ts";

/** What is wrong, for a person; nothing where all is right. */
export type Findings = readonly string[];

/**
 * Whether the CSMS knows what chargers were answered for: every session once, with its start, its
 * readings in their order and its end, and nothing else.
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
  const differing = firstDifference(session.readings, heard.readings);
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

function firstDifference(
  ours: readonly ToldReading[],
  theirs: readonly ToldReading[],
): number | null {
  const index = Array.from({ length: Math.max(ours.length, theirs.length) })
    .findIndex((_, place) => JSON.stringify(ours[place]) !== JSON.stringify(theirs[place]));
  return index < 0 ? null : index;
}

function nameOf({ slot, startedAt, meterStartWh }: AnsweredSession | HeardSession): string {
  return `slot ${slot}, ${startedAt} at ${meterStartWh} Wh`;
}
