import type { LoggedReading, LoggedSession, LoggedStop } from "./charger_log.ts";
import type { CsmsSession } from "./csms_log.ts";

/** So many calls may tell a session to the CSMS. */
const CALLS_MAX = 6;

/** Of sessions with more readings than this some are left out, so that they need few calls. */
const READINGS_KEPT = 200;

/** When the gateway was killed, and until when answers of that process were still read. */
export interface Kill {
  /** By the clock of `performance`. */
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Whether the CSMS has the same sessions, energies and times as the chargers' own logs. Each
 * difference is a sentence that says which session, and how; none is all right. Of readings that come
 * more often than `intervalMs`, which is what the CSMS wants, the others need not be told. The last of
 * them is in the gateway's memory until the session ends: it may be missing where the gateway was killed
 * in between, and nowhere else.
 */
export function compareWeek(
  logged: readonly LoggedSession[],
  told: readonly CsmsSession[],
  intervalMs: number,
  kills: readonly Kill[] = [],
): readonly string[] {
  const findings: string[] = [];
  const left = new Set(told);
  for (const session of logged) {
    const same = [...left].filter((each) => isSameSession(session, each));
    for (const each of same) left.delete(each);
    const [only] = same;
    if (only === undefined || same.length > 1) {
      findings.push(`${nameOf(session)}: told ${same.length} times`);
    } else {
      findings.push(
        ...differences(session, only, { intervalMs, isForgotten: isForgotten(session, kills) })
          .map((how) => `${nameOf(session)}: ${how}`),
      );
    }
  }
  for (const each of left) findings.push(`${nameOf(each)}: told, and no charger had it`);
  return [...findings, ...overlaps(told)];
}

interface Leniency {
  readonly intervalMs: number;
  /** The gateway was killed between the last reading and the end. */
  readonly isForgotten: boolean;
}

function isForgotten({ answeredAtMs }: LoggedSession, kills: readonly Kill[]): boolean {
  return kills.some(({ fromMs, toMs }) =>
    answeredAtMs.reading <= toMs && fromMs <= answeredAtMs.end
  );
}

function isSameSession(session: LoggedSession, told: CsmsSession): boolean {
  return session.slot === told.slot && session.idTag === told.idTag &&
    isSameInstant(session.startedAt, told.startedAt) &&
    session.meterStartWh === told.meterStartWh;
}

function differences(
  session: LoggedSession,
  told: CsmsSession,
  leniency: Leniency,
): readonly string[] {
  const [last = ""] = told.calls.slice(-1);
  return [
    ...stopDifferences(session, told.stops),
    ...readingDifferences(session, told.readings, leniency),
    ...(told.calls.length > CALLS_MAX ? [`told in ${told.calls.length} calls`] : []),
    ...(last === "StopTransaction" ? [] : [`the last that was told of it is a ${last}`]),
  ];
}

function stopDifferences(
  { stop, reasonUpstream }: LoggedSession,
  stops: readonly LoggedStop[],
): readonly string[] {
  const [told] = stops;
  if (stop === null) return stops.length === 0 ? [] : ["it goes on, and an end was told"];
  if (told === undefined || stops.length > 1) return [`its end was told ${stops.length} times`];
  const meant = { ...stop, reason: reasonUpstream ?? stop.reason };
  return [
    ...(isSameInstant(meant.at, told.at) ? [] : [`ended ${meant.at}, told ${told.at}`]),
    ...differing("meterStop", meant.meterStopWh, told.meterStopWh),
    ...differing("reason", meant.reason, told.reason),
    ...differing("idTag of the end", meant.idTag, told.idTag),
    ...differing("transactionData", normal(meant.transactionData), normal(told.transactionData)),
  ];
}

function readingDifferences(
  { readings: logged, stop }: LoggedSession,
  told: readonly LoggedReading[],
  { intervalMs, isForgotten }: Leniency,
): readonly string[] {
  const texts = logged.map(textOf);
  const heard = told.map(textOf);
  const stranger = heard.find((text) => !texts.includes(text));
  if (stranger !== undefined) return [`a reading was told that nobody took: ${stranger}`];
  const places = heard.map((text) => texts.indexOf(text));
  const isOrdered = places.every((place, index) =>
    index === 0 || place > (places[index - 1] ?? -1)
  );
  const isThinned = logged.length > READINGS_KEPT;
  const isCovered = ({ at }: LoggedReading) =>
    told.some((other) => Math.abs(Date.parse(at) - Date.parse(other.at)) < intervalMs);
  const isInEnd = logged.at(-1)?.at === stop?.at ||
    stop?.transactionData.some(({ at }) => at === logged.at(-1)?.at);
  // Which is the last is known when it ends, and the end itself may tell it.
  const lastIndex = stop === null || isInEnd || isForgotten ? null : logged.length - 1;
  const isMissed = (reading: LoggedReading, index: number) =>
    !heard.includes(textOf(reading)) &&
    (index === 0 || index === lastIndex || isEssential(reading) ||
      !(isThinned || isCovered(reading)));
  return [
    ...(isOrdered ? [] : ["its readings were told out of order or twice"]),
    ...logged.filter(isMissed).map((reading) =>
      `of ${logged.length} readings ${told.length} were told, and not this one: ${textOf(reading)}`
    ),
  ];
}

/** Signed values are evidence, values of the clock are what tariffs are made of. */
function isEssential({ sampledValue }: LoggedReading): boolean {
  return sampledValue.some(({ format, context }) =>
    format === "SignedData" || context === "Sample.Clock"
  );
}

/** A connector has one session at a time, also in the eyes of the CSMS. */
function overlaps(told: readonly CsmsSession[]): readonly string[] {
  const bySlot = Map.groupBy(told, ({ slot }) => slot);
  return [...bySlot.values()].flatMap((sessions) =>
    sessions.slice(1).flatMap((session, index) => {
      const before = sessions[index];
      const isInOrder = before !== undefined &&
        Date.parse(before.startedAt) <= Date.parse(session.startedAt);
      return isInOrder ? [] : [`${nameOf(session)}: told after a later one of its connector`];
    })
  );
}

function differing(what: string, logged: unknown, told: unknown): readonly string[] {
  if (logged === told) return [];
  return [`${what} is ${JSON.stringify(logged)}, told ${JSON.stringify(told)}`];
}

function isSameInstant(one: string, other: string): boolean {
  return Date.parse(one) === Date.parse(other);
}

function normal(readings: readonly LoggedReading[]): string {
  return readings.map(textOf).join();
}

/** The time as an instant, the values byte by byte; only the order of their members is free. */
function textOf({ at, sampledValue }: LoggedReading): string {
  const values = sampledValue.map((value) =>
    Object.entries(value).toSorted(([one], [other]) => one < other ? -1 : 1)
  );
  return JSON.stringify([new Date(at).toISOString(), values]);
}

function nameOf(session: LoggedSession | CsmsSession): string {
  const { slot, idTag, startedAt, meterStartWh } = session;
  const kind = "kind" in session ? ` (${session.kind})` : "";
  return `slot ${slot}, ${idTag}, ${startedAt} at ${meterStartWh} Wh${kind}`;
}
