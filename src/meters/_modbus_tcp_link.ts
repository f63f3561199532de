import type { Clock } from "../lib/clock.ts";
import { type ByteStream, joined } from "./_byte_stream.ts";
import type { ModbusLink } from "./_modbus_link.ts";
import { readAnswer, readRequest, type RegisterRead, takeFrame } from "./modbus_frame.ts";
import type { ReadFault, ReadOutcome } from "./modbus_line.ts";

interface Waiting {
  readonly transaction: number;
  readonly read: RegisterRead;
  strayAnswers: number;
  settle(outcome: ReadOutcome): void;
}

/** Modbus TCP over a stream: transaction numbers tell which request an answer belongs to. */
export function createTcpLink(stream: ByteStream, address: string, clock: Clock): ModbusLink {
  let buffer = new Uint8Array();
  let transaction = 0;
  let waiting: Waiting | null = null;
  let endReason = `${address} closed the connection`;
  const closed = Promise.withResolvers<void>();

  function end(fault: ReadFault): void {
    stream.destroy();
    waiting?.settle({ kind: "fault", fault });
  }

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

  stream.listen({
    bytes: receive,
    ended(reason) {
      endReason = reason;
      end({ kind: "unreachable", reason });
      closed.resolve();
    },
  });

  return {
    isOpen: () => !stream.isDestroyed(),
    exchange(read, timeoutMs) {
      if (stream.isDestroyed()) {
        const fault: ReadFault = { kind: "unreachable", reason: endReason };
        return Promise.resolve({ kind: "fault", fault });
      }
      const { promise, resolve } = Promise.withResolvers<ReadOutcome>();
      transaction = (transaction + 1) % 65_536;
      const own: Waiting = {
        transaction,
        read,
        strayAnswers: 0,
        settle(outcome) {
          waiting = null;
          cancel();
          resolve(outcome);
        },
      };
      const cancel = clock.after(timeoutMs, () => expire(own));
      waiting = own;
      stream.write(readRequest(transaction, read));
      return promise;
    },
    drop: () => end({ kind: "closed" }),
    close() {
      end({ kind: "closed" });
      return closed.promise;
    },
  };
}
