import { energyWh } from "../../src/simulator/mod.ts";
import { LINES } from "../../src/site/mod.ts";
import type { World } from "./world.ts";

/** What a run was found to have done wrong; nothing where all was right. */
export type Findings = readonly string[];

/** A checker of the fuses, looked through once a second (safety claim (b)). */
export interface FuseWatch {
  second(world: World): void;
  readonly findings: Findings;
}

/** After a step of the house the circuit is back in so long; a minute where something was in its way. */
const BACK_IN_S = 20;
/** The meter's own error, and that of a charger's pilot. */
const TOLERANCE_AMPS = 1.5;
const EXCUSED_S = 75;

/**
 * Watches that no circuit carries more than its limit for longer than allowed. While the gateway is
 * off, its meter silent or a charger out of reach, and a while after, limits sent before may still
 * hold: there the breaker protects, and fail-safe currents (claim (c)).
 */
export function watchFuses(): FuseWatch {
  const overS = new Map<string, number>();
  const findings: string[] = [];
  let excusedS = EXCUSED_S;
  return {
    findings,
    second(world) {
      const isBlind = world.gateway() === null || world.meter.isSilent();
      excusedS = isBlind ? EXCUSED_S : excusedS - 1;
      for (const { id, limitAmps } of world.plan.circuits) {
        const flow = world.site.flows().get(id);
        for (const line of LINES) {
          const key = `${id} ${line}`;
          const isOver = (flow?.[line] ?? 0) > limitAmps + TOLERANCE_AMPS;
          const seconds = isOver && excusedS <= 0 ? (overS.get(key) ?? 0) + 1 : 0;
          overS.set(key, seconds);
          if (seconds !== BACK_IN_S + 1) continue;
          findings.push(
            `${(world.clock.monoMs() / 1000).toFixed(0)} s: ${key} carries ` +
              `${flow?.[line].toFixed(1)} of ${limitAmps} A for ${seconds} s`,
          );
        }
      }
    },
  };
}

/** The books: what chargers counted is what the CSMS was told, once everything is whole. */
export function checkBooks(world: World): Findings {
  const { site, plan, sessions } = world;
  const { books } = site.csms;
  const findings = books.oddities().map((oddity) => `the CSMS finds odd: ${oddity}`);
  const slotOf = new Map(plan.site.chargers.map(({ options }, index) => [
    options.identity,
    index + 1,
  ]));
  for (const [chargerId, slot] of slotOf) {
    const counted = sessions.filter((each) => each.chargerId === chargerId);
    const told = books.sessions().filter(({ connectorId }) => connectorId === slot);
    if (counted.length !== told.length) {
      findings.push(`${chargerId}: ${counted.length} sessions, the CSMS knows ${told.length}`);
      continue;
    }
    for (const [index, session] of counted.entries()) {
      const other = told[index];
      if (other === undefined || session.energyWh === null) continue;
      const toldWh = energyWh(other);
      if (other.stop === null) findings.push(`${chargerId}: session ${index} has no end above`);
      else if (Math.abs(toldWh - session.energyWh) > 2) {
        findings.push(`${chargerId}: session ${index} is ${session.energyWh} Wh, told ${toldWh}`);
      }
      if (other.idTag !== session.idTag) {
        findings.push(`${chargerId}: session ${index} of ${session.idTag}, told ${other.idTag}`);
      }
    }
  }
  return findings;
}

/** After faults stop the outbox drains: only sessions that go on may have something in it. */
export function checkOutbox(world: World): Findings {
  const gateway = world.gateway();
  if (gateway === null) return ["the gateway does not run"];
  const stuck = gateway.web.views.outbox().filter(({ kind, dead }) => dead || kind !== "updated");
  return stuck.map(({ id, kind, dead, lastError }) =>
    `record ${id} (${kind}) is ${dead ? "set aside" : "still here"}: ${lastError}`
  );
}
