import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import { compact } from "../lib/json.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import { drop, put, type WriteOf } from "../lib/write.ts";
import {
  type CircuitLimit,
  LIMIT_LASTS_MAX_MS,
  type LimitEnd,
  type LimitSource,
  type SiteEvents,
} from "../site/mod.ts";

/** What the limits keep on disk. */
export interface CircuitLimitCollections {
  readonly "circuit-limits": CircuitLimit;
}

type LimitWrite = WriteOf<CircuitLimitCollections>;

/** So many that are over stay on record; two a day for more than two years. */
const RECORDS_MAX = 2_000;

/** What all contacts together are called: the lowest of those that are active counts. */
export const CONTACTS_SIGNAL = "contacts";

/** What somebody wants. */
export type LimitOrder = Pick<
  CircuitLimit,
  "circuitId" | "source" | "signal" | "counts" | "unit" | "limit" | "reason" | "by" | "untilMs"
>;

export interface CircuitLimitPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly write: (writes: readonly LimitWrite[]) => Promise<void>;
  readonly hasCircuit: (id: string) => boolean;
  /** A moment of the wall clock as people of the site read it. */
  readonly timeText: (wallMs: number) => string;
}

/** Limits on chargers together, with an end, and the record of them. */
export interface CircuitLimits {
  /** Those that hold now. */
  inForce(): readonly CircuitLimit[];
  /** All that are on record, the newest first. */
  record(): readonly CircuitLimit[];
  /**
   * Sets a limit in place of the one of the same source, and the same signal, there; holds at once,
   * resolves when on disk.
   */
  set(order: LimitOrder): Promise<void>;
  /**
   * Ends what a source wants of a circuit, all of it or what one signal wants; false where there is no
   * such limit.
   */
  lift(
    circuitId: string | null,
    source: LimitSource,
    by: string,
    signal?: string,
  ): Promise<boolean>;
  /** What chargers can draw is within it now. */
  noteMet(number: number): void;
  /** Whoever is told when limits change. */
  listen(listener: () => void): void;
  /** The site's time was put right by so much: limits last as long as they were meant to. */
  moved(shiftMs: number): readonly LimitWrite[];
  /** Lets go of timers. */
  stop(): void;
}

