import { limitPathViews } from "./gateway_limit_paths.ts";
import { abilitiesView, coercionsOf, quirkProfileView, quirkViews } from "./gateway_quirks.ts";
import type { ViewPorts } from "./gateway_view_ports.ts";
import { lastFaultView } from "./gateway_views_faults.ts";
import { chargerSecurityView } from "./gateway_views_security.ts";
import { isoTime } from "./lib/clock.ts";
import { chargerOrNew, type ChargerRecord, type ChargerShape } from "./site/mod.ts";
import type { ChargerView, FormerView, HeldView, LocalListView } from "./web/mod.ts";

/** Chargers as the pages and the API show them. */
export interface ChargerViews {
  /** Of all chargers that the site has a place for or has ever heard. */
  ids(): readonly string[];
  of(id: string): ChargerView | undefined;
}

/** Draws the chargers. */
export function createChargerViews(ports: ViewPorts): ChargerViews {
  const { site, chargers } = ports;

  /** Also those that site.yaml names and that never came. */
  function chargerIds(): readonly string[] {
    const placed = [...site.slots().values()].filter(({ removed }) => !removed);
    return [
      ...new Set([...placed, ...site.chargers().map(({ id }) => ({ chargerId: id }))].map(
        ({ chargerId }) => chargerId,
      )),
    ];
  }

  function chargerView(id: string): ChargerView | undefined {
    const slots = site.slotsOf(id).map(({ slot }) => slot);
    if (site.charger(id) === undefined && slots.length === 0) return undefined;
    const record = chargerOrNew(site, id);
    const station = chargers.station(id);
    const about = record.station?.message;
    const offsetMs = station?.clock.offsetMs() ?? null;
    return {
      id,
      protocol: station?.version ?? record.version,
      connected: station !== undefined,
      address: station?.remoteAddress ?? null,
      connectedSince: station === undefined ? null : isoTime(station.connectedAtMs),
      vendor: about?.vendorName ?? null,
      model: about?.model ?? null,
      serialNumber: about?.serialNumber ?? null,
      firmware: about?.firmwareVersion ?? null,
      bootedAt: record.bootedAtMs === null ? null : isoTime(record.bootedAtMs),
      slots,
      held: heldView(record),
      formerly: formerView(record),
      lastFault: lastFaultView(ports, id, slots),
      coercions: coercionsOf(chargers, id),
      abilities: abilitiesView(record.features),
      quirks: quirkViews(chargers, id),
      clockOffsetMs: offsetMs === null ? null : -offsetMs,
      localList: localListOf(id),
      quirkProfile: quirkProfileView(chargers, id),
      limitPaths: limitPathViews(chargers, site, id),
      security: chargerSecurityView(record, station?.securityProfile ?? null, ports.certificates),
    };
  }

  function localListOf(id: string): LocalListView | null {
    const list = chargers.pushedList(id);
    if (list === null) return null;
    const { pushedAtMs, ...facts } = list;
    return { ...facts, pushedAt: pushedAtMs === null ? null : isoTime(pushedAtMs) };
  }

  return { ids: chargerIds, of: chargerView };
}

function heldView({ held }: ChargerRecord): HeldView | null {
  if (held === undefined) return null;
  const shape = ({ version, evses }: ChargerShape) => ({ protocol: version, connectors: evses });
  return { since: isoTime(held.sinceMs), was: shape(held.was), is: shape(held.is) };
}

function formerView({ formerly }: ChargerRecord): FormerView | null {
  if (formerly === undefined) return null;
  const { untilMs, ...facts } = formerly;
  return { until: isoTime(untilMs), ...facts };
}
