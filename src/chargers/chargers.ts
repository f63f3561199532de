import { TIMED_OUT, within } from "../lib/clock.ts";
import {
  CloseCode,
  type ConnectorReport,
  type CsmsAction,
  type FrameSocket,
  type InsideCall,
  type SpokenOutcome,
} from "../ocpp/mod.ts";
import type { EvsePlace, WantedSlots } from "../site/mod.ts";
import { createAbsences } from "./absences.ts";
import type { Admission, Knock, SecurityProfile, ShownCertificate } from "./admission.ts";
import { createArrival } from "./arrival.ts";
import { createChargerCertificates, type RenewalOrder } from "./certificates.ts";
import { createAuthorizer } from "./authorizer.ts";
import { createEndings } from "./endings.ts";
import { type AdoptedFrom, createDoor, type Refusal } from "./door.ts";
import { createInterruptions } from "./interruptions.ts";
import { createListPush, type PushedList } from "./list_push.ts";
import { createLimitSender, type LimitOutcome } from "./limits.ts";
import { createLimitFacts, type LimitFacts } from "./limit_facts.ts";
import { createModels, type FoundModel, type QuirkInForce } from "./models.ts";
import { isPlainPath } from "./identity.ts";
import type { ChargerListener, Doorkeeper } from "./listener.ts";
import type { ChargersOptions, ListenerOptions } from "./options.ts";
import type { ChargersPorts } from "./ports.ts";
import { createQuirkCounts, type QuirkCounts } from "./quirk_counts.ts";
import { changePassword, type PasswordChange } from "./password_change.ts";
import { changeProfile, type ProfileChange, type WantedProfile } from "./profile_change.ts";
import { answerStation, createPlacing } from "./requests.ts";
import { createRebinding, type RebindOutcome } from "./rebinding.ts";
import { createShapes } from "./shapes.ts";
import { createStartOrders, type OrderStart } from "./start_orders.ts";
import type { Station } from "./station.ts";
import { createStationOpening } from "./station_opening.ts";
import type { StationDesk } from "./station_route.ts";
import { createStationEvents } from "./station_events.ts";
import { createUnsteadiness } from "./unsteadiness.ts";
import { createStationNotices } from "./station_notices.ts";
import { createUnclaimedStarts } from "./unclaimed_starts.ts";
import { createStations } from "./stations.ts";
import { createStatusRequests } from "./status_requests.ts";
import type { WantedLimit } from "./tactic.ts";
import { createTransactionRequests } from "./transaction_requests.ts";
import type { WaitingCharger } from "./waiting_room.ts";
import { createWriteCounts } from "./write_counts.ts";

/** The charger edge: everybody who is connected, and how to reach him. */
export interface Chargers {
  /** Takes connections from a listener. */
  open(listener: ChargerListener, options: ListenerOptions): Promise<{ readonly port: number }>;
  /** Closes every connection so that chargers dial again soon (ruling 16), and the listeners. */
  close(): Promise<void>;
  stations(): readonly Station[];
  station(chargerId: string): Station | undefined;
  /** Sends a command. "gone" where the charger is away, or not ready for commands in good time. */
  call<A extends CsmsAction>(
    chargerId: string,
    call: InsideCall<A> & { readonly action: A },
    urgent?: boolean,
  ): Promise<SpokenOutcome<A>>;
  limit(
    slot: number,
    limit: WantedLimit & { readonly urgent: boolean },
  ): Promise<LimitOutcome>;
  /** Has a charger start; the order is on disk before it is told. */
  readonly orderStart: OrderStart;
  /** Has the charger obey what the ledger says of a refused transaction: it ends, or is suspended. */
  enforce(transactionId: string): Promise<void>;
  /** What is known of the charger's model; null where nothing is. */
  model(chargerId: string): FoundModel | null;
  /** What a charger does its own way, as far as anybody knows, and from where. */
  quirks(chargerId: string): readonly QuirkInForce[];
  /** How often what chargers do their own way has shown. */
  readonly quirkCounts: Omit<QuirkCounts, "note">;
  /** How limits reach an EVSE. */
  limitFacts(place: EvsePlace): LimitFacts;
  /** How the charger's own local list stands; null for one that has none. */
  pushedList(chargerId: string): PushedList | null;
  /**
   * Closes sessions that their chargers have left open and do not go on with, tells of chargers that stay
   * away, and has certificates renewed; called now and then.
   */
  closeInterrupted(): void;
  /**
   * Binds a charger's EVSEs to slots, as it is now; `wanted` by EVSE, the others keep theirs or get new
   * ones. A held one is held no more. On disk when it resolves.
   */
  rebind(chargerId: string, wanted: WantedSlots): Promise<RebindOutcome>;
  waiting(): readonly WaitingCharger[];
  refusals(): readonly Refusal[];
  /** Lets a charger in, from its next connection on unless otherwise said. */
  adopt(chargerId: string, from?: AdoptedFrom): Promise<void>;
  /** Gives a charger a new password; the old one counts until it has come with that. */
  changePassword(chargerId: string): Promise<PasswordChange>;
  /**
   * Nothing that the charger has been given or has come with counts any more; it is cut off where it is
   * known by nothing else. How many certificates that were.
   */
  revokeCertificates(chargerId: string, reason: string): Promise<number>;
  /** Has a charger ask for a new certificate now. */
  renewCertificate(chargerId: string): Promise<RenewalOrder>;
  /** Has a charger come with a higher security profile; the one it has counts until it does. */
  changeProfile(chargerId: string, wanted: WantedProfile): Promise<ProfileChange>;
  /** Lets a charger come with a lower security profile again, as after a factory reset. */
  lowerProfile(chargerId: string, profile: SecurityProfile): Promise<void>;
}

