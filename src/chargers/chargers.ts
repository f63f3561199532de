import { TIMED_OUT, within } from "../lib/clock.ts";
import { logWith } from "../lib/log.ts";
import {
  CloseCode,
  type ConnectorReport,
  createAliasedSpeaker,
  type CsmsAction,
  type FrameSocket,
  type InsideCall,
  type PeerOptions,
  type SpokenOutcome,
  withoutSecrets,
} from "../ocpp/mod.ts";
import { type EvsePlace, isQuirk, type WantedSlots } from "../site/mod.ts";
import { createAbsences } from "./absences.ts";
import type { Admission, Knock, SecurityProfile, ShownCertificate } from "./admission.ts";
import { type ChargerClock, createChargerClock } from "./charger_clock.ts";
import { createArrival } from "./arrival.ts";
import { otherVersionIn } from "./boot_shape.ts";
import { withZone } from "./charger_zone.ts";
import { createChargerCertificates } from "./certificates.ts";
import { createAuthorizer } from "./authorizer.ts";
import { createEndings } from "./endings.ts";
import { createDoor, type Refusal } from "./door.ts";
import { createInterruptions } from "./interruptions.ts";
import { createListPush, type PushedList } from "./list_push.ts";
import { createLimitSender, type LimitOutcome } from "./limits.ts";
import { createLimitFacts, type LimitFacts } from "./limit_facts.ts";
import type { ModelQuirks } from "./model.ts";
import { createModels, type FoundModel, type QuirkInForce } from "./models.ts";
import { isPlainPath } from "./identity.ts";
import type { ChargerListener, Doorkeeper } from "./listener.ts";
import type { ChargersOptions, ListenerOptions } from "./options.ts";
import type { ChargersPorts, Speech } from "./ports.ts";
import { createQuirkCounts, type QuirkCounts } from "./quirk_counts.ts";
import { changePassword, type PasswordChange } from "./password_change.ts";
import { answerStation, createPlacing } from "./requests.ts";
import { createRebinding, type RebindOutcome } from "./rebinding.ts";
import { createShapes } from "./shapes.ts";
import { createStartOrders, type OrderStart } from "./start_orders.ts";
import { newStation, type Station } from "./station.ts";
import type { StationDesk } from "./station_route.ts";
import { createStationEvents } from "./station_events.ts";
import { createStationNotices } from "./station_notices.ts";
import { withStationIds } from "./station_ids.ts";
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
  /** Lets a charger in from its next connection on. */
  adopt(chargerId: string): Promise<void>;
  /** Gives a charger a new password; the old one counts until it has come with that. */
  changePassword(chargerId: string): Promise<PasswordChange>;
  /**
   * Nothing that the charger has been given or has come with counts any more; it is cut off where it is
   * known by nothing else. How many certificates that were.
   */
  revokeCertificates(chargerId: string, reason: string): Promise<number>;
  /** Lets a charger come with a lower security profile again, as after a factory reset. */
  lowerProfile(chargerId: string, profile: SecurityProfile): Promise<void>;
}

const FRAMES = { lengthMax: 65_536, depthMax: 32, valuesMax: 20_000 } as const;
const UNBOOTED_LENGTH_MAX = 16_384;
const HEARTBEATS_MISSED_MAX = 3;
const CLOSE_PATIENCE_MS = 2_000;
/** Numbers of requests stay well below 2^31: some chargers keep them in 32 bits. */
const REQUEST_IDS = 1_000_000_000;

