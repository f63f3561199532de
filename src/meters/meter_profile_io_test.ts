import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { isNoValue } from "./invalid_pattern.ts";
import { loadMeterProfile, shippedMeterProfiles } from "./meter_profile_io.ts";
import { type MeterProfile, type MeterRegister, readableRegisters } from "./profile.ts";
import { dimensionOf, type Quantity } from "./quantity.ts";
import { planReads } from "./read_plan.ts";
import { decodeImage, encodeImage } from "./register_image.ts";
import { bytesOf, registerCount } from "./register_value.ts";

async function shipped(id: string): Promise<MeterProfile> {
  const loaded = await loadMeterProfile(id, "/nowhere");
  assume(loaded.ok, JSON.stringify(loaded));
  return loaded.value;
}

/** A value that each register can hold exactly: a small power of two times its step. */
function exampleValue({ quantity, scale, unit }: MeterRegister): number {
  const typical = { voltage: 232, current: 16, frequency: 50, active_power: -3_750 } as const;
  const dimension = dimensionOf(quantity);
  if (dimension === "energy") return 123_456_000;
  if (dimension === "voltage" || dimension === "current" || dimension === "active_power") {
    return typical[dimension];
  }
  return dimension === "frequency" ? typical.frequency : unit === "percent" ? 1 : scale * 1_000;
}

/** Not one of them may get lost: sites name them. */
const SHIPPED = [
  "abb-b23-b24",
  "carlo-gavazzi-em24-e1",
  "carlo-gavazzi-em24-rs485",
  "carlo-gavazzi-em340-em540",
  "eastron-sdm630",
  "eastron-sdm72d-v2",
  "inepro-pro380",
  "janitza-umg604",
  "janitza-umg801",
  "janitza-umg96-b23",
  "phoenix-eem",
  "rish-master-3440",
  "schneider-conzerv-em1220-pm1200",
  "schneider-iem3155",
  "schneider-pm5xxx",
  "selec-mfm383a",
  "shelly-pro-3em",
  "siemens-7kt166x-pac1600",
  "siemens-pac2200",
  "siemens-pac3200",
  "sma-home-manager-2",
  "socomec-countis-e",
];

Deno.test("the shipped meters are there", async () => {
  const ids = await shippedMeterProfiles();
  assertEquals(SHIPPED.filter((id) => !ids.includes(id)), []);
});

Deno.test("the list of meters names every file", async () => {
  const list = await Deno.readTextFile(
    new URL("../../hardware/meters/README.md", import.meta.url),
  );
  assertEquals((await shippedMeterProfiles()).filter((id) => !list.includes(`\`${id}\``)), []);
});

/** They measure no currents: what they are for is said in their files. */
const WITHOUT_CURRENTS = ["sma-home-manager-2"];

for (const id of await shippedMeterProfiles()) {
  Deno.test(`${id}: the file can be read and bears its own id`, async () => {
    assertEquals((await shipped(id)).id, id);
  });

  for (const wordOrder of ["high-first", "low-first"] as const) {
    Deno.test(`${id}: values survive registers with words ${wordOrder}`, async () => {
      const profile = { ...await shipped(id), wordOrder };
      const readable = readableRegisters(profile);
      const values = new Map(readable.map((each) => [each.quantity, exampleValue(each)]));
      assertEquals(decodeImage(profile, encodeImage(profile, values)), values);
    });
  }

  Deno.test(`${id}: each invalid pattern is left out, and only there`, async () => {
    const profile = await shipped(id);
    for (const register of readableRegisters(profile)) {
      for (const bits of ["7fff", "8000", "ffff", "7ff8"]) {
        const words = wordsWith(bits, register, profile);
        const image = new Map(encodeImage(profile, new Map()));
        words.forEach((word, index) => image.set(register.address + index, word));
        const values = decodeImage(profile, image);
        const bytes = bytesOf(words, register.type, orderOf(profile));
        const float = register.type.startsWith("float");
        const invalid = float ? bits !== "8000" : isNoValue(bytes, register.type, profile.invalid);
        assertEquals(values.has(register.quantity), !invalid, register.quantity + bits);
      }
    }
  });

  Deno.test(`${id}: gives every line's current, voltage and power, and the direction`, async () => {
    const quantities = readableRegisters(await shipped(id)).map(({ quantity }) => quantity);
    const needed = ["voltage", "current", "active_power"].flatMap((each) =>
      [1, 2, 3].map((terminal) => `${each}_l${terminal}`)
    );
    const missing = needed.filter((each) => !quantities.some((quantity) => quantity === each));
    assertEquals(missing.length > 0, WITHOUT_CURRENTS.includes(id), missing.join());
  });

  Deno.test(`${id}: the registers of no two quantities overlap`, async () => {
    const { registers } = await shipped(id);
    const taken = registers.flatMap(({ address, type }) =>
      Array.from({ length: registerCount(type) }, (_, offset) => address + offset)
    );
    assertEquals(taken.length, new Set(taken).size);
  });

  Deno.test(`${id}: the plan keeps to what the meter takes`, async () => {
    const profile = await shipped(id);
    const reads = planReads(profile);
    assert(reads.every(({ count }) => count <= profile.maxRegistersPerRead));
    const registers = reads.flatMap(({ address, count }) =>
      Array.from({ length: count }, (_, offset) => address + offset)
    );
    for (const { address, type } of readableRegisters(profile)) {
      for (let offset = 0; offset < registerCount(type); offset++) {
        assert(registers.includes(address + offset), `${address + offset} is not read`);
      }
    }
  });
}

