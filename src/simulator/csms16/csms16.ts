import { createRing } from "../../lib/ring.ts";
import { CloseCode, createPeer, type FrameSocket, type Peer, rpcError } from "../../ocpp/mod.ts";
import type {
  HeardMessage,
  SimulatedCsms,
  SimulatedCsmsOptions,
  SimulatedCsmsPorts,
} from "../csms.ts";
import { endOf } from "../call16.ts";
import { csmsAnswer, lineOf } from "./answers.ts";
import { createBooks } from "./books.ts";

/** A day of one site's messages. */
const HEARD_MAX = 20_000;

const PEER_OPTIONS = {
  link: {
    version: "ocpp1.6",
    frames: { lengthMax: 1_048_576, depthMax: 32, valuesMax: 100_000 },
    answerTimeoutMs: 30_000,
    queueMax: 256,
    backlogMax: 256,
    unansweredMax: 3,
  },
  pingIntervalMs: 30_000,
  silenceMaxMs: 75_000,
  bufferedBytesMax: 8_388_608,
} as const;

/** Creates a CSMS that speaks OCPP 1.6J. */
export function createCsms16(
  initial: SimulatedCsmsOptions,
  ports: SimulatedCsmsPorts,
): SimulatedCsms {
  const { clock, events, log } = ports;
  const books = createBooks();
  const heard = createRing<HeardMessage>(HEARD_MAX);
  let options = initial;
  let peer: Peer | null = null;
  let isDown = false;
  let isStopped = false;

  function accept(socket: FrameSocket, identity: string): void {
    if (isDown || isStopped) return socket.terminate();
    peer?.terminate();
    const own = createPeer(PEER_OPTIONS, { ...ports, socket }, {
      call: (action, payload) => Promise.resolve(answer(action, payload)),
      closed(code, reason) {
        if (peer === own) peer = null;
        events.emit("disconnected", { identity, reason: `${code} ${reason}`.trim() });
      },
      frame: (direction, text) => events.emit("frame", { direction, text }),
      coerced: (action, coercions) => log("warning", "message_mended", { action, coercions }),
      oddity: (what, detail) => log("info", "link_oddity", { what, detail }),
    });
    peer = own;
    events.emit("connected", { identity });
  }

  function answer(action: string, payload: unknown) {
    if (options.failsAt.includes(action)) {
      return { ok: false, error: rpcError("InternalError", "Simulated failure") } as const;
    }
    const nowMs = clock.wallMs();
    heard.push({ atMs: nowMs, action, payload });
    const given = csmsAnswer(action, payload, { options, books, nowMs });
    const line = lineOf(action, payload);
    if (line !== null) events.emit("heard", { line });
    return given === null
      ? { ok: false, error: rpcError("NotSupported", `${action} is not for a CSMS`) } as const
      : { ok: true, payload: given } as const;
  }

  return {
    books,
    heard,
    accept,
    async call(action, payload) {
      if (peer === null) return { kind: "failed", reason: "not connected" };
      return endOf(action, await peer.call(action, payload));
    },
    change(changes) {
      options = { ...options, ...changes };
    },
    isConnected: () => peer !== null,
    setDown(wanted) {
      if (isDown === wanted) return;
      isDown = wanted;
      events.emit("outage", { isDown });
      if (isDown) peer?.terminate();
    },
    isDown: () => isDown,
    disconnect: () => peer?.terminate(),
    stop() {
      isStopped = true;
      peer?.close(CloseCode.serviceRestart, "");
    },
  };
}
