import { assert, assertEquals } from "@std/assert";
import { type Bench, bench, sentLimits, settled, TWO_ON_40 } from "./_bench.ts";
import { type ChargerTraits, USUAL_TRAITS } from "./facts.ts";
import { chargingAt, emptyAt } from "./_site_drawing.ts";

const WIRED: ChargerTraits = { ...USUAL_TRAITS, isCutWired: true };

/** Two EVs on a circuit that bears whatever they draw; the first may have 20 A. */
function roomy(): Bench {
  const desk = settled({ ...TWO_ON_40, circuits: [{ id: "grid", amps: 72 }] }, [1, 2]);
  desk.facts(chargingAt(1, { caps: [{ source: "operator", amps: 20 }] }));
  desk.wait(100);
  assertEquals(desk.limits(), [20, 32]);
  desk.takeEffects();
  return desk;
}

/** Lets slot 1 be seen drawing for some time, each ten seconds. */
function seen(desk: Bench, amps: number, seconds: number): void {
  for (let passed = 0; passed < seconds; passed += 10) {
    desk.measured(1, amps);
    desk.wait(10);
  }
}

const others = (desk: Bench) =>
  desk.takeEffects().filter(({ kind }) => kind !== "limit").map((effect) =>
    "alarm" in effect ? `${effect.kind} ${effect.alarm.kind}` : effect.kind
  );

Deno.test("A suspect is told its limit again and asked for its schedule, once", () => {
  const desk = roomy();
  seen(desk, 26, 10);
  assertEquals(desk.limit(1).trust, "trusted");
  desk.takeEffects();
  desk.measured(1, 26);
  desk.wait(5);
  assertEquals(desk.limit(1).trust, "suspect");
  const effects = desk.takeEffects();
  assertEquals(sentLimits(effects).filter((each) => each.startsWith("1:")), ["1: 20!"]);
  assertEquals(effects.filter(({ kind }) => kind === "ask-schedule").length, 1);
  desk.measured(1, 20);
  desk.wait(1);
  assertEquals(desk.limit(1).trust, "trusted");
  seen(desk, 26, 30);
  assertEquals(desk.limit(1).trust, "suspect");
  assertEquals(others(desk), [], "it is asked once in a session");
});

Deno.test("One that disobeys has its hardware maximum reserved, whatever it draws, and an alarm stands", () => {
  const desk = roomy();
  seen(desk, 26, 60);
  assertEquals([desk.limit(1).trust, desk.limit(1).reservedAmps], ["disobeying", 32]);
  assertEquals(desk.reason(1), { kind: "disobeys", countedAmps: 32 });
  assertEquals(desk.limits(), [6, 32], "its last offer is its minimum");
  assertEquals(others(desk), ["ask-schedule", "alarm disobeys"]);
  seen(desk, 40, 10);
  assertEquals(desk.limit(1).reservedAmps, 40, "what it draws, where that is even more");
});

Deno.test("One that obeys for three minutes shares again, and the alarm is over", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  seen(desk, 26, 60);
  desk.takeEffects();
  seen(desk, 6, 170);
  assertEquals(desk.limit(1).trust, "disobeying");
  seen(desk, 6, 20);
  assertEquals(desk.limit(1).trust, "trusted");
  assertEquals(others(desk), ["alarm-over disobeys"]);
  desk.wait(60);
  assertEquals(desk.limits(), [20, 20]);
});

Deno.test("A new session begins with trust", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  seen(desk, 26, 60);
  desk.facts(emptyAt(1));
  desk.facts(chargingAt(1, { transactionId: "next" }));
  assertEquals(desk.limit(1).trust, "trusted");
  assertEquals(others(desk).at(-1), "alarm-over disobeys");
});

Deno.test("One that disobeys is stopped where it leaves others nothing for five minutes", () => {
  const desk = settled({ ...TWO_ON_40, circuits: [{ id: "grid", amps: 36 }] }, [1, 2]);
  seen(desk, 26, 60);
  assertEquals(desk.limits()[1], 0);
  desk.takeEffects();
  seen(desk, 26, 240);
  assertEquals(others(desk), []);
  seen(desk, 26, 40);
  assertEquals(others(desk), ["stop"]);
});

Deno.test("One that disobeys goes on where the others have turns", () => {
  const desk = settled({
    circuits: [{ id: "grid", amps: 40 }],
    evses: [1, 2, 3].map((slot) => ({ slot, on: "grid" })),
  }, [1, 2, 3]);
  seen(desk, 26, 60);
  assertEquals(desk.limits().slice(1).toSorted(), [0, 8]);
  desk.takeEffects();
  seen(desk, 26, 1_200);
  assertEquals(others(desk).includes("stop"), false);
});

