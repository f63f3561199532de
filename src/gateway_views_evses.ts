import type { EvseLimit } from "./balancing/mod.ts";
import { demandView } from "./gateway_demands_views.ts";
import { isWorthTelling, reasonView } from "./gateway_reasons.ts";
import type { ViewPorts } from "./gateway_view_ports.ts";
import { type EvsePlace, HELD, type SlotRecord } from "./site/mod.ts";
import { energyWh, openOn, type Transaction } from "./transactions/mod.ts";
import type { EvseView, TransactionView } from "./web/mod.ts";

/** What there is to be seen of EVSEs. */
export interface EvseViews {
  /** All of them, by slot. */
  all(): EvseView[];
  /** One of them; undefined where there is none, or none any more. */
  one(slot: number): EvseView | undefined;
}

/** Draws the EVSEs. */
export function createEvseViews(
  ports: ViewPorts,
  transactionView: (transaction: Transaction) => TransactionView,
): EvseViews {
  const { clock, site, transactions } = ports;

  function all(): EvseView[] {
    const limits = new Map(ports.limits().map((limit) => [limit.slot, limit]));
    return [...site.slots().values()]
      .filter(({ removed }) => !removed)
      .toSorted((a, b) => a.slot - b.slot)
      .map((record) => evseView(record, limits.get(record.slot)));
  }

  function one(slot: number): EvseView | undefined {
    const record = site.slots().get(slot);
    return record === undefined || record.removed ? undefined : evseView(record, ports.limit(slot));
  }

  function evseView(record: SlotRecord, limit: EvseLimit | undefined): EvseView {
    const { slot, chargerId, evseId } = record;
    const place = site.place(slot);
    const open = openOn(transactions.state(), slot);
    const measured = ports.measurement(slot);
    const ageMs = measured === undefined ? null : clock.monoMs() - measured.atMonoMs;
    const connector = site.connector(slot)?.report;
    const isLimited = open !== undefined && limit !== undefined;
    const why = isLimited ? reasonView(limit.reason, ports) : null;
    return {
      slot,
      chargerId,
      evseId,
      circuitId: place?.circuitId ?? null,
      state: site.state(slot, open !== undefined),
      protocolState: connector?.message.chargingState ?? connector?.message.connectorStatus ?? null,
      reason: site.isHeld(chargerId)
        ? HELD
        : isLimited && isWorthTelling(limit.reason)
        ? why?.text ?? null
        : null,
      why,
      reservedAmps: limit?.reservedAmps ?? null,
      trust: limit?.trust ?? null,
      operative: site.isOperative(slot),
      priority: ports.demands.priorityOn(slot),
      demand: demandView(ports.demands.demandOn(slot)),
      transaction: open === undefined ? null : transactionView(open),
      offeredAmps: offeredAmps(place, limit, open),
      maxCurrentAmps: place?.maxCurrentAmps ?? null,
      measuredAmps: measured?.currentsAmps ?? null,
      powerW: open === undefined ? null : measured?.powerW ?? null,
      energyWh: open === undefined ? null : energyWh(open),
      socPercent: open === undefined ? null : measured?.socPercent ?? null,
      measuredAgeMs: ageMs,
      isCut: limit?.isCut ?? false,
      pauses: limit?.pauses ?? 0,
      writesPerDay: limit?.writesPerDay ?? 0,
    };
  }

  function offeredAmps(
    place: EvsePlace | undefined,
    limit: EvseLimit | undefined,
    open: Transaction | undefined,
  ): number | null {
    // Nobody can offer anything to one that takes no limits: what it is counted at stands in the reason.
    const isUncontrolled = limit?.reason.kind === "uncontrolled";
    if (open === undefined || isUncontrolled) return null;
    return limit?.limitAmps ?? place?.failSafeAmps ?? null;
  }

  return { all, one };
}
