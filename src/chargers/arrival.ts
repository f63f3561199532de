import { sleep } from "../lib/clock.ts";
import type { InsideRequest } from "../ocpp/mod.ts";
import { prepareForAlone } from "./alone.ts";
import type { ChargersOptions } from "./options.ts";
import type { ChargersPorts } from "./ports.ts";
import { type FailSafeParts, installFailSafeOn } from "./fail_safe.ts";
import { installFailSafes, repeatOrders, setUpCharger } from "./setup.ts";
import { learn } from "./learnt.ts";
import { isUnknownThere, type Settings } from "./settings.ts";
import type { Station } from "./station.ts";

/** What happens from a new connection on until its charger may be called and is set up. */
export interface Arrival {
  /** The connection stands. */
  entered(station: Station): void;
  /** The charger said something other than BootNotification: it will not boot first. */
  spoke(station: Station): void;
  /** It booted. */
  booted(station: Station): void;
  /** It told of an EVSE that nobody knew of. */
  appeared(station: Station, slot: number): void;
  /** Its EVSEs were bound to slots anew. */
  rebound(station: Station): void;
}

/** Who hears of an arrival. */
export interface ArrivalHooks {
  /** The charger may be called from now on. */
  published(chargerId: string): void;
  /** It is set up; `hasBooted`: on this connection, so that it may have forgotten things. */
  ready(station: Station, hasBooted: boolean): void;
  /** What it says of itself while it is set up. */
  answered(station: Station, settings: Settings): void;
  /** It may be called, and is not set up again. */
  resumed(station: Station): void;
}

/** Creates the arrivals. */
export function createArrival(
  ports: ChargersPorts,
  { timing, parts }: Pick<ChargersOptions, "timing"> & { readonly parts: FailSafeParts },
  hooks: ArrivalHooks,
): Arrival {
  const { clock, spawn, site } = ports;
  const firstWords = new WeakMap<Station, AbortController>();
  /** Connections on which the set-up is under way or through: some firmware boots every minute. */
  const begun = new WeakSet<Station>();
  /** Chargers that were set up since the gateway started, and with it since site.yaml was read. */
  const known = new Set<string>();

  /**
   * Real firmware does not boot again because the gateway restarted or a cable was pulled. But some
   * that does mean to boot breaks the connection off when it is called before (Wallbox, EN+). So it
   * gets time to; any other word of it shows that it will not.
   */
  async function resume(station: Station, firstWord: AbortSignal): Promise<void> {
    const waiting = AbortSignal.any([station.gone, firstWord]);
    await sleep(clock, timing.bootPatienceMs, waiting);
    if (!begun.has(station)) await begin(station, false);
  }

  /** A charger that never booted before us may have booted before another; it is asked to again. */
  async function askToBoot(station: Station): Promise<void> {
    if (await sleep(clock, timing.bootPatienceMs, station.gone) === "aborted") return;
    if (station.life.booted) return;
    await trigger(station, { requestedMessage: "BootNotification" });
  }

  /** One that knows no TriggerMessage is not asked again. */
  async function trigger(
    { chargerId, speaker, noteQuirk }: Station,
    message: InsideRequest<"TriggerMessage">,
  ): Promise<void> {
    if (parts.quirks(chargerId).triggers === false) return noteQuirk("triggers");
    const outcome = await speaker.call({ action: "TriggerMessage", message });
    if (isUnknownThere(outcome)) await learn(ports, chargerId, { noTriggers: true });
  }

  async function begin(station: Station, hasBooted: boolean): Promise<void> {
    begun.add(station);
    if (await sleep(clock, timing.settleMs, station.gone) === "aborted") return;
    station.life.accepted = true;
    station.settled.resolve();
    hooks.published(station.chargerId);
    if (!hasBooted) await askForStatus(station);
    const isKnown = known.has(station.chargerId);
    if (!hasBooted && isKnown) {
      hooks.resumed(station);
      await restoreFailSafes(station);
      await repeatOrders(ports, station);
      return hooks.ready(station, false);
    }
    const answered = (settings: Settings) => hooks.answered(station, settings);
    if (await setUpCharger(ports, parts, station, answered)) {
      known.add(station.chargerId);
      // What it does without us comes last: it never delays what keeps the site safe.
      await prepareForAlone(ports, station);
      return hooks.ready(station, true);
    }
    // It answered nothing: should it boot again, that is another chance.
    begun.delete(station);
  }

  /** After a boot chargers tell how their connectors are by themselves. */
  async function askForStatus(station: Station): Promise<void> {
    const { chargerId, version } = station;
    if (!(site.charger(chargerId)?.features?.remoteTrigger ?? false)) return;
    const requestedMessage = "StatusNotification";
    // In 2.x each connector is asked for its own (F06.FR.12 and 13).
    const messages: readonly InsideRequest<"TriggerMessage">[] = version === "ocpp1.6"
      ? [{ requestedMessage }]
      : site.slotsOf(chargerId).map(({ evseId }) => ({ requestedMessage, evse: { id: evseId } }));
    for (const message of messages) await trigger(station, message);
  }

  /** Each EVSE is another place now: with other limits, and other orders. */
  async function placeAnew(station: Station): Promise<void> {
    const features = site.charger(station.chargerId)?.features ?? null;
    if (features === null) return;
    await installFailSafes(ports, parts, station, features);
    await askForStatus(station);
    await repeatOrders(ports, station);
  }

  /** Some models forget their profiles with the connection, the fail-safe current among them. */
  async function restoreFailSafes(station: Station): Promise<void> {
    const { chargerId } = station;
    const features = site.charger(chargerId)?.features ?? null;
    const isLost = parts.quirks(chargerId).forgetsOnReconnect === true;
    if (features === null || !isLost) return;
    station.noteQuirk("forgetsOnReconnect");
    await installFailSafes(ports, parts, station, features);
  }

  return {
    entered(station) {
      const firstWord = new AbortController();
      firstWords.set(station, firstWord);
      station.life.booted = (site.charger(station.chargerId)?.bootedAtMs ?? null) !== null;
      const isKnown = station.life.booted;
      spawn("begin", () => isKnown ? resume(station, firstWord.signal) : askToBoot(station));
    },
    spoke: (station) => firstWords.get(station)?.abort(),
    booted(station) {
      station.life.booted = true;
      // What it keeps in RAM is gone.
      station.life.takenLimits.clear();
      if (!begun.has(station)) spawn("set up charger", () => begin(station, true));
    },
    rebound(station) {
      // Before that it is set up, or that is under way; a charger that is away is set up when it is back.
      if (station.life.accepted) spawn("place anew", () => placeAnew(station));
    },
    appeared(station, slot) {
      const features = site.charger(station.chargerId)?.features ?? null;
      // Before its features are known, the set-up is still to come or under way.
      if (!station.life.accepted || features === null) return;
      spawn("install fail-safe", async () => {
        await installFailSafeOn(slot, ports, parts, station, features);
      });
    },
  };
}
