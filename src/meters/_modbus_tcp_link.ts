import type { Clock } from "../lib/clock.ts";
import { type ByteStream, joined } from "./_byte_stream.ts";
import type { ModbusLink } from "./_modbus_link.ts";
import { createStreamLink, type Question } from "./_stream_link.ts";
import { readAnswer, readRequest, takeFrame } from "./modbus_frame.ts";

interface Waiting extends Question {
  readonly transaction: number;
  strayAnswers: number;
  readonly cancelTimer: () => void;
}

/** Modbus TCP over a stream: transaction numbers tell which request an answer belongs to. */
export function createTcpLink(stream: ByteStream, address: string, clock: Clock): ModbusLink {
  let buffer = new Uint8Array();
  let transaction = 0;
  let waiting: Waiting | null = null;
  const { link, end } = createStreamLink(stream, address, {
    ask(question) {
      transaction = (transaction + 1) % 65_536;
      const own: Waiting = {
        ...question,
        transaction,
        strayAnswers: 0,
        cancelTimer: clock.after(question.timeoutMs, () => expire(own)),
      };
      waiting = own;
      stream.write(readRequest(transaction, question.read));
    },
    receive,
    settled() {
      waiting?.cancelTimer();
      waiting = null;
    },
  });

  function receive(bytes: Uint8Array): void {
    buffer = joined(buffer, bytes);
    while (!stream.isDestroyed()) {
      const start = takeFrame(buffer);
      if (start.kind === "partial") return;
      if (start.kind === "broken") return end({ kind: "malformed", reason: start.reason });
      buffer = buffer.slice(start.length);
      if (waiting === null) continue;
      if (start.frame.transaction !== waiting.transaction) {
        waiting.strayAnswers += 1;
        continue;
      }
      const answer = readAnswer(start.frame, waiting.read);
      waiting.settle(
        answer.ok
          ? { kind: "registers", registers: answer.value }
          : { kind: "fault", fault: answer.error },
      );
    }
  }

  /** What silence means: a cut-off answer puts the stream out of step, so it ends with it. */
  function expire(late: Waiting): void {
    if (buffer.length > 0) {
      return end({ kind: "malformed", reason: `an answer cut off after ${buffer.length} bytes` });
    }
    late.settle({
      kind: "fault",
      fault: { kind: "silent", strayAnswers: late.strayAnswers },
    });
  }

  return link;
}
