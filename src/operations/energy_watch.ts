import type { Events } from "../lib/events.ts";
import { createRing } from "../lib/ring.ts";
import type { SiteEvents } from "../site/mod.ts";
import { remarksOn, type TransactionBook, type TransactionFlag } from "../transactions/mod.ts";

/** What a session shows that its energy cannot be right. */
const IMPLAUSIBLE: ReadonlySet<TransactionFlag> = new Set<TransactionFlag>([
  "register-went-back",
  "stop-below-start",
  "register-jumped",
  "energy-disagrees",
]);

/** A session is told of once; so many are remembered. */
const TOLD_MAX = 500;

/** Tells of sessions whose energy is not plausible, each once. Returns how to end that. */
export function watchEnergy(
  { events, transactions }: {
    readonly events: Events<SiteEvents>;
    readonly transactions: Pick<TransactionBook, "state">;
  },
): () => void {
  const told = createRing<string>(TOLD_MAX);
  return events.on("transaction", ({ transactionId }) => {
    const session = transactions.state().transactions.get(transactionId);
    const flag = session?.flags.find((each) => IMPLAUSIBLE.has(each));
    if (session === undefined || flag === undefined || told.items().includes(session.id)) return;
    told.push(session.id);
    const { chargerId, slot, number } = session;
    events.emit("fault", {
      kind: "implausible-energy",
      severity: "warning",
      subject: `slot ${slot}`,
      text: `Session ${number} of ${chargerId}: ${remarksOn(session).join("; ")}`,
      state: "raised",
    });
  });
}
