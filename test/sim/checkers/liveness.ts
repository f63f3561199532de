import { coarser } from "../../../src/simulator/mod.ts";
import type { World } from "../world.ts";
import { createFindings, type Findings } from "./findings.ts";

/** After faults stop the outbox drains: only sessions that go on may have something in it (I9). */
export function checkOutbox(world: World): Findings {
  const findings = createFindings(world.clock);
  const gateway = world.gateway();
  if (gateway === null) {
    findings.add("I9", "the gateway does not run");
    return findings;
  }
  const is16 = world.site.csms.version() === "ocpp1.6";
  for (const { id, kind, dead, lastError } of gateway.web.views.outbox()) {
    if (!dead && kind === "updated") continue;
    // A session that was begun in 2.x waits for a CSMS that speaks it again (ruling 10).
    if (dead && lastError?.endsWith("it waits for 2.x") && is16) continue;
    const state = dead ? "set aside" : "still here";
    findings.add("I9", `record ${id} (${kind}) is ${state}: ${lastError}`);
  }
  return findings;
}

/** Where everybody stands once everything is whole: connected, and told to the CSMS as it is (I7). */
export function checkStates(world: World): Findings {
  const findings = createFindings(world.clock);
  const { csms } = world.site;
  const { books } = csms;
  if (!csms.isConnected()) findings.add("I9", "the CSMS does not see the gateway");
  for (const { slot, chargerId, connectorId } of world.plan.slots) {
    const charger = world.site.chargers.find(({ identity }) => identity === chargerId);
    if (charger === undefined) continue;
    if (!world.isInTouch(chargerId)) findings.add("I9", `${chargerId} is not back`);
    const { status: finer } = charger.look(connectorId);
    const status = csms.version() === "ocpp1.6" ? finer : coarser(finer);
    const told = books.connector(slot)?.status;
    if (status !== told) {
      findings.add("I7", `${chargerId} connector ${connectorId} is ${status}, told ${told}`);
    }
    if (charger.undelivered() > 0) {
      findings.add("I9", `${chargerId} still holds ${charger.undelivered()} messages`);
    }
  }
  return findings;
}

/** Watches that nobody who could charge waits for ever; looked at once a second. */
export interface WaitWatch {
  look(): void;
  readonly findings: Findings;
}

/** Nobody waits longer, even where they must take turns (load management 7.3, scenario 7). */
const WAIT_MAX_S = 45 * 60;

/** Begins to watch. `isWhole` says whether everything works. */
export function watchWaiting(world: World, isWhole: () => boolean): WaitWatch {
  const findings = createFindings(world.clock);
  const waitingS = new Map<string, number>();
  return {
    findings,
    look() {
      for (const charger of world.site.chargers) {
        for (const connectorId of charger.connectorIds) {
          const key = `${charger.identity} connector ${connectorId}`;
          const { ev, hasTransaction, offeredAmps } = charger.look(connectorId);
          const waits = hasTransaction && ev !== null && ev.storedWh < ev.targetWh &&
            offeredAmps < ev.model.minAmps && ev.mood !== "asleep";
          const seconds = waits && isWhole() ? (waitingS.get(key) ?? 0) + 1 : 0;
          waitingS.set(key, seconds);
          if (seconds === WAIT_MAX_S) findings.add("liveness", `${key} has waited for 45 min`);
        }
      }
    },
  };
}
