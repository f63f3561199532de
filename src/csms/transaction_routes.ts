import { put } from "../lib/write.ts";
import { totalCostSaid } from "../transactions/mod.ts";
import type { Route } from "./route.ts";

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

/** CostUpdated: kept with the session, which it does not change otherwise (I02). */
export const costUpdated: Route<"CostUpdated"> = {
  handling: ["answer"],
  async run({ message: { transactionId, totalCost } }, desk) {
    const transaction = desk.numbering.transactionOf(transactionId);
    if (transaction === undefined) return { message: {} };
    const said = { amount: totalCost, heardAtMs: desk.clock.wallMs() };
    const { changed } = desk.transactions.apply(
      totalCostSaid(desk.transactions.state(), transaction.id, said),
    );
    await desk.journal.commit(changed.map((each) => put("transactions", each.id, each)));
    desk.events.emit("transaction", { transactionId: transaction.id });
    return { message: {} };
  },
};
