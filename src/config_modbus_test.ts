import { assert, assertEquals } from "@std/assert";
import { assume } from "./lib/assert.ts";
import { type ConfigPorts, readConfig } from "./config.ts";
import { loadMeterProfile } from "./meters/meter_profile_io.ts";
import type { MeterOptions } from "./meters/mod.ts";

const LOADED = await loadMeterProfile("eastron-sdm630", ".");
assume(LOADED.ok, "the profile is shipped");
const PROFILE = LOADED.value;

/** `sdm` leaves the factory at 9600 8N1, `fast` at 19200 8E1 with unit 126; of `odd` nobody knows it. */
const PORTS: ConfigPorts = {
  env: () => null,
  file: () => null,
  profile(name) {
    if (name === "fast") return { ...PROFILE, serial: { baud: 19_200, format: "8E1", unit: 126 } };
    if (name === "unchecked") return { ...PROFILE, confidence: "low" };
    if (name === "odd") return { ...PROFILE, serial: undefined };
    return name === "sdm" ? PROFILE : { problem: `There is no meter profile "${name}"` };
  },
};

const site = (...meters: readonly string[]) =>
  `meters:\n${meters.map((each) => `  - { ${each} }\n`).join("")}`;

const bus = (id: string, more: string) =>
  `id: ${id}, driver: modbus-rtu, device: /dev/ttyUSB0, ${more}`;

function accepted(text: string): readonly MeterOptions[] {
  const reading = readConfig(text, PORTS);
  assume(reading.ok, JSON.stringify(reading));
  return reading.config.meters;
}

function problems(text: string): readonly string[] {
  const reading = readConfig(text, PORTS);
  assume(!reading.ok, "expected problems");
  return reading.problems.map(({ path, line, message }) => `${path}:${line}: ${message}`);
}

function notices(text: string): readonly string[] {
  const reading = readConfig(text, PORTS);
  assume(reading.ok, JSON.stringify(reading));
  return reading.notices.map(({ path, line, message }) => `${path}:${line}: ${message}`);
}

/** Speed and format of each meter's bus. */
function serials(text: string): readonly string[] {
  return accepted(text).map((meter) =>
    meter.driver === "modbus-rtu" ? `${meter.serial.baud} ${meter.serial.format}` : meter.driver
  );
}

Deno.test("a serial meter has what its line says, and the defaults of a serial line", () => {
  const [meter] = accepted(site(bus("a", "unit: 3, profile: sdm, spacing: 20ms, interval: 2s")));
  assume(meter?.driver === "modbus-rtu", "expected a serial meter");
  const { device, unit, requestSpacingMs, intervalMs, readTimeoutMs, serial } = meter;
  assertEquals(
    { device, unit, requestSpacingMs, intervalMs, readTimeoutMs, serial },
    {
      device: "/dev/ttyUSB0",
      unit: 3,
      requestSpacingMs: 20,
      intervalMs: 2_000,
      readTimeoutMs: 500,
      serial: { baud: 9_600, format: "8N1" },
    },
  );
});

Deno.test("a meter behind a serial device server has an address like one on TCP", () => {
  const [meter] = accepted(
    site("id: a, driver: modbus-rtu-over-tcp, host: 10.0.0.7, port: 4196, unit: 2, profile: sdm"),
  );
  assume(meter?.driver === "modbus-rtu-over-tcp", "expected RTU over TCP");
  assertEquals([meter.host, meter.port, meter.unit, meter.readTimeoutMs], [
    "10.0.0.7",
    4196,
    2,
    1_000,
  ]);
});

Deno.test("speed and format: the meter's own word, then another's on the bus, then the profile's", () => {
  assertEquals(serials(site(bus("a", "profile: fast"))), ["19200 8E1"]);
  assertEquals(serials(site(bus("a", "profile: odd"))), ["9600 8N1"]);
  assertEquals(serials(site(bus("a", "profile: fast, baud: 38400"))), ["38400 8E1"]);
  assertEquals(
    serials(site(
      bus("a", "unit: 1, profile: sdm"),
      bus("b", "unit: 2, profile: fast, baud: 19200, format: 8N1"),
    )),
    ["19200 8N1", "19200 8N1"],
  );
});

Deno.test("8E1 may stand without quotes, though YAML takes it for a number", () => {
  assertEquals(serials(site(bus("a", "profile: sdm, format: 8E1"))), ["9600 8E1"]);
  assertEquals(serials(site(bus("a", 'profile: sdm, format: "8E2"'))), ["9600 8E2"]);
  assertEquals(serials(site(bus("a", "profile: sdm, format: 8E2"))), ["9600 8E2"]);
});

Deno.test("two buses may differ", () => {
  const other = "id: b, driver: modbus-rtu, device: /dev/ttyUSB1, profile: fast";
  assertEquals(serials(site(bus("a", "profile: sdm"), other)), ["9600 8N1", "19200 8E1"]);
});

