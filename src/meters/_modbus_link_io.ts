import { createConnection, type Socket } from "node:net";
import type { Clock } from "../lib/clock.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { readAnswer, readRequest, type RegisterRead, takeFrame } from "./modbus_frame.ts";
import type { ReadFault, ReadOutcome } from "./modbus_line.ts";
import { networkReason } from "./network_reason.ts";

/** Where to connect to, and for how long to try. */
export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  /** "host:port", for reasons. */
  readonly address: string;
  readonly connectTimeoutMs: number;
}

/** One TCP connection to a Modbus device. Ask one thing at a time. */
export interface ModbusLink {
  exchange(read: RegisterRead, timeoutMs: number): Promise<ReadOutcome>;
  /** False once the connection has ended or lost its step. */
  isOpen(): boolean;
  /** Ends the connection. */
  drop(): void;
  /** Ends the connection if it has not ended yet; resolves when the socket is gone. */
  close(): Promise<void>;
}

/** After so much quiet the system asks whether the device is still there. */
const KEEP_ALIVE_MS = 10_000;

/** Connects, or says why not. `stop` gives up at once. */
export function connectLink(
  options: LinkOptions,
  clock: Clock,
  stop: AbortSignal,
): Promise<Result<ModbusLink, string>> {
  const { promise, resolve } = Promise.withResolvers<Result<ModbusLink, string>>();
  const socket = createConnection({ host: options.host, port: options.port });
  let reason = networkReason({ code: "ETIMEDOUT" }, options.address);
  const giveUp = () => socket.destroy();
  const cancel = clock.after(options.connectTimeoutMs, giveUp);
  stop.addEventListener("abort", giveUp, { once: true });

  function settle(result: Result<ModbusLink, string>): void {
    cancel();
    stop.removeEventListener("abort", giveUp);
    socket.off("connect", onConnect).off("close", onClose);
    resolve(result);
  }
  function onConnect(): void {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    settle(ok(createLink(socket, options, clock)));
  }
  function onClose(): void {
    settle(fail(reason));
  }

  // This listener stays: an error that nobody listens to would end the process.
  socket.on("error", (error) => reason = networkReason(error, options.address));
  socket.on("connect", onConnect).on("close", onClose);
  if (stop.aborted) giveUp();
  return promise;
}

interface Waiting {
  readonly transaction: number;
  readonly read: RegisterRead;
  strayAnswers: number;
  settle(outcome: ReadOutcome): void;
}

function createLink(socket: Socket, options: LinkOptions, clock: Clock): ModbusLink {
  let buffer = new Uint8Array();
  let transaction = 0;
  let waiting: Waiting | null = null;
  let endReason = `${options.address} closed the connection`;
  const closed = Promise.withResolvers<void>();

  function end(fault: ReadFault): void {
    socket.destroy();
    waiting?.settle({ kind: "fault", fault });
  }

  function receive(bytes: Uint8Array): void {
    buffer = joined(buffer, bytes);
    while (!socket.destroyed) {
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

  socket.on("data", receive);
  socket.on("error", (error) => endReason = networkReason(error, options.address));
  // A device that has said its last word will not answer either.
  socket.on("end", () => socket.destroy());
  socket.on("close", () => {
    end({ kind: "unreachable", reason: endReason });
    closed.resolve();
  });

  return {
    isOpen: () => !socket.destroyed,
    exchange(read, timeoutMs) {
      if (socket.destroyed) {
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
      socket.write(readRequest(transaction, read));
      return promise;
    },
    drop: () => end({ kind: "closed" }),
    close() {
      end({ kind: "closed" });
      return closed.promise;
    },
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
