import { assert, assertEquals } from "@std/assert";
import { testProfile } from "../../test/support/meters.ts";
import { assume } from "../lib/assert.ts";
import { parseMeterProfile, readableRegisters } from "./profile.ts";

/** What a short file would hold. */
function file(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "acme-m1",
    vendor: "Acme",
    models: ["M1"],
    transports: ["rtu"],
    functionCode: 3,
    wordOrder: "low-first",
    currentSign: "signed",
    confidence: "medium",
    sources: ["the maker's list"],
    registers: [{ quantity: "current_l1", address: 7, type: "int16", unit: "mA" }],
    ...changes,
  };
}

/** The only register, changed. */
function withRegister(changes: Record<string, unknown>): Record<string, unknown> {
  return file({
    registers: [{ quantity: "current_l1", address: 7, type: "int16", unit: "mA", ...changes }],
  });
}

Deno.test("parseMeterProfile() fills in what a file leaves out", () => {
  const parsed = parseMeterProfile(file());
  assume(parsed.ok, "the file is good");
  assertEquals(parsed.value, {
    id: "acme-m1",
    vendor: "Acme",
    models: ["M1"],
    transports: ["rtu"],
    functionCode: 3,
    wordOrder: "low-first",
    byteOrder: "high-first",
    maxRegistersPerRead: 125,
    maxGap: 0,
    invalid: [],
    currentSign: "signed",
    unit: 1,
    registers: [{ quantity: "current_l1", address: 7, type: "int16", scale: 1, unit: "mA" }],
    confidence: "medium",
    sources: ["the maker's list"],
  });
});

Deno.test("parseMeterProfile() keeps what a profile says", () => {
  const profile = testProfile({
    maxGap: 4,
    serial: { baud: 19_200, format: "8E1" },
    tcp: { port: 1502 },
    notes: "none",
  });
  assertEquals(parseMeterProfile(profile), { ok: true, value: profile });
});

const PROBLEMS: readonly [string, unknown, string, RegExp][] = [
  ["no mapping", "text", "", /expected object/],
  ["an unknown field", file({ colour: "red" }), "", /colour/],
  ["a missing field", file({ functionCode: undefined }), "functionCode", /3\|4/],
  ["a function that writes", file({ functionCode: 6 }), "functionCode", /3\|4/],
  ["an id with spaces", file({ id: "My Meter" }), "id", /lower-case words joined by -/],
  ["no source", file({ sources: [] }), "sources", /1/],
  ["a read that Modbus forbids", file({ maxRegistersPerRead: 126 }), "maxRegistersPerRead", /125/],
  ["a strange pattern", file({ invalid: ["NaN"] }), "invalid.0", /max-positive/],
  // Without quotes YAML makes a number of it.
  ["a pattern without quotes", file({ invalid: [0x7fff] }), "invalid.0", /quoted pattern/],
  [
    "a serial line with odd words",
    file({ serial: { baud: 9600, format: "9X1" } }),
    "serial.format",
    /8N1/,
  ],
  ["an unknown quantity", withRegister({ quantity: "amps" }), "registers.0.quantity", /current_l1/],
  [
    "an address in the 3xxxx style",
    withRegister({ address: 300_007 }),
    "registers.0.address",
    /65535/,
  ],
  ["an unknown type", withRegister({ type: "acc32" }), "registers.0.type", /int16/],
  ["a scale of nothing", withRegister({ scale: 0 }), "registers.0.scale", /other than 0/],
  ["a unit of another dimension", withRegister({ unit: "V" }), "registers.0.unit", /its unit is A/],
  [
    "a number past the last register",
    withRegister({ address: 65_535, type: "int32" }),
    "registers.0.address",
    /ends past/,
  ],
  [
    "a number that no read can hold",
    { ...withRegister({ type: "float64" }), maxRegistersPerRead: 3 },
    "registers.0.type",
    /does not fit into one read/,
  ],
  [
    "a quantity that is there twice",
    file({
      registers: [
        { quantity: "current_l1", address: 0, type: "int16", unit: "A" },
        { quantity: "current_l1", address: 1, type: "int16", unit: "A" },
      ],
    }),
    "registers.1.quantity",
    /there twice/,
  ],
  [
    "nothing that a sample needs",
    withRegister({ quantity: "power_factor_l1", unit: "ratio" }),
    "registers",
    /at least one readable quantity/,
  ],
  ["nothing that may be read", withRegister({ confidence: "low" }), "registers", /readable/],
];

for (const [name, value, path, message] of PROBLEMS) {
  Deno.test(`parseMeterProfile() names ${name}`, () => {
    const parsed = parseMeterProfile(value);
    assume(!parsed.ok, "the file is refused");
    const found = parsed.error.find((problem) => problem.path.join(".") === path);
    assume(found !== undefined, JSON.stringify(parsed.error));
    assert(message.test(found.message), found.message);
  });
}

Deno.test("parseMeterProfile() tells all problems at once", () => {
  const parsed = parseMeterProfile({ ...withRegister({ unit: "V" }), vendor: "", unit: 300 });
  assume(!parsed.ok, "the file is refused");
  const paths = parsed.error.map(({ path }) => path.join("."));
  assert(paths.includes("vendor") && paths.includes("unit"), paths.join(" "));
});

Deno.test("readableRegisters() leaves out what no sample needs and what nobody has checked", () => {
  const profile = testProfile({
    registers: [
      { quantity: "frequency", address: 50, type: "int16", scale: 0.1, unit: "Hz" },
      { quantity: "current_l1", address: 10, type: "int16", scale: 1, unit: "A" },
      { quantity: "power_factor_l1", address: 20, type: "int16", scale: 1, unit: "ratio" },
      {
        quantity: "energy_export_total",
        address: 30,
        type: "int32",
        scale: 1,
        unit: "kWh",
        confidence: "low",
      },
    ],
  });
  assertEquals(readableRegisters(profile).map(({ quantity }) => quantity), [
    "current_l1",
    "frequency",
  ]);
});
