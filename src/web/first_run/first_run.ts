import type {
  ChargerView,
  CircuitView,
  CsmsView,
  EvseView,
  ListenerView,
  MeterView,
  RefusalView,
  WaitingView,
} from "../views.ts";

/** The steps from nothing to the first charged car, in their order. */
export const FIRST_RUN_STEPS = [
  "fuse",
  "address",
  "charger",
  "meter",
  "csms",
  "card",
  "car",
] as const;

/** One of `FIRST_RUN_STEPS`. */
export type StepId = typeof FIRST_RUN_STEPS[number];

/** A site does without these. */
const OPTIONAL: ReadonlySet<StepId> = new Set(["meter", "csms"]);

/** Whether site.yaml names the main fuse; `unknown`: there is no file, or it cannot be read. */
export type FuseKnowledge = "written" | "default" | "unknown";

/** Everything that the steps are told by. */
export interface FirstRunFacts {
  readonly fuse: FuseKnowledge;
  readonly circuits: readonly Pick<CircuitView, "id" | "parentId" | "limitAmps">[];
  readonly listeners: readonly ListenerView[];
  readonly waiting: readonly Pick<WaitingView, "id">[];
  readonly refusals: readonly Pick<RefusalView, "address">[];
  readonly chargers: readonly Pick<ChargerView, "id" | "connected" | "bootedAt">[];
  readonly meters: readonly Pick<MeterView, "id" | "health">[];
  readonly csms: Pick<CsmsView, "configured" | "online">;
  /** How many cards the site's own list has. */
  readonly cards: number;
  readonly evses: readonly (Pick<EvseView, "slot" | "energyWh"> & {
    /** Null while no session runs. */
    readonly transaction: object | null;
  })[];
  /** A session of before has energy. */
  readonly hasCharged: boolean;
}

/** What is seen of a step now. */
export type Sight =
  | { readonly kind: "fuse-unknown" }
  | { readonly kind: "fuse-default"; readonly amps: number }
  | { readonly kind: "fuse-written"; readonly circuit: string; readonly amps: number }
  | { readonly kind: "no-listener" }
  | { readonly kind: "nobody-came" }
  | { readonly kind: "only-refused"; readonly address: string }
  | { readonly kind: "came" }
  | { readonly kind: "no-charger" }
  | { readonly kind: "charger-waits"; readonly id: string; readonly count: number }
  | { readonly kind: "charger-away"; readonly id: string }
  | { readonly kind: "charger-connected"; readonly count: number }
  | { readonly kind: "no-meter" }
  | { readonly kind: "meter-silent"; readonly id: string }
  | { readonly kind: "meter-speaks"; readonly id: string }
  | { readonly kind: "no-csms" }
  | { readonly kind: "csms-away" }
  | { readonly kind: "csms-online" }
  | { readonly kind: "no-card" }
  | { readonly kind: "cards"; readonly count: number }
  | { readonly kind: "cards-by-csms" }
  | { readonly kind: "no-car-without-charger" }
  | { readonly kind: "no-car" }
  | { readonly kind: "car-plugged"; readonly slot: number }
  | { readonly kind: "car-charging"; readonly slot: number; readonly energyWh: number }
  | { readonly kind: "car-charged" };

/** How far a step is: it is seen to be done, it is to be done, or nothing can be seen of it. */
export type StepState = "done" | "to-do" | "cannot-see";

/** A step as it is now. */
export interface Step {
  readonly id: StepId;
  readonly state: StepState;
  readonly isOptional: boolean;
  readonly sight: Sight;
}

const STATES: Readonly<Record<Sight["kind"], StepState>> = {
  "fuse-unknown": "cannot-see",
  "fuse-default": "to-do",
  "fuse-written": "done",
  "no-listener": "cannot-see",
  "nobody-came": "to-do",
  "only-refused": "to-do",
  came: "done",
  "no-charger": "to-do",
  "charger-waits": "to-do",
  "charger-away": "cannot-see",
  "charger-connected": "done",
  "no-meter": "to-do",
  "meter-silent": "cannot-see",
  "meter-speaks": "done",
  "no-csms": "to-do",
  "csms-away": "cannot-see",
  "csms-online": "done",
  "no-card": "to-do",
  cards: "done",
  "cards-by-csms": "done",
  "no-car-without-charger": "cannot-see",
  "no-car": "to-do",
  "car-plugged": "to-do",
  "car-charging": "done",
  "car-charged": "done",
};

