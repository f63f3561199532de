import { networkReason } from "../lib/network_reason.ts";
import type { AnswerFault, RegisterRead } from "./modbus_frame.ts";

/** Why a read brought no registers. */
export type ReadFault =
  | AnswerFault
  /** No connection, and why: "192.168.10.20:502 refuses the connection". */
  | { readonly kind: "unreachable"; readonly reason: string }
  /** Nothing came in time, or answers to other requests only. */
  | { readonly kind: "silent"; readonly strayAnswers: number }
  /** The line was closed by us. */
  | { readonly kind: "closed" };

/** What a read came to. */
export type ReadOutcome =
  | { readonly kind: "registers"; readonly registers: readonly number[] }
  | { readonly kind: "fault"; readonly fault: ReadFault };

/** A read, and how long its answer may take. */
export interface TimedRead extends RegisterRead {
  readonly timeoutMs: number;
}

/** A way to meters that takes one request at a time, whoever asks. */
export interface ModbusLine {
  /** "host:port" or the name of a device, for reasons. */
  readonly address: string;
  /** More than one meter is on it: a silent one holds up the others. */
  readonly shared: boolean;
  /**
   * For how long a unit that has not answered is not asked again, in milliseconds: where answers bear
   * no number, a late one could be taken for that to another request.
   */
  readonly restAfterSilenceMs: number;
  /** Waits for its turn, then reads. Never rejects. */
  read(read: TimedRead): Promise<ReadOutcome>;
  /** Ends one meter's use; with the last one the connection is closed, and waiting reads fail. */
  release(): Promise<void>;
}

/** Modbus Application Protocol V1.1b3, §7. */
const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: "illegal function",
  2: "illegal address",
  3: "illegal value",
  4: "device failure",
  5: "acknowledged, not done yet",
  6: "device busy",
  8: "memory parity error",
  10: "gateway path unavailable",
  11: "the device behind the gateway does not answer",
};

/** What a failed read means for a person at the cabinet. */
export function faultReason(fault: ReadFault, read: RegisterRead, address: string): string {
  const who = `unit ${read.unit} of ${address}`;
  switch (fault.kind) {
    case "unreachable":
      return fault.reason;
    case "silent":
      return fault.strayAnswers === 0
        ? networkReason({ code: "ETIMEDOUT" }, address) + ` (unit ${read.unit})`
        : `only answers to other requests from ${who}`;
    case "exception": {
      const meaning = EXCEPTIONS[fault.code] ?? "unknown";
      return `Modbus exception ${fault.code} (${meaning}) at ${read.address} from ${who}`;
    }
    case "wrong-unit":
      return `answer of the wrong unit: ${fault.unit} instead of ${who}`;
    case "malformed":
      return `${fault.reason} from ${who}`;
    case "closed":
      return `the connection to ${address} is closed`;
  }
}

/** True where the line was held up for nothing: by silence, or by a gateway that met with silence. */
export function isWaste(fault: ReadFault): boolean {
  return fault.kind === "silent" ||
    (fault.kind === "exception" && (fault.code === 10 || fault.code === 11));
}

/** True where something came that is no reading: counted as refused. Silence is not. */
export function isRefusal(fault: ReadFault): boolean {
  return fault.kind === "exception" || fault.kind === "wrong-unit" || fault.kind === "malformed";
}