function orderOf({ wordOrder, byteOrder }: MeterProfile) {
  return { word: wordOrder, byte: byteOrder };
}

/** A number whose first register is `bits` and whose others repeat its last digit. */
function wordsWith(bits: string, { type }: MeterRegister, profile: MeterProfile): number[] {
  const rest = bits === "7ff8" || bits === "8000" ? 0 : 0xffff;
  const words = [Number.parseInt(bits, 16), ...Array(registerCount(type) - 1).fill(rest)];
  return profile.wordOrder === "high-first" ? words : words.toReversed();
}

Deno.test("eastron-sdm630: lies where the maker's list says", async () => {
  const profile = await shipped("eastron-sdm630");
  assertEquals(planReads(profile), [{ address: 0, count: 18 }, { address: 52, count: 24 }]);
  // 16.5 A is 0x41840000 in IEEE 754.
  const image = new Map(encodeImage(profile, new Map()));
  image.set(8, 0x4184);
  assertEquals(decodeImage(profile, image).get("current_l2"), 16.5);
});

Deno.test("the two EM24 differ in where energy and frequency lie, not in currents", async () => {
  const rs485 = await shipped("carlo-gavazzi-em24-rs485");
  const ethernet = await shipped("carlo-gavazzi-em24-e1");
  const addressIn = (profile: MeterProfile, quantity: Quantity) =>
    profile.registers.find((register) => register.quantity === quantity)?.address;
  assertEquals(addressIn(rs485, "current_l3"), addressIn(ethernet, "current_l3"));
  for (const quantity of ["energy_import_total", "frequency", "power_factor_total"] as const) {
    assertNotEquals(addressIn(rs485, quantity), addressIn(ethernet, quantity), quantity);
  }
  assertEquals(decodeImage(rs485, new Map([[12, 0], [13, 0x7fff]])).size, 0);
  assertEquals(decodeImage(rs485, new Map([[12, 0], [13, 0x7]])).get("current_l1"), 458.752);
});

/** A folder with one file, as beside site.yaml. */
async function withFile(
  text: string,
  check: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/own.yaml`, text);
    await check(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const OWN = `id: own
vendor: Own
models: [O1]
transports: [rtu]
functionCode: 3
wordOrder: high-first
currentSign: signed
confidence: low
sources: [me]
registers:
  - { quantity: current_l1, address: 0, type: int16, scale: 0.01, unit: A }
`;

Deno.test("loadMeterProfile() reads a file of the user's own beside site.yaml", async () => {
  await withFile(OWN, async (folder) => {
    const loaded = await loadMeterProfile("own.yaml", folder);
    assume(loaded.ok, "the file can be read");
    assertEquals(loaded.value.id, "own");
    assertEquals((await loadMeterProfile(`${folder}/own.yaml`, "/nowhere")).ok, true);
    assertEquals((await loadMeterProfile("own.yaml", new URL(`file://${folder}/`))).ok, true);
  });
});

const BROKEN: readonly [string, string, RegExp][] = [
  [
    "a wrong unit",
    OWN.replace("unit: A", "unit: V"),
    /own\.yaml:11: registers\[0\]\.unit: current_l1 cannot be in V/,
  ],
  ["a missing field", OWN.replace("vendor: Own\n", ""), /own\.yaml: vendor: /],
  [
    "a wrong field",
    OWN.replace("wordOrder: high-first", "wordOrder: little"),
    /own\.yaml:6: wordOrder: .*high-first/,
  ],
  ["no YAML", "id: [", /own\.yaml:\d+: /],
  ["a bomb of aliases", bomb(), /own\.yaml: .*[Aa]lias/],
  ["too long a file", OWN + "#".repeat(300_000), /own\.yaml: longer than 262144 bytes/],
];

/** YAML that would unfold to more than any memory. */
function bomb(): string {
  const levels = Array.from({ length: 20 }, (_, level) => {
    const item = level === 0 ? "x" : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array(10).fill(item).join(", ")}]`;
  });
  return levels.join("\n");
}

for (const [name, text, expected] of BROKEN) {
  Deno.test(`loadMeterProfile() says where a file has ${name}`, async () => {
    await withFile(text, async (folder) => {
      const loaded = await loadMeterProfile("own.yaml", folder);
      assume(!loaded.ok, "the file is refused");
      assert(loaded.error.some((problem) => expected.test(problem)), loaded.error.join("\n"));
    });
  });
}

Deno.test("loadMeterProfile() says so when there is no such file or profile", async () => {
  const missing = await loadMeterProfile("gone.yaml", "/nowhere");
  assertEquals(missing, { ok: false, error: ["/nowhere/gone.yaml: no such file"] });
  const unknown = await loadMeterProfile("acme", "/nowhere");
  assume(!unknown.ok, "there is no such profile");
  assert(/"acme"; known are .*eastron-sdm630/.test(unknown.error.join()), unknown.error.join());
});

Deno.test("loadMeterProfile() does not take a folder for a file", async () => {
  const folder = await Deno.makeTempDir({ suffix: ".yaml" });
  try {
    assertEquals(await loadMeterProfile(folder, "/"), {
      ok: false,
      error: [`${folder}: not a file`],
    });
  } finally {
    await Deno.remove(folder);
  }
});

Deno.test("loadMeterProfile() looks for shipped profiles nowhere else", async () => {
  for (const name of ["../meters/eastron-sdm630", "../../deno", ""]) {
    assertEquals((await loadMeterProfile(name, "/nowhere")).ok, false, name);
  }
});
