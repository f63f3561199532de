import type { Heard } from "../sites/rpc_csms.ts";
import type { LoggedReading, LoggedStop } from "./charger_log.ts";

type Params = Readonly<Record<string, unknown>>;

/** A session as the CSMS has it after all. */
export interface CsmsSession {
  readonly slot: number;
  readonly idTag: string;
  readonly startedAt: string;
  readonly meterStartWh: number;
  readonly readings: readonly LoggedReading[];
  readonly stops: readonly LoggedStop[];
  /** The calls that told it, in the order in which they came. */
  readonly calls: readonly string[];
}

/** The books of a CSMS that recognises a message by its id, as ruling 2 lets it. */
export interface CsmsLog {
  readonly sessions: readonly CsmsSession[];
  /** What no gateway may do, whatever happens: in a sentence each. */
  readonly findings: readonly string[];
}

const OF_TRANSACTIONS = new Set(["StartTransaction", "MeterValues", "StopTransaction"]);

interface Open {
  readonly session: CsmsSession;
  readonly readings: LoggedReading[];
  readonly stops: LoggedStop[];
  readonly calls: string[];
}

/** Reads the books out of all that a CSMS heard, in order. */
export function csmsLogOf(heard: readonly Heard[]): CsmsLog {
  const findings: string[] = [];
  const byNumber = new Map<number, Open>();
  const sessions: CsmsSession[] = [];
  for (const each of heardOnce(heard, findings)) {
    const { method, params } = each;
    if (method === "StartTransaction") {
      if (each.number === null) continue;
      const open = opened(params);
      const before = sessions.findLast(({ slot }) => slot === open.session.slot);
      if (before !== undefined && before.stops.length === 0) {
        findings.push(
          `slot ${open.session.slot}: the session of ${open.session.startedAt} began before that ` +
            `of ${before.startedAt} had ended`,
        );
      }
      byNumber.set(each.number, open);
      sessions.push(open.session);
      continue;
    }
    const number = Number(params["transactionId"] ?? NaN);
    const open = byNumber.get(number);
    // Meter values outside of sessions are nobody's money.
    if (open === undefined) {
      if (params["transactionId"] !== undefined) {
        findings.push(`${method} came for transaction ${number}, which nobody had begun`);
      }
      continue;
    }
    takeIn(open, method, params, findings);
  }
  return { sessions, findings };
}

/**
 * What counts: each message once. The same id again must have the same content, and must not come
 * after its answer arrived: only what was in flight when a connection broke may be in doubt.
 */
function heardOnce(heard: readonly Heard[], findings: string[]): readonly Heard[] {
  const firsts = new Map<string, Heard>();
  const answered = new Map<string, Heard>();
  for (const each of heard.filter(({ method }) => OF_TRANSACTIONS.has(method))) {
    const first = firsts.get(each.messageId);
    if (first !== undefined && JSON.stringify(first.params) !== JSON.stringify(each.params)) {
      findings.push(`${each.method} ${each.messageId} came again with another content`);
    }
    const before = answered.get(each.messageId);
    if (before !== undefined && !wasInDoubt(before, heard)) {
      findings.push(`${each.method} ${each.messageId} came again after its answer`);
    }
    if (first === undefined) firsts.set(each.messageId, each);
    if (each.isAnswered && before === undefined) answered.set(each.messageId, each);
  }
  return [...answered.values()];
}

/** It was the last thing of its connection: nobody can say whether the answer arrived. */
function wasInDoubt(each: Heard, heard: readonly Heard[]): boolean {
  return heard.findLast(({ connection }) => connection === each.connection) === each;
}

function opened(params: Params): Open {
  const readings: LoggedReading[] = [];
  const stops: LoggedStop[] = [];
  const calls = ["StartTransaction"];
  const session: CsmsSession = {
    slot: Number(params["connectorId"]),
    idTag: String(params["idTag"]),
    startedAt: String(params["timestamp"]),
    meterStartWh: Number(params["meterStart"]),
    readings,
    stops,
    calls,
  };
  return { session, readings, stops, calls };
}

function takeIn(
  { session, readings, stops, calls }: Open,
  method: string,
  params: Params,
  findings: string[],
): void {
  calls.push(method);
  if (stops.length > 0) {
    findings.push(
      `${method} came after the end of the session of slot ${session.slot}, ${session.startedAt}`,
    );
  }
  if (method === "MeterValues") {
    if (params["connectorId"] !== session.slot) {
      findings.push(`MeterValues of slot ${session.slot} came for ${params["connectorId"]}`);
    }
    readings.push(...readingsIn(params["meterValue"]));
    return;
  }
  stops.push({
    at: String(params["timestamp"]),
    meterStopWh: Number(params["meterStop"]),
    reason: params["reason"] === undefined ? null : String(params["reason"]),
    idTag: params["idTag"] === undefined ? null : String(params["idTag"]),
    transactionData: readingsIn(params["transactionData"] ?? []),
  });
}

/** Strict mode has held every message to the schemas before it came here. */
function readingsIn(meterValue: unknown): readonly LoggedReading[] {
  return (meterValue as { timestamp: string; sampledValue: LoggedReading["sampledValue"] }[])
    .map(({ timestamp, sampledValue }) => ({ at: timestamp, sampledValue }));
}
