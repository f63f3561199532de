import type { Gateway } from "../../../src/gateway_options.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/lib/virtual_clock.ts";
import {
  type BookKeeper,
  type Charger,
  type ChargerOptions,
  chargerOptions,
  createBooks,
  EV_MODELS,
  type MeterFault,
  newEv,
  numberSlots,
  type RatedCircuit,
  type SimulatedSite,
  type SimulatedSitePlan,
  type Status16,
  type VersionedCharger,
} from "../../../src/simulator/mod.ts";
import type { OcppVersion } from "../../../src/ocpp/mod.ts";
import { onEachLine, type PerLine, perLine } from "../../../src/site/mod.ts";
import type { OutboxRowView, WebPorts } from "../../../src/web/mod.ts";
import { partOf } from "../../support/part_of.ts";
import { createSessionBook, type SessionBook } from "../session_book.ts";
import { createUnsureTimes, type UnsureTimes } from "../unsure_times.ts";
import type { WorldWeather } from "../weather.ts";
import type { World } from "../world.ts";
import type { WorldMeter } from "../world_meter.ts";
import type { DeliveryAudit } from "./delivery.ts";

/**
 * A world of which every fact is in the hands of a test: what flows, what chargers offer, what the CSMS
 * has in its books. Checkers are shown in it what they must find, and what they must not.
 */
export interface MadeWorld {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly sockets: readonly MadeSocket[];
  /** What flows at the grid besides the chargers, amperes. */
  rest: PerLine;
  /** True while the gateway's power is out, and while it hangs. */
  isOff: boolean;
  isHanging: boolean;
  wallOffsetMs: number;
  wasWallOff: boolean;
  readonly unsureTimes: UnsureTimes;
  meterFault: MeterFault | null;
  /** Whether the CSMS sees the gateway. */
  isCsmsConnected: boolean;
  csmsVersion: OcppVersion;
  /** What the CSMS has been told. */
  readonly books: BookKeeper;
  /** What the chargers have counted. */
  readonly sessions: SessionBook;
  /** What waits in the gateway's outbox. */
  outbox: readonly OutboxRowView[];
  /** How often the CSMS has answered with an error, and whether texts have overtaken each other. */
  refusals: number;
  hasMixedUp: boolean;
  /** Lets seconds pass, and has a checker look at each. */
  pass(seconds: number, look?: () => void): Promise<void>;
}

/** A charger's only connector, and the EV at it; amperes are per phase, on three of them. */
export interface MadeSocket {
  readonly identity: string;
  offeredAmps: number;
  drawnAmps: number;
  hasEv: boolean;
  hasTransaction: boolean;
  isSatisfied: boolean;
  isAsleep: boolean;
  status: Status16;
  undelivered: number;
  lost: ReturnType<Charger["lost"]>;
  /** Whether the gateway sees its charger, and whether its wire is whole. */
  isInTouch: boolean;
  isDisturbed: boolean;
}

/** What a test may want otherwise. */
export interface MadeFacts {
  readonly chargers: number;
  readonly limitAmps: number;
  readonly failSafeAmps: number;
  readonly substituteAmps: number;
  /** Applies to the first charger. */
  readonly options: Partial<ChargerOptions>;
}

