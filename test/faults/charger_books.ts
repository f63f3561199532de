import type { Requests16, Responses16 } from "../../src/ocpp/messages/mod.ts";

/** A reading of an energy register, as its charger wrote it. */
export interface ToldReading {
  readonly at: string;
  readonly register: string;
}

/** The end of a session, as its charger wrote it. */
export interface ToldStop {
  readonly at: string;
  readonly meterStopWh: number;
  readonly reason: string | null;
}

/** A session of which everything that stands here was in a message that the charger got answered. */
export interface AnsweredSession {
  readonly slot: number;
  /** The number that the gateway gave. */
  readonly number: number;
  readonly idTag: string;
  readonly startedAt: string;
  readonly meterStartWh: number;
  readonly readings: ToldReading[];
  /** Those of them that a gateway without room on its disk need not have kept. */
  readonly spare: Set<ToldReading>;
  stop: ToldStop | null;
}

/** What the gateway has answered for, put down as the answers come in over the wire. */
export interface ChargerBooks {
  /** A text that went over the wire of the charger at this slot. */
  frame(slot: number, direction: "in" | "out", text: string): void;
  sessions(): readonly AnsweredSession[];
  /** How many frames about transactions chargers sent, repeated ones among them. */
  sent(): number;
  /** How many messages about transactions were answered. */
  answers(): number;
  /** Those of them that are about the beginning of a session. */
  starts(): number;
  /** Answers that were errors: a gateway never gives one to a Start, Stop or MeterValues of ours. */
  refusals(): readonly string[];
}

type Told =
  | { readonly action: "StartTransaction"; readonly payload: Requests16["StartTransaction"] }
  | { readonly action: "MeterValues"; readonly payload: Requests16["MeterValues"] }
  | { readonly action: "StopTransaction"; readonly payload: Requests16["StopTransaction"] };

/** The actions that carry money. */
export const TRANSACTION_ACTIONS: ReadonlySet<string> = new Set<Told["action"]>([
  "StartTransaction",
  "MeterValues",
  "StopTransaction",
]);

/**
 * Readings of which one more or less makes no difference: samples that come all the time. Signed ones,
 * those of the clock and those that were asked for are evidence.
 */
function periodicIn({ meterValue }: Requests16["MeterValues"]): readonly ToldReading[] {
  return readingsIn({
    meterValue: meterValue.filter(({ sampledValue }) =>
      sampledValue.every(({ context = "Sample.Periodic", format = "Raw" }) =>
        context === "Sample.Periodic" && format === "Raw"
      )
    ),
  });
}

/** The registers in a message. Ours tell one a reading. */
export function readingsIn(
  { meterValue }: Pick<Requests16["MeterValues"], "meterValue">,
): readonly ToldReading[] {
  return meterValue.flatMap(({ timestamp, sampledValue }) =>
    sampledValue
      .filter(({ measurand = "Energy.Active.Import.Register", phase }) =>
        measurand === "Energy.Active.Import.Register" && phase === undefined
      )
      .map(({ value }) => ({ at: timestamp, register: value }))
  );
}

/** The end in a message. */
export function stopIn(
  { timestamp, meterStop, reason }: Requests16["StopTransaction"],
): ToldStop {
  return { at: timestamp, meterStopWh: meterStop, reason: reason ?? null };
}

/** Opens empty books. `isSparing` says whether the gateway may leave out readings just now. */
export function openChargerBooks(isSparing: () => boolean = () => false): ChargerBooks {
  /** By message id; null once it was answered: a repeat may get a late answer and one of its own. */
  const asked = new Map<string, Told | null>();
  const sessions = new Map<number, AnsweredSession>();
  const refusals: string[] = [];
  let answers = 0;
  let starts = 0;
  let sent = 0;

  function answered(slot: number, told: Told, answer: unknown): void {
    answers++;
    if (told.action === "StartTransaction") starts++;
    switch (told.action) {
      case "StartTransaction": {
        const { transactionId } = answer as Responses16["StartTransaction"];
        const { idTag, timestamp, meterStart } = told.payload;
        sessions.set(transactionId, {
          slot,
          number: transactionId,
          idTag,
          startedAt: timestamp,
          meterStartWh: meterStart,
          readings: [],
          spare: new Set(),
          stop: null,
        });
        return;
      }
      case "MeterValues": {
        const { transactionId } = told.payload;
        if (transactionId === undefined) return;
        const session = sessions.get(transactionId);
        if (session !== undefined) note(session, told.payload);
        return;
      }
      case "StopTransaction": {
        const session = sessions.get(told.payload.transactionId);
        if (session !== undefined) session.stop = stopIn(told.payload);
      }
    }
  }

  function note(session: AnsweredSession, payload: Requests16["MeterValues"]): void {
    const periodic = new Set(periodicIn(payload).map(({ at }) => at));
    for (const reading of readingsIn(payload)) {
      // The first of a session is always kept.
      const isSpare = session.readings.length > 0 && periodic.has(reading.at) && isSparing();
      session.readings.push(reading);
      if (isSpare) session.spare.add(reading);
    }
  }

  return {
    frame(slot, direction, text) {
      const frame: readonly unknown[] = JSON.parse(text);
      const [kind, id, third, fourth] = frame;
      if (direction === "out" && kind === 2 && TRANSACTION_ACTIONS.has(String(third))) {
        sent++;
        // The simulated charger's own messages are checked against the schemas before they go out.
        const told = { action: third, payload: fourth } as Told;
        if (!asked.has(String(id))) asked.set(String(id), told);
      }
      const told = direction === "in" ? asked.get(String(id)) ?? null : null;
      if (told === null) return;
      if (kind === 3) {
        asked.set(String(id), null);
        answered(slot, told, third);
      }
      if (kind === 4) refusals.push(`slot ${slot}: ${told.action} got ${text}`);
    },
    sessions: () => [...sessions.values()],
    sent: () => sent,
    answers: () => answers,
    starts: () => starts,
    refusals: () => refusals,
  };
}
