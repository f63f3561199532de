import type { ViewPorts } from "./gateway_view_ports.ts";
import { isoTime } from "./lib/clock.ts";
import type { KnownFault } from "./operations/mod.ts";
import { type FaultPlace, type FaultView, faultWords, type WebViews } from "./web/mod.ts";

type FaultViewPorts = Pick<ViewPorts, "faults" | "site" | "language" | "circuitPlan" | "meters">;

/** Draws the faults. */
export function createFaultViews(ports: FaultViewPorts): Pick<WebViews, "faults" | "fault"> {
  return {
    faults(which) {
      const meterIds = metersOf(ports);
      return ports.faults.list(which).map((fault) => faultView(ports, fault, meterIds));
    },
    fault(id) {
      const fault = ports.faults.find(id);
      return fault === null ? undefined : faultView(ports, fault, metersOf(ports));
    },
  };
}

/** The newest about a charger or its EVSEs; null where nothing is remembered. */
export function lastFaultView(
  ports: FaultViewPorts,
  chargerId: string,
  slots: readonly number[],
): FaultView | null {
  const fault = ports.faults.lastOf([chargerId, ...slots.map((slot) => `slot ${slot}`)]);
  return fault === null ? null : faultView(ports, fault, metersOf(ports));
}

function metersOf({ meters }: FaultViewPorts): ReadonlySet<string> {
  return new Set(meters().map(({ id }) => id));
}

/** A fault as the pages show it. */
function faultView(
  ports: FaultViewPorts,
  fault: KnownFault,
  meterIds: ReadonlySet<string>,
): FaultView {
  const { sinceMs, lastSeenMs, overMs, ending, acknowledged, reported, aid, ...facts } = fault;
  return {
    ...facts,
    ...faultWords(ports.language, fault.code),
    place: placeOf(ports, fault.subject, meterIds),
    since: isoTime(sinceMs),
    lastSeen: isoTime(lastSeenMs),
    over: overMs === null ? null : isoTime(overMs),
    ending: ending ?? null,
    acknowledged: acknowledged === undefined
      ? null
      : { by: acknowledged.by, at: isoTime(acknowledged.atMs) },
    reported: reported ?? null,
    aid: (aid ?? []).map(({ atMs, action, outcome }) => ({ at: isoTime(atMs), action, outcome })),
  };
}

function placeOf(
  { site, circuitPlan }: FaultViewPorts,
  subject: string,
  meterIds: ReadonlySet<string>,
): FaultPlace {
  const slot = Number(/^slot (\d{1,9})$/.exec(subject)?.[1] ?? Number.NaN);
  if (!Number.isNaN(slot)) {
    const chargerId = site.slots().get(slot)?.chargerId ?? null;
    return { kind: "connector", chargerId, slot };
  }
  const nowhere = { chargerId: null, slot: null };
  if (subject === "site") return { kind: "gateway", ...nowhere };
  const isCharger = site.charger(subject) !== undefined || site.slotsOf(subject).length > 0;
  if (isCharger) return { kind: "charger", chargerId: subject, slot: null };
  if (meterIds.has(subject)) return { kind: "meter", ...nowhere };
  return { kind: circuitPlan.get(subject) === undefined ? "other" : "circuit", ...nowhere };
}
