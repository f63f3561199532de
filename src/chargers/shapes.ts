import { isoTime, sleep } from "../lib/clock.ts";
import { withoutField } from "../lib/maps.ts";
import type { InsideCall, SpokenOutcome } from "../ocpp/mod.ts";
import {
  chargerOrNew,
  type ChargerRecord,
  type ChargerShape,
  heldFault,
  isSameShape,
  judgeBeyond,
  judgeShape,
  readCount,
  type ShapeReading,
  shapeText,
  type ShapeVerdict,
} from "../site/mod.ts";
import {
  closeTransaction,
  emptyStep,
  followedBy,
  openTransactions,
  type Transaction,
} from "../transactions/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import { COUNT_KEY, readSettings, type Settings } from "./settings.ts";
import type { Station } from "./station.ts";

/**
 * Whether a charger is still the one that its slots were given to: the same version, the same number of
 * EVSEs. One that came back otherwise is held for an operator (ruling 10); its sessions are closed with
 * their last register, because nobody can tell any more which of its EVSEs they were at.
 */
export interface Shapes {
  /** A new connection: it may speak another version. */
  entered(station: Station): Promise<void>;
  /** It was set up. `settings`: what it answered. */
  read(station: Station, settings: Settings): void;
  /** It may be called on a connection on which it did not boot. */
  resumed(station: Station): void;
  /** It speaks of an EVSE that may have no slot. Repeated through `again` should it get one. */
  beyond(station: Station, evseId: number, again: () => void): void;
}

/** What shapes ask of the rest of the edge. */
export interface ShapeHooks {
  /** The gateway has ended a transaction there. */
  ended(station: Station, slot: number): void;
  /** Reaches the charger as soon as it may be called. */
  call(
    chargerId: string,
    call: InsideCall<"RequestStopTransaction">,
    urgent: boolean,
  ): Promise<SpokenOutcome<"RequestStopTransaction">>;
}

/** A charger that lacks EVSEs may still be starting them up: it is asked again after so long. */
const RECOUNT_MS = 30_000;
/** A charger that invents EVSEs is asked how many it has no more often than this. */
const ASK_INTERVAL_MS = 60_000;

/** What is under way on a connection. */
interface Asking {
  atMonoMs: number;
  isUnderWay: boolean;
  /** By EVSE: what to do once it has a slot. */
  readonly waiting: Map<number, () => void>;
}

