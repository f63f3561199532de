import type { MeasuredMeter } from "./measured_meter.ts";
import type { BackOff } from "./pace.ts";
import type { MeterProfile } from "./profile.ts";
import type { PartOrder } from "./register_value.ts";
import type { SerialSettings } from "./serial_line.ts";
import type { SunspecChoice } from "./sunspec.ts";

/** What is told of a meter that is polled, whatever line it is on. */
export interface PolledMeterOptions extends Omit<MeasuredMeter, "currentSign"> {
  /** 0 to 255. Default: the profile's. */
  readonly unit?: number | undefined;
  readonly profile: MeterProfile;
  /** With `SUNSPEC_PROFILE`: what is wanted of a device that has several things. */
  readonly sunspec?: SunspecChoice | undefined;
  /** From one poll to the next, in milliseconds. Default 1000. */
  readonly intervalMs?: number | undefined;
  /** Some models can be switched; this wins over the profile. */
  readonly wordOrder?: PartOrder | undefined;
  /**
   * How long one answer may take; on a serial line of our own, what the line itself takes comes on top.
   * Default 1000.
   */
  readonly readTimeoutMs?: number | undefined;
  /**
   * Silence on the line between an answer and the next request, besides what the standard wants; some
   * gateways to a serial bus, and some slow meters on one, need 20 to 50 ms. Default 0. Meters on one
   * line get the longest that any of them asks for.
   */
  readonly requestSpacingMs?: number | undefined;
}

/** A meter read over TCP: by Modbus TCP, directly or behind a gateway, or by RTU frames. */
export interface ModbusTcpMeterOptions extends PolledMeterOptions {
  /** `modbus-rtu-over-tcp`: a serial device server passes on bytes and knows nothing of Modbus. */
  readonly driver: "modbus-tcp" | "modbus-rtu-over-tcp";
  readonly host: string;
  /** Default 502. */
  readonly port?: number | undefined;
  /** Default 3000. Meters on one connection get the longest that any of them asks for. */
  readonly connectTimeoutMs?: number | undefined;
}

/** A meter on a serial bus of this machine. */
export interface ModbusRtuMeterOptions extends PolledMeterOptions {
  readonly driver: "modbus-rtu";
  /** "/dev/ttyUSB0", or better a name that stays: "/dev/serial/by-id/…". */
  readonly device: string;
  /** The same for all meters on a device. */
  readonly serial: SerialSettings;
}

/** The registered port of Modbus TCP. */
export const DEFAULT_MODBUS_PORT = 502;
/** As often as balancing looks. */
export const DEFAULT_POLL_INTERVAL_MS = 1_000;
/** Longer than one lost SYN, which is sent again after a second. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 3_000;
/** A gateway to a slow serial bus takes a few hundred milliseconds. */
export const DEFAULT_READ_TIMEOUT_MS = 1_000;
/** For serial lines of our own: slow meters take 200 ms to begin their answer. */
export const SERIAL_READ_TIMEOUT_MS = 500;

/** Between two attempts to reach a device. Ruled by how soon a lost meter must be noticed as back. */
export const RECONNECT_BACK_OFF: BackOff = { firstMs: 1_000, longestMs: 10_000 };

/** RTU answers bear no number: one that comes so much too late must not meet another request. */
export const LATE_ANSWER_MS = 1_000;
