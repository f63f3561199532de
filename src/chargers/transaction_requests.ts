import { isoTime, sleep } from "../lib/clock.ts";
import type { Enveloped, InsideCall, InsideResponse, StopIntent } from "../ocpp/mod.ts";
import type { LedgerWrite } from "../outbox/mod.ts";
import type { Decision, Reservation } from "../site/mod.ts";
import { drop } from "../lib/write.ts";
import {
  followedBy,
  heardWith,
  isSuspended,
  keepStationStop,
  meterTransaction,
  refusalRule,
  refuseTransaction,
  type StartStep,
  startTransaction,
  stopTransaction,
  type Transaction,
  type TransactionState,
} from "../transactions/mod.ts";
import type { Authorizer } from "./authorizer.ts";
import { heardClock } from "./heard_clock.ts";
import { createMeasuring } from "./measuring.ts";
import { oddSession } from "./odd_readings.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";

/** Answers to what a charger says about transactions. Each is on disk before it is given. */
export interface TransactionRequests {
  start(
    station: Station,
    call: InsideCall<"StartTransaction">,
    said?: HowSaid,
  ): Promise<Enveloped<InsideResponse<"StartTransaction">>>;
  stop(
    station: Station,
    call: InsideCall<"StopTransaction">,
    said?: HowSaid,
  ): Promise<Enveloped<InsideResponse<"StopTransaction">>>;
  /** The end of a 2.x transaction that can stand nowhere: kept for an operator (ruling 7). */
  orphan(station: Station, message: Omit<StopIntent, "transactionNumber">): Promise<void>;
  /** A stop of which only so much can be read. It is accepted, kept and flagged (ruling 7). */
  brokenStop(
    station: Station,
    stop: Partial<StopIntent>,
  ): Promise<Enveloped<InsideResponse<"StopTransaction">>>;
  meter(
    station: Station,
    call: InsideCall<"MeterValues">,
    said?: HowSaid,
  ): Promise<Enveloped<InsideResponse<"MeterValues">>>;
}

/** How a message came about. */
export interface HowSaid {
  /** It waited in the charger while that was offline: its time says nothing of the charger's clock now. */
  readonly isQueued?: boolean;
}

/** What the requests ask of the rest of the edge. */
export interface TransactionHooks {
  /** Has the charger obey what the ledger says of a transaction whose token was refused. */
  enforce(transactionId: string): Promise<void>;
  /** The charger ended a transaction: what was sent for it must not hold for the next. */
  ended(station: Station, slot: number): void;
}

/** What is known of a start besides the transaction that it began. */
interface StartFacts {
  /** Where its EVSE was given its slot just now. */
  readonly placing: readonly LedgerWrite[];
  /** The reservation that it uses up. */
  readonly used: Reservation | null;
  /** Its token is not accepted. */
  readonly isRefused: boolean;
}

/** A charger has so long to end by itself a transaction that was refused. */
const REFUSAL_GRACE_MS = 15_000;

/** Readings of several chargers that come within this time share one sync. Nothing hangs on them. */
const READING_PATIENCE_MS = 1_000;