/** Creates them. */
export function createShapes(ports: ChargersPorts, hooks: ShapeHooks): Shapes {
  const { clock, site, transactions, outbox, journal, events, log, spawn } = ports;
  /** Chargers whose last reading is not confirmed yet. */
  const unsettled = new Set<string>();
  const askings = new WeakMap<Station, Asking>();

  function readingOf({ chargerId, version }: Station, counted: number | null): ShapeReading {
    const placed = Math.max(0, ...site.slotsOf(chargerId).map(({ evseId }) => evseId));
    return { version, counted, placed };
  }

  /** What it was last seen to be, held or not. */
  function believed({ chargerId }: Station): ChargerShape | undefined {
    const record = site.charger(chargerId);
    return record?.held?.is ?? record?.shape;
  }

  async function count(station: Station): Promise<number | null | "unanswered"> {
    const { kind, values } = await readSettings(station, [COUNT_KEY]);
    return kind === "answered" ? readCount(values.get(COUNT_KEY)) : "unanswered";
  }

  /** What differs is believed when it was read twice; what is learnt, at once. */
  async function judge(station: Station, counted: number | null): Promise<void> {
    const first = judgeShape(believed(station), readingOf(station, counted));
    if (first.kind !== "differs") return await take(station, first);
    unsettled.add(station.chargerId);
    const known = believed(station);
    const lacks = known !== undefined && first.shape.evses < known.evses;
    if (lacks && await sleep(clock, RECOUNT_MS, station.gone) === "aborted") return;
    const again = await count(station);
    if (again === "unanswered" || station.gone.aborted) return;
    unsettled.delete(station.chargerId);
    const second = judgeShape(believed(station), readingOf(station, again));
    if (second.kind === "differs" && !isSameShape(first.shape, second.shape)) return;
    await take(station, second);
  }

  async function take(station: Station, verdict: ShapeVerdict): Promise<void> {
    if (verdict.kind === "same") return;
    const record = chargerOrNew(site, station.chargerId);
    const { shape, held } = record;
    if (verdict.kind === "learnt" && held === undefined) {
      if (shape === undefined) station.life.isIntroducing = true;
      return await journal.commit(site.saveCharger({ ...record, shape: verdict.shape }));
    }
    const was = held?.was ?? shape;
    if (was === undefined) return;
    const isBack = isSameShape(was, verdict.shape);
    await (isBack ? release(record, verdict.shape) : hold(station, record, was, verdict.shape));
  }

  async function hold(
    station: Station,
    record: ChargerRecord,
    was: ChargerShape,
    is: ChargerShape,
  ): Promise<void> {
    const held = { sinceMs: record.held?.sinceMs ?? clock.wallMs(), was, is };
    const after: ChargerRecord = { ...record, shape: was, held };
    const writes = site.saveCharger(after);
    const closed = record.held === undefined ? openOf(record.id) : [];
    // One commit: a charger is never held on disk with a session of before open.
    await journal.commit([...writes, ...closeAll(closed)]);
    log("warning", "charger_held", { charger: record.id, was: shapeText(was), is: shapeText(is) });
    events.emit("fault", heldFault(after));
    for (const each of closed) letGo(station, each);
    tell(record.id, closed);
  }

  /** It is as it was: its places are known again. */
  async function release(record: ChargerRecord, shape: ChargerShape): Promise<void> {
    await journal.commit(site.saveCharger(withoutField({ ...record, shape }, "held")));
    log("info", "charger_held_no_more", { charger: record.id, is: shapeText(shape) });
    events.emit("fault", heldFault(record, "over"));
    tell(record.id, []);
  }

  function openOf(chargerId: string): readonly Transaction[] {
    return openTransactions(transactions.state()).filter((each) => each.chargerId === chargerId);
  }

  function closeAll(open: readonly Transaction[]) {
    const nowWallMs = clock.wallMs();
    const closing = {
      reason: "Reboot",
      flag: "closed-by-gateway",
      nowWallMs,
      at: isoTime(nowWallMs),
      offline: !ports.upstream.isOnline(),
    } as const;
    const step = open.reduce(
      (before, each) => followedBy(before, closeTransaction(before.state, each, closing)),
      emptyStep(transactions.state()),
    );
    return outbox.record(transactions.apply(step), nowWallMs);
  }

  /** Should the charger go on with it all the same, it is told to end it. */
  function letGo(station: Station, { number, slot }: Transaction): void {
    const message = { transactionId: String(number) };
    spawn("end at held charger", async () => {
      await hooks.call(station.chargerId, { action: "RequestStopTransaction", message }, true);
      if (station.life.accepted) hooks.ended(station, slot);
    });
  }

  function tell(chargerId: string, closed: readonly Transaction[]): void {
    for (const { id } of closed) events.emit("transaction", { transactionId: id });
    events.emit("charger", { chargerId });
    for (const { slot } of site.slotsOf(chargerId)) events.emit("evse", { slot });
    events.emit("csms", {});
  }

  async function ask(station: Station, asking: Asking, evseId: number): Promise<void> {
    const counted = await count(station);
    asking.isUnderWay = false;
    const known = believed(station);
    if (counted === "unanswered" || known === undefined) return;
    const { isIntroducing } = station.life;
    const verdict = judgeBeyond(known, evseId, { ...readingOf(station, counted), isIntroducing });
    if (verdict.kind === "same") noteUnknown(station, evseId, known);
    // What it says of its count itself is read a second time; what it only lets on cannot be.
    if (verdict.kind === "differs" && counted !== null) await judge(station, counted);
    else await take(station, verdict);
    const waiting = [...asking.waiting.values()];
    asking.waiting.clear();
    for (const again of waiting) again();
  }

  function noteUnknown({ chargerId }: Station, evseId: number, { evses }: ChargerShape): void {
    log("warning", "unknown_connector", {
      charger: chargerId,
      connector: evseId,
      connectors: evses,
    });
  }

  return {
    async entered(station) {
      await take(station, versionVerdict(believed(station), station));
    },
    read(station, settings) {
      spawn("judge shape", () => judge(station, readCount(settings.get(COUNT_KEY))));
    },
    resumed(station) {
      if (!unsettled.has(station.chargerId)) return;
      spawn("judge shape", async () => {
        const counted = await count(station);
        if (counted !== "unanswered") await judge(station, counted);
      });
    },
    beyond(station, evseId, again) {
      const asking = askings.get(station) ??
        { atMonoMs: Number.NEGATIVE_INFINITY, isUnderWay: false, waiting: new Map() };
      askings.set(station, asking);
      if (asking.isUnderWay) return void asking.waiting.set(evseId, again);
      if (clock.monoMs() - asking.atMonoMs < ASK_INTERVAL_MS) return;
      asking.atMonoMs = clock.monoMs();
      asking.isUnderWay = true;
      asking.waiting.set(evseId, again);
      spawn("ask for connectors", () => ask(station, asking, evseId));
    },
  };
}

/** A version needs no second look: the connection itself shows it. */
function versionVerdict(known: ChargerShape | undefined, { version }: Station): ShapeVerdict {
  if (known === undefined) return { kind: "same" };
  return judgeShape(known, { version, counted: null, placed: 0 });
}
