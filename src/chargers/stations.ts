import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";

/** Who wants to come in. */
export interface Newcomer {
  readonly chargerId: string;
  readonly remoteAddress: string;
}

/** The chargers that are connected now, one connection each. */
export interface Stations {
  get(chargerId: string): Station | undefined;
  all(): readonly Station[];
  nextGeneration(): number;
  /**
   * Lets a new connection in, or not (ruling 13). Where the charger has one already, that is pinged:
   * while it lives the new one is turned away; when it is silent it is dropped. `open` makes the
   * station, or null where the newcomer is gone already. It is called in the very turn of the
   * decision, so that of two newcomers only one finds the place free.
   */
  welcome(newcomer: Newcomer, open: () => Station | null): Promise<Station | null>;
  /** The connection is gone. False when another one had taken its place before. */
  leave(station: Station): boolean;
}

/** More swaps than this within the window, and nobody gets in: two devices fight for one identity. */
const SWAPS_MAX = 3;
const SWAP_WINDOW_MS = 600_000;

/** Creates an empty register of connections. */
export function createStations(
  ports: Pick<ChargersPorts, "clock" | "events" | "log">,
  probeMs: number,
): Stations {
  const live = new Map<string, Station>();
  const contested = new Set<string>();
  const swaps = new Map<string, readonly number[]>();
  let generation = 0;

  function turnAway({ chargerId, remoteAddress }: Newcomer, text: string): null {
    ports.events.emit("fault", {
      kind: "second-connection",
      severity: "alarm",
      subject: chargerId,
      text: `${text} (from ${remoteAddress})`,
      state: "raised",
    });
    return null;
  }

  function countSwap(chargerId: string): boolean {
    const nowMs = ports.clock.monoMs();
    const recent = (swaps.get(chargerId) ?? []).filter((at) => nowMs - at < SWAP_WINDOW_MS);
    if (recent.length >= SWAPS_MAX) return false;
    swaps.set(chargerId, [...recent, nowMs]);
    return true;
  }

  /** What speaks against a newcomer while another connection stands; null where nothing does. */
  function objection(chargerId: string, isOldAlive: boolean): string | null {
    if (isOldAlive) return "A second connection came with the identity of a connected charger";
    return countSwap(chargerId)
      ? null
      : "Two devices seem to use the identity of one charger in turn";
  }

  function replace(old: Station, { chargerId, remoteAddress }: Newcomer): void {
    if (old.remoteAddress !== remoteAddress) {
      ports.events.emit("fault", {
        kind: "charger-moved",
        severity: "warning",
        subject: chargerId,
        text: `${chargerId} came back from ${remoteAddress} instead of ${old.remoteAddress}`,
        state: "raised",
      });
    }
    old.noteQuirk("second-connection");
    old.speaker.peer.terminate();
  }

  return {
    get: (chargerId) => live.get(chargerId),
    all: () => [...live.values()],
    nextGeneration: () => ++generation,
    async welcome(newcomer, open) {
      const { chargerId } = newcomer;
      if (contested.has(chargerId)) {
        return turnAway(newcomer, "A third connection came with the identity of a charger");
      }
      const old = live.get(chargerId);
      if (old !== undefined) {
        contested.add(chargerId);
        const isAlive = await old.speaker.peer.probe(probeMs);
        contested.delete(chargerId);
        const problem = live.has(chargerId) ? objection(chargerId, isAlive) : null;
        if (problem !== null) return turnAway(newcomer, problem);
      }
      const station = open();
      if (station === null) return null;
      const before = live.get(chargerId);
      if (before !== undefined) replace(before, newcomer);
      live.set(chargerId, station);
      return station;
    },
    leave(station) {
      // Only the connection that stands may clear the charger's place.
      if (live.get(station.chargerId) !== station) return false;
      live.delete(station.chargerId);
      return true;
    },
  };
}
