import { sleep } from "../../lib/clock.ts";
import { createRing } from "../../lib/ring.ts";
import {
  type CallAnswer,
  CloseCode,
  createPeer,
  type FrameSocket,
  type Peer,
  rpcError,
} from "../../ocpp/mod.ts";
import type {
  HeardMessage,
  SimulatedCsms,
  SimulatedCsmsOptions,
  SimulatedCsmsPorts,
} from "../csms.ts";
import { endOf16 } from "../call16.ts";
import { endOf } from "../call_end.ts";
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
    const gone = new AbortController();
    const own = createPeer(PEER_OPTIONS, { ...ports, check: ports.checks["ocpp1.6"], socket }, {
      call: (action, payload) => answerInTime(action, payload, gone.signal),
      closed(code, reason) {
        gone.abort();
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

  /** Everything is booked at once, however late the answer is. */
  async function answerInTime(
    action: string,
    payload: unknown,
    gone: AbortSignal,
  ): Promise<CallAnswer> {
    const { hangs, answerDelayMs } = options;
    if (hangs === "heard-nothing") return await unanswered(gone);
    const given = answer(action, payload);
    if (hangs === "booked") return await unanswered(gone);
    if (answerDelayMs > 0) await sleep(clock, answerDelayMs, gone);
    return given;
  }

  function answer(action: string, payload: unknown): CallAnswer {
    if (options.failsAt.includes(action) || options.failsWhen?.(action, payload)) {
      return { ok: false, error: rpcError("InternalError", "Simulated failure") };
    }
    const nowMs = clock.wallMs();
    heard.push({ atMs: nowMs, action, payload });
    books.heard(action);
    const given = csmsAnswer(action, payload, { options, books, nowMs });
    const line = lineOf(action, payload);
    if (line !== null) events.emit("heard", { line });
    return given === null
      ? { ok: false, error: rpcError("NotSupported", `${action} is not for a CSMS`) }
      : { ok: true, payload: given };
  }

  return {
    books,
    heard,
    accept,
    async call(action, payload) {
      if (peer === null) return { kind: "failed", reason: "not connected" };
      return endOf16(action, endOf(await peer.call(action, payload)));
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

/** Lasts as long as the connection; nobody reads what it gives then. */
function unanswered(gone: AbortSignal): Promise<CallAnswer> {
  return new Promise((resolve) => {
    if (gone.aborted) resolve({ ok: true, payload: {} });
    gone.addEventListener("abort", () => resolve({ ok: true, payload: {} }), { once: true });
  });
}
