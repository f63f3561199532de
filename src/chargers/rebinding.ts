import { heldFault, planRebinding, type RebindError, type WantedSlots } from "../site/mod.ts";
import { openOn } from "../transactions/mod.ts";
import type { ChargersPorts } from "./ports.ts";

/** What came of binding a charger's EVSEs to slots anew. */
export type RebindOutcome =
  /** By EVSE. `removed`: slots where nothing is any more. */
  | {
    readonly kind: "bound";
    readonly slots: WantedSlots;
    readonly removed: readonly number[];
  }
  /** There is nothing to take as it is: it is not held, and nothing is named. */
  | { readonly kind: "not-held" }
  /** It was never set up, so nobody knows what it has. */
  | { readonly kind: "never-seen" }
  | { readonly kind: "errors"; readonly errors: readonly RebindError[] };

/** Creates what rebinds chargers. `rebound` hears of each when it is on disk. */
export function createRebinding(
  ports: Pick<ChargersPorts, "site" | "transactions" | "outbox" | "journal" | "events">,
  rebound: (chargerId: string) => void,
): (chargerId: string, wanted: WantedSlots) => Promise<RebindOutcome> {
  const { site, transactions, outbox, events } = ports;

  /** What is open, or waits to be told under the slot, belongs to whoever was there. */
  function obstacleFor(chargerId: string): (slot: number) => string | null {
    return (slot) => {
      if (openOn(transactions.state(), slot) !== undefined) return "a session is running there";
      const waiting = [...outbox.state().lanes.values()].flatMap(({ rows }) => rows)
        .filter((row) => row.slot === slot)
        .map(({ transactionId }) =>
          transactions.state().transactions.get(transactionId)?.chargerId
        );
      const other = waiting.find((each) => each !== undefined && each !== chargerId);
      return other === undefined ? null : `records of "${other}" wait for the cloud there`;
    };
  }

  return async function rebind(chargerId, wanted) {
    const record = site.charger(chargerId);
    const shape = record?.held?.is ?? record?.shape;
    if (record === undefined || shape === undefined) return { kind: "never-seen" };
    if (record.held === undefined && wanted.size === 0) return { kind: "not-held" };
    const { evses } = shape;
    const obstacle = obstacleFor(chargerId);
    const plan = planRebinding(site.slots(), { chargerId, evses, wanted, obstacle });
    if (plan.kind === "errors") return plan;
    const { changed } = plan;
    await ports.journal.commit(site.rebind(chargerId, shape, changed));
    events.emit("fault", heldFault(record, "over"));
    events.emit("charger", { chargerId });
    const bound = site.slotsOf(chargerId);
    for (const slot of new Set([...changed, ...bound].map((each) => each.slot))) {
      events.emit("evse", { slot });
    }
    rebound(chargerId);
    return {
      kind: "bound",
      slots: new Map(bound.map(({ evseId, slot }) => [evseId, slot])),
      removed: changed.filter(({ removed }) => removed).map(({ slot }) => slot),
    };
  };
}
