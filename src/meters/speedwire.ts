import { fail, ok, type Result } from "../lib/result.ts";
import type { Quantity, Values } from "./quantity.ts";
import { toBaseUnit, type Unit } from "./unit.ts";

/*
 * The datagrams of SMA energy meters and home managers ("SMA Energy Meter: measurement data protocol",
 * EMETER-Protokoll-TI-en-10). A meter sends one a second to a multicast group, all values at once.
 */

/** Where SMA meters send to. */
export const SPEEDWIRE_GROUP = "239.12.255.254";
/** The port of Speedwire, at both ends. */
export const SPEEDWIRE_PORT = 9_522;

/** What a meter measured at one moment. */
export interface SpeedwireReading {
  /** The kind of device: 349 an Energy Meter, 372 a Sunny Home Manager 2. */
  readonly susyId: number;
  /** As printed on the device. */
  readonly serial: number;
  /** The meter's own milliseconds; they begin anew every 49 days. */
  readonly tickerMs: number;
  readonly values: Values;
}

/** A datagram of another kind: inverters and searches use the same group. */
export const OTHER_DATAGRAM: unique symbol = Symbol("other datagram");

const SIGNATURE = [0x53, 0x4d, 0x41, 0x00];
/** Before it stand length and number of the tag: 0x0010, the data of Speedwire version 2. */
const PROTOCOL_AT = 16;
const MEASUREMENT = 0x6069;
/** Home managers of late; two bytes more follow the protocol's number. */
const MEASUREMENT_EXTENDED = 0x6081;
const DATA_TAG = 0x0010;
/** SUSy id, serial number and ticker. */
const SENDER_BYTES = 10;
/** The tag that ends it all. */
const END_BYTES = 4;

/** The kinds of value: what is so now, in 4 bytes, and counters, in 8. */
const NOW = 4;
const COUNTER = 8;
const KINDS: readonly number[] = [NOW, 7, COUNTER];
/** The version of the software stands among the values, under this channel. */
const SOFTWARE_CHANNEL = 0x90;

/**
 * Reads a datagram. Wrong lengths and strange values make it none: it says why, and nothing in it
 * counts.
 */
export function readSpeedwire(
  bytes: Uint8Array,
): Result<SpeedwireReading | typeof OTHER_DATAGRAM, string> {
  if (bytes.length < PROTOCOL_AT + 2 || SIGNATURE.some((each, at) => bytes[at] !== each)) {
    return fail(`a datagram of ${bytes.length} bytes that is not Speedwire`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const protocol = view.getUint16(PROTOCOL_AT);
  const isMeasurement = protocol === MEASUREMENT || protocol === MEASUREMENT_EXTENDED;
  if (view.getUint16(14) !== DATA_TAG || !isMeasurement) return ok(OTHER_DATAGRAM);
  const end = PROTOCOL_AT + view.getUint16(12);
  if (bytes.length !== end + END_BYTES || view.getUint32(end) !== 0) {
    return fail(`a datagram of ${bytes.length} bytes that says it has ${end + END_BYTES}`);
  }
  const sender = PROTOCOL_AT + (protocol === MEASUREMENT ? 2 : 4);
  if (sender + SENDER_BYTES > end) return fail("a datagram without a sender");
  const raw = readObis(view, sender + SENDER_BYTES, end);
  if (raw === null) return fail("a datagram with a value that is cut off or of no known kind");
  return ok({
    susyId: view.getUint16(sender),
    serial: view.getUint32(sender + 2),
    tickerMs: view.getUint32(sender + 6),
    values: valuesOf(raw),
  });
}

/** Raw values by index and kind: "21.4" is the power drawn on L1. Null where one cannot be read. */
function readObis(view: DataView, from: number, end: number): ReadonlyMap<string, number> | null {
  const raw = new Map<string, number>();
  let at = from;
  while (at < end) {
    if (at + 8 > end) return null;
    const [channel, index, kind] = [
      view.getUint8(at),
      view.getUint8(at + 1),
      view.getUint8(at + 2),
    ];
    if (channel !== SOFTWARE_CHANNEL && (channel !== 0 || !KINDS.includes(kind))) return null;
    const isCounter = channel !== SOFTWARE_CHANNEL && kind === COUNTER;
    const length = isCounter ? 8 : 4;
    at += 4;
    if (at + length > end) return null;
    if (isCounter) raw.set(`${index}.${kind}`, Number(view.getBigUint64(at)));
    else if (channel !== SOFTWARE_CHANNEL) raw.set(`${index}.${kind}`, view.getUint32(at));
    at += length;
  }
  return raw;
}

/** All-ones: the meter has no value. */
const NO_VALUE = 0xffff_ffff;

/** What each index means beyond the powers and counters of both directions. */
const PLAIN: readonly [quantity: Quantity, key: string, scale: number, unit: Unit][] = [
  ["frequency", `14.${NOW}`, 1, "mHz"],
  ["current_l1", `31.${NOW}`, 1, "mA"],
  ["voltage_l1", `32.${NOW}`, 1, "mV"],
  ["current_l2", `51.${NOW}`, 1, "mA"],
  ["voltage_l2", `52.${NOW}`, 1, "mV"],
  ["current_l3", `71.${NOW}`, 1, "mA"],
  ["voltage_l3", `72.${NOW}`, 1, "mV"],
  // Counters are in watt-seconds.
  ["energy_import_total", `1.${COUNTER}`, 1 / 3_600, "Wh"],
  ["energy_export_total", `2.${COUNTER}`, 1 / 3_600, "Wh"],
];

/** Drawn and fed in are two unsigned values, in tenths of a watt, of which one is 0. */
const POWERS: readonly [quantity: Quantity, drawn: number, fedIn: number][] = [
  ["active_power_total", 1, 2],
  ["active_power_l1", 21, 22],
  ["active_power_l2", 41, 42],
  ["active_power_l3", 61, 62],
];

function valuesOf(raw: ReadonlyMap<string, number>): Values {
  const values = new Map<Quantity, number>();
  const known = (key: string) => {
    const value = raw.get(key);
    return value === NO_VALUE ? undefined : value;
  };
  for (const [quantity, key, scale, unit] of PLAIN) {
    const value = known(key);
    if (value !== undefined) values.set(quantity, toBaseUnit(value, scale, unit));
  }
  for (const [quantity, drawn, fedIn] of POWERS) {
    const [plus, minus] = [known(`${drawn}.${NOW}`), known(`${fedIn}.${NOW}`)];
    if (plus !== undefined && minus !== undefined) {
      values.set(quantity, toBaseUnit(plus - minus, 0.1, "W"));
    }
  }
  return values;
}
