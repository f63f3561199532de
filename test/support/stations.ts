import { createChargerClock } from "../../src/chargers/charger_clock.ts";
import { newStation, type Station } from "../../src/chargers/mod.ts";
import { createSpeaker, rpcError } from "../../src/ocpp/mod.ts";
import { createSocketPair, type SocketPair } from "../../src/simulator/memory_socket.ts";
import type { Books } from "./books.ts";
import { type Answer, createFramePeer, type FramePeer, type Payload } from "./frame_peer.ts";

/** A charger's connection with both its ends: what the gateway holds, and the charger of a test. */
export interface ConnectedStation {
  readonly station: Station;
  readonly charger: FramePeer;
  readonly pair: SocketPair;
}

/** What a test may want otherwise. */
export interface StationOptions {
  readonly chargerId: string;
  readonly generation: number;
  readonly remoteAddress: string;
  readonly answerTimeoutMs: number;
  readonly answers: Readonly<Record<string, Answer | ((payload: Payload) => Answer)>>;
}

/** Connects a 1.6 charger, without an edge around it: it is called, and its own calls are refused. */
export async function connectStation(
  books: Books,
  given: Partial<StationOptions> = {},
): Promise<ConnectedStation> {
  const { clock } = books;
  const chargerId = given.chargerId ?? "CP1";
  const pair = createSocketPair(clock);
  const charger = createFramePeer(pair.far, clock, given.answers);
  const gone = new AbortController();
  const { dialect, check } = await books.speech("ocpp1.6");
  const speaker = createSpeaker(
    dialect,
    {
      link: {
        version: "ocpp1.6",
        frames: { lengthMax: 65_536, depthMax: 32, valuesMax: 20_000 },
        answerTimeoutMs: given.answerTimeoutMs ?? 30_000,
        queueMax: 64,
        backlogMax: 32,
        unansweredMax: 2,
      },
      pingIntervalMs: 0,
      silenceMaxMs: 120_000,
      bufferedBytesMax: 1_048_576,
    },
    { ...books, socket: pair.near, check },
    {
      call: () => Promise.resolve({ ok: false, error: rpcError("NotSupported") }),
      closed: () => gone.abort(),
      frame: () => {},
      coerced: () => {},
      oddity: () => {},
    },
  );
  const station = newStation({
    chargerId,
    generation: given.generation ?? 1,
    version: "ocpp1.6",
    remoteAddress: given.remoteAddress ?? "192.168.7.20",
    securityProfile: 1,
    connectedAtMs: clock.wallMs(),
    speaker,
    gone: gone.signal,
    clock: createChargerClock(clock),
    noteQuirk: (quirk, times = 1) => books.events.emit("quirk", { chargerId, quirk, times }),
  });
  await clock.advance(0);
  return { station, charger, pair };
}
