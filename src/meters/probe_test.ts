import { assert, assertEquals } from "@std/assert";
import { type DeviceLine, lineWith, SILENT } from "../../test/support/device_line.ts";
import { valuesOf } from "../../test/support/meters.ts";
import { COMMON_MODEL, INVERTER_103, METER_203, sunspecImage } from "../../test/support/sunspec.ts";
import { assume } from "../lib/assert.ts";
import { loadMeterProfile, shippedMeterProfiles } from "./meter_profile_io.ts";
import { describeSerial, type SerialSettings } from "./serial_line.ts";
import {
  optionsAt,
  probeLine,
  type ProbeListener,
  type ProbeOptions,
  searchMostMs,
  searchSpeeds,
  settingsToTry,
  USUAL_SERIAL,
} from "./probe.ts";
import type { ReadFault } from "./modbus_line.ts";
import { isAlike } from "./probe_match.ts";
import type { MeterProfile } from "./profile.ts";
import { PART_ORDERS } from "./register_value.ts";
import { encodeImage } from "./register_image.ts";

async function profileOf(id: string): Promise<MeterProfile> {
  const loaded = await loadMeterProfile(id, "/nowhere");
  assume(loaded.ok, `${id} is shipped`);
  return loaded.value;
}

const PROFILES = await Promise.all((await shippedMeterProfiles()).map(profileOf));
const SDM630 = await profileOf("eastron-sdm630");

/** A site that draws on two lines and feeds in on the third. */
const VALUES = valuesOf({
  voltage_l1: 231.5,
  voltage_l2: 229,
  voltage_l3: 233,
  current_l1: 16,
  current_l2: 8,
  current_l3: 12,
  active_power_l1: 3_600,
  active_power_l2: 1_800,
  active_power_l3: -2_700,
  active_power_total: 2_700,
  frequency: 50,
  energy_import_total: 1_230_000,
});

function device(profile: MeterProfile, unit: number) {
  const registers = encodeImage(profile, VALUES);
  return { unit, functionCode: profile.functionCode, registers };
}

const fault = (value: ReadFault) => () => ({ kind: "fault", fault: value } as const);

/** What a search said on its way. */
function listening() {
  const said: string[] = [];
  const listener: ProbeListener = {
    searching: (units, mostMs) => void said.push(`${units} units, ${mostMs} ms`),
    found: (unit) => void said.push(`unit ${unit}`),
  };
  return { said, listener };
}

async function search(line: DeviceLine, changes: Partial<ProbeOptions> = {}) {
  const { said, listener } = listening();
  const options = { units: [1, 2, 3], profiles: PROFILES, timeoutMs: 300, lineMs: 0, ...changes };
  const outcome = await probeLine(line, options, listener, new AbortController().signal);
  return { outcome, said };
}

async function found(line: DeviceLine, changes: Partial<ProbeOptions> = {}) {
  const { outcome } = await search(line, changes);
  assume(outcome.kind === "searched", JSON.stringify(outcome));
  return outcome.found;
}

Deno.test("a SunSpec device is known by its mark, with each of its meters and inverters", async () => {
  const models = [COMMON_MODEL, INVERTER_103, METER_203, METER_203];
  for (const base of [40_000, 50_000, 0]) {
    const registers = sunspecImage(base, models);
    const [meter] = await found(lineWith([{ unit: 2, functionCode: 3, registers }]));
    const matches = (meter?.matches ?? []).filter(({ sunspec }) => sunspec !== undefined);
    assertEquals(matches.map(({ sunspec }) => sunspec), [
      { model: 203, nth: 1 },
      { model: 203, nth: 2 },
      { model: 103, nth: 1 },
    ]);
    assertEquals(meter?.matches[0], matches[0], "surer than any profile");
    assertEquals(matches[0]?.values.get("current_l1"), 12.34);
    assertEquals(matches[2]?.values.get("active_power_total"), -9_000);
  }
});

Deno.test("a SunSpec device that ends in the middle of its list costs nothing but that", async () => {
  const whole = sunspecImage(40_000, [COMMON_MODEL]);
  const registers = new Map([...whole].filter(([address]) => address < 40_060));
  const [meter] = await found(lineWith([{ unit: 2, functionCode: 3, registers }]));
  assertEquals(meter?.matches, []);
});

