import { listedToken, type TokenBook } from "./authorization/mod.ts";
import {
  type Demand,
  type DriverDemand,
  driverDemand,
  type EvseFacts,
  isShortOfTime,
  type UsualDemand,
} from "./balancing/mod.ts";
import { createHabits } from "./gateway_demands_habits.ts";
import { createPriorityOrders } from "./gateway_demands_orders.ts";
import { createWishes } from "./gateway_demands_wishes.ts";
import type { Clock } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { Spawner } from "./lib/spawn.ts";
import type { Journal, LedgerSnapshot, LedgerWrite, OutboxStore } from "./outbox/mod.ts";
import {
  type ChargingNeeds,
  type ChargingWish,
  type DriverPreferences,
  groupOf,
  type NamedPreferences,
  nextTimeOfDay,
  type PriorityClass,
  priorityOf,
  type PriorityOrder,
  sameToken,
  type SiteBook,
  type SiteEvents,
  wishOfNeeds,
} from "./site/mod.ts";
import { energyWh, openOn, type Transaction, type TransactionBook } from "./transactions/mod.ts";

export interface DemandOptions {
  readonly timezone: string;
  readonly nominalVoltageV: number;
  readonly tokens: readonly NamedPreferences[];
  readonly groups: readonly NamedPreferences[];
  /** How far back habits are looked for, milliseconds; 0: nothing is learnt. */
  readonly habitMemoryMs: number;
}

export interface DemandPorts {
  readonly clock: Clock;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly site: Pick<SiteBook, "place">;
  readonly tokens: Pick<TokenBook, "list">;
  readonly transactions: TransactionBook;
  readonly journal: Journal;
  readonly store: Pick<OutboxStore, "transactions">;
}

/** Who goes first, and what the drivers want. */
export interface DemandDesk {
  /** What the balancer has to know of it. */
  factsOf(slot: number): Pick<EvseFacts, "priority" | "priorityBy" | "demand">;
  /** The same if an operator said that, in place of what he has said; nothing is kept of it. */
  factsIf(slot: number, words: OperatorWords): ReturnType<DemandDesk["factsOf"]>;
  /** The class of what happens on a slot, and who has said so; null for a slot that nobody has. */
  priorityOn(slot: number): PriorityClass | null;
  /** What the driver of the open session wants; null where there is none, or nobody knows. */
  demandOn(slot: number): DriverDemand | null;
  /** Sets an operator's order, or lifts it with `null`. Resolves when it is on disk. */
  order(slot: number, order: PriorityOrder | null): Promise<void>;
  /** Sets the operator's wish for a session, or lifts it with `null`. Resolves when it is on disk. */
  wish(slot: number, wish: ChargingWish | null): Promise<void>;
  /** An EV has told what it needs (2.1 K17). False where no session runs, or it says nothing of use. */
  heardNeeds(slot: number, needs: ChargingNeeds): Promise<boolean>;
  /** The site's time was put right by so much. */
  moved(shiftMs: number): readonly LedgerWrite[];
}

/** What an operator has said of a slot, or may say; null takes it back, absent: as he has said. */
export interface OperatorWords {
  readonly order?: PriorityOrder | null;
  readonly wish?: ChargingWish | null;
}

/** Energy is told to the balancer in steps of this: less is no news. */
const STEP_WH = 100;
/** Of a driver of whom nobody has said anything. */
const NO_PREFERENCES: DriverPreferences = {};

/** Times are told to the full second. */
const SECOND_MS = 1_000;

