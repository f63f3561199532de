import { circuitLimitView, loadHistory, signalView } from "./gateway_loads.ts";
import { createTokenViews } from "./gateway_views_tokens.ts";
import type { ViewPorts } from "./gateway_view_ports.ts";
import { createChargerViews } from "./gateway_views_chargers.ts";
import { createCircuitViews } from "./gateway_views_circuits.ts";
import { createEvseViews } from "./gateway_views_evses.ts";
import { createFaultViews } from "./gateway_views_faults.ts";
import { createMeterViews } from "./gateway_views_meters.ts";
import { orphanStopViews } from "./gateway_views_orphans.ts";
import { siteSecurityView } from "./gateway_views_security.ts";
import { createSessionViews } from "./gateway_views_sessions.ts";
import { createSiteViews } from "./gateway_views_site.ts";
import { createStoryViews } from "./gateway_views_stories.ts";
import { isoTime } from "./lib/clock.ts";
import type { WebViews } from "./web/mod.ts";

/** What is shown of the outbox where nobody asks for more. */
const OUTBOX_ROWS = 500;

/** Draws what the pages and the API show from what the rooms know. */
export function createViews(ports: ViewPorts): WebViews {
  const { clock, chargers } = ports;
  const { viewOf, ...sessions } = createSessionViews(ports);
  const evses = createEvseViews(ports, viewOf);
  const stations = createChargerViews(ports);
  const meters = createMeterViews(ports);

  return {
    site: createSiteViews(ports, { evses: evses.all, chargerIds: stations.ids }),
    chargers: () => stations.ids().map(stations.of).filter((view) => view !== undefined),
    charger: stations.of,
    evses: evses.all,
    evse: evses.one,
    circuits: createCircuitViews(ports),
    circuitLimits: () => ports.circuitLimits.record().map(circuitLimitView),
    signals: () => ports.signals.states().map(signalView),
    loadHistory: (circuitId, fromMs) =>
      loadHistory(ports.telemetry, circuitId, fromMs, clock.wallMs()),
    meters: meters.all,
    meterRecent: meters.recent,
    meterMinutes: meters.minutes,
    meterPeriods: meters.periods,
    ...sessions,
    ...createStoryViews(ports),
    refusals: () =>
      chargers.refusals().map(({ atMs, address, chargerId, reason }) => ({
        at: isoTime(atMs),
        address,
        chargerId,
        reason,
      })),
    outbox: ({ afterId, limit } = { afterId: -1, limit: OUTBOX_ROWS }) =>
      [...ports.outbox.state().lanes.values()]
        .flatMap(({ rows }) => rows.filter(({ id }) => id > afterId))
        .toSorted((a, b) => a.id - b.id)
        .slice(0, limit)
        .map(({ id, transactionId, slot, kind, createdAtMs, refusals, lastError, dead }) => ({
          id,
          transactionId,
          slot,
          kind,
          createdAt: isoTime(createdAtMs),
          refusals,
          lastError,
          dead,
        })),
    orphanStops: () => orphanStopViews(ports),
    waiting: () =>
      chargers.waiting().map((waiting) => ({
        id: waiting.chargerId,
        address: waiting.remoteAddress,
        protocols: waiting.protocols,
        firstSeen: isoTime(waiting.firstSeenMs),
        lastSeen: isoTime(waiting.lastSeenMs),
        knocks: waiting.knocks,
      })),
    ...createTokenViews(ports),
    ...createFaultViews(ports),
    messages: ({ charger, action, from, beforeId, limit }) =>
      ports.messages.find({
        limit,
        ...(beforeId === undefined ? {} : { beforeId }),
        ...(charger === undefined ? {} : { peer: charger }),
        ...(action === undefined ? {} : { action }),
        ...(from === undefined ? {} : { fromWallMs: Date.parse(from) }),
      }),
    listeners: ports.listeners,
    security: () => siteSecurityView(ports),
  };
}
