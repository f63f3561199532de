import type { Requests16, Responses16 } from "../../src/ocpp/messages/mod.ts";
import {
  readingsIn,
  stopIn,
  type ToldReading,
  type ToldStop,
  TRANSACTION_ACTIONS,
} from "./charger_books.ts";

/** A session as the CSMS was told of it; each message counts once, however often it came. */
export interface HeardSession {
  readonly slot: number;
  readonly idTag: string;
  readonly startedAt: string;
  readonly meterStartWh: number;
  readonly readings: readonly ToldReading[];
  readonly stops: readonly ToldStop[];
}

/** A message about a transaction that came again. */
export interface Repetition {
  readonly messageId: string;
  /** In which life of the gateway: 1, 2, 3, … */
  readonly life: number;
}

/** What a CSMS hears about transactions, message by message, with the ids under which they come. */
export interface CsmsFrameBooks {
  /** A text that went over the wire while the gateway lived its `life`th life. */
  frame(direction: "in" | "out", text: string, life: number): void;
  sessions(): readonly HeardSession[];
  /** The ids of all messages so far. */
  messageIds(): ReadonlySet<string>;
  /** The ids of those that came, for the first time or again, in this life of the gateway. */
  heardIn(life: number): ReadonlySet<string>;
  repetitions(): readonly Repetition[];
  /** What the gateway must never do: another content under the same id (ruling 2). */
  findings(): readonly string[];
}

interface HeardCall {
  readonly action: string;
  readonly payload: unknown;
  readonly text: string;
}

/** Opens empty books. */
export function openCsmsFrameBooks(): CsmsFrameBooks {
  const calls = new Map<string, HeardCall>();
  const numbers = new Map<string, number>();
  const byLife = new Map<number, Set<string>>();
  const repetitions: Repetition[] = [];
  const findings: string[] = [];

  function heard(id: string, call: HeardCall, life: number): void {
    byLife.set(life, (byLife.get(life) ?? new Set()).add(id));
    const before = calls.get(id);
    if (before === undefined) {
      calls.set(id, call);
      return;
    }
    repetitions.push({ messageId: id, life });
    if (before.text !== call.text) findings.push(`${before.text} came again as ${call.text}`);
  }

  function payloads<Payload>(action: string): readonly (readonly [string, Payload])[] {
    // The simulated CSMS answers only what its schemas allow.
    return [...calls].filter(([, call]) => call.action === action)
      .map(([id, { payload }]) => [id, payload as Payload] as const);
  }

  return {
    frame(direction, text, life) {
      const [kind, id, third, fourth] = partsOf(text);
      if (direction === "in" && kind === 2 && TRANSACTION_ACTIONS.has(String(third))) {
        heard(String(id), { action: String(third), payload: fourth, text }, life);
      }
      if (direction === "out" && kind === 3 && calls.get(String(id))?.action === STARTED) {
        numbers.set(String(id), (third as Responses16["StartTransaction"]).transactionId);
      }
    },
    sessions() {
      const meters = payloads<Requests16["MeterValues"]>("MeterValues");
      const stops = payloads<Requests16["StopTransaction"]>("StopTransaction");
      return payloads<Requests16["StartTransaction"]>(STARTED).map(([id, start]) => {
        const isOf = ({ transactionId }: { transactionId?: number }) =>
          transactionId === numbers.get(id);
        return {
          slot: start.connectorId,
          idTag: start.idTag,
          startedAt: start.timestamp,
          meterStartWh: start.meterStart,
          readings: meters.filter(([, each]) => isOf(each)).flatMap(([, each]) => readingsIn(each)),
          stops: stops.filter(([, each]) => isOf(each)).map(([, each]) => stopIn(each)),
        };
      });
    },
    messageIds: () => new Set(calls.keys()),
    heardIn: (life) => byLife.get(life) ?? new Set(),
    repetitions: () => repetitions,
    findings: () => findings,
  };
}

const STARTED = "StartTransaction";

/** Nothing of a frame that was spoilt on its way: whoever got it does not understand it either. */
function partsOf(text: string): readonly unknown[] {
  try {
    const frame: unknown = JSON.parse(text);
    return Array.isArray(frame) ? frame : [];
  } catch {
    return [];
  }
}
