import type { Clock } from "../lib/clock.ts";
import { logWith } from "../lib/log.ts";
import {
  CloseCode,
  createAliasedSpeaker,
  type Enveloped,
  type FrameSocket,
  type InsideCall,
  type InsideResponse,
  type OcppVersion,
  type PeerOptions,
  type SpokenAnswer,
  type StopIntent,
  withoutSecrets,
} from "../ocpp/mod.ts";
import { isQuirk } from "../site/mod.ts";
import type { Admission } from "./admission.ts";
import { otherVersionIn } from "./boot_shape.ts";
import { type ChargerClock, createChargerClock } from "./charger_clock.ts";
import { withZone } from "./charger_zone.ts";
import type { ModelQuirks } from "./model.ts";
import type { ChargerModels } from "./models.ts";
import type { ChargersOptions } from "./options.ts";
import type { ChargersPorts, Speech } from "./ports.ts";
import type { QuirkCounts } from "./quirk_counts.ts";
import { newStation, type Station } from "./station.ts";
import { withStationIds } from "./station_ids.ts";

/** Puts a station on a socket; null where the socket is closed already. */
export type StationOpening = (
  socket: FrameSocket,
  speech: Speech,
  admission: Admission & { kind: "admit" },
  remoteAddress: string,
) => Station | null;

/** What is known of chargers before they say anything. */
export interface OpeningParts {
  readonly timing: ChargersOptions["timing"];
  readonly models: Pick<ChargerModels, "quirks">;
  readonly quirkCounts: Pick<QuirkCounts, "note">;
  readonly nextGeneration: () => number;
}

/** Who hears what a station says. */
export interface StationListener {
  /** It said something other than BootNotification. */
  spoke(station: Station): void;
  answer(station: Station, call: InsideCall): Promise<SpokenAnswer>;
  /** A stop of which only so much can be read. */
  brokenStop(
    station: Station,
    stop: Partial<StopIntent>,
  ): Promise<Enveloped<InsideResponse<"StopTransaction">>>;
  left(station: Station, code: number, reason: string): void;
  /** It speaks another version than it named. True where it is to come again with that. */
  versionHeard(chargerId: string, version: OcppVersion): boolean;
}

const FRAMES = { lengthMax: 65_536, depthMax: 32, valuesMax: 20_000 } as const;
/** Before it booted a charger has nothing long to say (ruling 15). */
const UNBOOTED_LENGTH_MAX = 16_384;
const HEARTBEATS_MISSED_MAX = 3;
/** Numbers of requests stay well below 2^31: some chargers keep them in 32 bits. */
const REQUEST_IDS = 1_000_000_000;

/** Creates the way from a socket that was let in to a station that speaks and is heard. */
export function createStationOpening(
  ports: ChargersPorts,
  { timing, models, quirkCounts, nextGeneration }: OpeningParts,
  listener: StationListener,
): StationOpening {
  const { clock, events, log } = ports;
  /** What is known of a charger's clock outlives its connection: what waited was timed by it. */
  const clocks = new Map<string, ChargerClock>();
  const nextRequestId = countRequests(clock);

  function clockOf(chargerId: string): ChargerClock {
    const known = clocks.get(chargerId) ?? createChargerClock(clock);
    clocks.set(chargerId, known);
    return known;
  }

  return (socket, speech, { chargerId, version, securityProfile }, remoteAddress) => {
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
          if (call.action !== "BootNotification") listener.spoke(station);
          return listener.answer(station, call);
        },
        brokenStop(stop) {
          if (station === null) return Promise.reject(new Error("Cannot answer: no station"));
          listener.spoke(station);
          return listener.brokenStop(station, stop);
        },
        closed(code, reason) {
          gone.abort();
          if (station !== null) listener.left(station, code, reason);
        },
        frame: (direction, text) =>
          events.emit("message", {
            atWallMs: clock.wallMs(),
            peer: chargerId,
            direction,
            text: withoutSecrets(text),
          }),
        rejected: (reason) => events.emit("frame-rejected", { peer: chargerId, reason }),
        ended: (how, waitedMs) => events.emit("call-ended", { peer: chargerId, how, waitedMs }),
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
      generation: nextGeneration(),
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
  };

  /** Looks at what a charger says first: that it is not too long, and in the version that it named. */
  function guarded(socket: FrameSocket, station: () => Station | null): FrameSocket {
    return {
      ...socket,
      listen: (hearer) =>
        socket.listen({
          ...hearer,
          message(text) {
            const now = station();
            if (!(now?.life.booted ?? false) && text.length > UNBOOTED_LENGTH_MAX) {
              if (now !== null) {
                events.emit("frame-rejected", { peer: now.chargerId, reason: "too-long" });
              }
              return socket.close(CloseCode.messageTooBig, "message too big before boot");
            }
            const other = now === null ? null : otherVersionIn(text, now.version);
            if (now === null || other === null || !listener.versionHeard(now.chargerId, other)) {
              return hearer.message(text);
            }
            now.noteQuirk("other-version");
            log("warning", "other_version", { charger: now.chargerId, named: now.version, other });
            socket.close(CloseCode.protocolError, `this is ${other}: come again`);
          },
        }),
    };
  }
}

/** Beyond those of the life before, so that a report that is still under way is not taken for another. */
function countRequests(clock: Pick<Clock, "wallMs">): () => number {
  let lastId = 0;
  return () => {
    const seconds = Math.floor(clock.wallMs() / 1000) % REQUEST_IDS;
    lastId = Math.max(lastId + 1, seconds);
    return lastId;
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
