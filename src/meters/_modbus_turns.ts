import { type Clock, sleep } from "../lib/clock.ts";
import type { Result } from "../lib/result.ts";
import type { ModbusLink } from "./_modbus_link.ts";
import type { ModbusLine, ReadFault, ReadOutcome, TimedRead } from "./modbus_line.ts";
import { RECONNECT_BACK_OFF } from "./modbus_options.ts";
import { backOffMs } from "./pace.ts";

/** What meters on one line agree on. */
export interface LineOptions {
  /** "host:port" or the name of the device, for reasons. */
  readonly address: string;
  /** Silence between an answer and the next request, besides what the line itself needs. */
  readonly requestSpacingMs: number;
  /** How many meters use the line; the last one that releases it closes it. */
  readonly users: number;
  /** So many requests in a row without any answer, and the connection is made anew; 0: never. */
  readonly silencesBeforeReconnect: number;
  /** See `ModbusLine`. */
  readonly restAfterSilenceMs: number;
}

/** Opens the line, or says why not. `stop` gives up at once. */
export type OpenLink = (stop: AbortSignal) => Promise<Result<ModbusLink, string>>;

/**
 * A line that takes one request at a time, in the order in which they are asked for: whoever has asked
 * once waits behind all others before he may ask again. It is opened when somebody wants to read, and
 * left alone for a while when it cannot be: reads fail at once then, with the last reason.
 */
export function createTurns(options: LineOptions, open: OpenLink, clock: Clock): ModbusLine {
  const stop = new AbortController();
  let users = options.users;
  let link: ModbusLink | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let silences = 0;
  let failures = 0;
  let retryAtMs = Number.NEGATIVE_INFINITY;
  let freeAtMs = Number.NEGATIVE_INFINITY;
  let reason = "";

  /** Counts a connection that was of no use. The first good answer forgets them. */
  function failed(why: string): ReadFault {
    failures += 1;
    retryAtMs = clock.monoMs() + backOffMs(failures, RECONNECT_BACK_OFF);
    reason = why;
    return { kind: "unreachable", reason };
  }

  async function connected(): Promise<ModbusLink | ReadFault> {
    if (link?.isOpen()) return link;
    if (clock.monoMs() < retryAtMs) return { kind: "unreachable", reason };
    const result = await open(stop.signal);
    if (stop.signal.aborted && result.ok) await result.value.close();
    if (stop.signal.aborted) return { kind: "closed" };
    if (!result.ok) return failed(result.error);
    link = result.value;
    silences = 0;
    return link;
  }

  async function readInTurn(read: TimedRead): Promise<ReadOutcome> {
    if (stop.signal.aborted) return { kind: "fault", fault: { kind: "closed" } };
    const open = await connected();
    if ("kind" in open) return { kind: "fault", fault: open };
    const waitMs = freeAtMs - clock.monoMs();
    if (waitMs > 0) await sleep(clock, waitMs, stop.signal);
    const outcome = await open.exchange(read, read.timeoutMs);
    freeAtMs = clock.monoMs() + options.requestSpacingMs;
    judge(open, outcome);
    return outcome;
  }

  /** What an outcome says about the connection itself. */
  function judge(used: ModbusLink, outcome: ReadOutcome): void {
    const fault = outcome.kind === "fault" ? outcome.fault : null;
    if (fault === null || fault.kind === "exception") failures = 0;
    silences = fault?.kind === "silent" ? silences + 1 : 0;
    if (fault?.kind === "unreachable") failed(fault.reason);
    if (fault?.kind === "malformed" && !used.isOpen()) {
      failed(`${fault.reason} from ${options.address}`);
    }
    const most = options.silencesBeforeReconnect;
    if (most > 0 && silences >= most) used.drop();
  }

  return {
    address: options.address,
    shared: options.users > 1,
    restAfterSilenceMs: options.restAfterSilenceMs,
    read(read) {
      const outcome = turn.then(() => readInTurn(read));
      turn = outcome;
      return outcome;
    },
    async release() {
      users -= 1;
      if (users > 0) return;
      stop.abort();
      await link?.close();
      await turn;
    },
  };
}
