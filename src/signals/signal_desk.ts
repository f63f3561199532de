import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import { sameJson } from "../lib/json.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import { drop, put, type WriteOf } from "../lib/write.ts";
import type {
  SignalRecord,
  SignalSource,
  SignalSpan,
  SignalWord,
  SiteEvents,
} from "../site/mod.ts";
import { type CircuitLimits, CONTACTS_SIGNAL } from "./circuit_limits.ts";
import type { SignalPlan } from "./signal_options.ts";
import { momentOf, type SignalLimit, type SignalMoment, tidySpans } from "./signal_schedule.ts";

/** What the desk keeps on disk. */
export interface SignalCollections {
  readonly signals: SignalRecord;
}

/** What the desk works with. */
export interface SignalDeskPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly circuitLimits: Pick<CircuitLimits, "inForce" | "set" | "lift">;
  readonly write: (writes: readonly WriteOf<SignalCollections>[]) => Promise<void>;
}

/** A signal at work: what it means here, and how it is heard (absent: it tells us by our API). */
export interface Signal {
  readonly plan: SignalPlan;
  readonly source: SignalSource | null;
}

/** How a signal is now. */
export interface SignalState {
  readonly plan: SignalPlan;
  /** By the wall clock; null: not since the gateway started. */
  readonly heardAtMs: number | null;
  readonly isSilent: boolean;
  /** Why it was not heard the last time; null where it was. */
  readonly trouble: string | null;
  readonly limit: SignalLimit | null;
  readonly problems: readonly string[];
}

/** Signals at work. */
export interface SignalDesk {
  start(): void;
  stop(): Promise<void>;
  states(): readonly SignalState[];
  /** What a signal says that tells us by the API; false where there is no such signal. */
  tell(id: string, word: SignalWord & { readonly kind: "schedule" }): Promise<boolean>;
  /** The same signal is still there and wants what it wanted; false where there is none. */
  beat(id: string): Promise<boolean>;
}

/** A schedule is looked at so often at least: somebody may have set the clock. */
const LOOK_MS = 60_000;

interface Ear {
  readonly signal: Signal;
  record: SignalRecord;
  /** By our monotonic clock; the start counts as a word, or every restart would be a silence. */
  heardMs: number;
  heardAtMs: number | null;
  isSilent: boolean;
  trouble: string | null;
  problems: readonly string[];
  /** What was ordered last; undefined: nothing since the start. */
  told: SignalLimit | null | undefined;
  cancel: () => void;
}

/**
 * Carries out what signals say, each beside the others: the lowest counts. One that cannot be heard
 * changes nothing before what it said is over; then its fallback holds, if it has one, until it is heard.
 */
