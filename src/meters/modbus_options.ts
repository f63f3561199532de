import type { MeterRole } from "../site/mod.ts";
import type { BackOff } from "./pace.ts";
import type { PlausibilityLimits } from "./plausibility.ts";
import type { MeterProfile } from "./profile.ts";
import type { PartOrder } from "./register_value.ts";
import type { Wiring } from "./wiring.ts";

/** A meter read over Modbus TCP, directly or behind a gateway to a serial bus. */
export interface ModbusTcpMeterOptions {
  readonly driver: "modbus-tcp";
  readonly id: string;
  readonly role: MeterRole;
  readonly host: string;
  /** Default 502. */
  readonly port?: number | undefined;
  /** 0 to 255. Default: the profile's. */
  readonly unit?: number | undefined;
  readonly profile: MeterProfile;
  /** From one poll to the next, in milliseconds. Default 1000. */
  readonly intervalMs?: number | undefined;
  /** Some models can be switched; this wins over the profile. */
  readonly wordOrder?: PartOrder | undefined;
  /** Default: three lines, straight. */
  readonly wiring?: Wiring | undefined;
  /** See `PlausibilityLimits`; absent: currents are not checked against a fuse. */
  readonly mainFuseAmps?: PlausibilityLimits["mainFuseAmps"];
  /** Default 60; 0 switches the check off. */
  readonly frozenAfterReadings?: number | undefined;
  /** Default 3000. Meters on one connection get the longest that any of them asks for. */
  readonly connectTimeoutMs?: number | undefined;
  /** How long one answer may take. Default 1000. */
  readonly readTimeoutMs?: number | undefined;
  /**
   * Silence on the connection between an answer and the next request; some gateways to a serial bus
   * need 20 to 50 ms. Default 0. Meters on one connection get the longest that any of them asks for.
   */
  readonly requestSpacingMs?: number | undefined;
}

/** The registered port of Modbus TCP. */
export const DEFAULT_MODBUS_PORT = 502;
/** As often as balancing looks. */
export const DEFAULT_POLL_INTERVAL_MS = 1_000;
/** Longer than one lost SYN, which is sent again after a second. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 3_000;
/** A gateway to a slow serial bus takes a few hundred milliseconds. */
export const DEFAULT_READ_TIMEOUT_MS = 1_000;

/** Between two attempts to reach a device. Ruled by how soon a lost meter must be noticed as back. */
export const RECONNECT_BACK_OFF: BackOff = { firstMs: 1_000, longestMs: 10_000 };
