import type { LoggedReading, LoggedSession, LoggedStop } from "./charger_log.ts";
import type { Params, WeekCharger } from "./week_charger.ts";

/** How a session is begun; what is left out is as usual. */
export interface Beginning {
  readonly idTag: string;
  readonly kind: string;
  readonly meterStartWh?: number;
  /** The answer to the first try is lost. */
  readonly twice?: boolean;
}

/** How it is ended. */
export interface Ending {
  readonly meterStopWh: number;
  readonly reason?: string;
  readonly idTag?: string;
  readonly transactionData?: readonly LoggedReading[];
  readonly twice?: boolean;
}

/** Holds a card to the reader; the status of the answer, and the group. */
export async function presentCard(
  charger: WeekCharger,
  idTag: string,
): Promise<{ readonly status: string; readonly group: string | null }> {
  const askedAtMs = performance.now();
  const { idTagInfo } = await charger.say("Authorize", { idTag });
  charger.log.authorizeMs.push(performance.now() - askedAtMs);
  const { status, parentIdTag } = idTagInfo as Params;
  return {
    status: String(status),
    group: parentIdTag === undefined ? null : String(parentIdTag),
  };
}

/** Holds a card to the reader, of which it is known what must come of it. */
export async function expectCard(
  charger: WeekCharger,
  idTag: string,
  status: string,
): Promise<string | null> {
  const answer = await presentCard(charger, idTag);
  expect(charger, `Authorize of ${idTag}`, answer.status, status);
  return answer.group;
}

/** Notes an answer that should have been another. */
export function expect(
  charger: WeekCharger,
  what: string,
  given: unknown,
  wanted: unknown,
): void {
  if (given === wanted) return;
  charger.log.surprises.push(`${charger.id}: ${what} got ${given} instead of ${wanted}`);
}

/** A session is begun in the charger's own log, before anybody is told. */
export function beginAlone(charger: WeekCharger, beginning: Beginning): LoggedSession {
  const session: LoggedSession = {
    slot: charger.slot,
    idTag: beginning.idTag,
    startedAt: charger.now(),
    meterStartWh: beginning.meterStartWh ?? 0,
    readings: [],
    answeredAtMs: { reading: 0, end: 0 },
    stop: null,
    answer: null,
    reasonUpstream: null,
    kind: beginning.kind,
  };
  charger.log.sessions.push(session);
  return session;
}

/** Tells its beginning; from then on the charger knows its number. */
export async function tellBegin(
  charger: WeekCharger,
  session: LoggedSession,
  twice = false,
): Promise<void> {
  const say = twice ? charger.sayTwice : charger.say;
  const { transactionId, idTagInfo } = await say("StartTransaction", {
    connectorId: 1,
    idTag: session.idTag,
    meterStart: session.meterStartWh,
    timestamp: session.startedAt,
  });
  session.answer = {
    number: Number(transactionId),
    status: String((idTagInfo as Params)["status"]),
  };
}

/** Begins a session and tells it, as a charger that is connected does. */
export async function begin(charger: WeekCharger, beginning: Beginning): Promise<LoggedSession> {
  await status(charger, "Preparing");
  const session = beginAlone(charger, beginning);
  await tellBegin(charger, session, beginning.twice);
  await status(charger, "Charging");
  return session;
}

/** Takes a reading into the log. */
export function readAlone(
  charger: WeekCharger,
  session: LoggedSession,
  sampledValue: LoggedReading["sampledValue"],
): LoggedReading {
  const reading = { at: charger.now(), sampledValue };
  session.readings.push(reading);
  return reading;
}

/** Tells a reading. */
export async function tellReading(
  charger: WeekCharger,
  session: LoggedSession,
  { at, sampledValue }: LoggedReading,
  twice = false,
): Promise<void> {
  const say = twice ? charger.sayTwice : charger.say;
  await say("MeterValues", {
    connectorId: 1,
    transactionId: session.answer?.number,
    meterValue: [{ timestamp: at, sampledValue }],
  });
  session.answeredAtMs.reading = performance.now();
}

/** Takes a reading and tells it. */
export async function read(
  charger: WeekCharger,
  session: LoggedSession,
  sampledValue: LoggedReading["sampledValue"],
  twice = false,
): Promise<void> {
  await tellReading(charger, session, readAlone(charger, session, sampledValue), twice);
}

/** Ends a session in the log. */
export function endAlone(
  charger: WeekCharger,
  session: LoggedSession,
  ending: Ending,
): LoggedStop {
  const stop: LoggedStop = {
    at: charger.now(),
    meterStopWh: ending.meterStopWh,
    reason: ending.reason ?? null,
    idTag: ending.idTag ?? null,
    transactionData: ending.transactionData ?? [],
  };
  session.stop = stop;
  return stop;
}

/** Tells the end. */
export async function tellEnd(
  charger: WeekCharger,
  session: LoggedSession,
  { at, meterStopWh, reason, idTag, transactionData }: LoggedStop,
  twice = false,
): Promise<void> {
  const say = twice ? charger.sayTwice : charger.say;
  await say("StopTransaction", {
    transactionId: session.answer?.number,
    meterStop: meterStopWh,
    timestamp: at,
    ...(reason === null ? {} : { reason }),
    ...(idTag === null ? {} : { idTag }),
    ...(transactionData.length === 0 ? {} : {
      transactionData: transactionData.map((each) => ({
        timestamp: each.at,
        sampledValue: each.sampledValue,
      })),
    }),
  });
  session.answeredAtMs.end = performance.now();
}

/** Ends a session and tells it; the connector is free again. */
export async function end(
  charger: WeekCharger,
  session: LoggedSession,
  ending: Ending,
): Promise<void> {
  await tellEnd(charger, session, endAlone(charger, session, ending), ending.twice);
  await status(charger, "Available");
}

/** Tells the state of the connector. */
export async function status(charger: WeekCharger, word: string): Promise<void> {
  await charger.say("StatusNotification", {
    connectorId: 1,
    errorCode: "NoError",
    status: word,
    timestamp: charger.now(),
  });
}

/** Boots, as after its power came back. */
export async function boot(charger: WeekCharger): Promise<void> {
  const answer = await charger.say("BootNotification", {
    chargePointVendor: "Week",
    chargePointModel: "W1",
  });
  expect(charger, "BootNotification", answer["status"], "Accepted");
}

/** A register as many chargers write it: with decimals that say nothing, and must stay all the same. */
export function registerValue(energyWh: number, context = "Sample.Periodic"): Params {
  return {
    value: energyWh.toFixed(2),
    context,
    format: "Raw",
    measurand: "Energy.Active.Import.Register",
    location: "Outlet",
    unit: "Wh",
  };
}

/** A current on one line. */
export function currentValue(phase: string, amps: number): Params {
  return { value: amps.toFixed(1), measurand: "Current.Import", phase, unit: "A" };
}

/** Signed by a meter: any change of a byte would make it worthless. */
export function signedValue(text: string, context: string): Params {
  return {
    value: text,
    context,
    format: "SignedData",
    measurand: "Energy.Active.Import.Register",
    unit: "Wh",
  };
}
