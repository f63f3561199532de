import { addLines, onEachLine } from "../../site/mod.ts";
import type { CardOutcome, ConnectorView } from "../charger.ts";
import { connectEv, outletCurrents } from "../outlet.ts";
import type { StationCharger } from "../versioned_charger.ts";
import type { StationBody, StationSocket } from "./body.ts";
import type { MessageQueue } from "./message_queue.ts";
import { dropPermit, type PermitHolder } from "./permits.ts";
import { advanceOutlets, permittedAmps } from "./pilots.ts";
import type { ProfileStore } from "./profile_store.ts";

/** A socket as drivers find it. */
export interface FrontSocket extends StationSocket, PermitHolder {
  readonly lastStopReason: string | null;
}

/** The station behind the front. */
export interface FrontStation<Socket extends FrontSocket> extends StationBody {
  readonly connectors: readonly Socket[];
  readonly memory: StationBody["memory"] & { isUp: boolean; readonly installed: ProfileStore };
  readonly queue: Pick<MessageQueue, "length" | "lost">;
  update(): void;
}

/** What happens at the front, in the ways of the station's version. */
export interface FrontWays<Socket> extends Pick<StationCharger, "losePower" | "reboot" | "start"> {
  stop(): Promise<void>;
  /** An EV was plugged in; the outlet has it already. */
  pluggedIn(socket: Socket): void;
  /** The EV is gone. */
  unplugged(socket: Socket): void;
  presentCard(socket: Socket, idTag: string): Promise<CardOutcome>;
  /** Throws `RangeError` for an error code that the version does not know. */
  breakDown(socket: Socket, errorCode: string | null): void;
  view(socket: Socket): Pick<ConnectorView, "status" | "transactionId" | "hasTransaction">;
}

/** A station as drivers, physics and tests deal with it. */
export function chargerOf<Socket extends FrontSocket>(
  station: FrontStation<Socket>,
  ways: FrontWays<Socket>,
): StationCharger {
  const { connectors, memory, options, queue } = station;

  /** The socket of that number, let run up to now. */
  function at(connectorId: number): Socket {
    const socket = connectors.find(({ id }) => id === connectorId);
    if (socket === undefined) {
      throw new RangeError(`Cannot find connector ${connectorId} of ${options.identity}`);
    }
    advanceOutlets(station);
    return socket;
  }

  function outlets() {
    advanceOutlets(station);
    return connectors.map(({ outlet }) => outlet);
  }

  return {
    identity: options.identity,
    connectorIds: connectors.map(({ id }) => id),
    start: ways.start,
    stop: ways.stop,
    losePower: ways.losePower,
    reboot: ways.reboot,
    plugIn(connectorId, ev) {
      const socket = at(connectorId);
      if (socket.outlet.ev !== null) return false;
      socket.outlet = connectEv(socket.outlet, ev);
      ways.pluggedIn(socket);
      station.update();
      return true;
    },
    unplug(connectorId) {
      const socket = at(connectorId);
      const { ev } = socket.outlet;
      socket.outlet = connectEv(socket.outlet, null);
      ways.unplugged(socket);
      station.update();
      return ev;
    },
    presentCard: (connectorId, idTag) => ways.presentCard(at(connectorId), idTag),
    breakDown(connectorId, errorCode) {
      ways.breakDown(at(connectorId), errorCode);
      station.update();
    },
    look(connectorId) {
      const socket = at(connectorId);
      const { outlet, lastStopReason } = socket;
      return {
        ...ways.view(socket),
        ev: outlet.ev,
        offeredAmps: outlet.isLive ? outlet.offeredAmps : 0,
        registerWh: outlet.registerWh,
        lastStopReason,
        permittedAmps: permittedAmps(station, socket, memory.obeyed),
        believedAmps: permittedAmps(station, socket, memory.installed),
      };
    },
    isUp: () => memory.isUp,
    clockMs: () => station.clock.nowMs(),
    currents: () => outlets().map(outletCurrents).reduce(addLines, onEachLine(0)),
    undelivered: () => queue.length(),
    lost: () => queue.lost(),
    outlets,
    async retire() {
      connectors.forEach(dropPermit);
      memory.isUp = false;
      station.update();
      await ways.stop();
    },
  };
}
