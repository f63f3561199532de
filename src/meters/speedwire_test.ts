import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { assume } from "../lib/assert.ts";
import { SPEEDWIRE_HOUSE, speedwireDatagram } from "../../test/support/speedwire.ts";
import { OTHER_DATAGRAM, readSpeedwire, type SpeedwireReading } from "./speedwire.ts";

const SENDER = { serial: 3_010_987_654 };

function read(bytes: Uint8Array): SpeedwireReading {
  const result = readSpeedwire(bytes);
  assume(result.ok && result.value !== OTHER_DATAGRAM, JSON.stringify(result));
  return result.value;
}

for (const protocol of [0x6069, 0x6081]) {
  Deno.test(`a datagram of protocol ${protocol.toString(16)} gives all values in base units`, () => {
    const reading = read(speedwireDatagram(SPEEDWIRE_HOUSE, { ...SENDER, protocol }));
    assertEquals(reading.serial, 3_010_987_654);
    assertEquals(reading.susyId, 372);
    assertEquals(Object.fromEntries(reading.values), {
      frequency: 49.987,
      current_l1: 8.75,
      voltage_l1: 229.8,
      current_l2: 4.4,
      voltage_l2: 230.1,
      current_l3: 1.01,
      voltage_l3: 231.4,
      energy_import_total: 10_000_000,
      energy_export_total: 2_000,
      active_power_total: 1_230,
      active_power_l1: 2_000,
      active_power_l2: -1_000,
      active_power_l3: 230,
    });
  });
}

Deno.test("a value that the meter does not have is absent, never zero", () => {
  const { values } = read(
    speedwireDatagram({ "1.4": 10, "2.4": 0, "31.4": 0xffff_ffff, "21.4": 5 }, SENDER),
  );
  assertEquals(Object.fromEntries(values), { active_power_total: 1 });
});

Deno.test("inverters and searches on the same group are another kind of datagram", () => {
  const inverter = speedwireDatagram({}, { ...SENDER, protocol: 0x6065 });
  assertEquals(readSpeedwire(inverter), { ok: true, value: OTHER_DATAGRAM });
});

Deno.test("a datagram that is shorter or longer than it says is none", () => {
  const whole = speedwireDatagram(SPEEDWIRE_HOUSE, SENDER);
  for (let length = 0; length < whole.length; length++) {
    assertEquals(readSpeedwire(whole.slice(0, length)).ok, false, `${length} bytes`);
  }
  assertEquals(readSpeedwire(Uint8Array.of(...whole, 0)).ok, false);
});

Deno.test("a datagram whose last value is cut off by its own length is none", () => {
  const whole = speedwireDatagram({ "1.4": 10, "1.8": 5n }, SENDER);
  // Four bytes less, and the length says so too: the software's version is missing.
  const broken = Uint8Array.of(...whole.slice(0, -8), 0, 0, 0, 0);
  broken[13] = (whole[13] ?? 0) - 4;
  assertEquals(readSpeedwire(broken), {
    ok: false,
    error: "a datagram with a value that is cut off or of no known kind",
  });
});

Deno.test("a value of no known kind makes the whole datagram none: it may be out of step", () => {
  const broken = speedwireDatagram({ "1.4": 10, "2.4": 0 }, SENDER);
  broken[28 + 2] = 8;
  assertEquals(readSpeedwire(broken).ok, false);
});

Deno.test("any bytes are read without a fault, and no value is ever NaN", () => {
  const anyTail = fc.uint8Array({ maxLength: 120 });
  fc.assert(fc.property(anyTail, fc.boolean(), (tail, framed) => {
    const head = [0x53, 0x4d, 0x41, 0, 0, 4, 2, 0xa0, 0, 0, 0, 1, 0, tail.length + 2, 0, 0x10];
    const bytes = framed ? Uint8Array.from([...head, 0x60, 0x69, ...tail, 0, 0, 0, 0]) : tail;
    const result = readSpeedwire(bytes);
    if (!result.ok || result.value === OTHER_DATAGRAM) return;
    for (const value of result.value.values.values()) assert(Number.isFinite(value));
  }));
});

Deno.test("what a meter measures comes out as it went in", () => {
  const tenths = fc.integer({ min: 0, max: 2_000_000 });
  fc.assert(fc.property(tenths, tenths, fc.boolean(), (power, milliamps, feeds) => {
    const values = { "21.4": feeds ? 0 : power, "22.4": feeds ? power : 0, "31.4": milliamps };
    const reading = read(speedwireDatagram(values, SENDER));
    const sign = feeds ? -1 : 1;
    const watts = reading.values.get("active_power_l1") ?? NaN;
    assert(Math.abs(watts - sign * power / 10) < 1e-9);
    assert(Math.abs((reading.values.get("current_l1") ?? NaN) - milliamps / 1_000) < 1e-9);
  }));
});
