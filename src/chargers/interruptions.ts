import { isoTime } from "../lib/clock.ts";
import type { ConnectorReport, InsideRequest } from "../ocpp/mod.ts";
import {
  chargerRebooted,
  closeInterrupted,
  type Interruption,
  statusReported,
  type Transaction,
  type TransactionStep,
} from "../transactions/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";

/**
 * Sessions whose chargers started anew, or showed the EVSE free, without a Stop: 2.1 E17 for chargers
 * that know nothing of it. A session goes on if its charger goes on with it. It is closed when the
 * charger has been connected for long enough without doing so. While the charger is away nothing is
 * closed, however long that lasts: it may be charging all the time, and its own Stop is worth more than
 * any guess. Operators see it.
 */
export interface Interruptions {
  /** It started anew, or says so when it was asked to; resolves when that is on disk. */
  booted(station: Station, reason: BootReason): Promise<void>;
  /** Its connection is gone. `code`: with which WebSocket code, 1006 for none. */
  left(chargerId: string, code: number): void;
  /** It told the state of an EVSE; resolves when what that means is on disk. */
  reported(station: Station, slot: number, report: ConnectorReport): Promise<void>;
  /** Closes what is over. To be called now and then. */
  sweep(): void;
}

/** What interruptions ask of the rest of the edge. */
export interface InterruptionHooks {
  station(chargerId: string): Station | undefined;
  /** The gateway has ended a transaction there. */
  ended(station: Station, slot: number): void;
}

type BootReason = InsideRequest<"BootNotification">["reason"];

/** A charger that shows a session to be over has so long to empty its queue, with the Stop in it. */
export const STOP_PATIENCE_MS = 300_000;

/** The connection broke without a word: what it looks like when the power goes. */
const ABNORMAL_CLOSURE = 1006;

interface Wait {
  readonly interruption: Interruption;
  readonly generation: number;
  readonly sinceMonoMs: number;
}

/** Creates them; nothing is waited for yet. */
export function createInterruptions(ports: ChargersPorts, hooks: InterruptionHooks): Interruptions {
  const { clock, transactions, outbox, journal, events, upstream, variables } = ports;
  /** Chargers whose last connection broke, as with the power out. */
  const broken = new Set<string>();
  /** By transaction. Measured by the monotonic clock: an outage may cost the wall clock its time. */
  let waits: ReadonlyMap<string, Wait> = new Map();

  async function record(step: TransactionStep): Promise<void> {
    if (step.changed.length === 0) return;
    note();
    await journal.commit(outbox.record(step, clock.wallMs()));
    for (const { id, slot } of step.changed) {
      events.emit("transaction", { transactionId: id });
      events.emit("evse", { slot });
    }
    if (step.facts.length > 0) events.emit("csms", {});
  }

  function circumstances() {
    const nowWallMs = clock.wallMs();
    return { nowWallMs, nowIso: isoTime(nowWallMs), offline: !upstream.isOnline() };
  }

  function waitOf(open: Transaction, { generation }: Station): Wait | null {
    const { interruption } = open;
    if (interruption === undefined) return null;
    const known = waits.get(open.id);
    const isSame = known?.generation === generation &&
      known.interruption.sinceMs === interruption.sinceMs &&
      known.interruption.isOver === interruption.isOver;
    return isSame ? known : { interruption, generation, sinceMonoMs: clock.monoMs() };
  }

  /** Notes since when is waited for what, and forgets the rest. */
  function note(): void {
    const next = new Map<string, Wait>();
    for (const open of transactions.state().transactions.open.values()) {
      const station = hooks.station(open.chargerId);
      const wait = station === undefined ? null : waitOf(open, station);
      if (wait !== null) next.set(open.id, wait);
    }
    waits = next;
  }

  function patienceMs({ cause, isOver }: Interruption): number {
    if (isOver && cause !== "free") return STOP_PATIENCE_MS;
    return Math.max(STOP_PATIENCE_MS, variables.integer("TxCtrlr.ResumptionTimeout") * 1000);
  }

  async function close(station: Station, { id, slot, chargerId }: Transaction): Promise<void> {
    const step = transactions.apply(closeInterrupted(transactions.state(), id, circumstances()));
    if (step.changed.length === 0) return;
    ports.log("warning", "session_closed_without_stop", { charger: chargerId, slot });
    hooks.ended(station, slot);
    await record(step);
    events.emit("fault", {
      kind: "session-closed-without-stop",
      severity: "warning",
      subject: `slot ${slot}`,
      text: `${chargerId} never said how its session ended; it was closed with the last reading`,
      state: "raised",
    });
  }

  return {
    async booted({ chargerId, life, version }, reason) {
      // Whoever starts anew loses his connection: this one only says so (some do every minute).
      if (life.hasBootedHere) return;
      const said = version === "ocpp1.6" ? "Unknown" : reason;
      // It was asked to say it, and has not started anew (F06).
      if (said === "Triggered") return;
      const isDark = said === "Unknown" ? broken.has(chargerId) : said === "PowerUp";
      const cause = isDark ? "power-loss" : "reboot";
      const nowWallMs = clock.wallMs();
      await record(
        transactions.apply(
          chargerRebooted(transactions.state(), { chargerId, cause, nowWallMs }),
        ),
      );
    },
    left(chargerId, code) {
      if (code === ABNORMAL_CLOSURE) broken.add(chargerId);
      else broken.delete(chargerId);
    },
    reported(_station, slot, report) {
      const status = { slot, report, ...circumstances() };
      return record(transactions.apply(statusReported(transactions.state(), status)));
    },
    sweep() {
      note();
      for (const [id, { interruption, sinceMonoMs }] of waits) {
        const open = transactions.state().transactions.open.get(id);
        const station = open === undefined ? undefined : hooks.station(open.chargerId);
        const isUp = clock.monoMs() - sinceMonoMs >= patienceMs(interruption);
        if (!isUp || open === undefined || station === undefined) continue;
        ports.spawn("close interrupted session", () => close(station, open));
      }
    },
  };
}
