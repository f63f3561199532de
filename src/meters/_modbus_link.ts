import type { RegisterRead } from "./modbus_frame.ts";
import type { ReadOutcome } from "./modbus_line.ts";

/** One connection to Modbus devices. Ask one thing at a time. */
export interface ModbusLink {
  exchange(read: RegisterRead, timeoutMs: number): Promise<ReadOutcome>;
  /** False once the connection has ended or lost its step. */
  isOpen(): boolean;
  /** Ends the connection. */
  drop(): void;
  /** Ends the connection if it has not ended yet; resolves when it is gone. */
  close(): Promise<void>;
}