/** Makes a world in which nobody charges and everything is well. */
export function makeWorld(given: Partial<MadeFacts> = {}): MadeWorld {
  const facts = { chargers: 1, limitAmps: 40, failSafeAmps: 6, substituteAmps: 30, ...given };
  const clock = createVirtualClock();
  const plan = planOf(facts, given.options ?? {});
  const sockets = plan.site.chargers.map(({ options }) => newSocket(options.identity));
  const unsureTimes = createUnsureTimes();
  const made: MadeWorld = {
    world: partOf<World>({
      plan,
      clock,
      site: partOf<SimulatedSite>({
        chargers: sockets.map(chargerOf),
        flows: () => new Map([["grid", flowOf()]]),
        csms: partOf<SimulatedSite["csms"]>({
          get books() {
            return made.books;
          },
          isConnected: () => made.isCsmsConnected,
          version: () => made.csmsVersion,
        }),
      }),
      get sessions() {
        return made.sessions;
      },
      audit: partOf<DeliveryAudit>({ refusals: () => made.refusals }),
      weather: partOf<WorldWeather>({ hasMixedUp: () => made.hasMixedUp }),
      meter: partOf<WorldMeter>({ fault: () => made.meterFault }),
      gateway: () => made.isOff ? null : gatewayWith(() => made.outbox),
      isHanging: () => made.isHanging,
      wallOffsetMs: () => made.wallOffsetMs,
      wasWallOff: () => made.wasWallOff,
      unsureTimes,
      isInTouch: (identity) => socketOf(identity).isInTouch,
      isDisturbed: (identity) => socketOf(identity).isDisturbed,
      chargerOf: (index) => chargerOf(socketAt(index)),
    }),
    clock,
    sockets,
    rest: onEachLine(0),
    isOff: false,
    isHanging: false,
    wallOffsetMs: 0,
    wasWallOff: false,
    unsureTimes,
    meterFault: null,
    isCsmsConnected: true,
    csmsVersion: "ocpp1.6",
    books: createBooks(),
    sessions: createSessionBook(),
    outbox: [],
    refusals: 0,
    hasMixedUp: false,
    async pass(seconds, look = () => {}) {
      for (let second = 0; second < seconds; second++) {
        await clock.advance(1_000);
        look();
      }
    },
  };

  function socketAt(index: number): MadeSocket {
    const socket = sockets[index];
    if (socket === undefined) throw new RangeError(`Cannot find charger ${index}`);
    return socket;
  }

  function socketOf(identity: string): MadeSocket {
    return socketAt(sockets.findIndex((each) => each.identity === identity));
  }

  function flowOf(): PerLine {
    const drawn = sockets.reduce((sum, each) => sum + (each.hasEv ? each.drawnAmps : 0), 0);
    return perLine((line) => made.rest[line] + drawn);
  }

  return made;
}

function planOf(
  facts: Omit<MadeFacts, "options">,
  options: Partial<ChargerOptions>,
): SimulatedSitePlan {
  const grid: RatedCircuit = {
    id: "grid",
    parentId: null,
    limitAmps: facts.limitAmps,
    otherWorstAmps: facts.limitAmps,
    otherSubstituteAmps: facts.substituteAmps,
  };
  const chargers = Array.from({ length: facts.chargers }, (_, index) => ({
    options: chargerOptions({ identity: `CP${index + 1}`, ...(index === 0 ? options : {}) }),
    circuitId: "grid",
  }));
  return partOf<SimulatedSitePlan>({
    circuits: [grid],
    slots: numberSlots(chargers, facts.failSafeAmps),
    site: partOf<SimulatedSitePlan["site"]>({ chargers }),
  });
}

function newSocket(identity: string): MadeSocket {
  return {
    identity,
    offeredAmps: 0,
    drawnAmps: 0,
    hasEv: false,
    hasTransaction: false,
    isSatisfied: false,
    isAsleep: false,
    status: "Available",
    undelivered: 0,
    lost: [],
    isInTouch: true,
    isDisturbed: false,
  };
}

function chargerOf(socket: MadeSocket): VersionedCharger {
  return partOf<VersionedCharger>({
    version: () => "ocpp1.6",
    identity: socket.identity,
    connectorIds: [1],
    undelivered: () => socket.undelivered,
    lost: () => socket.lost,
    look: () =>
      partOf<ReturnType<Charger["look"]>>({
        status: socket.status,
        offeredAmps: socket.offeredAmps,
        hasTransaction: socket.hasTransaction,
        ev: socket.hasEv ? evAt(socket) : null,
      }),
  });
}

function evAt({ drawnAmps, isSatisfied, isAsleep }: MadeSocket) {
  const ev = newEv(EV_MODELS.threePhase11kW, { soc: 0.5 }, 0);
  return {
    ...ev,
    mood: isAsleep ? "asleep" as const : "charging" as const,
    storedWh: isSatisfied ? ev.targetWh : ev.storedWh,
    drawnAmps,
    drawnPhases: 3 as const,
  };
}

function gatewayWith(rows: () => readonly OutboxRowView[]): Gateway {
  const views = partOf<WebPorts["views"]>({ outbox: rows });
  return partOf<Gateway>({ web: partOf<WebPorts>({ views }) });
}
