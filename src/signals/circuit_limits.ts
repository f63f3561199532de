import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
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

/** What somebody wants. */
export type LimitOrder = Pick<
  CircuitLimit,
  "circuitId" | "source" | "unit" | "limit" | "reason" | "by" | "untilMs"
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
  /** Sets a limit in place of the one of the same source there; holds at once, resolves when on disk. */
  set(order: LimitOrder): Promise<void>;
  /** Ends the limit of a source on a circuit; false where none holds. */
  lift(circuitId: string | null, source: LimitSource, by: string): Promise<boolean>;
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
    [...stored].toSorted((a, b) => a.number - b.number).map((each) => [each.number, each]),
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
    if (limit.untilMs === null) return;
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

  function forgetOldest(): readonly LimitWrite[] {
    const over = [...records.values()].filter(({ ended }) => ended !== null);
    const oldest = over.slice(0, Math.max(0, over.length - RECORDS_MAX));
    for (const { number } of oldest) records.delete(number);
    return oldest.map(({ number }) => drop("circuit-limits", number));
  }

  function tell(limit: CircuitLimit, state: "raised" | "over"): void {
    const { circuitId, source, untilMs, reason } = limit;
    const who = source === "signal" ? "The grid" : "An operator";
    const where = circuitId === null ? "of the site" : `below "${circuitId}"`;
    const until = untilMs === null ? "until it is lifted" : `until ${ports.timeText(untilMs)}`;
    const why = reason === "" ? "" : `: ${reason}`;
    events.emit("fault", {
      kind: source === "signal" ? "grid-limit" : "operator-limit",
      severity: "info",
      subject: circuitId ?? "site",
      text: `${who} limits all chargers ${where} together to ${amountText(limit)} ${until}${why}`,
      state,
    });
  }

  const find = (circuitId: string | null, source: LimitSource) =>
    inForce().find((each) => each.circuitId === circuitId && each.source === source);

  return {
    inForce,
    record: () => [...records.values()].reverse(),
    async set(order) {
      const before = find(order.circuitId, order.source);
      const ending = before === undefined ? [] : end(before, { kind: "replaced" });
      const atMs = clock.wallMs();
      const limit = { ...order, number: ++last, atMs, metAtMs: null, ended: null };
      begin(limit);
      log("info", "circuit_limit", logged(limit));
      changed();
      await ports.write([...ending, put("circuit-limits", limit.number, limit)]);
    },
    async lift(circuitId, source, by) {
      const limit = find(circuitId, source);
      if (limit === undefined) return false;
      const writes = end(limit, { kind: "lifted", by });
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
        const { number, atMs, untilMs, metAtMs } = limit;
        const moved = {
          ...limit,
          atMs: atMs + shiftMs,
          untilMs: untilMs === null ? null : untilMs + shiftMs,
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

function amountText({ unit, limit }: Pick<CircuitLimit, "unit" | "limit">): string {
  return unit === "A" ? `${limit} A` : `${limit / 1_000} kW`;
}

function logged(limit: CircuitLimit) {
  const { number, circuitId, source, unit, limit: amount, reason, by, untilMs } = limit;
  return { number, circuit: circuitId, source, unit, limit: amount, reason, by, untilMs };
}