/** Creates the answers. */
export function createTransactionRequests(
  ports: ChargersPorts,
  authorizer: Authorizer,
  hooks: TransactionHooks,
): TransactionRequests {
  const { clock, site, transactions, outbox, journal, events, ids } = ports;
  const measuring = createMeasuring(ports);

  async function start(
    station: Station,
    call: InsideCall<"StartTransaction">,
    { isQueued = false }: HowSaid = {},
  ): Promise<Enveloped<InsideResponse<"StartTransaction">>> {
    const { chargerId } = station;
    const { message } = call;
    if (!isQueued) station.clock.note(message.timestamp);
    const placed = site.giveSlot(chargerId, message.evseId);
    if (placed === null) throw new Error(`Cannot start at EVSE ${message.evseId}: it has no slot`);
    const { slot } = placed.slot;
    const verdict = await authorizer.authorizeStart(chargerId, slot, message.idToken);
    const { decision, uses: used } = verdict;
    // The reservation is the gateway's, so only it can say that this start uses it (1.6 §5.13).
    const intent = used === null
      ? call
      : { ...call, message: { ...message, reservationId: used.id } };
    const isAnswered = station.starts.begin(slot);
    const isRefused = decision.info.status !== "Accepted";
    const heard = heardClock(ports.timekeeper, station.clock, message.timestamp);
    const before = transactions.state();
    const begun = startTransaction(before, {
      chargerId,
      slot,
      intent,
      decision,
      newId: ids.uuid(),
      nowWallMs: clock.wallMs(),
      offline: !ports.upstream.isOnline(),
    });
    const judged = isRefused && !begun.isRepeat ? withRefusal(begun, decision) : begun;
    const step = transactions.apply(heardWith(before, judged, heard));
    verdict.begun();
    try {
      return await booked(station, step, { placing: placed.writes, used, isRefused });
    } finally {
      // What is returned here goes out before any timer comes.
      clock.after(0, isAnswered);
    }
  }

  /** Puts a start on disk; the answer to it. */
  async function booked(
    station: Station,
    step: StartStep,
    { placing, used, isRefused }: StartFacts,
  ): Promise<Enveloped<InsideResponse<"StartTransaction">>> {
    if (step.isRepeat) {
      station.noteQuirk("repeated-message");
      // The first one's commit may still be under way.
      await journal.flush();
      return { message: step.answer };
    }
    const ended = used === null ? [] : site.endReservation(used.id);
    await journal.commit([...placing, ...ended, ...startWrites(step)]);
    announce(step, step.transaction.slot);
    if (isRefused) enforceRefusal(station, step.transaction.id);
    return { message: step.answer };
  }

  function startWrites(step: StartStep): readonly LedgerWrite[] {
    const used: LedgerWrite[] = step.usedRemoteStart === null
      ? []
      : [drop("remote-starts", step.usedRemoteStart)];
    return [...used, ...outbox.record(step, clock.wallMs())];
  }

  function announce(step: StartStep, slot: number): void {
    for (const { id } of step.changed) events.emit("transaction", { transactionId: id });
    events.emit("evse", { slot });
    events.emit("csms", {});
  }

  /** What becomes of a transaction that may not be, decided and written with its beginning. */
  function withRefusal(begun: StartStep, { info: { status } }: Decision): StartStep {
    const { id } = begun.transaction;
    const rule = refusalRule(ports.variables);
    const refused = refuseTransaction(begun.state, id, status, rule, clock.wallMs());
    const transaction = refused.changed[0] ?? begun.transaction;
    return { ...followedBy(begun, refused), transaction };
  }

  /** A charger that does not know StopTransactionOnInvalidId would go on for ever. */
  function enforceRefusal(station: Station, transactionId: string): void {
    ports.spawn("enforce refusal", async () => {
      // Should it go away meanwhile, the intention is on disk and it is told when it is back.
      if (await sleep(clock, REFUSAL_GRACE_MS, station.gone) === "aborted") return;
      await hooks.enforce(transactionId);
    });
  }

  function brokenStop(
    station: Station,
    said: Partial<StopIntent>,
  ): Promise<Enveloped<InsideResponse<"StopTransaction">>> {
    const { chargerId } = station;
    const meant = [...transactions.state().transactions.values()].filter((each) =>
      each.chargerId === chargerId &&
      (said.transactionNumber === undefined
        ? each.stop === null
        : each.number === said.transactionNumber)
    );
    const registerWh = meant.length === 1 ? lastRegisterWh(meant[0]) : 0;
    const message = {
      // The charger may have but one transaction that it can mean.
      transactionNumber: -1,
      meterStopWh: registerWh,
      timestamp: isoTime(clock.wallMs()),
      ...said,
    };
    ports.log("warning", "stop_unreadable", { charger: chargerId, read: Object.keys(said) });
    station.noteQuirk("unreadable-stop");
    return stop(station, { message }, { isUnreadable: true });
  }

  async function stop(
    station: Station,
    call: Enveloped<StopIntent>,
    { isQueued = false, isUnreadable: unreadable = false }: HowSaid & {
      readonly isUnreadable?: boolean;
    } = {},
  ): Promise<Enveloped<InsideResponse<"StopTransaction">>> {
    const { timestamp, idToken } = call.message;
    if (!unreadable && !isQueued) station.clock.note(timestamp);
    const heard = heardClock(ports.timekeeper, station.clock, unreadable ? null : timestamp);
    const before = transactions.state();
    const ended = stopTransaction(before, {
      chargerId: station.chargerId,
      intent: call,
      nowWallMs: clock.wallMs(),
      offline: !ports.upstream.isOnline(),
      mayStop: (transaction) => idToken === undefined || authorizer.mayStop(transaction, idToken),
      mayAmend: outbox.mayAmend,
      powerMaxOn: (transaction) => measuring.powerMax(transaction.slot).powerMaxW,
      ...(unreadable ? { unreadable } : {}),
    });
    const step = transactions.apply(heardWith(before, ended, heard));
    if (step.transaction === null) {
      ports.log("warning", "stop_without_start", {
        charger: station.chargerId,
        number: call.message.transactionNumber,
      });
    }
    if (step.isRepeat) station.noteQuirk("repeated-message");
    else if (!unreadable) noteNumber(station, step.transaction, call.message.transactionNumber);
    noteOddities(station, before, step.transaction);
    if (step.isRepeat) await journal.flush();
    await journal.commit(outbox.record(step, clock.wallMs()));
    if (step.orphan !== undefined) events.emit("orphan-stop", { chargerId: station.chargerId });
    if (step.transaction !== null && !step.isRepeat) {
      // What was sent for a transaction that was closed before is gone; another may charge there now.
      if (!step.isLate) hooks.ended(station, step.transaction.slot);
      if (idToken !== undefined) authorizer.noteStop(step.transaction, idToken);
      events.emit("transaction", { transactionId: step.transaction.id });
      events.emit("evse", { slot: step.transaction.slot });
      events.emit("csms", {});
    }
    return { message: step.answer };
  }

  async function orphan(
    { chargerId }: Station,
    message: Omit<StopIntent, "transactionNumber">,
  ): Promise<void> {
    const nowWallMs = clock.wallMs();
    const step = keepStationStop(transactions.state(), { chargerId, nowWallMs, message });
    ports.log("warning", "stop_without_start", {
      charger: chargerId,
      transaction: message.stationTransactionId ?? "",
    });
    await journal.commit(outbox.record(transactions.apply(step), nowWallMs));
    events.emit("orphan-stop", { chargerId });
  }

  async function meter(
    station: Station,
    call: InsideCall<"MeterValues">,
    { isQueued = false }: HowSaid = {},
  ): Promise<Enveloped<InsideResponse<"MeterValues">>> {
    const { message } = call;
    const nowWallMs = clock.wallMs();
    const last = message.meterValue.at(-1);
    if (last !== undefined && !isQueued) station.clock.note(last.timestamp);
    const slot = site.slotOf(station.chargerId, message.evseId);
    if (slot !== undefined) measuring.note(station, slot, message);
    const heard = heardClock(ports.timekeeper, station.clock, last?.timestamp ?? null);
    const before = transactions.state();
    const metered = meterTransaction(before, {
      chargerId: station.chargerId,
      reading: call,
      nowWallMs,
      nowIso: isoTime(nowWallMs),
      wantedIntervalMs: ports.room.readingIntervalMs(measuring.wantedIntervalMs()),
      measuredAtMs: nowWallMs - (last === undefined ? 0 : station.clock.ageMs(last.timestamp)),
      offline: !ports.upstream.isOnline(),
      mayAmend: outbox.mayAmend,
      ...measuring.powerMax(slot?.slot),
    });
    const step = transactions.apply(heardWith(before, metered, heard));
    if (step.transaction === null) {
      if (slot !== undefined) ports.upstream.meterValues(slot.slot, call);
      return { message: {} };
    }
    if (step.isRepeat) station.noteQuirk("repeated-message");
    else if (step.transaction.stop !== null) station.noteQuirk("late-reading");
    else noteNumber(station, step.transaction, message.transactionNumber);
    noteOddities(station, before, step.transaction);
    // The first one's commit may still be under way.
    if (step.isRepeat) await journal.settled();
    await journal.commitWithin(outbox.record(step, nowWallMs), READING_PATIENCE_MS);
    const { id } = step.transaction;
    events.emit("transaction", { transactionId: id });
    if (step.facts.length > 0) events.emit("csms", {});
    // What it was still allowed may be used up by now.
    if (isSuspended(step.transaction)) ports.spawn("suspend", () => hooks.enforce(id));
    return { message: {} };
  }

  return { start, stop, orphan, brokenStop, meter };
}

/** It was told another number, and is understood by the EVSE or the token. */
function noteNumber(
  station: Station,
  transaction: Transaction | null,
  said: number | undefined,
): void {
  const isOther = transaction !== null && said !== undefined && said !== transaction.number;
  if (isOther) station.noteQuirk("unknown-number");
}

function noteOddities(
  station: Station,
  before: TransactionState,
  transaction: Transaction | null,
): void {
  if (transaction === null) return;
  const known = before.transactions.get(transaction.id);
  for (const quirk of oddSession(known, transaction)) station.noteQuirk(quirk);
}

/** The newest that is known of a transaction's register, in Wh. */
function lastRegisterWh(transaction: Transaction | undefined): number {
  const { stop = null, lastReading = null, meterStartWh = 0 } = transaction ?? {};
  return stop?.meterStopWh ?? lastReading?.energyWh ?? meterStartWh;
}