for (const profile of PROFILES.filter(({ id }) => id !== "sma-home-manager-2")) {
  for (const wordOrder of PART_ORDERS) {
    Deno.test(`${profile.id} is recognised with words ${wordOrder}`, async () => {
      const [meter, ...others] = await found(lineWith([device({ ...profile, wordOrder }, 2)]));
      assertEquals([meter?.unit, others], [2, []]);
      const [best] = meter?.matches ?? [];
      assume(best !== undefined, "something matches");
      const alike = (meter?.matches ?? []).filter((each) => isAlike(each, best));
      const own = alike.find((match) => match.profile.id === profile.id);
      assert(own !== undefined, alike.map((match) => match.profile.id).join());
      assertEquals(own?.wordOrder, wordOrder);
    });
  }
}

Deno.test("a search says how much it asks, for how long at most, and who answers", async () => {
  const { said } = await search(lineWith([device(SDM630, 3)]));
  assertEquals(said, ["3 units, 1800 ms", "unit 3"]);
});

Deno.test("each unit on a bus is found", async () => {
  const meters = await found(lineWith([device(SDM630, 1), device(SDM630, 3)]));
  assertEquals(meters.map(({ unit, matches }) => [unit, matches[0]?.profile.id]), [
    [1, "eastron-sdm630"],
    [3, "eastron-sdm630"],
  ]);
});

Deno.test("somebody of whom no profile makes sense is found all the same", async () => {
  const registers = new Map([[0, 7], [1, 8]]);
  const meters = await found(lineWith([{ unit: 1, functionCode: 3, registers }]));
  assertEquals(meters, [{ unit: 1, matches: [] }]);
});

Deno.test("nobody, a gateway's word for nobody, and noise are told apart", async () => {
  const searched = { kind: "searched", found: [], noise: null, anyUnit: false } as const;
  assertEquals((await search(lineWith([]))).outcome, searched);
  const gateway = lineWith([], fault({ kind: "exception", code: 11 }));
  assertEquals((await search(gateway)).outcome, searched);
  const noisy = lineWith([], fault({ kind: "malformed", reason: "5 bytes" }));
  assertEquals((await search(noisy)).outcome, { ...searched, noise: "5 bytes" });
  const other = lineWith([], fault({ kind: "wrong-unit", unit: 9 }));
  assertEquals((await search(other)).outcome, { ...searched, noise: "an answer of unit 9" });
});

Deno.test("an address that cannot be reached ends the search at its first question", async () => {
  const line = lineWith([], fault({ kind: "unreachable", reason: "h:502 refuses the connection" }));
  const { outcome } = await search(line);
  assertEquals(outcome, { kind: "unreachable", reason: "h:502 refuses the connection" });
  assertEquals(line.asked.length, 1);
});

Deno.test("a meter that answers to every number is told once", async () => {
  const { registers } = device(SDM630, 1);
  const line = lineWith([], (read) => {
    const words = Array.from({ length: read.count }, (_, at) => registers.get(read.address + at));
    return words.every((word) => word !== undefined) && read.functionCode === 4
      ? { kind: "registers", registers: words }
      : fault({ kind: "exception", code: 2 })();
  });
  const { outcome } = await search(line);
  assume(outcome.kind === "searched", "it is searched");
  assertEquals([outcome.found.map(({ unit }) => unit), outcome.anyUnit], [[1], true]);
});

Deno.test("no question is asked twice, and none is longer than a profile allows", async () => {
  const line = lineWith([device(SDM630, 1)]);
  await search(line, { units: [1] });
  const asked = line.asked.filter(({ unit }) => unit === 1)
    .map(({ functionCode, address, count }) => `${functionCode} ${address} ${count}`);
  assertEquals(asked.length, new Set(asked).size);
  assert(line.asked.every(({ count }) => count <= 125));
});

Deno.test("a search that is called off asks nothing more", async () => {
  const stop = new AbortController();
  const line = lineWith([], () => {
    stop.abort();
    return SILENT;
  });
  const { listener } = listening();
  const options = { units: [1, 2, 3], profiles: PROFILES, timeoutMs: 300, lineMs: 0 };
  assertEquals(await probeLine(line, options, listener, stop.signal), { kind: "stopped" });
  assert(line.asked.length <= 2, `${line.asked.length} questions`);
});