/** Opens the desk on what was on disk. */
export function createDemandDesk(
  options: DemandOptions,
  ports: DemandPorts,
  snapshot: Pick<LedgerSnapshot, "priority-orders" | "charging-wishes">,
): DemandDesk {
  const { clock, events, transactions, journal, site } = ports;
  const orders = createPriorityOrders(clock, snapshot["priority-orders"].values());
  const wishes = createWishes(snapshot["charging-wishes"].values());
  const habits = createHabits({ timezone: options.timezone, memoryMs: options.habitMemoryMs }, {
    ...ports,
    found: (slot) => events.emit("evse", { slot }),
  });
  /** Sessions that once had no time left to wait: they do not begin to wait again. */
  const shortOfTime = new Set<string>();

  const openAt = (slot: number) => openOn(transactions.state(), slot);
  const isOpen = (id: string) => transactions.state().transactions.get(id)?.stop === null;
  sweep();
  events.on("transaction", ({ transactionId }) => {
    if (isOpen(transactionId)) return;
    habits.forget(transactionId);
    shortOfTime.delete(transactionId);
    sweep();
  });

  /** What is over is over at once; its record on disk may wait for other writes. */
  function sweep(): void {
    const writes = [...orders.sweep(isOpen), ...wishes.sweep(isOpen)];
    if (writes.length > 0) ports.spawn("forget wishes", () => journal.commit(writes));
  }

  /** The site's list counts before site.yaml: whoever wrote there did so later. */
  function ofToken({ idToken }: Transaction): DriverPreferences {
    const inYaml = options.tokens.find((each) => sameToken(each.idToken, idToken))?.preferences;
    const listed = listedToken(ports.tokens.list(), idToken)?.preferences;
    return listed === undefined ? inYaml ?? NO_PREFERENCES : { ...inYaml, ...listed };
  }

  function ofGroup({ groupIdToken, authorization }: Transaction): DriverPreferences {
    const group = groupIdToken ?? groupOf(authorization.info);
    if (group === null) return NO_PREFERENCES;
    const named = options.groups.find(({ idToken }) => sameToken(idToken, group));
    return named?.preferences ?? NO_PREFERENCES;
  }

  /**
   * What the CSMS said of the session itself counts most, then what the list says by now, then what was
   * known when the session began.
   */
  function priorityByCsms({ idToken, authorization, csmsPriority }: Transaction): number | null {
    const listed = listedToken(ports.tokens.list(), idToken)?.info.chargingPriority;
    return csmsPriority ?? listed ?? authorization.info.chargingPriority ?? null;
  }

  function priorityOn(slot: number, { order }: OperatorWords = {}): PriorityClass | null {
    const place = site.place(slot);
    if (place === undefined) return null;
    const open = openAt(slot);
    const said = order === undefined ? orders.on(slot, open?.id ?? null) : order;
    return priorityOf({
      operator: said?.class ?? null,
      token: open === undefined ? null : ofToken(open).priority ?? null,
      csms: open === undefined ? null : priorityByCsms(open),
      group: open === undefined ? null : ofGroup(open).priority ?? null,
      evse: place.priority,
    });
  }

  function usualOf(
    by: UsualDemand["by"],
    { departure, energyWh: usualWh }: DriverPreferences,
    { startHeardAtMs }: Transaction,
  ): UsualDemand {
    const departsAtMs = departure === undefined
      ? null
      : nextTimeOfDay(startHeardAtMs, departure, options.timezone);
    return { by, departsAtMs, energyWh: usualWh ?? null };
  }

  function usualDemands(open: Transaction): readonly UsualDemand[] {
    const [token, group, habit] = [ofToken(open), ofGroup(open), habits.of(open)];
    const usual: UsualDemand[] = [];
    if (token !== NO_PREFERENCES) usual.push(usualOf("token", token, open));
    if (group !== NO_PREFERENCES) usual.push(usualOf("group", group, open));
    if (habit !== null) usual.push({ by: "habit", ...habit });
    return usual;
  }

  function demandOf(open: Transaction, { wish }: OperatorWords): DriverDemand | null {
    const nowWallMs = clock.wallMs();
    const demand = driverDemand({
      operator: wish === undefined ? wishes.of("operator", open.slot, open.id) : wish,
      vehicle: wishes.of("vehicle", open.slot, open.id),
      usual: usualDemands(open),
      deliveredWh: energyWh(open),
      nowWallMs,
    });
    if (demand === null) return null;
    const isShort = isShortOfTime(demand, nowWallMs, surePaceW(open.slot));
    // What is only thought of leaves no trace.
    if (isShort && wish === undefined) shortOfTime.add(open.id);
    const isUrgent = (isShort || shortOfTime.has(open.id)) && demand.remainingWh !== 0;
    return { ...demand, isUrgent: demand.isUrgent || isUrgent };
  }

  /** Whatever EV it is, it can take as much on one line. */
  function surePaceW(slot: number): number {
    return (site.place(slot)?.maxCurrentAmps ?? 0) * options.nominalVoltageV;
  }

  /** By the monotonic clock, to the second: what moves by less is no news to the balancer. */
  function monoOf(wallMs: number): number {
    const atMs = wallMs - clock.wallMs() + clock.monoMs();
    return Math.round(atMs / SECOND_MS) * SECOND_MS;
  }

  function balancerDemand({ remainingWh, departsAtMs, isUrgent }: DriverDemand): Demand {
    return {
      remainingWh: remainingWh === null ? null : Math.ceil(remainingWh / STEP_WH) * STEP_WH,
      departsAtMs: departsAtMs === null ? null : monoOf(departsAtMs),
      ...(isUrgent ? { isUrgent } : {}),
    };
  }

  function demandOn(slot: number, words: OperatorWords = {}): DriverDemand | null {
    const open = openAt(slot);
    return open === undefined ? null : demandOf(open, words);
  }

  function factsIf(slot: number, words: OperatorWords): ReturnType<DemandDesk["factsOf"]> {
    const priority = priorityOn(slot, words);
    const demand = demandOn(slot, words);
    return {
      // Its place says so anyway.
      ...(priority === null || priority.by === "evse"
        ? {}
        : { priority: priority.class, priorityBy: priority.by }),
      ...(demand === null ? {} : { demand: balancerDemand(demand) }),
    };
  }

  async function keep(slot: number, writes: readonly LedgerWrite[]): Promise<void> {
    events.emit("evse", { slot });
    if (writes.length > 0) await journal.commit(writes);
  }

  return {
    priorityOn: (slot) => priorityOn(slot),
    demandOn: (slot) => demandOn(slot),
    factsOf: (slot) => factsIf(slot, {}),
    factsIf,
    order: (slot, order) => keep(slot, orders.set(slot, order)),
    wish: (slot, wish) =>
      keep(slot, wish === null ? wishes.lift({ slot, source: "operator" }) : wishes.set(wish)),
    async heardNeeds(slot, needs) {
      const open = openAt(slot);
      const wish = open === undefined ? null : wishOfNeeds(needs, {
        slot,
        transactionId: open.id,
        chargerId: open.chargerId,
        deliveredWh: energyWh(open),
        nowWallMs: clock.wallMs(),
      });
      if (wish === null) return false;
      await keep(slot, wishes.set(wish));
      return true;
    },
    moved: orders.moved,
  };
}
