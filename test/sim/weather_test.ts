import { assert, assertEquals } from "@std/assert";
import { createSeededIds } from "../../src/lib/ids.ts";
import { createWeather, type Storm } from "./weather.ts";

const CALM: Storm = { lost: 0, doubled: 0, late: 0, lateMs: 0 };
const ON_TIME = [{ text: "hello", lateMs: 0 }];
const COUNT = 1_000;

/** How often a text arrives in a storm, and how late. */
function carryMany(storm: Storm) {
  const weather = createWeather(createSeededIds(1));
  weather.storm("CP1", storm);
  const arrivals = Array.from({ length: COUNT }, () => weather.carry("CP1", "hello", "near"));
  const lateMs = arrivals.flat().map((arrival) => arrival.lateMs);
  const of = (length: number) => arrivals.filter((each) => each.length === length).length;
  return { lost: of(0), once: of(1), doubled: of(2), lateMs };
}

Deno.test("in fair weather, and in a storm of nothing, each text arrives once and on time", () => {
  const weather = createWeather(createSeededIds(1));
  assertEquals(weather.carry(null, "hello", "near"), ON_TIME);
  weather.storm("CP1", CALM);
  assertEquals(weather.carry("CP1", "hello", "far"), ON_TIME);
});

Deno.test("a storm loses, doubles and delays the parts that it was told to", () => {
  const losses = carryMany({ ...CALM, lost: 0.3 });
  assert(losses.lost > 250 && losses.lost < 350, `${losses.lost} lost`);
  const doubles = carryMany({ ...CALM, doubled: 0.3 });
  assertEquals(doubles.lost, 0);
  assert(doubles.doubled > 250 && doubles.doubled < 350, `${doubles.doubled} doubled`);
  const delays = carryMany({ ...CALM, late: 0.5, lateMs: 8_000 });
  assertEquals(delays.once, COUNT);
  const late = delays.lateMs.filter((each) => each > 0);
  assert(late.length > 400 && late.length < 600, `${late.length} late`);
  assert(Math.max(...late) <= 8_000 && Math.max(...late) > 7_000, `${Math.max(...late)} ms`);
});

Deno.test("a storm is over one wire, in one direction where it says so, and passes", () => {
  const weather = createWeather(createSeededIds(1));
  const all = { ...CALM, lost: 1 };
  weather.storm("CP1", all);
  assertEquals(weather.carry("CP1", "hello", "near"), []);
  assertEquals(weather.carry("CP1", "hello", "far"), []);
  assertEquals(weather.carry("CP2", "hello", "near"), ON_TIME);
  assertEquals(weather.carry(null, "hello", "near"), ON_TIME);
  weather.storm("CP1", null);
  weather.storm(null, all, "far");
  assertEquals(weather.carry(null, "hello", "near"), ON_TIME);
  assertEquals(weather.carry(null, "hello", "far"), []);
  assertEquals([weather.isStormy(null), weather.isStormy("CP1")], [true, false]);
  weather.fair();
  assertEquals([weather.carry(null, "hello", "far"), weather.isStormy(null)], [ON_TIME, false]);
});

Deno.test("a blank charger's readings keep their register and lose their currents", () => {
  const weather = createWeather(createSeededIds(1));
  const register = `{"value":"120","measurand":"Energy.Active.Import.Register","unit":"Wh"}`;
  const current = `{"value":"16","measurand":"Current.Import","phase":"L1"}`;
  const power = `{"value":"3600","measurand":"Power.Active.Import","unit":"W"}`;
  const said = (values: string) => `[2,"1","MeterValues",{"sampledValue":[${values}]}]`;
  const told = `${register},${current},${power}`;
  weather.blank("CP1", true);
  const carried = (dialler: string) => weather.carry(dialler, said(told), "near")[0]?.text;
  assertEquals([carried("CP1"), carried("CP2")], [said(register), said(told)]);
  weather.fair();
  assertEquals(carried("CP1"), said(told));
});
