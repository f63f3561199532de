import { type Clock, sleep } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import { type Arrivals, type Gathering, nextPauseMs } from "./arrivals.ts";
import type { CardOutcome, Charger } from "./charger.ts";
import { newEv } from "./ev.ts";
import { between, happens, pick, type Range } from "./chance.ts";
import type { EvModel } from "./ev_models.ts";

/** How drivers come, what they drive and how they behave. */
export interface DriverOptions extends Arrivals {
  /** Shortest and longest stay. */
  readonly stayMs: Range;
  /** Battery on arrival and the level that is enough, 0 to 1. */
  readonly arrivalSoc: Range;
  readonly targetSoc: Range;
  /** Kinds of EV; one that is listed twice comes twice as often. */
  readonly models: readonly EvModel[];
  /** Cards, good and bad ones. */
  readonly idTags: readonly string[];
  /** How many drivers present the card before they plug in, 0 to 1. */
  readonly cardFirst: number;
  /** How many end with the card rather than by pulling the plug, 0 to 1. */
  readonly endsWithCard: number;
  /** How many do what they should not, 0 to 1. */
  readonly impatience: number;
  /** Batteries fill so many times faster. What EVs draw stays honest. */
  readonly timeLapse: number;
}

/** One driver's visit. */
export interface Visit {
  readonly idTag: string;
  readonly model: EvModel;
  readonly soc: number;
  readonly targetSoc: number;
  readonly stayMs: number;
  readonly cardFirst: boolean;
  readonly endsWithCard: boolean;
  readonly temper: Temper;
}

/** How a driver behaves. */
export type Temper =
  | { readonly kind: "calm" }
  /** Pulls the plug so soon after the card that nothing can have flowed. */
  | { readonly kind: "leaves-at-once"; readonly afterMs: number }
  /** Presents the card again before the charger has said anything, or just when it has begun. */
  | { readonly kind: "card-twice"; readonly afterMs: number }
  /** Tries to end with somebody else's card first. */
  | { readonly kind: "others-card"; readonly idTag: string };

/** What drivers act with. */
export interface DriverPorts {
  readonly clock: Clock;
  readonly ids: Ids;
}

/** What drivers need besides, to know when to come. */
export interface ComingPorts extends DriverPorts {
  readonly gathering: Pick<Gathering, "wait">;
  /** The site's local time, as Unix time in milliseconds. */
  localMs(): number;
}

/** How long a driver needs for the next thing to do. */
const HANDLING_MS = 4_000;
/** How often a driver looks whether the EV is full. */
const LOOK_MS = 10_000;
/** How soon a driver comes back to a full EV. */
const PATIENCE_MS = 30_000;
/** How soon an impatient driver does the next thing. */
const IMPATIENT_MS: Range = [20, 4_000];

/** Draws the next visit. */
export function nextVisit(options: DriverOptions, ids: Ids): Visit {
  const soc = between(options.arrivalSoc, ids);
  return {
    idTag: pick(options.idTags, ids),
    model: pick(options.models, ids),
    soc,
    targetSoc: Math.max(soc, between(options.targetSoc, ids)),
    stayMs: between(options.stayMs, ids),
    cardFirst: happens(options.cardFirst, ids),
    endsWithCard: happens(options.endsWithCard, ids),
    temper: nextTemper(options, ids),
  };
}

function nextTemper({ impatience, idTags }: DriverOptions, ids: Ids): Temper {
  if (impatience === 0 || !happens(impatience, ids)) return { kind: "calm" };
  const kind = pick(["leaves-at-once", "card-twice", "others-card"] as const, ids);
  if (kind === "others-card") return { kind, idTag: pick(idTags, ids) };
  return { kind, afterMs: between(IMPATIENT_MS, ids) };
}

/** Drivers come to a connector one after the other until `signal` aborts. */
export async function useConnector(
  charger: Charger,
  connectorId: number,
  options: DriverOptions,
  ports: ComingPorts,
  firstPauseMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { clock, ids, gathering, localMs } = ports;
  let pauseMs = firstPauseMs;
  while (await gathering.wait(clock, pauseMs, signal) === "come") {
    const plan = nextVisit(options, ids);
    await visit(charger, connectorId, plan, { clock, ids, signal, timeLapse: options.timeLapse });
    pauseMs = nextPauseMs(options, ids, localMs());
  }
}

/** What a visit works with. */
export interface VisitPorts extends DriverPorts {
  readonly signal: AbortSignal;
  readonly timeLapse: number;
}

/** One visit from arrival to departure; a driver who is refused leaves. */
export async function visit(
  charger: Charger,
  connectorId: number,
  plan: Visit,
  ports: VisitPorts,
): Promise<void> {
  const { clock, signal, timeLapse } = ports;
  if (charger.look(connectorId).ev !== null) return;
  const ev = () => newEv(plan.model, { ...plan, timeLapse }, clock.monoMs());
  const arrivedMs = clock.monoMs();
  if (plan.cardFirst) {
    const outcome = await present(charger, connectorId, plan, ports);
    if (outcome !== "waiting" || await sleep(clock, HANDLING_MS, signal) === "aborted") return;
    charger.plugIn(connectorId, ev());
  } else {
    charger.plugIn(connectorId, ev());
    if (await sleep(clock, HANDLING_MS, signal) === "aborted") return;
    await present(charger, connectorId, plan, ports);
  }
  if (plan.temper.kind === "leaves-at-once") await sleep(clock, plan.temper.afterMs, signal);
  else if (charger.look(connectorId).hasTransaction) {
    await stay(charger, connectorId, arrivedMs + plan.stayMs, ports);
    await leave(charger, connectorId, plan, ports);
  }
  if (!signal.aborted) charger.unplug(connectorId);
}

/** Presents the card; whoever cannot wait does it twice, whatever the charger is doing by then. */
async function present(
  charger: Charger,
  connectorId: number,
  { idTag, temper }: Visit,
  { clock, signal }: VisitPorts,
): Promise<CardOutcome> {
  const first = charger.presentCard(connectorId, idTag);
  if (temper.kind !== "card-twice") return await first;
  await sleep(clock, temper.afterMs, signal);
  const [outcome] = await Promise.all([first, charger.presentCard(connectorId, idTag)]);
  return outcome;
}

/** Until it is time, or the EV is full, or somebody else has ended the transaction. */
async function stay(
  charger: Charger,
  connectorId: number,
  untilMs: number,
  { clock, signal }: VisitPorts,
): Promise<void> {
  for (;;) {
    const leftMs = untilMs - clock.monoMs();
    if (leftMs <= 0) return;
    if (await sleep(clock, Math.min(LOOK_MS, leftMs), signal) === "aborted") return;
    const { ev, hasTransaction } = charger.look(connectorId);
    if (ev?.mood === "full" || !hasTransaction) {
      await sleep(clock, PATIENCE_MS, signal);
      return;
    }
  }
}

async function leave(
  charger: Charger,
  connectorId: number,
  plan: Visit,
  { clock, signal }: VisitPorts,
): Promise<void> {
  const isRunning = charger.look(connectorId).hasTransaction;
  if (signal.aborted || !plan.endsWithCard || !isRunning) return;
  if (plan.temper.kind === "others-card") {
    await charger.presentCard(connectorId, plan.temper.idTag);
    if (await sleep(clock, HANDLING_MS, signal) === "aborted") return;
    if (!charger.look(connectorId).hasTransaction) return;
  }
  await charger.presentCard(connectorId, plan.idTag);
  await sleep(clock, HANDLING_MS, signal);
}
