import { sleep } from "../../lib/clock.ts";
import { createRing } from "../../lib/ring.ts";
import {
  type CallAnswer,
  CloseCode,
  createPeer,
  type FrameSocket,
  type OcppVersion,
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
import { type CallEnd, endOf } from "../call_end.ts";
import { csmsAnswer16, lineOf16 } from "./answers16.ts";
import { csmsAnswer2x, lineOf2x } from "./answers2x.ts";
import { createBooks } from "./books.ts";
import { namesOf } from "./decisions.ts";
import { wordsOf } from "../station_order.ts";

/** A day of one site's messages. */
const HEARD_MAX = 20_000;

const PEER_OPTIONS = {
  link: {
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

/** Creates a CSMS that speaks what its options say, to a station that chooses of it. */
export function createCsms(
  initial: SimulatedCsmsOptions,
  ports: SimulatedCsmsPorts,
): SimulatedCsms {
  const { clock, events, log } = ports;
  const books = createBooks();
  const heard = createRing<HeardMessage>(HEARD_MAX);
  let options = initial;
  let peer: Peer | null = null;
  /** What the present connection speaks, or the last one did. */
  let version: OcppVersion = initial.protocols[0] ?? "ocpp1.6";
  let isDown = false;
  let isStopped = false;

  function accept(socket: FrameSocket, identity: string, spoken: OcppVersion): void {
    if (isDown || isStopped) return socket.terminate();
    peer?.terminate();
    const gone = new AbortController();
    version = spoken;
    const peerOptions = { ...PEER_OPTIONS, link: { ...PEER_OPTIONS.link, version: spoken } };
    const own = createPeer(peerOptions, { ...ports, check: ports.checks[spoken], socket }, {
      call: (action, payload) => answerInTime(action, payload, spoken, gone.signal),
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
    spoken: OcppVersion,
    gone: AbortSignal,
  ): Promise<CallAnswer> {
    const { hangs, answerDelayMs } = options;
    if (hangs === "heard-nothing") return await unanswered(gone);
    const given = answer(action, payload, spoken);
    if (hangs === "booked") return await unanswered(gone);
    if (answerDelayMs > 0) await sleep(clock, answerDelayMs, gone);
    return given;
  }

  function answer(action: string, payload: unknown, spoken: OcppVersion): CallAnswer {
    const names = namesOf(action, payload);
    const fails = names.some((name) =>
      options.failsAt.includes(name) || options.failsWhen?.(name, payload)
    );
    if (fails) {
      return { ok: false, error: rpcError("InternalError", "Simulated failure") };
    }
    const nowMs = clock.wallMs();
    heard.push({ atMs: nowMs, action, payload });
    books.heard(action);
    const is16 = spoken === "ocpp1.6";
    const situation = { options, books, nowMs };
    const given = is16
      ? csmsAnswer16(action, payload, situation)
      : csmsAnswer2x(action, payload, situation);
    const line = is16 ? lineOf16(action, payload) : lineOf2x(action, payload);
    if (line !== null) events.emit("heard", { line });
    return given === null
      ? { ok: false, error: rpcError("NotSupported", `${action} is not for a CSMS`) }
      : { ok: true, payload: given };
  }

  async function say(action: string, payload: unknown): Promise<CallEnd> {
    if (peer === null) return { kind: "failed", reason: "not connected" };
    return endOf(await peer.call(action, payload));
  }

  return {
    books,
    heard,
    accept,
    protocols: () => options.protocols,
    version: () => version,
    say,
    async order(wanted) {
      const said = wordsOf(wanted, version);
      if (said === null) return { kind: "failed", reason: `${version} has no words for it` };
      return await say(said.action, said.payload);
    },
    async call(action, payload) {
      return endOf16(action, await say(action, payload));
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