const CLOSE_PATIENCE_MS = 2_000;

/** Creates the charger edge. */
export function createChargers(options: ChargersOptions, ports: ChargersPorts): Chargers {
  const { clock, site, events, log } = ports;
  const { timing } = options;
  const stations = createStations(ports, timing.probeMs);
  const models = createModels(options, site);
  const door = createDoor(options, ports, models.quirks);
  const quirkCounts = createQuirkCounts(ports, ports.quirkCounts);
  const absences = createAbsences(ports);
  const unsteadiness = createUnsteadiness(ports);
  const { nominalVoltageV } = options;
  const writes = createWriteCounts(ports);
  const parts = { nominalVoltageV, quirks: models.quirks, writes };
  const limits = createLimitSender(ports, log, parts);
  const endings = createEndings(ports, { call, station: stations.get });
  const orderStart = createStartOrders(ports, call);
  const authorizer = createAuthorizer(ports, timing, {
    refusedLate(transactionIds, status) {
      for (const id of transactionIds) {
        ports.spawn("refuse late", () => endings.refuse(id, status));
      }
    },
  });
  const transactions = createTransactionRequests(ports, authorizer, {
    enforce: endings.enforce,
    ended: limits.takeBack,
  });
  const listPush = createListPush(ports);
  const shapes = createShapes(ports, { ended: limits.takeBack, call });
  const arrival = createArrival(ports, { timing, parts }, {
    published: publish,
    ready: listPush.ready,
    answered: shapes.read,
    resumed: shapes.resumed,
  });
  const interruptions = createInterruptions(ports, {
    station: (chargerId) => stations.get(chargerId),
    ended: limits.takeBack,
  });
  const status = createStatusRequests(ports, { arrival, interruptions, shapes });
  const report = (station: Station, message: ConnectorReport) =>
    status(station, { action: "StatusNotification", message });
  const stationEvents = createStationEvents(ports, {
    transactions,
    authorizer,
    endings,
    unclaimed: createUnclaimedStarts(ports.unclaimedStarts),
    shapes,
    report,
  });
  const stationNotices = createStationNotices(ports, { report });
  const certificates = createChargerCertificates(ports);
  const handlers = {
    options,
    authorizer,
    transactions,
    stationEvents,
    arrival,
    endings,
    interruptions,
    status,
    stationNotices,
    certificates,
    unsteadiness,
  };
  const hasPlace = createPlacing(ports, shapes);
  const desk: StationDesk = { ports, parts: handlers };
  const listeners: ChargerListener[] = [];
  const openStation = createStationOpening(ports, {
    timing,
    models,
    quirkCounts,
    nextGeneration: stations.nextGeneration,
  }, {
    spoke: arrival.spoke,
    answer: (station, call) => answerStation(desk, station, call, hasPlace),
    brokenStop: transactions.brokenStop,
    left,
    versionHeard: door.heard,
  });
  let isClosing = false;

  async function enter(
    socket: FrameSocket,
    admission: Admission & { kind: "admit" },
    { remoteAddress, certificate }: Knock,
  ): Promise<void> {
    const { chargerId } = admission;
    const speech = await ports.speech(admission.version);
    const station = await stations.welcome(
      { chargerId, remoteAddress },
      () => isClosing ? null : openStation(socket, speech, admission, remoteAddress),
    );
    if (station !== null) return entered(station, admission, certificate);
    if (isClosing) socket.close(CloseCode.serviceRestart, "gateway restarts");
    else socket.close(CloseCode.policyViolation, "identity is in use");
  }

  function entered(
    station: Station,
    admission: Admission & { kind: "admit" },
    certificate: ShownCertificate | undefined,
  ): void {
    const { chargerId } = station;
    ports.spawn("remember charger", () => door.remember(admission, certificate));
    site.setConnected(chargerId, true);
    if (admission.protocol === null) station.noteQuirk("no-protocol");
    log("info", "charger_connected", {
      charger: chargerId,
      version: station.version,
      address: station.remoteAddress,
    });
    ports.spawn("judge version", () => shapes.entered(station));
    arrival.entered(station);
    publish(chargerId);
  }

  function left(station: Station, code: number, reason: string): void {
    if (!stations.leave(station)) return;
    const { chargerId } = station;
    site.setConnected(chargerId, false);
    interruptions.left(chargerId, code);
    unsteadiness.left(chargerId);
    log("info", "charger_disconnected", { charger: chargerId, code, reason });
    publish(chargerId);
  }

  function publish(chargerId: string): void {
    events.emit("charger", { chargerId });
    for (const { slot } of site.slotsOf(chargerId)) events.emit("evse", { slot });
  }

  function call<A extends CsmsAction>(
    chargerId: string,
    command: InsideCall<A> & { readonly action: A },
    urgent = false,
  ): Promise<SpokenOutcome<A>> {
    const station = stations.get(chargerId);
    if (station === undefined) return Promise.resolve({ kind: "gone" });
    if (station.life.accepted) return station.speaker.call<A>(command, urgent);
    return callSoon<A>(station, command, urgent);
  }

  /** After a restart of the gateway its chargers are back before they may be called. */
  async function callSoon<A extends CsmsAction>(
    station: Station,
    command: InsideCall<A> & { readonly action: A },
    urgent: boolean,
  ): Promise<SpokenOutcome<A>> {
    const wait = Promise.race([station.settled.promise, aborted(station.gone)]);
    await within(clock, timing.callPatienceMs, wait);
    if (!station.life.accepted) return { kind: "gone" };
    return await station.speaker.call<A>(command, urgent);
  }

  return {
    async open(listener, listenerOptions) {
      listeners.push(listener);
      const doorkeeper: Doorkeeper = {
        knock: (request) => door.knock(request, listenerOptions),
        broken: door.broken,
        fruitless: door.fruitless,
        isWorn: door.isWorn,
        missed: (request) => door.missed(request, listenerOptions),
        enter(socket, admission, request) {
          const { chargerId } = admission;
          const isPlain = isPlainPath(request.url, listenerOptions.path, chargerId);
          if (!isPlain) quirkCounts.note(chargerId, "odd-address");
          ports.spawn("enter", () => enter(socket, admission, request));
        },
      };
      return await listener.start(doorkeeper);
    },
    async close() {
      isClosing = true;
      listPush.stop();
      const open = stations.all();
      const gone = Promise.all([
        ...listeners.map((listener) => listener.stop()),
        ...open.map((station) => aborted(station.gone)),
      ]);
      for (const { speaker } of open) {
        speaker.peer.close(CloseCode.serviceRestart, "gateway restarts");
      }
      // A charger that does not answer the close must not hold the gateway up.
      if (await within(clock, CLOSE_PATIENCE_MS, gone) === TIMED_OUT) {
        for (const { speaker } of stations.all()) speaker.peer.terminate();
      }
      await gone;
    },
    stations: () => stations.all(),
    station: (chargerId) => stations.get(chargerId),
    call,
    async limit(slot, limit) {
      const chargerId = site.slots().get(slot)?.chargerId;
      const station = chargerId === undefined ? undefined : stations.get(chargerId);
      if (station === undefined || !station.life.accepted) {
        return { kind: "failed", reason: "the charger is not connected", answered: true };
      }
      return await limits.send(station, slot, limit);
    },
    enforce: endings.enforce,
    orderStart,
    model: models.of,
    quirks: models.inForce,
    quirkCounts,
    limitFacts: createLimitFacts(site, models, writes),
    pushedList: listPush.state,
    closeInterrupted() {
      interruptions.sweep();
      absences.sweep();
      unsteadiness.sweep();
      certificates.look(stations.all());
    },
    rebind: createRebinding(ports, (chargerId) => {
      const station = stations.get(chargerId);
      if (station !== undefined) arrival.rebound(station);
    }),
    waiting: door.waiting,
    refusals: door.refusals,
    changePassword: (chargerId) => changePassword(ports, stations.get(chargerId)),
    async revokeCertificates(chargerId, reason) {
      const count = await certificates.revoke(chargerId, reason);
      const station = stations.get(chargerId);
      if (station?.securityProfile === 3) {
        station.speaker.peer.close(CloseCode.policyViolation, "certificate revoked");
      }
      return count;
    },
    renewCertificate: (chargerId) => certificates.renew(stations.get(chargerId)),
    changeProfile: (chargerId, wanted) => changeProfile(ports, stations.get(chargerId), wanted),
    async lowerProfile(chargerId, profile) {
      await door.lower(chargerId, profile);
      publish(chargerId);
    },
    async adopt(chargerId, from) {
      await door.adopt(chargerId, from);
      publish(chargerId);
    },
  };
}

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