/** Creates the charger edge. */
export function createChargers(options: ChargersOptions, ports: ChargersPorts): Chargers {
  const { clock, site, events, log } = ports;
  const { timing } = options;
  const stations = createStations(ports, timing.probeMs);
  const models = createModels(options, site);
  const door = createDoor(options, ports, models.quirks);
  const quirkCounts = createQuirkCounts(ports, ports.quirkCounts);
  const absences = createAbsences(ports);
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
  };
  const hasPlace = createPlacing(ports, shapes);
  const desk: StationDesk = { ports, parts: handlers };
  const listeners: ChargerListener[] = [];
  /** What is known of a charger's clock outlives its connection: what waited was timed by it. */
  const clocks = new Map<string, ChargerClock>();
  let isClosing = false;
  let lastRequestId = 0;

  /** Beyond those of the life before, so that a report that is still under way is not taken for another. */
  function nextRequestId(): number {
    const seconds = Math.floor(clock.wallMs() / 1000) % REQUEST_IDS;
    lastRequestId = Math.max(lastRequestId + 1, seconds);
    return lastRequestId;
  }

  function clockOf(chargerId: string): ChargerClock {
    const known = clocks.get(chargerId) ?? createChargerClock(clock);
    clocks.set(chargerId, known);
    return known;
  }

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

  /** Puts a station on a socket; null where the socket is closed already. */
  function openStation(
    socket: FrameSocket,
    speech: Speech,
    { chargerId, version, securityProfile }: Admission & { kind: "admit" },
    remoteAddress: string,
  ): Station | null {
    let station: Station | null = null;
    const check = withZone(speech.check, clock, () => models.quirks(chargerId).timezone);
    const gone = new AbortController();
    const stationLog = logWith(log, { charger: chargerId });
    const note = (kind: string, times?: number) => {
      if (isQuirk(kind)) quirkCounts.note(chargerId, kind, times);
    };
    const speaker = createAliasedSpeaker(
      speech.dialect,
      peerOptions(timing, version, models.quirks(chargerId)),
      { ...ports, log: stationLog, socket: guarded(socket, () => station), check },
      {
        call(call) {
          if (station === null) return Promise.reject(new Error("Cannot answer: no station"));
          if (call.action !== "BootNotification") arrival.spoke(station);
          return answerStation(desk, station, call, hasPlace);
        },
        brokenStop(stop) {
          if (station === null) return Promise.reject(new Error("Cannot answer: no station"));
          arrival.spoke(station);
          return transactions.brokenStop(station, stop);
        },
        closed(code, reason) {
          gone.abort();
          if (station !== null) left(station, code, reason);
        },
        frame: (direction, text) =>
          events.emit("message", {
            atWallMs: clock.wallMs(),
            peer: chargerId,
            direction,
            text: withoutSecrets(text),
          }),
        coerced(action, coercions) {
          for (const [kind, { length }] of Map.groupBy(coercions, ({ kind }) => kind)) {
            note(kind, length);
            const isLocal = kind === "timestamp" && models.quirks(chargerId).timezone !== undefined;
            if (isLocal) note("timezone", length);
          }
          stationLog("debug", "message_mended", { action, coercions });
        },
        oddity(what, detail) {
          note(what);
          stationLog("debug", "peer_oddity", { what, detail });
        },
      },
    );
    if (gone.signal.aborted) return null;
    station = newStation({
      chargerId,
      generation: stations.nextGeneration(),
      version,
      remoteAddress,
      securityProfile,
      connectedAtMs: clock.wallMs(),
      speaker: {
        ...speaker,
        call: (command, urgent) => {
          const state = ports.transactions.state();
          const said = withStationIds(command, { state, chargerId, version, nextRequestId });
          return speaker.call(said, urgent);
        },
      },
      clock: clockOf(chargerId),
      gone: gone.signal,
      noteQuirk: note,
    });
    return station;
  }

  /** Looks at what a charger says first: that it is not too long, and in the version that it named. */
  function guarded(socket: FrameSocket, station: () => Station | null): FrameSocket {
    return {
      ...socket,
      listen: (listener) =>
        socket.listen({
          ...listener,
          message(text) {
            const now = station();
            // Before it booted a charger has nothing long to say (ruling 15).
            if (!(now?.life.booted ?? false) && text.length > UNBOOTED_LENGTH_MAX) {
              return socket.close(CloseCode.messageTooBig, "message too big before boot");
            }
            const other = now === null ? null : otherVersionIn(text, now.version);
            if (now === null || other === null || !door.heard(now.chargerId, other)) {
              return listener.message(text);
            }
            now.noteQuirk("other-version");
            log("warning", "other_version", { charger: now.chargerId, named: now.version, other });
            socket.close(CloseCode.protocolError, `this is ${other}: come again`);
          },
        }),
    };
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
    async lowerProfile(chargerId, profile) {
      await door.lower(chargerId, profile);
      publish(chargerId);
    },
    async adopt(chargerId) {
      await door.adopt(chargerId);
      publish(chargerId);
    },
  };
}

function peerOptions(
  timing: ChargersOptions["timing"],
  version: Station["version"],
  { pings = true }: ModelQuirks,
): PeerOptions {
  return {
    link: {
      version,
      frames: FRAMES,
      answerTimeoutMs: timing.answerTimeoutMs,
      queueMax: 64,
      backlogMax: 32,
      unansweredMax: 2,
    },
    pingIntervalMs: timing.pingIntervalMs,
    withoutPings: !pings,
    silenceMaxMs: timing.silenceMaxMs,
    // One that answers no ping shows that it lives by its heartbeats.
    mutedSilenceMaxMs: timing.heartbeatIntervalMs * HEARTBEATS_MISSED_MAX,
    bufferedBytesMax: 1_048_576,
  };
}

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
