import type { Chargers } from "./chargers/mod.ts";
import { type Clock, isoTime } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { Spawner } from "./lib/spawn.ts";
import { createClockWatch, isClockOff, timeSourceOf } from "./operations/mod.ts";
import type { SiteBook, SiteEvents, Timekeeper } from "./site/mod.ts";
import type { HostClock } from "./telemetry/mod.ts";
import type { SiteTimeView } from "./web/mod.ts";

/** What is known of time on the site is told by these. */
export interface SiteTimePorts {
  readonly clock: Pick<Clock, "wallMs" | "monoMs">;
  readonly timekeeper: Pick<Timekeeper, "trust">;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly site: Pick<SiteBook, "chargers" | "slots">;
  readonly chargers: Pick<Chargers, "station">;
  readonly csmsOffsetMs: () => number | null;
  /** Null: nobody on the machine says whether a time server sets its clock. */
  readonly hostClock: () => Promise<HostClock | null>;
}

/** The site's time, and that of its chargers. */
export interface SiteTimeDesk {
  /** Due once a minute. */
  look(): void;
  view(): SiteTimeView;
}

/** Creates the desk. */
export function createSiteTimeDesk(ports: SiteTimePorts): SiteTimeDesk {
  const { clock, timekeeper, spawn, events, chargers } = ports;
  const watch = createClockWatch();
  let host: HostClock | null = null;

  function chargerIds(): readonly string[] {
    const placed = [...ports.site.slots().values()].filter(({ removed }) => !removed);
    const ids = [
      ...placed.map(({ chargerId }) => chargerId),
      ...ports.site.chargers().map(({ id }) => id),
    ];
    return [...new Set(ids)].toSorted();
  }

  function sightOf(chargerId: string) {
    const own = chargers.station(chargerId)?.clock;
    const offsetMs = own?.offsetMs() ?? null;
    return {
      chargerId,
      // The charger's minus ours.
      offsetMs: offsetMs === null ? null : -offsetMs,
      doubtMs: own?.doubtMs() ?? 0,
      toldMs: own?.lastTold()?.sinceMs ?? null,
    };
  }

  function judge(): void {
    const now = { wallMs: clock.wallMs(), monoMs: clock.monoMs() };
    const isByNtp = host?.isSynchronized ?? false;
    const sights = chargerIds().map(sightOf);
    for (const fault of watch.look(now, timekeeper.trust(), isByNtp, sights)) {
      events.emit("fault", fault);
    }
  }

  return {
    look() {
      spawn("look at the machine's clock", async () => {
        host = await ports.hostClock();
        judge();
      });
    },
    view() {
      const isByNtp = host?.isSynchronized ?? false;
      const source = timeSourceOf(timekeeper.trust(), isByNtp);
      const last = watch.source();
      return {
        time: isoTime(clock.wallMs()),
        source,
        since: last?.source === source ? isoTime(last.sinceMs) : null,
        csmsOffsetMs: ports.csmsOffsetMs(),
        ntp: host === null ? null : {
          service: host.service,
          synchronized: host.isSynchronized,
          seenAt: isoTime(host.seenAtMs),
          offsetMs: host.offsetMs,
        },
        chargers: chargerIds().map((chargerId) => {
          const sight = sightOf(chargerId);
          return {
            chargerId,
            connected: chargers.station(chargerId) !== undefined,
            offsetMs: sight.offsetMs,
            isOff: isClockOff(sight),
            toldSince: sight.toldMs === null ? null : isoTime(sight.toldMs),
          };
        }),
      };
    },
  };
}
