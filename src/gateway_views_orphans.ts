import type { ViewPorts } from "./gateway_view_ports.ts";
import { isoTime } from "./lib/clock.ts";
import { orphanId } from "./operations/mod.ts";
import { type OrphanStop, shownOrphans } from "./transactions/mod.ts";
import type { OrphanStopView } from "./web/mod.ts";

/** Ends of sessions that nobody knows, as the pages and the API show them, the newest first. */
export function orphanStopViews(
  { transactions }: Pick<ViewPorts, "transactions">,
): readonly OrphanStopView[] {
  return shownOrphans(transactions.state()).map(orphanView).reverse();
}

function orphanView(
  [key, { chargerId, heardAtMs, stop: { message } }]: readonly [string, OrphanStop],
): OrphanStopView {
  const { transactionNumber, stationTransactionId, idToken } = message;
  const heardAt = isoTime(heardAtMs);
  return {
    id: orphanId(key),
    chargerId,
    heardAt,
    // A charger's clock is not to be trusted, least of all to be a time.
    stoppedAt: Number.isNaN(Date.parse(message.timestamp)) ? heardAt : message.timestamp,
    chargersOwnId: stationTransactionId ??
      (transactionNumber > 0 ? String(transactionNumber) : null),
    registerWh: message.meterStopWh,
    token: idToken?.idToken ?? null,
    stopReason: message.stoppedReason ?? "Local",
  };
}
