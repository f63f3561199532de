import { put } from "../lib/write.ts";
import { totalCostSaid, type Transaction } from "../transactions/mod.ts";
import type { CommandDesk, Route } from "./route.ts";

/** GetTransactionStatus: whether it goes on, and whether the CSMS has heard all of it (E14). */
export const getTransactionStatus: Route<"GetTransactionStatus"> = {
  handling: ["answer"],
  run({ message: { transactionId } }, { numbering, outbox }) {
    if (transactionId === undefined) {
      return Promise.resolve({ message: { messagesInQueue: outbox.state().lanes.size > 0 } });
    }
    const transaction = numbering.transactionOf(transactionId);
    return Promise.resolve({
      message: {
        ongoingIndicator: transaction !== undefined && transaction.stop === null,
        messagesInQueue: transaction !== undefined && outbox.holds(transaction.id),
      },
    });
  },
};

/** CostUpdated: kept with the session, and shown by a charger of 2.x (I02.FR.03). */
export const costUpdated: Route<"CostUpdated"> = {
  handling: ["answer", "forward"],
  async run({ message: { transactionId, totalCost } }, desk) {
    const transaction = desk.numbering.transactionOf(transactionId);
    if (transaction === undefined) return { message: {} };
    const said = { amount: totalCost, heardAtMs: desk.clock.wallMs() };
    const { changed } = desk.transactions.apply(
      totalCostSaid(desk.transactions.state(), transaction.id, said),
    );
    await desk.journal.commit(changed.map((each) => put("transactions", each.id, each)));
    desk.events.emit("transaction", { transactionId: transaction.id });
    showCost(transaction, totalCost, desk);
    return { message: {} };
  },
};

/** Only the charger of a running session shows it, and only 2.x can tell it. */
function showCost(
  { chargerId, number, stop, stationTransactionId }: Transaction,
  totalCost: number,
  desk: CommandDesk,
): void {
  if (stop !== null || stationTransactionId === undefined) return;
  const message = { transactionId: String(number), totalCost };
  desk.spawn("show cost", () => desk.chargers.call(chargerId, { action: "CostUpdated", message }));
}
