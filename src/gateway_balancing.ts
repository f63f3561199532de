import {
  type BalancerEffect,
  type BalancerEvent,
  type BalancerOptions,
  type BalancerTiming,
  type Cap,
  type CircuitLoad,
  circuitLoads,
  type ComparedStep,
  comparedSteps,
  type EvseFacts,
  type EvseLimit,
  evseLimit,
  evseLimits,
  type ForecastStart,
  type GroupCap,
  isWithinCaps,
  newBalancer,
  type RememberedLimit,
  rememberedLimits,
  type SentLimit,
  stepBalancer,
  type SunPlace,
  sunPlaces,
  type SurplusBudget,
} from "./balancing/mod.ts";
import type { Chargers } from "./chargers/mod.ts";
import { type Clock, every } from "./lib/clock.ts";
import { sameJson } from "./lib/json.ts";
import type { Events } from "./lib/events.ts";
import type { Spawner } from "./lib/spawn.ts";
import type { Log } from "./lib/log.ts";
import { createSentLimits } from "./gateway_limits.ts";
import { alarmFault, createSafetyDesk } from "./gateway_safety.ts";
import type { Journal, Outbox } from "./outbox/mod.ts";
import type { CutDesk } from "./signals/mod.ts";
import {
  type Circuit,
  circuitTree,
  type EvseMeasurement,
  type EvsePlace,
  isPlugged,
  type PerLine,
  perLine,
  type SharingStrategy,
  type SiteBook,
  type SiteEvents,
} from "./site/mod.ts";
import { openOn, type TransactionBook } from "./transactions/mod.ts";

/** Values that suit a real site (rulings 19 to 21, load management 1.7 and 5.4). */
export const BALANCER_TIMING: BalancerTiming = {
  meterHoldMs: 3_000,
  meterSubstituteMs: 10_000,
  meterLostMs: 60_000,
  reductionConfirmMs: 10_000,
  raiseIntervalMs: 15_000,
  raiseHoldOffMs: 10_000,
  rotationOnMs: 15 * 60_000,
  rotationOffMs: 5 * 60_000,
};

/** A charger whose clock is off by more than this is not trusted to drop a limit in time (ruling 21). */
const CLOCK_OFFSET_MAX_MS = 30_000;
/** No limit is given for longer: one that seems to last for years was written by another clock. */
const LIMIT_LASTS_MAX_MS = 1_800_000;
const TICK_MS = 1_000;

export interface BalancingPorts {
  readonly clock: Clock;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly site: SiteBook;
  readonly transactions: TransactionBook;
  readonly chargers: Chargers;
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly cuts: Pick<CutDesk, "isWired" | "listen" | "set">;
  readonly log: Log;
  /** Caps of the CSMS and of people on one slot. */
  readonly capsOn: (slot: number) => readonly Cap[];
  /** Who goes first there, and what its driver wants. */
  readonly wishesOn: (slot: number) => Pick<EvseFacts, "priority" | "priorityBy" | "demand">;
  /** Caps on all chargers together. */
  readonly siteCaps: () => readonly Cap[];
  /** Limits on the chargers below circuits together, and of the site in watts. */
  readonly groupCaps: () => readonly GroupCap[];
  /** What the sun leaves over; null where nobody charges by it. */
  readonly surplus: () => SurplusBudget | null;
}

/** What the loop needs to know of the site. */
export interface BalancingSetup {
  /** With the limits of what feeds them now. */
  readonly circuits: () => readonly Circuit[];
  readonly marginAmps: number;
  readonly strategy: SharingStrategy;
  readonly nominalVoltageV: number;
  readonly timing: BalancerTiming;
  readonly startSeed: number;
}

/** The balancer at work: it hears what happens, decides, and has limits sent. */
export interface BalancingLoop {
  start(): void;
  stop(): void;
  circuits(): readonly CircuitLoad[];
  /** Steps of single chargers beside what the meters above them showed, oldest first. */
  comparedSteps(): readonly ComparedStep[];
  limits(): readonly EvseLimit[];
  /** Undefined for a slot without a place. */
  limit(slot: number): EvseLimit | undefined;
  /** What chargers there can draw is within the caps on them together. */
  isWithinCaps(circuitId: string | null): boolean;
  /** All that it knows, for looking ahead on a copy. */
  forecastStart(): ForecastStart;
  /** EVSEs that charge by the sun. */
  sunPlaces(): readonly SunPlace[];
  /** These meters seem wrong, and no others: decide anew. */
  doubt(meterIds: readonly string[]): void;
  /** Limits of circuits have changed: decide anew. */
  rewire(): void;
  /** Caps may have changed: decide anew. */
  refresh(slot: number | null): void;
}

