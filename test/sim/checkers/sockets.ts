import type { ChargerOptions } from "../../../src/simulator/mod.ts";
import { type PerLine, perLine } from "../../../src/site/mod.ts";
import type { WatchedSite } from "./watched_site.ts";

/** A connector where it hangs. */
export interface Socket {
  readonly chargerIndex: number;
  readonly connectorId: number;
  readonly lines: readonly (keyof PerLine)[];
  readonly failSafeAmps: number;
  /** Its charger does as it is told, and keeps what it was told. */
  readonly isTame: boolean;
}

/** A connector as it truly is, whatever the gateway believes. */
export interface SocketLook {
  readonly socket: Socket;
  readonly drawnAmps: PerLine;
  /** What the pilot offers the EV, on the lines that this EV can use. */
  readonly offeredAmps: PerLine;
}

/** Watches how long each socket has been live. */
export interface SocketWatch {
  look(): void;
  /** What the gateway has granted: a car that has just come has its fail-safe current from nobody. */
  grantedAmps(look: SocketLook, line: keyof PerLine): number;
}

/** Others make room for a car that has just come. */
const ARRIVAL_S = 30;

/** The sockets on a circuit, and on those that it feeds. */
export function socketsOf({ plan }: WatchedSite, circuitId: string): readonly Socket[] {
  const below = new Set([circuitId]);
  for (const { id, parentId } of plan.circuits) {
    if (parentId !== null && below.has(parentId)) below.add(id);
  }
  return plan.site.chargers.flatMap(({ options, circuitId: own }, chargerIndex) =>
    !below.has(own) ? [] : options.outlets.map(({ lines }, index): Socket => ({
      chargerIndex,
      connectorId: index + 1,
      lines,
      failSafeAmps: plan.slots.find(({ chargerId, connectorId }) =>
        chargerId === options.identity && connectorId === index + 1
      )?.failSafeAmps ?? 0,
      isTame: isTame(options),
    }))
  );
}

function isTame({ faults, profileMemory }: ChargerOptions): boolean {
  return !faults.ignoresProfiles && faults.ignoresProfileChance === 0 &&
    !faults.forgetsProfilesOnReconnect && !faults.forgetsProfilesOnLoss &&
    profileMemory.keptIn === "flash";
}

/** Looks at a socket. */
export function lookAt(world: WatchedSite, socket: Socket): SocketLook {
  const { ev, offeredAmps } = world.chargerOf(socket.chargerIndex).look(socket.connectorId);
  const drawing = socket.lines.slice(0, ev?.drawnPhases ?? 0);
  const usable = socket.lines.slice(0, ev?.model.phases ?? 0);
  return {
    socket,
    drawnAmps: perLine((line) => drawing.includes(line) ? ev?.drawnAmps ?? 0 : 0),
    offeredAmps: perLine((line) => usable.includes(line) ? offeredAmps : 0),
  };
}

/** Begins to watch. */
export function watchSockets(world: WatchedSite): SocketWatch {
  const liveS = new Map<string, number>();
  const keyOf = ({ chargerIndex, connectorId }: Pick<Socket, "chargerIndex" | "connectorId">) =>
    `${chargerIndex} ${connectorId}`;
  return {
    look() {
      world.site.chargers.forEach((charger, chargerIndex) => {
        for (const connectorId of charger.connectorIds) {
          const key = keyOf({ chargerIndex, connectorId });
          const { ev, hasTransaction } = charger.look(connectorId);
          liveS.set(key, ev !== null && hasTransaction ? (liveS.get(key) ?? 0) + 1 : 0);
        }
      });
    },
    grantedAmps({ socket, offeredAmps }, line) {
      const isNew = (liveS.get(keyOf(socket)) ?? 0) < ARRIVAL_S;
      return isNew ? Math.max(0, offeredAmps[line] - socket.failSafeAmps) : offeredAmps[line];
    },
  };
}
