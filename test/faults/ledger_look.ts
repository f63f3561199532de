import type { RowHeader } from "../../src/outbox/mod.ts";
import { openLedger } from "../../src/store/ledger_io.ts";
import type { Transaction } from "../../src/transactions/mod.ts";
import type { AnsweredSession } from "./charger_books.ts";
import type { Findings } from "./compare_books.ts";

/** What stands in a ledger that nobody has open. */
export interface LedgerLook {
  /** Rows that the CSMS has not confirmed, as far as the disk knows. */
  readonly rows: readonly RowHeader[];
  readonly transactions: readonly Transaction[];
}

/**
 * Looks into the ledger of a gateway that was killed. A copy is opened: opening works the side files
 * into the database, and the gateway is to find them as the kill left them.
 */
export async function lookIntoLedger(dataPath: string): Promise<LedgerLook> {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["ledger.db", "ledger.db-wal"]) {
      await copyIfThere(`${dataPath}/${name}`, `${folder}/${name}`);
    }
    const store = openLedger(`${folder}/ledger.db`);
    try {
      const { outbox } = await store.load(0);
      return { rows: outbox, transactions: await store.transactions({ limit: 1_000_000 }) };
    } finally {
      await store.close();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function copyIfThere(from: string, to: string): Promise<void> {
  try {
    await Deno.copyFile(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Whether all that chargers were answered for is on disk. */
export function checkOnDisk(answered: readonly AnsweredSession[], look: LedgerLook): Findings {
  const byNumber = new Map(look.transactions.map((each) => [each.number, each]));
  return answered.flatMap((session) => {
    const name = `transaction ${session.number} of slot ${session.slot}`;
    const stored = byNumber.get(session.number);
    if (stored === undefined) return [`${name}: answered and not on disk`];
    if (stored.meterStartWh !== session.meterStartWh) return [`${name}: begins otherwise on disk`];
    const stopWh = session.stop?.meterStopWh;
    const isStopThere = stopWh === undefined || stored.stop?.meterStopWh === stopWh;
    return isStopThere ? [] : [`${name}: its stop was answered and is not on disk`];
  });
}
