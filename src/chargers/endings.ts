import { sleep } from "../lib/clock.ts";
import type { AuthorizationStatus, IdToken, InsideCall, SpokenOutcome } from "../ocpp/mod.ts";
import { auditDecision, type Decision } from "../site/mod.ts";
import {
  intendStop,
  isSuspended,
  openTransactions,
  refusalRule,
  refuseTransaction,
  type Transaction,
  type TransactionStep,
} from "../transactions/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";

/** Transactions that the gateway itself brings to an end. Each intention is on disk before it is told. */
export interface Endings {
  /** The token of a running transaction is not good after all: it ends or is suspended, by the rule. */
  refuse(transactionId: string, status: AuthorizationStatus): Promise<void>;
  /** Somebody with a master pass is at the charger: all that runs there ends (C16.FR.02). */
  masterPass(chargerId: string, by: IdToken): Promise<void>;
  /** Tells the charger what the ledger says; a transaction that is not to end is left alone. */
  enforce(transactionId: string): Promise<void>;
}

/** How the charger of a transaction is reached. */
export interface EndingLines {
  call(
    chargerId: string,
    call: InsideCall<"RequestStopTransaction">,
    urgent: boolean,
  ): Promise<SpokenOutcome<"RequestStopTransaction">>;
  station(chargerId: string): Station | undefined;
}

/** A charger that does not obey is told again after so long; when it comes back it is told anyway. */
const AGAIN_MS = [30_000, 60_000, 120_000] as const;

const MASTER_PASS: Decision = {
  info: { status: "Accepted" },
  source: "site-rule",
  reason: "a master pass ends what runs at its charger",
};

/** Creates the endings. */
export function createEndings(ports: ChargersPorts, lines: EndingLines): Endings {
  const { clock, transactions, outbox, journal, site, events } = ports;

  function openOf(transactionId: string): Transaction | undefined {
    return transactions.state().transactions.open.get(transactionId);
  }

  async function keep(step: TransactionStep): Promise<void> {
    transactions.apply(step);
    await journal.commit(outbox.record(step, clock.wallMs()));
    for (const { id, slot } of step.changed) {
      events.emit("transaction", { transactionId: id });
      events.emit("evse", { slot });
    }
  }

  async function enforce(transactionId: string): Promise<void> {
    await endUnlessSuspendable(transactionId);
    for (const againMs of [...AGAIN_MS, null]) {
      const open = openOf(transactionId);
      if (open === undefined || open.intendedStop === null) return;
      await tell(open);
      const station = lines.station(open.chargerId);
      if (againMs === null || station === undefined) return;
      if (await sleep(clock, againMs, station.gone) === "aborted") return;
    }
  }

  async function tell({ chargerId, slot, number }: Transaction): Promise<void> {
    // It cannot be named to a charger that does not know its number yet.
    await lines.station(chargerId)?.starts.answered(slot);
    const message = { transactionId: String(number) };
    await lines.call(chargerId, { action: "RequestStopTransaction", message }, true);
  }

  /** Energy has to stop (C15.FR.06); where current cannot be limited only the end does that. */
  async function endUnlessSuspendable(transactionId: string): Promise<void> {
    const open = openOf(transactionId);
    if (open === undefined || open.intendedStop !== null || !isSuspended(open)) return;
    const features = site.charger(open.chargerId)?.features ?? null;
    if (features === null || features.smartCharging) return;
    await keep(intendStop(transactions.state(), transactionId, "DeAuthorized"));
  }

  return {
    enforce,
    async refuse(transactionId, status) {
      const rule = refusalRule(ports.variables);
      const nowMs = clock.wallMs();
      await keep(refuseTransaction(transactions.state(), transactionId, status, rule, nowMs));
      await enforce(transactionId);
    },
    async masterPass(chargerId, by) {
      const running = openTransactions(transactions.state())
        .filter((each) => each.chargerId === chargerId);
      for (const { id, slot } of running) {
        await keep(intendStop(transactions.state(), id, "MasterPass", by));
        const place = { chargerId, slot, what: "stop" } as const;
        auditDecision(ports, place, by, MASTER_PASS, 0);
      }
      await Promise.all(running.map(({ id }) => enforce(id)));
    },
  };
}
