import type { OcppVersion } from "../ocpp/mod.ts";
import { idIn2x } from "./other_version.ts";
import { type SiteBook, slotOfConnector, type SlotRecord } from "../site/mod.ts";
import { byUpstreamNumber, type Transaction, type TransactionBook } from "../transactions/mod.ts";

/** How the CSMS of this connection numbers what we have. */
export interface Numbering {
  /** The CSMS's number of an EVSE: the slot in 2.x, its connector id in 1.6 (ruling 9). */
  evseOf(slot: number): number;
  /** The slot behind the CSMS's number; undefined where there is none (0 included). */
  slotOf(evseId: number): SlotRecord | undefined;
  /** The transaction behind the CSMS's id of it. */
  transactionOf(transactionId: string): Transaction | undefined;
  /** The CSMS's id of a transaction: in 1.6 the number it gave, in 2.x ours but where it gave one. */
  transactionIdOf(transaction: Transaction): string | null;
}

/** The numbering towards a CSMS that speaks `version`. */
export function numberingFor(
  version: OcppVersion,
  site: SiteBook,
  transactions: TransactionBook,
): Numbering {
  if (version !== "ocpp1.6") {
    return {
      evseOf: (slot) => slot,
      slotOf: (evseId) => site.slots().get(evseId),
      transactionOf: (id) =>
        transactions.state().transactions.get(id) ?? numbered(id, transactions),
      transactionIdOf: idIn2x,
    };
  }
  return {
    evseOf: (slot) => slot === 0 ? 0 : site.slots().get(slot)?.upstreamConnectorId ?? slot,
    slotOf: (evseId) => slotOfConnector(site.slots(), evseId),
    transactionOf: (id) => byUpstreamNumber(transactions.state(), Number(id)),
    transactionIdOf: ({ upstreamNumber }) =>
      upstreamNumber === null ? null : String(upstreamNumber),
  };
}

/** One that began while the CSMS spoke 1.6, by the number that it gave then. */
function numbered(id: string, transactions: TransactionBook): Transaction | undefined {
  return /^\d{1,15}$/.test(id) ? byUpstreamNumber(transactions.state(), Number(id)) : undefined;
}
