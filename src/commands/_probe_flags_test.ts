import { assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { USUAL_SERIAL } from "../meters/mod.ts";
import type { Flags } from "./command.ts";
import { readProbeFlags } from "./_probe_flags.ts";

function read(flags: Flags) {
  const asked = readProbeFlags(flags);
  assume(asked.ok, JSON.stringify(asked));
  return asked.value;
}

Deno.test("an address is asked at 502 by Modbus TCP, unless said otherwise", () => {
  assertEquals(read({ host: "h" }), {
    place: { kind: "tcp", host: "h", port: 502, isRtu: false },
    units: null,
  });
  assertEquals(read({ host: "h", port: "4196", framing: "rtu" }).place, {
    kind: "tcp",
    host: "h",
    port: 4196,
    isRtu: true,
  });
});

Deno.test("a serial port is searched at the usual speeds, or only as it was told", () => {
  const settings = (flags: Flags) => {
    const { place } = read({ device: "/dev/ttyUSB0", ...flags });
    return place.kind === "serial" ? place.settings : [];
  };
  assertEquals(settings({}), USUAL_SERIAL);
  assertEquals(settings({ baud: "1200", format: "8O1" }), [{ baud: 1_200, format: "8O1" }]);
  assertEquals(settings({ baud: "19200" }).map(({ format }) => format), ["8E1", "8N1", "8N2"]);
  assertEquals(settings({ format: "8O1" }), [{ baud: 9_600, format: "8O1" }]);
  assertEquals(settings({ format: "8E1" }).map(({ baud }) => baud), [19_200, 9_600, 38_400]);
});

Deno.test("unit numbers are ranges and numbers, each once", () => {
  assertEquals(read({ host: "h", units: "1-3,2,126" }).units, [1, 2, 3, 126]);
});

const WRONG: readonly [string, Flags, RegExp][] = [
  ["no place", {}, /^Where to look/],
  ["two places", { host: "h", device: "/dev/ttyS0" }, /^Where to look/],
  ["a port that is none", { host: "h", port: "70000" }, /^--port/],
  ["another framing", { host: "h", framing: "ascii" }, /^--framing/],
  ["a speed that no line has", { device: "/dev/ttyS0", baud: "9601" }, /^--baud is one of 1200/],
  ["a format that RTU cannot run on", { device: "/dev/ttyS0", format: "7E1" }, /^--format is one/],
  ["units that are no numbers", { host: "h", units: "a" }, /^--units/],
  ["units the wrong way round", { host: "h", units: "5-1" }, /^--units/],
  ["units beyond the last", { host: "h", units: "300" }, /^--units/],
];

for (const [name, flags, expected] of WRONG) {
  Deno.test(`${name}: said in a line`, () => {
    const asked = readProbeFlags(flags);
    assertEquals(!asked.ok && expected.test(asked.error), true, JSON.stringify(asked));
  });
}
