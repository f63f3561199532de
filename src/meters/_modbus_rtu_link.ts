import type { Clock } from "../lib/clock.ts";
import { type ByteStream, joined } from "./_byte_stream.ts";
import type { ModbusLink } from "./_modbus_link.ts";
import { createStreamLink, type Question } from "./_stream_link.ts";
import type { ReadFault, ReadOutcome } from "./modbus_line.ts";
import {
  findRtuAnswer,
  judgeRtuRemains,
  RTU_FRAME_MOST,
  rtuAnswerBytes,
  rtuRequest,
} from "./modbus_rtu_frame.ts";

/** How time passes on a line that RTU frames run over, in milliseconds. */
export interface RtuTiming {
  /** One byte on the line. 0 where a gateway is in between: its line's speed is its own business. */
  readonly byteMs: number;
  /** The silence that has to be kept before a request. */
  readonly silenceMs: number;
  /** After so long without another byte, what came is all that comes. */
  readonly gapMs: number;
}

interface Waiting extends Question {
  readonly askedMs: number;
  /** Whose answers came instead. */
  strangerUnit: number | null;
  isSent: boolean;
  cancelTimer(): void;
}

/** An echo of the request, an answer of somebody else and the answer itself are less than that. */
const BYTES_MOST = 3 * RTU_FRAME_MOST;

/**
 * Modbus RTU over a stream. Frames bear no number, so only what comes after a request can be its
 * answer, and only whole, from the right unit and with the right check sum. A request leaves once the
 * line has been silent for long enough.
 */
export function createRtuLink(
  stream: ByteStream,
  address: string,
  timing: RtuTiming,
  clock: Clock,
): ModbusLink {
  let buffer: Uint8Array<ArrayBuffer> = new Uint8Array();
  let waiting: Waiting | null = null;
  let lastByteMs = Number.NEGATIVE_INFINITY;
  const { link } = createStreamLink(stream, address, {
    ask(question) {
      const own: Waiting = {
        ...question,
        askedMs: clock.monoMs(),
        strangerUnit: null,
        isSent: false,
        cancelTimer: () => {},
      };
      waiting = own;
      send(own);
    },
    receive,
    settled() {
      waiting?.cancelTimer();
      waiting = null;
    },
  });

  function receive(bytes: Uint8Array): void {
    lastByteMs = clock.monoMs();
    // What nobody waits for is left over from a request that was given up.
    if (waiting === null || !waiting.isSent) return;
    buffer = joined(buffer, bytes);
    const answer = findRtuAnswer(buffer, waiting.read);
    if (answer.kind === "registers") return waiting.settle(answer);
    if (answer.kind === "exception") return waiting.settle({ kind: "fault", fault: answer });
    if (buffer.length <= BYTES_MOST) return;
    waiting.settle(refusal(`${buffer.length} bytes that are no Modbus RTU`));
  }

  function send(own: Waiting): void {
    const nowMs = clock.monoMs();
    const silentMs = lastByteMs + timing.silenceMs - nowMs;
    if (silentMs > 0) {
      if (nowMs - own.askedMs >= own.timeoutMs) return own.settle(refusal("never-ending noise"));
      own.cancelTimer = clock.after(silentMs, () => send(own));
      return;
    }
    buffer = new Uint8Array();
    own.isSent = true;
    const request = rtuRequest(own.read);
    stream.write(request);
    const lineMs = timing.byteMs * (request.length + rtuAnswerBytes(own.read));
    watch(own, nowMs + own.timeoutMs + lineMs);
  }

  /** Looks again when the answer is overdue, or when what came might be all. */
  function watch(own: Waiting, deadlineMs: number): void {
    const nowMs = clock.monoMs();
    const isQuiet = buffer.length > 0 && nowMs >= lastByteMs + timing.gapMs;
    if (isQuiet || nowMs >= deadlineMs) {
      const remains = judgeRtuRemains(buffer, own.read);
      if (remains.kind === "malformed") return own.settle({ kind: "fault", fault: remains });
      if (remains.kind === "wrong-unit") own.strangerUnit = remains.unit;
      buffer = new Uint8Array();
      if (nowMs >= deadlineMs) return own.settle(silence(own));
    }
    const nextMs = buffer.length > 0 ? lastByteMs + timing.gapMs : nowMs + timing.gapMs;
    own.cancelTimer = clock.after(
      Math.min(nextMs, deadlineMs) - nowMs,
      () => watch(own, deadlineMs),
    );
  }

  return link;
}

function refusal(reason: string): ReadOutcome {
  return { kind: "fault", fault: { kind: "malformed", reason } };
}

/** Nothing came that could be an answer of the unit that was asked. */
function silence({ strangerUnit }: Waiting): ReadOutcome {
  const fault: ReadFault = strangerUnit === null
    ? { kind: "silent", strayAnswers: 0 }
    : { kind: "wrong-unit", unit: strangerUnit };
  return { kind: "fault", fault };
}