/** Creates the loop; `remembered` are limits that chargers may be under from before. */
export function createBalancingLoop(
  setup: BalancingSetup,
  ports: BalancingPorts,
  remembered: Iterable<SentLimit>,
): BalancingLoop {
  const { clock, events, site } = ports;
  const before = [...remembered];
  const sent = createSentLimits(ports, before);
  const safety = createSafetyDesk({ ...ports, cut: ports.cuts.set });
  /** By slot: whether the charger drops a limit in time by itself. */
  const clockTrusted = new Map(before.map((sent) => [sent.slot, sent.expiresAtMs !== null]));
  const told = new Map<number, EvseFacts>();
  let siteCaps: readonly Cap[] = [];
  let groupCaps: readonly GroupCap[] = [];
  let surplus: SurplusBudget | null = null;
  let options = optionsNow();
  let state = newBalancer(options, clock.monoMs(), before.map(recall));
  let stops: (() => void)[] = [];

  /** Chargers that are adopted while the gateway runs bring new places. */
  function optionsNow(): BalancerOptions {
    const places = site.places();
    const tree = circuitTree(setup.circuits(), places);
    const { circuits: _circuits, ...rest } = setup;
    return { tree, places, ...rest };
  }

  function recall({ slot, limitAmps, expiresAtMs, phases }: SentLimit): RememberedLimit {
    const remainingMs = expiresAtMs === null
      ? null
      : Math.min(Math.max(0, expiresAtMs - clock.wallMs()), LIMIT_LASTS_MAX_MS);
    return { slot, limitAmps, remainingMs, ...(phases && { phases }) };
  }

  function apply(event: BalancerEvent): void {
    const step = stepBalancer(state, event, clock.monoMs(), options);
    state = step.state;
    for (const effect of step.effects) perform(effect);
  }

  function perform(effect: BalancerEffect): void {
    if (effect.kind === "limit") return ports.spawn("limit", () => send(effect));
    if (!("alarm" in effect)) return safety.perform(effect);
    const faultState = effect.kind === "alarm" ? "raised" : "over";
    events.emit("fault", alarmFault(effect.alarm, faultState, site));
  }

  async function send(effect: BalancerEffect & { kind: "limit" }): Promise<void> {
    const { slot, limitAmps, urgent, numberPhases, phaseToUse } = effect;
    const failSafeAmps = site.place(slot)?.failSafeAmps ?? 0;
    const validForMs = await sent.prepare({ ...effect, failSafeAmps }, rememberedOf(slot));
    if (validForMs === null) return;
    const outcome = await ports.chargers.limit(slot, {
      limitAmps,
      validForMs,
      urgent,
      ...(numberPhases === undefined ? {} : { numberPhases }),
      ...(phaseToUse === undefined ? {} : { phaseToUse }),
    });
    if (outcome.kind === "accepted") apply({ kind: "limit-accepted", slot, limitAmps });
    if (outcome.kind === "failed") {
      apply({ kind: "limit-failed", slot, limitAmps, answered: outcome.answered });
    }
    events.emit("evse", { slot });
  }

  /** A charger whose clock is not trusted may keep a limit past its end, so its end is not noted. */
  function rememberedOf(slot: number): SentLimit | null {
    const may = rememberedLimits(state, clock.monoMs(), options).find((each) => each.slot === slot);
    if (may === undefined) return null;
    const { limitAmps, remainingMs, phases } = may;
    const mayOutlive = remainingMs === null || told.get(slot)?.expiryTrusted !== true;
    const expiresAtMs = mayOutlive ? null : clock.wallMs() + remainingMs;
    return { slot, limitAmps, expiresAtMs, ...(phases && { phases }) };
  }

  /** What was measured last still holds while the charger is away, and after a restart. */
  function isClockTrusted({ slot, chargerId }: EvsePlace): boolean {
    const offsetMs = ports.chargers.station(chargerId)?.clock.offsetMs() ?? null;
    if (offsetMs !== null) clockTrusted.set(slot, Math.abs(offsetMs) <= CLOCK_OFFSET_MAX_MS);
    return clockTrusted.get(slot) ?? false;
  }

  function factsOf(place: EvsePlace): EvseFacts {
    const { slot, chargerId } = place;
    const { takesLimits, forgetsProfiles, expiryProven, traits } = ports.chargers.limitFacts(place);
    const connector = site.connector(slot);
    const station = ports.chargers.station(chargerId);
    return {
      slot,
      // Until its set-up is through nobody knows which limits it takes.
      connected: (station?.life.accepted ?? false) &&
        (site.charger(chargerId)?.features ?? null) !== null,
      plugged: isPlugged(connector),
      transactionId: openOn(ports.transactions.state(), slot)?.id ?? null,
      suspendedByEv: connector?.report.message.chargingState === "SuspendedEV",
      evLines: null,
      caps: ports.capsOn(slot),
      expiryTrusted: isClockTrusted(place) && expiryProven,
      forgetsProfiles,
      traits: ports.cuts.isWired(slot) ? { ...traits, isCutWired: true } : traits,
      ...(takesLimits ? {} : { takesLimits }),
      ...ports.wishesOn(slot),
      bootedAtMs: site.charger(chargerId)?.bootedAtMs ?? null,
    };
  }

  /** Each telling is a decision about the whole site, so what is no news is not told. */
  function tell(slot: number): void {
    const place = site.place(slot);
    if (place === undefined) return forget(slot);
    const isNew = !options.places.includes(place);
    if (isNew) options = optionsNow();
    const facts = factsOf(place);
    const before = told.get(slot);
    if (!isNew && before !== undefined && sameJson(before, facts)) return;
    told.set(slot, facts);
    apply({ kind: "evse", facts });
  }

  /** Where nothing is any more, nothing is drawn. */
  function forget(slot: number): void {
    told.delete(slot);
    if (!options.places.some((each) => each.slot === slot)) return;
    options = optionsNow();
    apply({ kind: "tick" });
  }

  function tellAll(): void {
    // Who is let in by the sun is bounded by it before it may charge, who has to wait until it does not.
    const budget = ports.surplus();
    const isNew = budget?.slots.some((slot) => !surplus?.slots.includes(slot)) ?? false;
    if (isNew) tellSurplus(budget);
    for (const { slot } of site.places()) tell(slot);
    const caps = ports.siteCaps();
    if (!sameJson(siteCaps, caps)) {
      siteCaps = caps;
      apply({ kind: "site-caps", caps });
    }
    const ofGroups = ports.groupCaps();
    if (!sameJson(groupCaps, ofGroups)) {
      groupCaps = ofGroups;
      apply({ kind: "group-caps", caps: ofGroups });
    }
    tellSurplus(budget);
  }

  function tellSurplus(budget: SurplusBudget | null): void {
    if (sameJson(surplus, budget)) return;
    surplus = budget;
    apply({ kind: "surplus", budget });
  }

  /** A schedule of the CSMS changes with time, though nothing happens. */
  function tick(): void {
    tellAll();
    apply({ kind: "tick" });
    events.emit("circuits", {});
  }

  function measured(measurement: EvseMeasurement): void {
    const event = measuredOnLines(measurement, site.place(measurement.slot));
    if (event !== null) apply(event);
  }

  return {
    start() {
      stops = [
        events.on("sample", (sample) => apply({ kind: "meter", sample })),
        events.on("measured", measured),
        events.on("evse", ({ slot }) => tell(slot)),
        events.on("charger", ({ chargerId }) => {
          for (const { slot } of site.slotsOf(chargerId)) tell(slot);
        }),
        events.on("transaction", ({ transactionId }) => {
          const transaction = ports.transactions.state().transactions.get(transactionId);
          if (transaction === undefined) return;
          tell(transaction.slot);
          if (transaction.stop !== null) sent.forget(transaction.slot);
        }),
        every(clock, TICK_MS, tick),
      ];
      tellAll();
      ports.cuts.listen(({ slot, outcome }) => apply({ kind: "cut", slot, outcome }));
    },
    stop() {
      for (const stop of stops) stop();
      stops = [];
    },
    circuits: () => circuitLoads(state, clock.monoMs(), options),
    comparedSteps: () => comparedSteps(state),
    forecastStart: () => ({ state, options, monoMs: clock.monoMs(), wallMs: clock.wallMs() }),
    sunPlaces: () => sunPlaces(state, clock.monoMs(), options),
    limits: () => evseLimits(state, clock.monoMs(), options),
    limit: (slot) => evseLimit(state, slot, clock.monoMs(), options),
    isWithinCaps: (circuitId) => isWithinCaps(state, circuitId, clock.monoMs(), options),
    doubt: (meterIds) => apply({ kind: "doubted-meters", meterIds }),
    rewire() {
      options = optionsNow();
      apply({ kind: "tick" });
    },
    refresh: (slot) => slot === null ? tellAll() : tell(slot),
  };
}

/** A charger's reading in the site's terms; null where it has none of currents, or no place. */
export function measuredOnLines(
  measurement: EvseMeasurement,
  place: EvsePlace | undefined,
): BalancerEvent | null {
  const { slot, currentsAmps, atMonoMs, intervalMs, doubtMs, totalAmps } = measurement;
  if (place === undefined || currentsAmps === undefined) return null;
  const { untoldPhases = [] } = measurement;
  const unsureLines = untoldPhases.flatMap((phase) => place.lines[phase] ?? []);
  return {
    kind: "measured",
    slot,
    currentsAmps: currentsOnLines(currentsAmps, place),
    atMonoMs,
    intervalMs,
    ...(doubtMs === undefined ? {} : { doubtMs }),
    ...(unsureLines.length === 0 ? {} : { unsureLines }),
    ...(totalAmps === undefined ? {} : { totalAmps }),
  };
}

/** The charger's phase 1 is the first of its lines, and so on. */
export function currentsOnLines(
  currentsAmps: readonly [number, number, number],
  { lines }: EvsePlace,
): PerLine {
  return perLine((line) => {
    const phase = lines.indexOf(line);
    return phase < 0 ? 0 : currentsAmps[phase] ?? 0;
  });
}
