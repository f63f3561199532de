import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { acnFolder, halfOf, readSessions, resampled, type Session } from "./acn_data.ts";
import { playMonth, type Rule } from "./acn_month.ts";
import { EV_MAX_AMPS, STATIONS } from "./acn_site.ts";
import { balancedLaxity } from "./balanced_laxity.ts";
import { hardestBattery } from "./battery.ts";
import {
  earliestDeparture,
  firstComeFirstServed,
  leastLaxity,
  roundRobin,
} from "./classic_rules.ts";
import { ourRule } from "./our_rule.ts";

const FOLDER = acnFolder();

/** A test on the data of the site, which is not part of this repository. */
function dataTest(name: string, check: (sessions: readonly Session[]) => void): void {
  Deno.test({
    name: FOLDER === null ? `${name} (skipped: ../shared/data is not here)` : name,
    ignore: FOLDER === null,
    fn: () => check(readSessions(FOLDER ?? "")),
  });
}

function one(station: string, energyKwh: number, arrival = 0, departure = 12): Session {
  return { station, arrival, departure, energyKwh };
}

dataTest("the classic algorithms deliver what ACN-Sim says, to its last digit", (sessions) => {
  const percent = (rule: Rule) => playMonth(sessions, 10, rule).deliveredPercent;
  assertAlmostEquals(percent(earliestDeparture), 36.9375, 0.0005);
  assertAlmostEquals(percent(leastLaxity), 36.8161, 0.0005);
  assertAlmostEquals(percent(firstComeFirstServed), 34.6534, 0.0005);
  assertAlmostEquals(percent(roundRobin), 43.8467, 0.0005);
});

dataTest("by departure, more is delivered than by the best simple rule", (sessions) => {
  for (
    const [kw, least] of [[10, 51.4], [20, 77.5], [30, 92.2], [40, 98.4], [60, 99.88]] as const
  ) {
    const ours = playMonth(sessions, kw, ourRule("continuous"));
    const theirs = playMonth(sessions, kw, balancedLaxity("continuous"));
    assert(ours.deliveredPercent >= least, `${ours.deliveredPercent} % at ${kw} kW`);
    assert(ours.deliveredPercent >= theirs.deliveredPercent - 0.02, `at ${kw} kW`);
    assertEquals([ours.violations, theirs.violations], [0, 0]);
  }
});

dataTest("with 6 A and whole amperes, next to nothing is lost", (sessions) => {
  for (const [kw, least] of [[10, 51.2], [20, 77.2], [30, 91.8]] as const) {
    const { deliveredPercent, violations } = playMonth(sessions, kw, ourRule("whole-amperes"));
    assert(deliveredPercent >= least, `${deliveredPercent} % at ${kw} kW`);
    assertEquals(violations, 0);
  }
});

dataTest("an EV that takes less than it has gives it back to the others", (sessions) => {
  const percent = (givesBack: boolean) =>
    playMonth(sessions, 30, ourRule("whole-amperes", givesBack), hardestBattery).deliveredPercent;
  const [kept, given] = [percent(false), percent(true)];
  assert(given >= 90.2 && given >= kept + 1.9, `${given} %, ${kept} % where all is kept`);
});

dataTest("it holds on halves of the month and on months drawn anew", (sessions) => {
  const cuts = [
    halfOf(sessions, "first"),
    halfOf(sessions, "second"),
    resampled(sessions, STATIONS, 1),
  ];
  for (const cut of cuts) {
    const [ours, theirs] = [ourRule("whole-amperes"), balancedLaxity("whole-amperes")]
      .map((rule) => playMonth(cut, 30, rule));
    assertEquals(ours?.violations, 0);
    assert((ours?.deliveredPercent ?? 0) > (theirs?.deliveredPercent ?? 0) + 3);
  }
});

Deno.test("an EV takes what it is given, at most what it can, until it is full or leaves", () => {
  const full: Rule = (evs) => evs.forEach((ev) => ev.amps = 32);
  const of = (session: Session) => playMonth([session], 140, full).deliveredPercent;
  assertAlmostEquals(of(one("CA-308", 3.3, 0, 12)), 100);
  assertAlmostEquals(of(one("CA-308", 13.2, 0, 12)), 50);
  assertAlmostEquals(of(one("CA-308", 6.6, 0, 12)), 100);
  assertEquals(playMonth([one("CA-308", 5)], 140, () => {}).deliveredPercent, 0);
});

Deno.test("a line that carries too much is seen, and a pod", () => {
  const amps = (each: number): Rule => (evs) => evs.forEach((ev) => ev.amps = each);
  const three = ["CA-322", "CA-493", "CA-496"].map((station) => one(station, 1, 0, 1));
  assertEquals(playMonth(three, 140, amps(80 / 3)).violations, 0);
  assertEquals(playMonth(three, 140, amps(80 / 3 + 0.01)).violations, 1);
  // 10 kW: 27.8 A on a line of the secondary, but 12.03 A on the primary, half of what a pair draws.
  const single = [one("CA-308", 1, 0, 1)];
  assertEquals(playMonth(single, 10, amps(24.06)).violations, 0);
  assertEquals(playMonth(single, 10, amps(24.08)).violations, 1);
});

Deno.test("a pause is counted when an EV loses its current before it is full", () => {
  let period = 0;
  const onAndOff: Rule = (evs) => evs.forEach((ev) => ev.amps = period++ % 2 === 0 ? 6 : 0);
  assertEquals(playMonth([one("CA-308", 9, 0, 5)], 140, onAndOff).pauses, 2);
});

Deno.test("two EVs at one station are refused, and a station that is not there", () => {
  const both = [one("CA-308", 1, 0, 5), one("CA-308", 1, 3, 6)];
  assertThrows(() => playMonth(both, 140, () => {}), Error, "CA-308");
  assertThrows(() => playMonth([one("CA-1", 1)], 140, () => {}), Error, "CA-1");
});

Deno.test("the hardest battery still takes what its session asks for, and no more in its time", () => {
  for (const energyKwh of [1, 4, 6, 12, 30]) {
    const session = one("CA-308", energyKwh, 0, 60);
    const full: Rule = (evs) => evs.forEach((ev) => ev.amps = 32);
    const { deliveredPercent } = playMonth([session], 140, full, hardestBattery);
    assertAlmostEquals(deliveredPercent, 100, 0.1);
    assert(hardestBattery(session).capacityKwh < 101);
  }
  // In an hour 6.6 kWh: a battery that tapers is too slow for it.
  assert(hardestBattery(one("CA-308", 6.6)).capacityKwh > 8);
  assert(EV_MAX_AMPS < 32);
});
