import { assertEquals } from "@std/assert";
import { assume } from "../../src/lib/assert.ts";
import { loadMeterProfile, shippedMeterProfiles } from "../../src/meters/meter_profile_io.ts";
import { baseUnitOf, isQuantity, type MeterProfile, toBaseUnit } from "../../src/meters/mod.ts";

/*
 * The shipped profiles against the collection of facts that they were written from. It is not part of
 * this repository: where `../shared/data` is not beside it, the tests say so and count as skipped.
 */

interface Fact {
  readonly id: string;
  readonly fc?: number;
  readonly word_order?: string;
  readonly max_read_registers?: number;
  readonly address_base?: number | string;
  readonly registers?: readonly {
    readonly q: string;
    readonly addr: number;
    readonly type: string;
    readonly scale: number | string;
    readonly unit: string;
  }[];
}

const FILE = new URL("../../../shared/data/meters-facts.json", import.meta.url);

const facts: readonly Fact[] | null = await Deno.readTextFile(FILE).then(
  (text) => JSON.parse(text).meters,
  () => null,
);

/** Names that the facts have otherwise. */
const RENAMED: Readonly<Record<string, string>> = {
  voltage_ln_avg: "voltage_ln_average",
  current_avg: "current_average",
  current_neutral_or_sum: "current_neutral",
};

/** What is told by discovery or by presets has no map of its own; of two meters nobody knows one. */
const WITHOUT_MAP = /^(sunspec-|kostal-ksem|tasmota-mqtt|esphome-mqtt|secure-elite|lt-wl44xx)/;

/** A register as both sides can say it: what 1 raw means in the base unit. */
function factLines({ registers = [] }: Fact): readonly string[] {
  return registers.map(({ q, addr, type, scale, unit }) => {
    const name = RENAMED[q] ?? q;
    assume(isQuantity(name) && typeof scale === "number", `${q} is known`);
    const inBase = unit.startsWith("kWh") ? scale * 1_000 : scale;
    return `${name} ${addr} ${type} ${Number(inBase.toPrecision(12))} ${baseUnitOf(name)}`;
  }).toSorted();
}

function profileLines({ registers }: MeterProfile): readonly string[] {
  return registers.map(({ quantity, address, type, scale, unit }) =>
    `${quantity} ${address} ${type} ${toBaseUnit(1, scale, unit)} ${baseUnitOf(quantity)}`
  ).toSorted();
}

Deno.test({
  name: "every meter of the facts is shipped, or is told by discovery or a preset" +
    (facts === null ? " (skipped: ../shared/data is not here)" : ""),
  ignore: facts === null,
  async fn() {
    const wanted = (facts ?? []).map(({ id }) => id).filter((id) => !WITHOUT_MAP.test(id));
    assertEquals(await shippedMeterProfiles(), wanted.toSorted());
  },
});

for (const fact of (facts ?? []).filter(({ id }) => !WITHOUT_MAP.test(id))) {
  Deno.test(`${fact.id}: registers, order and limit are those of the facts`, async () => {
    const loaded = await loadMeterProfile(fact.id, "/nowhere");
    assume(loaded.ok, `${fact.id} is shipped`);
    const profile = loaded.value;
    assertEquals(profileLines(profile), factLines(fact));
    assertEquals(profile.functionCode, fact.fc);
    const isLittle = fact.word_order?.startsWith("little") ?? false;
    assertEquals(profile.wordOrder, isLittle ? "low-first" : "high-first");
    const limit = fact.max_read_registers ?? 125;
    assertEquals(profile.maxRegistersPerRead <= limit, true);
  });
}