Deno.test("A charger that says nothing is found out by a meter that sees chargers only", () => {
  const desk = settled({
    circuits: [{ id: "grid", amps: 40, meter: "main", worst: 0 }],
    evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid" }],
  }, [1, 2]);
  desk.meter("main", 45);
  for (let passed = 0; passed < 60; passed += 10) {
    desk.measured(2, Math.min(8, desk.limits()[1] ?? 0));
    desk.wait(10);
  }
  assertEquals([desk.limit(1).trust, desk.limit(2).trust], ["disobeying", "trusted"]);
});

Deno.test("Nothing is reserved behind an open contactor, unless it was seen to leak", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  desk.facts(chargingAt(1, { traits: WIRED }));
  desk.tell({ kind: "cut", slot: 1, outcome: "open" });
  desk.wait(60);
  assertEquals([desk.limit(1).isCut, desk.limit(1).reservedAmps], [true, 0]);
  assertEquals([desk.reason(1).kind, desk.limits()[1]], ["cut", 32]);
  desk.measured(1, 12);
  desk.wait(5);
  assertEquals([desk.limit(1).reservedAmps, desk.limits()[1]], [12, 28]);
  assertEquals(others(desk), ["alarm cut-failed"]);
});

Deno.test("An operator who closes a contactor gives the charger another chance", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  seen(desk, 26, 60);
  desk.tell({ kind: "cut", slot: 1, outcome: "open" });
  desk.tell({ kind: "cut", slot: 1, outcome: "closed" });
  desk.wait(60);
  assertEquals([desk.limit(1).isCut, desk.limit(1).trust], [false, "trusted"]);
  assertEquals(desk.limits(), [20, 20]);
});

Deno.test("What a contactor did before a restart is known again when it is told", () => {
  const desk = bench(TWO_ON_40);
  desk.tell({ kind: "cut", slot: 1, outcome: "open" });
  desk.facts(chargingAt(1, { traits: WIRED, connected: false }));
  assertEquals(desk.limit(1).reservedAmps, 0);
});

Deno.test("A charger that does not obey is reminded of a limit as long as it lasts, and not given it anew", () => {
  const desk = settled(TWO_ON_40, [1, 2]);
  desk.answers(1, "refuses");
  const toldWithin = (seconds: number) => {
    desk.takeEffects();
    seen(desk, 30, seconds);
    const told = sentLimits(desk.takeEffects()).filter((each) => each.startsWith("1:"));
    return [...new Set(told)];
  };
  assertEquals(toldWithin(60), ["1: 20!", "1: 6!"]);
  seen(desk, 30, 1_000);
  assertEquals(toldWithin(300), ["1: 0!"], "its fail-safe current");
});

/** The contactor of the first is open, the second has all the current, and is told what follows. */
function cutBeside(failSafeAmps: number): Bench {
  const desk = settled({
    ...TWO_ON_40,
    circuits: [{ id: "grid", amps: 32 }],
    evses: TWO_ON_40.evses.map((evse) => ({ ...evse, failSafe: failSafeAmps })),
  }, [1, 2]);
  desk.facts(chargingAt(1, { traits: WIRED }));
  desk.tell({ kind: "cut", slot: 1, outcome: "open" });
  desk.wait(60);
  assertEquals(desk.limits()[1], 32);
  desk.takeEffects();
  return desk;
}

/** By second: what was reserved for both, and whether the first contactor was told to close. */
function until(desk: Bench, isClosing: (second: number) => void, seconds = 60): void {
  for (let second = 0; second < seconds; second++) {
    desk.wait(1);
    if (desk.takeEffects().some((each) => each.kind === "cut" && !each.isOpen)) isClosing(second);
  }
}

Deno.test("A contactor closes after the session when what its charger may draw then is free, not before", () => {
  const desk = cutBeside(8);
  const closedAfter: number[] = [];
  desk.answers(2, "says nothing");
  desk.facts({ ...emptyAt(1), plugged: true, traits: WIRED });
  until(desk, (second) => closedAfter.push(second), 9);
  assertEquals(closedAfter, [], "the other has not confirmed that it draws less");
  assertEquals(desk.limits()[1], 24);
  desk.tell({ kind: "limit-accepted", slot: 2, limitAmps: 24 });
  until(desk, (second) => {
    closedAfter.push(second);
    const reservedAmps = desk.limit(1).reservedAmps + desk.limit(2).reservedAmps;
    assert(reservedAmps <= 32, `${reservedAmps} A`);
    desk.tell({ kind: "cut", slot: 1, outcome: "closed" });
  });
  assertEquals(closedAfter.length, 1);
  assertEquals(desk.limit(1).isCut, false);
});

Deno.test("A contactor that did not close is told again; and a new session does not keep it open", () => {
  const desk = cutBeside(0);
  desk.facts(chargingAt(1, { traits: WIRED, transactionId: "next" }));
  const closedAfter: number[] = [];
  until(desk, (second) => {
    closedAfter.push(second);
    const outcome = closedAfter.length === 1 ? "failed" : "closed";
    desk.tell({ kind: "cut", slot: 1, outcome });
  });
  assertEquals(closedAfter, [0, 10]);
  desk.wait(60);
  assertEquals(desk.limits(), [16, 16]);
});
