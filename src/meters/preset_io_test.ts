import { assert, assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { readPayload, valueReader } from "./payload.ts";
import { fillPreset, type MeterPreset } from "./preset.ts";
import { loadMeterPreset, shippedMeterPresets } from "./preset_io.ts";

async function shipped(name: string): Promise<MeterPreset> {
  const loaded = await loadMeterPreset(name, ".");
  assume(loaded.ok, JSON.stringify(loaded));
  return loaded.value;
}

/** Every setting that has no default, as "its-name". */
function someSettings({ settings }: MeterPreset): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, each]) => each.default === undefined)
      .map(([name]) => [name, `its-${name}`]),
  );
}

for (const name of await shippedMeterPresets()) {
  Deno.test(`preset ${name} can be read, bears its file's name and leaves no gap`, async () => {
    const preset = await shipped(name);
    assertEquals(preset.id, name);
    const filled = fillPreset(preset, someSettings(preset));
    assume(filled.ok, JSON.stringify(filled));
    assert(!JSON.stringify(filled.value).includes("{" + "topic"), "a placeholder was left");
    for (const value of filled.value.values) {
      assertEquals(/[{}]/.test(`${value.topic ?? ""}${value.path ?? ""}`), false);
    }
  });
}

/** What devices send, after their makers' documents. */
const SENT: readonly [preset: string, topic: string | null, json: string, values: object][] = [
  [
    "shelly-em",
    null,
    `{"em:0":{"id":0,"a_current":4.029,"a_voltage":236.1,"a_act_power":951.2,"a_freq":50,
      "b_current":4.027,"b_voltage":236.2,"b_act_power":-951.1,"c_current":3.03,"c_voltage":236.3,
      "c_act_power":715.4,"n_current":null,"total_current":11.083,"total_act_power":715.5},
      "emdata:0":{"id":0,"total_act":8008.22,"total_act_ret":2.5},"sys":{"unixtime":1790000000}}`,
    {
      current_l1: 4.029,
      voltage_l2: 236.2,
      active_power_l2: -951.1,
      active_power_total: 715.5,
      energy_import_total: 8008.22,
    },
  ],
  [
    "shelly-em",
    null,
    `{"em:0":{"a_current":1,"a_voltage":230,"a_act_power":230,"b_current":1,"b_voltage":230,
      "b_act_power":230,"c_current":1,"c_voltage":230,"c_act_power":230,"total_act_power":690}}`,
    { active_power_total: 690 },
  ],
  [
    "shelly-switch-mqtt",
    "its-topic/status/switch:0",
    `{"id":0,"output":true,"apower":8.9,"voltage":237.5,"current":0.1,"aenergy":{"total":6.532}}`,
    { active_power_total: 8.9, energy_import_total: 6.532 },
  ],
  [
    "tasmota",
    "tele/its-topic/SENSOR",
    `{"Time":"2026-01-05T10:00:00","ENERGY":{"Total":3.185,"Power":16,"Voltage":230,"Current":0.07}}`,
    { active_power_total: 16, energy_import_total: 3185, current_l1: 0.07 },
  ],
  [
    "tasmota-three-phase",
    "tele/its-topic/SENSOR",
    `{"ENERGY":{"Power":[10,20,30],"Voltage":[230,231,232],"Current":[0.1,0.2,0.3]}}`,
    { active_power_l2: 20, current_l3: 0.3 },
  ],
  [
    "zigbee2mqtt",
    "zigbee2mqtt/its-topic",
    `{"power":5,"current":0.02,"voltage":231,"energy":1.5}`,
    {
      active_power_total: 5,
      energy_import_total: 1500,
    },
  ],
  ["esphome", "its-topic/sensor/power/state", "231.4", { active_power_total: 231.4 }],
  ["home-assistant", "homeassistant/sensor/its-power/state", "-42", { active_power_total: -42 }],
  [
    "victron-grid",
    "N/its-portal/grid/its-instance/Ac/L2/Current",
    `{"value":-3.25}`,
    { current_l2: -3.25 },
  ],
  [
    "fronius-smart-meter",
    null,
    `{"Body":{"Data":{"Current_AC_Phase_1":1.645,"Current_AC_Phase_2":2,"Current_AC_Phase_3":3,
      "Voltage_AC_Phase_1":236.5,"Voltage_AC_Phase_2":237,"Voltage_AC_Phase_3":235,
      "PowerReal_P_Phase_1":-355,"PowerReal_P_Phase_2":470,"PowerReal_P_Phase_3":700,
      "PowerReal_P_Sum":815,"EnergyReal_WAC_Sum_Consumed":4000,"Frequency_Phase_Average":50}}}`,
    { current_l1: 1.645, active_power_l1: -355, active_power_total: 815 },
  ],
];

for (const [name, topic, json, expected] of SENT) {
  Deno.test(`preset ${name} reads what is sent ${topic === null ? "" : `on ${topic}`}`, async () => {
    const preset = await shipped(name);
    const filled = fillPreset(preset, someSettings(preset));
    assume(filled.ok, "it can be filled");
    const places = filled.value.values.filter((each) => topic === null || each.topic === topic);
    const read = readPayload(new TextEncoder().encode(json), places.map(valueReader));
    assume(read.ok, JSON.stringify(read));
    const values = Object.fromEntries(read.value.values);
    assertEquals({ ...values, ...expected }, values);
  });
}

Deno.test("a sensor that Home Assistant has lost is no number", async () => {
  const [place] = Object.entries((await shipped("home-assistant")).values);
  assume(place !== undefined, "there is a value");
  const reader = valueReader({ quantity: "active_power_total" });
  assertEquals(readPayload(new TextEncoder().encode("unavailable"), [reader]).ok, false);
});

Deno.test("a preset that nobody ships is answered with those that there are", async () => {
  const loaded = await loadMeterPreset("shelly", ".");
  assume(!loaded.ok, "there is none");
  assert(loaded.error[0]?.includes('no preset has the name "shelly"; known are esphome,'));
});