const SPEEDS = [
  { baud: 9_600, format: "8N1" },
  { baud: 19_200, format: "8E1" },
  { baud: 38_400, format: "8N1" },
] as const;

async function searchBus(at: string, otherwise: () => DeviceLine) {
  const tried: string[] = [];
  const lines: DeviceLine[] = [];
  const { listener } = listening();
  const open = (serial: SerialSettings) => {
    const line = describeSerial(serial) === at ? lineWith([device(SDM630, 1)]) : otherwise();
    lines.push(line);
    return line;
  };
  const trying = (serial: SerialSettings) => void tried.push(describeSerial(serial));
  const options = { units: [1], profiles: PROFILES, timeoutMs: 300, lineMs: 0 };
  const { signal } = new AbortController();
  const came = await searchSpeeds(open, SPEEDS, options, { ...listener, trying }, signal);
  assert(lines.every((line) => line.isReleased()), "every port is given back");
  return { ...came, tried };
}

Deno.test("a bus is searched until somebody answers, and no further", async () => {
  const { serial, outcome, tried } = await searchBus("19200 8E1", () => lineWith([]));
  assertEquals(tried, ["9600 8N1", "19200 8E1"]);
  assertEquals(describeSerial(serial), "19200 8E1");
  assert(outcome.kind === "searched" && outcome.found.length === 1);
});

Deno.test("a bus on which nobody answers at any speed keeps what was heard", async () => {
  const noisy = () => lineWith([], fault({ kind: "malformed", reason: "7 bytes" }));
  const { outcome, tried } = await searchBus("never", noisy);
  assertEquals(tried.length, 3);
  assert(outcome.kind === "searched" && outcome.noise === "7 bytes");
});

Deno.test("a speed that the adapter cannot do is passed over", async () => {
  const unfit = {
    kind: "unreachable",
    reason: "/dev/x cannot be set to this speed or format",
  } as const;
  const { outcome, tried } = await searchBus("never", () => lineWith([], fault(unfit)));
  assertEquals([outcome, tried.length], [unfit, 3]);
});

Deno.test("a port that is not there is not tried at every speed", async () => {
  const gone = () => lineWith([], fault({ kind: "unreachable", reason: "there is no port" }));
  const { outcome, tried } = await searchBus("never", gone);
  assertEquals([outcome, tried.length], [{ kind: "unreachable", reason: "there is no port" }, 1]);
});

Deno.test("how long a search takes at most is more the slower the line is", () => {
  const options = { units: [1, 2, 3], profiles: [], timeoutMs: 300, lineMs: 0 };
  assertEquals(searchMostMs(options), 1_800);
  const at = (baud: SerialSettings["baud"]) =>
    searchMostMs(optionsAt({ baud, format: "8N1" }, options));
  // 17 bytes of 10 bits and two silences of 3.5 bytes, six times.
  assertEquals(at(1_200), 3_000);
  assertEquals(at(115_200) < 1_850, true);
});

Deno.test("what a meter leaves the factory with is tried first, and all the rest after it", () => {
  const shown = (settings: readonly SerialSettings[]) => settings.map(describeSerial);
  const [first, ...others] = settingsToTry(USUAL_SERIAL, [SDM630], true);
  const factory = SDM630.serial;
  assertEquals(first && describeSerial(first), `${factory?.baud} ${factory?.format}`);
  assertEquals(shown([first, ...others]).toSorted(), shown(USUAL_SERIAL).toSorted());
  const odd = { ...SDM630, serial: { baud: 4_800, format: "8O1" } as const };
  assertEquals(shown(settingsToTry(USUAL_SERIAL, [odd], true))[0], "4800 8O1");
  assertEquals(settingsToTry(USUAL_SERIAL, [odd], false), USUAL_SERIAL, "not what was ruled out");
  assertEquals(settingsToTry(USUAL_SERIAL, [], true), USUAL_SERIAL);
});

Deno.test("every shipped meter's own speed is among those that are tried", () => {
  for (const { id, serial } of PROFILES) {
    if (serial === undefined) continue;
    const own = `${serial.baud} ${serial.format}`;
    assert(USUAL_SERIAL.some((each) => describeSerial(each) === own), `${id}: ${own}`);
  }
});
