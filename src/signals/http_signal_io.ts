import { httpAuthority } from "../lib/address.ts";
import { type Clock, sleep } from "../lib/clock.ts";
import { createHttpExchange, type HttpExchange } from "../lib/http_exchange_io.ts";
import { jsonIn } from "../lib/json.ts";
import { parseJsonPath, valueAt } from "../lib/json_path.ts";
import { clip } from "../lib/text.ts";
import type { SignalSource, SignalWord } from "../site/mod.ts";
import type { HttpSignalOptions } from "./signal_options.ts";

const TIMEOUT_MS = 10_000;
const ANSWER_BYTES_MAX = 65_536;

/**
 * An address that says in JSON what may be drawn now: a number, or null for no limit. What it says
 * holds until it says something else.
 *
 * @throws RangeError when the path is none: `parseJsonPath` says so beforehand.
 */
export function createHttpSignal(options: HttpSignalOptions, clock: Clock): SignalSource {
  const { plan, token, ca, intervalMs } = options;
  const url = new URL(options.url);
  const place = parseJsonPath(options.path);
  if (!place.ok) throw new RangeError(`Cannot create signal ${plan.id}: ${place.error}`);
  const path = place.value;
  const stop = new AbortController();
  let exchange: HttpExchange | null = null;
  let ended: Promise<void> = Promise.resolve();

  async function look(asking: HttpExchange): Promise<SignalWord> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await asking.ask({ url, headers });
    if (answer.kind === "fault") return { kind: "unheard", reason: answer.reason };
    const where = httpAuthority(url);
    const unheard = (what: string): SignalWord => ({
      kind: "unheard",
      reason: `${where} answers ${what}`,
    });
    if (answer.status !== 200) return unheard(String(answer.status));
    const json = jsonIn(answer.body);
    if (json === undefined) return unheard("with what is no JSON");
    const value = valueAt(json, path);
    // Only who says so lifts a limit: a page of another kind would not have the value either.
    if (value === undefined) return unheard(`without a value at "${options.path}"`);
    if (value === null) return { kind: "schedule", spans: [], problems: [] };
    if (typeof value !== "number" || !(value >= 0) || !Number.isFinite(value)) {
      return unheard(`${clip(JSON.stringify(value) ?? "", 40)} at "${options.path}"`);
    }
    return { kind: "schedule", spans: [spanOf(value)], problems: [] };
  }

  function spanOf(value: number) {
    const { unit } = options;
    const amount = unit === "A"
      ? { unit, limit: value }
      : { unit: "W" as const, limit: Math.round(unit === "kW" ? value * 1_000 : value) };
    // The same each time: only what is another is news.
    return { fromMs: 0, toMs: null, ...amount, reason: `said by ${httpAuthority(url)}` };
  }

  async function lookUntilStopped(asking: HttpExchange, hear: (word: SignalWord) => void) {
    while (!stop.signal.aborted) {
      const word = await look(asking);
      if (stop.signal.aborted) return;
      hear(word);
      await sleep(clock, intervalMs, stop.signal);
    }
  }

  return {
    id: plan.id,
    start(hear) {
      const asking = createHttpExchange(
        { timeoutMs: TIMEOUT_MS, bytesMax: ANSWER_BYTES_MAX, ca },
        clock,
      );
      exchange = asking;
      ended = lookUntilStopped(asking, hear);
    },
    async stop() {
      stop.abort();
      exchange?.close();
      await ended;
    },
  };
}