/** Opens the limits on what was on disk. A limit ends by itself. */
export function createCircuitLimits(
  ports: CircuitLimitPorts,
  stored: Iterable<CircuitLimit>,
): CircuitLimits {
  const { clock, log, events } = ports;
  const records = new Map(
    [...stored].toSorted((a, b) => a.number - b.number)
      .map((each) => [each.number, withSignal(each)]),
  );
  const cancels = new Map<number, () => void>();
  let last = Math.max(0, ...records.keys());
  let changed = () => {};
  for (const limit of [...records.values()]) {
    if (limit.ended !== null) continue;
    if (limit.circuitId === null || ports.hasCircuit(limit.circuitId)) begin(limit);
    else ports.spawn("end limit", () => ports.write(end(limit, { kind: "no-circuit" })));
  }

  const inForce = () => [...records.values()].filter(({ ended }) => ended === null);

  function begin(limit: CircuitLimit): void {
    records.set(limit.number, limit);
    tell(limit, "raised");
    // Who hears a signal ends what it wants: something else may follow at that moment.
    if (limit.untilMs === null || limit.signal !== undefined) return;
    // Its end is a matter of waiting, which nobody moves by setting a clock.
    const remainingMs = Math.min(limit.untilMs - clock.wallMs(), LIMIT_LASTS_MAX_MS);
    const over = () => {
      const now = records.get(limit.number) ?? limit;
      ports.spawn("end limit", () => ports.write(end(now, { kind: "time" })));
      changed();
    };
    cancels.set(limit.number, clock.after(Math.max(0, remainingMs), over));
  }

  function end(limit: CircuitLimit, by: LimitEnd): readonly LimitWrite[] {
    cancels.get(limit.number)?.();
    cancels.delete(limit.number);
    // The gateway may have been off when its time came.
    const atMs = by.kind === "time" ? limit.untilMs ?? clock.wallMs() : clock.wallMs();
    const over = { ...limit, ended: { atMs, by } };
    records.set(limit.number, over);
    tell(over, "over");
    log("info", "circuit_limit_over", { ...logged(limit), end: by.kind });
    return [put("circuit-limits", limit.number, over), ...forgetOldest()];
  }

  const isOver = ({ untilMs }: CircuitLimit) => untilMs !== null && untilMs <= clock.wallMs();

  function forgetOldest(): readonly LimitWrite[] {
    const over = [...records.values()].filter(({ ended }) => ended !== null);
    const oldest = over.slice(0, Math.max(0, over.length - RECORDS_MAX));
    for (const { number } of oldest) records.delete(number);
    return oldest.map(({ number }) => drop("circuit-limits", number));
  }

  function tell(limit: CircuitLimit, state: "raised" | "over"): void {
    const { circuitId, source, signal, untilMs, reason } = limit;
    const who = source === "signal" ? "The grid" : "An operator";
    const name = signal === undefined ? "" : ` ("${signal}")`;
    const until = untilMs === null ? "until it is lifted" : `until ${ports.timeText(untilMs)}`;
    const why = reason === "" ? "" : `: ${reason}`;
    events.emit("fault", {
      kind: source === "signal" ? "grid-limit" : "operator-limit",
      severity: "info",
      subject: [circuitId ?? "site", ...(signal === undefined ? [] : [signal])].join(" "),
      text: `${who}${name} limits ${whatText(limit)} to ${amountText(limit)} ${until}${why}`,
      state,
    });
  }

  const of = (circuitId: string | null, source: LimitSource) =>
    inForce().filter((each) => each.circuitId === circuitId && each.source === source);

  return {
    inForce,
    record: () => [...records.values()].reverse(),
    async set(order) {
      const ending = of(order.circuitId, order.source)
        .filter(({ signal }) => signal === order.signal)
        .flatMap((before) => end(before, isOver(before) ? { kind: "time" } : { kind: "replaced" }));
      const atMs = clock.wallMs();
      const limit = { ...order, number: ++last, atMs, metAtMs: null, ended: null };
      begin(limit);
      log("info", "circuit_limit", logged(limit));
      changed();
      await ports.write([...ending, put("circuit-limits", limit.number, limit)]);
    },
    async lift(circuitId, source, by, signal) {
      const meant = of(circuitId, source)
        .filter((each) => signal === undefined || each.signal === signal);
      if (meant.length === 0) return false;
      const writes = meant.flatMap((limit) =>
        end(limit, isOver(limit) ? { kind: "time" } : { kind: "lifted", by })
      );
      changed();
      await ports.write(writes);
      return true;
    },
    noteMet(number) {
      const limit = records.get(number);
      if (limit === undefined || limit.metAtMs !== null || limit.ended !== null) return;
      const met = { ...limit, metAtMs: clock.wallMs() };
      records.set(number, met);
      log("info", "circuit_limit_met", logged(met));
      ports.spawn("note limit", () => ports.write([put("circuit-limits", number, met)]));
    },
    listen: (listener) => void (changed = listener),
    moved(shiftMs) {
      return inForce().map((limit) => {
        const { number, atMs, untilMs, metAtMs, signal } = limit;
        // What a signal names is a moment of the world's time, not so long from when it was said.
        const untilShiftMs = signal === undefined ? shiftMs : 0;
        const moved = {
          ...limit,
          atMs: atMs + shiftMs,
          untilMs: untilMs === null ? null : untilMs + untilShiftMs,
          metAtMs: metAtMs === null ? null : metAtMs + shiftMs,
        };
        records.set(number, moved);
        return put("circuit-limits", number, moved);
      });
    },
    stop() {
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
    },
  };
}

/** Contacts have a name since signals have. */
function withSignal(limit: CircuitLimit): CircuitLimit {
  const isContact = limit.source === "signal" && limit.by.startsWith("contact ");
  return isContact ? { ...limit, signal: CONTACTS_SIGNAL } : limit;
}

function whatText({ circuitId, counts }: CircuitLimit): string {
  if (counts === "everything") {
    return circuitId === null ? "the whole site" : `all that "${circuitId}" draws`;
  }
  return `all chargers ${circuitId === null ? "of the site" : `below "${circuitId}"`} together`;
}

function amountText({ unit, limit }: Pick<CircuitLimit, "unit" | "limit">): string {
  return unit === "A" ? `${limit} A` : `${limit / 1_000} kW`;
}

function logged(limit: CircuitLimit) {
  const { number, circuitId: circuit, source, signal, counts, unit, limit: amount } = limit;
  const { reason, by, untilMs } = limit;
  return compact({
    number,
    circuit,
    source,
    signal,
    counts,
    unit,
    limit: amount,
    reason,
    by,
    untilMs,
  });
}
