import type { ByteStream } from "./_byte_stream.ts";
import type { ModbusLink } from "./_modbus_link.ts";
import type { RegisterRead } from "./modbus_frame.ts";
import type { ReadFault, ReadOutcome } from "./modbus_line.ts";

/** A question that waits for its answer. */
export interface Question {
  readonly read: RegisterRead;
  readonly timeoutMs: number;
  readonly settle: (outcome: ReadOutcome) => void;
}

/** How frames go out, and how what comes back is read. */
export interface StreamTalk {
  ask(question: Question): void;
  receive(bytes: Uint8Array): void;
  /** The question was settled, whoever did it: its timers go. */
  settled(): void;
}

/** A link, and the means of its talk to end it. */
export interface StreamLink {
  readonly link: ModbusLink;
  /** Ends the stream; what waits ends with this fault. */
  end(fault: ReadFault): void;
}

/** A link over a stream of bytes. One question waits at a time, and the end of the stream ends it. */
export function createStreamLink(
  stream: ByteStream,
  address: string,
  talk: StreamTalk,
): StreamLink {
  let settle: Question["settle"] | null = null;
  let endReason = `${address} closed the connection`;
  const closed = Promise.withResolvers<void>();

  function end(fault: ReadFault): void {
    stream.destroy();
    settle?.({ kind: "fault", fault });
  }

  stream.listen({
    bytes: (bytes) => talk.receive(bytes),
    ended(reason) {
      endReason = reason;
      end({ kind: "unreachable", reason });
      closed.resolve();
    },
  });

  const link: ModbusLink = {
    isOpen: () => !stream.isDestroyed(),
    exchange(read, timeoutMs) {
      if (stream.isDestroyed()) {
        const fault: ReadFault = { kind: "unreachable", reason: endReason };
        return Promise.resolve({ kind: "fault", fault });
      }
      const { promise, resolve } = Promise.withResolvers<ReadOutcome>();
      const own = (outcome: ReadOutcome) => {
        if (settle !== own) return;
        settle = null;
        talk.settled();
        resolve(outcome);
      };
      settle = own;
      talk.ask({ read, timeoutMs, settle: own });
      return promise;
    },
    drop: () => end({ kind: "closed" }),
    close() {
      end({ kind: "closed" });
      return closed.promise;
    },
  };
  return { link, end };
}