const WRONG: readonly [string, string, string][] = [
  [
    "two speeds on one bus",
    site(bus("a", "unit: 1, profile: sdm"), bus("b", "unit: 2, profile: fast")),
    'meters[1].baud:3: /dev/ttyUSB0 runs at 9600 8N1 for meter "a", but at 19200 8E1 here: all meters ' +
    "on one bus need the same baud and format",
  ],
  [
    "two formats on one bus",
    site(
      bus("a", "unit: 1, profile: sdm, format: 8N1"),
      bus("b", "unit: 2, profile: sdm, format: 8E1"),
    ),
    'meters[1].format:3: /dev/ttyUSB0 runs at 9600 8N1 for meter "a", but at 9600 8E1 here: all meters ' +
    "on one bus need the same baud and format",
  ],
  [
    "one unit twice on a bus, the second time by the profile",
    site(bus("a", "unit: 1, profile: sdm"), bus("b", "profile: sdm")),
    'meters[1].unit:3: Unit 1 of /dev/ttyUSB0 is meter "a" already',
  ],
  [
    "one unit twice behind a gateway",
    site(
      "id: a, driver: modbus-tcp, host: GW, unit: 4, profile: sdm",
      "id: b, driver: modbus-tcp, host: gw, unit: 4, profile: sdm",
    ),
    'meters[1].unit:3: Unit 4 of gw:502 is meter "a" already',
  ],
  [
    "two ways of speaking to one address",
    site(
      "id: a, driver: modbus-tcp, host: gw, unit: 1, profile: sdm",
      "id: b, driver: modbus-rtu-over-tcp, host: gw, unit: 2, profile: sdm",
    ),
    'meters[1].driver:3: Meter "a" reaches gw:502 by modbus-tcp: one line speaks one way',
  ],
];

for (const [name, text, expected] of WRONG) {
  Deno.test(`${name}: said once, with its line`, () => {
    assertEquals(problems(text), [expected]);
  });
}

const REFUSED: readonly [string, string, RegExp][] = [
  [
    "a speed that no line has",
    "profile: sdm, baud: 9601",
    /^meters\[0\]\.baud:2: Expected one of 1200, /,
  ],
  [
    "a format without eight bits",
    "profile: sdm, format: 7E1",
    /^meters\[0\]\.format:2: Expected one of 8N1/,
  ],
  ["the unit that nobody answers", "profile: sdm, unit: 0", /^meters\[0\]\.unit:2: /],
  ["a host", "profile: sdm, host: h", /^meters\[0\]\.host:2: /],
  [
    "a profile that is not there",
    "profile: acme",
    /^meters\[0\]\.profile:2: There is no meter profile/,
  ],
];

for (const [name, more, expected] of REFUSED) {
  Deno.test(`a serial meter with ${name} is refused with its line`, () => {
    const [first = "", ...others] = problems(site(bus("a", more)));
    assert(expected.test(first), first);
    assertEquals(others, []);
  });
}

Deno.test("a device without its full name, or with a comma, is refused", () => {
  for (const device of ["ttyUSB0", '"/dev/a,b"', "/"]) {
    const text = site(`id: a, driver: modbus-rtu, device: ${device}, profile: sdm`);
    assert(/^meters\[0\]\.device:2: Expected the full name/.test(problems(text)[0] ?? ""));
  }
});

Deno.test("two registers' worth of one device may be two meters, of different profiles", () => {
  const text = site(
    bus("a", "unit: 1, profile: sdm"),
    bus("b", "unit: 1, profile: odd"),
  );
  assertEquals(accepted(text).length, 2);
});

Deno.test("a profile that nobody has compared with a device is remarked", () => {
  const meter = "id: a, driver: modbus-tcp, host: h, profile: unchecked";
  assertEquals(notices(site(meter)), [
    "meters[0].profile:2: Nobody has compared the profile eastron-sdm630 with a device yet: compare " +
    "every line with the meter's display before you rely on it",
  ]);
  assertEquals(notices(site(meter.replace("unchecked", "sdm"))), []);
});

Deno.test("a meter that leaves the factory with another unit on its serial line has that there", () => {
  const unit = (text: string) => {
    const [meter] = accepted(site(text));
    return meter !== undefined && "profile" in meter ? meter.unit : null;
  };
  assertEquals(unit(bus("a", "profile: fast")), 126);
  assertEquals(unit("id: a, driver: modbus-rtu-over-tcp, host: h, profile: fast"), 126);
  assertEquals(unit("id: a, driver: modbus-tcp, host: h, profile: fast"), 1);
  assertEquals(unit(bus("a", "unit: 5, profile: fast")), 5);
});

Deno.test("a bus that cannot carry its meters is remarked, with what to do", () => {
  const four = [1, 2, 3, 4].map((unit) => bus(`m${unit}`, `unit: ${unit}, profile: sdm`));
  assertEquals(notices(site(...four)), []);
  const crowded = notices(site(...four.map((each) => `${each}, interval: 500ms`)));
  assertEquals(crowded, [
    "meters[0].interval:2: The meters on /dev/ttyUSB0 take about 1.7 times what it can carry: raise " +
    "their interval or the bus's baud, or use a second adapter",
  ]);
});