export function createSignalDesk(
  signals: readonly Signal[],
  stored: Iterable<SignalRecord>,
  ports: SignalDeskPorts,
): SignalDesk {
  const { clock, log, spawn, events, circuitLimits } = ports;
  const records = new Map([...stored].map((record) => [record.id, record]));
  const ears = signals.map((signal): Ear => ({
    signal,
    record: records.get(signal.plan.id) ?? { id: signal.plan.id, spans: [], atMs: 0 },
    heardMs: clock.monoMs(),
    heardAtMs: null,
    isSilent: false,
    trouble: null,
    problems: [],
    told: undefined,
    cancel: () => {},
  }));
  let isStopped = false;

  async function hear(ear: Ear, word: SignalWord): Promise<void> {
    if (isStopped) return;
    const { id } = ear.signal.plan;
    if (word.kind === "unheard") {
      if (ear.trouble !== word.reason) {
        log("warning", "signal_unheard", { id, reason: word.reason });
      }
      ear.trouble = word.reason;
      return await look(ear);
    }
    if (ear.trouble !== null) log("info", "signal_heard", { id });
    ear.trouble = null;
    ear.heardMs = clock.monoMs();
    ear.heardAtMs = clock.wallMs();
    tellProblems(ear, word.problems);
    const spans = tidySpans(word.spans, clock.wallMs());
    const isNews = !sameJson(fromNow(spans), fromNow(ear.record.spans));
    const record = { id, spans, atMs: clock.wallMs() };
    if (isNews) {
      ear.record = record;
      log("info", "signal_says", { id, spans: spans.length, first: spans[0] ?? null });
    }
    // The limit first: what is on disk only matters after a restart.
    await Promise.all([look(ear), ...(isNews ? [ports.write([put("signals", id, record)])] : [])]);
  }

  /** When what holds now began is nothing that anybody would do otherwise for. */
  function fromNow(spans: readonly SignalSpan[]): readonly SignalSpan[] {
    const nowMs = clock.wallMs();
    return tidySpans(spans, nowMs).map((span) => ({
      ...span,
      fromMs: Math.max(nowMs, span.fromMs),
    }));
  }

  function tellProblems(ear: Ear, problems: readonly string[]): void {
    if (sameJson(ear.problems, problems)) return;
    ear.problems = problems;
    const { id } = ear.signal.plan;
    log(problems.length > 0 ? "warning" : "info", "signal_problems", { id, problems });
    events.emit("fault", {
      kind: "signal-not-understood",
      severity: "warning",
      subject: id,
      text: problems.length > 0
        ? `Signal "${id}" says what cannot be carried out: ${problems.slice(0, 3).join("; ")}`
        : `All that signal "${id}" says can be carried out`,
      state: problems.length > 0 ? "raised" : "over",
    });
  }

  /** What holds now, and when to look again. */
  async function look(ear: Ear): Promise<void> {
    if (isStopped) return;
    const { plan } = ear.signal;
    const moment = momentOf(ear.record.spans, clock.wallMs());
    const silentInMs = ear.heardMs + plan.silentAfterMs - clock.monoMs();
    const isSilent = silentInMs <= 0;
    if (isSilent !== ear.isSilent) tellSilence(ear, isSilent, moment);
    const nextMs = (moment.nextMs ?? Infinity) - clock.wallMs();
    ear.cancel();
    ear.cancel = clock.after(
      Math.max(0, Math.min(nextMs, isSilent ? Infinity : silentInMs, LOOK_MS)),
      () => spawn(`signal ${plan.id}`, () => look(ear)),
    );
    await order(ear, moment.limit ?? (isSilent ? fallbackOf(plan) : null));
  }

  function tellSilence(ear: Ear, isSilent: boolean, { limit }: SignalMoment): void {
    ear.isSilent = isSilent;
    const { id, fallback, silentAfterMs } = ear.signal.plan;
    const holds = limit !== null
      ? "What it said last holds"
      : fallback === null
      ? "Nothing is limited for it"
      : "Its fallback holds";
    const why = ear.trouble === null ? "" : `: ${ear.trouble}`;
    events.emit("fault", {
      kind: "signal-silent",
      severity: "alarm",
      subject: id,
      text: isSilent
        ? `Signal "${id}" is silent for ${Math.round(silentAfterMs / 1_000)} s${why}. ${holds}`
        : `Signal "${id}" is heard again`,
      state: isSilent ? "raised" : "over",
    });
  }

  /** Whoever lifts a limit by hand has lifted it until the signal says something else. */
  async function order(ear: Ear, wanted: SignalLimit | null): Promise<void> {
    const { plan } = ear.signal;
    const before = ear.told === undefined ? heldBy(plan) : ear.told;
    const isFirst = ear.told === undefined;
    ear.told = wanted;
    if (sameJson(before, wanted)) return;
    const { id: signal, circuitId, by } = plan;
    if (wanted !== null) {
      const counts = plan.counts === "everything" ? { counts: plan.counts } : {};
      return await circuitLimits.set({
        ...wanted,
        ...counts,
        circuitId,
        source: "signal",
        signal,
        by,
      });
    }
    if (isFirst || before !== null) await circuitLimits.lift(circuitId, "signal", by, signal);
  }

  /** What it holds from before the restart. */
  function heldBy({ id, circuitId, counts }: SignalPlan): SignalLimit | null {
    const held = circuitLimits.inForce().find((each) =>
      each.signal === id && each.circuitId === circuitId &&
      (each.counts ?? "chargers") === counts
    );
    if (held === undefined) return null;
    const { unit, limit, reason, untilMs } = held;
    return { unit, limit, reason, untilMs };
  }

  /** Of a signal that site.yaml does not name any more, or gave another circuit, nothing holds. */
  async function liftOrphans(): Promise<void> {
    for (const { circuitId, signal, by } of circuitLimits.inForce()) {
      const isKnown = signal === undefined || signal === CONTACTS_SIGNAL ||
        signals.some(({ plan }) => plan.id === signal && plan.circuitId === circuitId);
      if (!isKnown) await circuitLimits.lift(circuitId, "signal", by, signal);
    }
    const gone = [...records.keys()].filter((id) => !signals.some(({ plan }) => plan.id === id));
    if (gone.length > 0) await ports.write(gone.map((id) => drop("signals", id)));
  }

  const listen = (ear: Ear, word: SignalWord) =>
    spawn(`signal ${ear.signal.plan.id}`, async () => {
      try {
        await hear(ear, word);
      } catch (error) {
        log("error", "signal_not_kept", { id: ear.signal.plan.id, error: errorText(error) });
      }
    });

  const told = (id: string) =>
    ears.find(({ signal }) => signal.plan.id === id && signal.source === null);

  return {
    start() {
      spawn("lift limits of signals that are gone", liftOrphans);
      for (const ear of ears) {
        spawn(`signal ${ear.signal.plan.id}`, () => look(ear));
        ear.signal.source?.start((word) => listen(ear, word));
      }
    },
    async stop() {
      isStopped = true;
      for (const { cancel } of ears) cancel();
      await Promise.all(ears.map(({ signal }) => signal.source?.stop()));
    },
    states: () =>
      ears.map(({ signal: { plan }, heardAtMs, isSilent, trouble, told, problems }) => ({
        plan,
        heardAtMs,
        isSilent,
        trouble,
        limit: told ?? null,
        problems,
      })),
    async tell(id, word) {
      const ear = told(id);
      if (ear === undefined) return false;
      await hear(ear, word);
      return true;
    },
    async beat(id) {
      const ear = told(id);
      if (ear === undefined) return false;
      await hear(ear, { kind: "schedule", spans: ear.record.spans, problems: ear.problems });
      return true;
    },
  };
}

function fallbackOf({ id, fallback }: SignalPlan): SignalLimit | null {
  return fallback === null
    ? null
    : { ...fallback, reason: `signal "${id}" is silent`, untilMs: null };
}
