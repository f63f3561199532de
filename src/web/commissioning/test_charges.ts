import type { WebPorts } from "../ports.ts";
import type { TestCharge } from "./commissioning.ts";

/** Remembers which slots have charged a car: the disk is not asked for each patch of a page. */
export interface TestCharges {
  look(chargerId: string): Promise<ReadonlyMap<number, TestCharge>>;
  known(chargerId: string): ReadonlyMap<number, TestCharge>;
}

/** The newest sessions may have failed; one of so many has energy where any car charges. */
const SESSIONS_LOOKED_AT = 50;

/** Creates the memory, which knows nothing yet. */
export function createTestCharges(
  { ports }: { readonly ports: Pick<WebPorts, "views"> },
): TestCharges {
  const kept = new Map<string, ReadonlyMap<number, TestCharge>>();
  return {
    async look(chargerId) {
      const { slots } = ports.views.charger(chargerId) ?? { slots: [] };
      const found = new Map<number, TestCharge>();
      for (const slot of slots) {
        const filter = { charger: chargerId, slot, limit: SESSIONS_LOOKED_AT };
        const sessions = await ports.views.transactions(filter);
        const first = sessions.findLast(({ energyWh }) => energyWh > 0);
        if (first !== undefined) {
          found.set(slot, { energyWh: first.energyWh, at: first.startedAt });
        }
      }
      kept.set(chargerId, found);
      return found;
    },
    known: (chargerId) => kept.get(chargerId) ?? new Map(),
  };
}
