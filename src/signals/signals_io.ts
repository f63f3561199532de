import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { createHttpSignal } from "./http_signal_io.ts";
import { createOpenAdrVen } from "./openadr_ven_io.ts";
import type { Signal } from "./signal_desk.ts";
import type { SignalOptions } from "./signal_options.ts";

/** The signals of the site, each by its own driver. None is asked before it is started. */
export function createSignals(
  all: readonly SignalOptions[],
  clock: Clock,
  log: Log,
): readonly Signal[] {
  return all.map((options) => ({ plan: options.plan, source: sourceOf(options, clock, log) }));
}

function sourceOf(options: SignalOptions, clock: Clock, log: Log): Signal["source"] {
  switch (options.driver) {
    case "openadr":
      return createOpenAdrVen(options, clock, log);
    case "http-json":
      return createHttpSignal(options, clock);
    case "api":
      return null;
  }
}
