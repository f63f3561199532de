import type { ViewPorts } from "./gateway_view_ports.ts";
import { isoTime } from "./lib/clock.ts";
import { energyWh } from "./transactions/mod.ts";
import type { CsmsView, EvseView, SiteView } from "./web/mod.ts";

/** Draws the whole site: its EVSEs added up, its clock, and how the CSMS is heard. */
export function createSiteViews(
  ports: ViewPorts,
  parts: {
    readonly evses: () => readonly EvseView[];
    readonly chargerIds: () => readonly string[];
  },
): () => SiteView {
  const { clock, transactions, chargers } = ports;

  function siteView(): SiteView {
    const evses = parts.evses();
    const stations = chargers.stations();
    return {
      name: ports.siteName,
      timezone: ports.timezone,
      language: ports.language,
      time: isoTime(clock.wallMs()),
      clock: ports.timekeeper.trust(),
      csms: csmsView(),
      totals: {
        chargers: parts.chargerIds().length,
        connected: stations.length,
        evses: evses.length,
        charging: evses.filter(({ state }) => state === "charging").length,
        powerW: evses.reduce((sum, { powerW }) => sum + (powerW ?? 0), 0),
        energyTodayWh: energyTodayWh(),
      },
      alarms: ports.faults.alarms(),
      warnings: ports.faults.warnings(),
      openListener: ports.listeners().some(({ securityProfile }) => securityProfile === 0),
    };
  }

  function csmsView(): CsmsView {
    const status = ports.csms?.status();
    return {
      configured: ports.csms !== null,
      connected: status?.connected ?? false,
      online: ports.csms?.isOnline() ?? false,
      protocol: status?.version ?? null,
      since: isoTime(status?.sinceMs ?? clock.wallMs()),
      trouble: status?.trouble ?? null,
      clockOffsetMs: status?.clockOffsetMs ?? null,
      outbox: { ...ports.outbox.summary(clock.wallMs()), classes: outboxClasses() },
    };
  }

  function outboxClasses(): CsmsView["outbox"]["classes"] {
    const { sessions, readings, dropped, bounds } = ports.outbox.loads();
    const inBounds = (load: typeof sessions, bound: typeof sessions) => ({
      ...load,
      rowsMax: bound.rows,
      bytesMax: bound.bytes,
    });
    return {
      sessions: inBounds(sessions, bounds.sessions),
      readings: {
        ...inBounds(readings, bounds.readings),
        thinned: dropped.thinned,
        droppedForRoom: dropped.forRoom,
      },
    };
  }

  /** Of sessions held in memory: the running ones, and those that ended since midnight. */
  function energyTodayWh(): number {
    const today = dayOf(clock.wallMs(), ports.timezone);
    return [...transactions.state().transactions.values()]
      .filter(({ stop }) => stop === null || dayOf(stop.heardAtMs, ports.timezone) === today)
      .reduce((sum, transaction) => sum + energyWh(transaction), 0);
  }

  return siteView;
}

/** The calendar day of a moment in a time zone, as text. */
function dayOf(wallMs: number, timezone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(wallMs)).toZonedDateTimeISO(timezone)
    .toPlainDate().toString();
}