const LOOKS: Readonly<Record<StepId, (facts: FirstRunFacts) => Sight>> = {
  fuse: fuseSight,
  address: addressSight,
  charger: chargerSight,
  meter: meterSight,
  csms: ({ csms }) => ({
    kind: csms.online ? "csms-online" : csms.configured ? "csms-away" : "no-csms",
  }),
  card: cardSight,
  car: carSight,
};

/** How far each step is, told by what is seen now and nothing else. */
export function firstRunSteps(facts: FirstRunFacts): readonly Step[] {
  return FIRST_RUN_STEPS.map((id) => {
    const sight = LOOKS[id](facts);
    return { id, state: STATES[sight.kind], isOptional: OPTIONAL.has(id), sight };
  });
}

/** The first step that is neither done nor left for later; null where there is none. */
export function nextStep(steps: readonly Step[], skipped: ReadonlySet<StepId>): StepId | null {
  return steps.find(({ id, state }) => state !== "done" && !skipped.has(id))?.id ?? null;
}

/** The circuit that the main fuse protects: the first that nothing feeds. */
export function rootOf<Circuit extends Pick<CircuitView, "parentId">>(
  circuits: readonly Circuit[],
): Circuit | undefined {
  return circuits.find(({ parentId }) => parentId === null);
}

function fuseSight({ fuse, circuits }: FirstRunFacts): Sight {
  const root = rootOf(circuits);
  if (fuse === "unknown" || root === undefined) return { kind: "fuse-unknown" };
  return fuse === "written"
    ? { kind: "fuse-written", circuit: root.id, amps: root.limitAmps }
    : { kind: "fuse-default", amps: root.limitAmps };
}

function addressSight({ listeners, waiting, refusals, chargers }: FirstRunFacts): Sight {
  if (listeners.length === 0) return { kind: "no-listener" };
  if (waiting.length > 0 || chargers.some(hasCome)) return { kind: "came" };
  const [refused] = refusals;
  return refused === undefined
    ? { kind: "nobody-came" }
    : { kind: "only-refused", address: refused.address };
}

function hasCome({ connected, bootedAt }: FirstRunFacts["chargers"][number]): boolean {
  return connected || bootedAt !== null;
}

function chargerSight({ waiting, chargers }: FirstRunFacts): Sight {
  const [first] = waiting;
  if (first !== undefined) return { kind: "charger-waits", id: first.id, count: waiting.length };
  const connected = chargers.filter((charger) => charger.connected).length;
  if (connected > 0) return { kind: "charger-connected", count: connected };
  const [away] = chargers;
  return away === undefined ? { kind: "no-charger" } : { kind: "charger-away", id: away.id };
}

function meterSight({ meters }: FirstRunFacts): Sight {
  const speaking = meters.find(({ health }) => health === "good");
  if (speaking !== undefined) return { kind: "meter-speaks", id: speaking.id };
  const [silent] = meters;
  return silent === undefined ? { kind: "no-meter" } : { kind: "meter-silent", id: silent.id };
}

function cardSight({ cards, csms }: FirstRunFacts): Sight {
  if (cards > 0) return { kind: "cards", count: cards };
  return { kind: csms.online ? "cards-by-csms" : "no-card" };
}

function carSight({ evses, chargers, hasCharged }: FirstRunFacts): Sight {
  const running = evses.filter(({ transaction }) => transaction !== null);
  const charging = running.find(({ energyWh }) => (energyWh ?? 0) > 0);
  if (charging !== undefined) {
    return { kind: "car-charging", slot: charging.slot, energyWh: charging.energyWh ?? 0 };
  }
  if (hasCharged) return { kind: "car-charged" };
  const [plugged] = running;
  if (plugged !== undefined) return { kind: "car-plugged", slot: plugged.slot };
  const isSeen = chargers.some(({ connected }) => connected);
  return { kind: isSeen ? "no-car" : "no-car-without-charger" };
}
