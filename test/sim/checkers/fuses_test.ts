/**
 * One charger and a house behind a fuse of 40 A. "grants", "load" and "breaker" are each broken on
 * purpose, at the edges of what they allow.
 */
import { assertEquals } from "@std/assert";
import { NO_FAULTS } from "../../../src/simulator/mod.ts";
import { onEachLine } from "../../../src/site/mod.ts";
import { watchFuses } from "./fuses.ts";
import { type MadeFacts, makeWorld } from "./made_world.ts";

const LIMIT_AMPS = 40;

function openFuses(facts: Partial<MadeFacts> = {}) {
  const made = makeWorld({ limitAmps: LIMIT_AMPS, failSafeAmps: 6, substituteAmps: 30, ...facts });
  const fuses = watchFuses(made.world);
  const [socket] = made.sockets;
  if (socket === undefined) throw new Error("The site has a socket");
  return {
    made,
    socket,
    pass: (seconds: number) => made.pass(seconds, fuses.look),
    found: () => [...new Set(fuses.findings.all().map(({ rule }) => rule))].toSorted(),
    rest: (amps: number) => void (made.rest = onEachLine(amps)),
    /** A car at the charger is offered and draws so much. */
    charge: (amps: number, drawnAmps = amps) =>
      Object.assign(socket, {
        hasEv: true,
        hasTransaction: true,
        offeredAmps: amps,
        drawnAmps,
      }),
  };
}

Deno.test("a site within its fuse is well", async () => {
  const { pass, rest, charge, found } = openFuses();
  rest(20);
  await pass(200);
  charge(20);
  await pass(4_000);
  assertEquals(found(), []);
});

// "grants": what chargers offer beside what the rest has drawn all along

Deno.test("grants: too much beside a house that was known is found at once, drawn or not", async () => {
  const { pass, rest, charge, found } = openFuses();
  rest(20);
  charge(20, 0);
  await pass(300);
  charge(22, 0);
  await pass(1);
  assertEquals(found(), []);
  await pass(1);
  assertEquals(found(), ["grants"]);
});

Deno.test("grants: the tolerance is 1 A", async () => {
  const { pass, rest, charge, found } = openFuses();
  rest(20);
  charge(21, 0);
  await pass(300);
  assertEquals(found(), []);
});

Deno.test("grants: a house that has only just begun may surprise the gateway", async () => {
  const { pass, rest, charge, found } = openFuses();
  rest(10);
  charge(30, 0);
  await pass(300);
  rest(20);
  await pass(74);
  assertEquals(found(), []);
  // After 75 s it must be known.
  await pass(10);
  assertEquals(found(), ["grants"]);
});

Deno.test("grants: a car that has just come has its fail-safe current from nobody", async () => {
  const { pass, rest, charge, found } = openFuses();
  rest(38);
  await pass(200);
  charge(6, 0);
  await pass(29);
  charge(0, 0);
  await pass(200);
  assertEquals(found(), []);
  charge(6, 0);
  await pass(7);
  assertEquals(found(), ["grants"]);
});

Deno.test("grants: who is not tame is not asked for his offers", async () => {
  const faults = { ...NO_FAULTS, ignoresProfiles: true };
  const { pass, rest, charge, found } = openFuses({ options: { faults } });
  rest(20);
  charge(32, 0);
  await pass(300);
  assertEquals(found(), []);
});

// "load": after a step of the house the circuit is back within its limit in 15 s

Deno.test("load: a step of the house may overload for 15 s and no longer", async () => {
  for (const backAfterS of [15, 25]) {
    const { pass, rest, charge, found } = openFuses();
    rest(10);
    charge(25);
    await pass(300);
    rest(25);
    await pass(backAfterS);
    charge(15);
    await pass(100);
    assertEquals(found(), backAfterS > 15 ? ["load"] : [], `back after ${backAfterS} s`);
  }
});

Deno.test("load: beside a charger that disobeys the others are given a minute more", async () => {
  const faults = { ...NO_FAULTS, ignoresProfileChance: 0.1 };
  for (const backAfterS of [85, 110]) {
    const site = openFuses({ chargers: 2, limitAmps: 100, options: { faults } });
    const { made: { sockets: [, second] }, pass, rest, charge, found } = site;
    const car = { hasEv: true, hasTransaction: true };
    rest(20);
    charge(20);
    Object.assign(second ?? {}, { ...car, drawnAmps: 40 });
    await pass(300);
    rest(50);
    await pass(backAfterS);
    Object.assign(second ?? {}, { drawnAmps: 10 });
    await pass(100);
    assertEquals(found(), backAfterS > 96 ? ["load"] : [], `back after ${backAfterS} s`);
  }
});

// Blindness

Deno.test("a gateway that cannot see is forgiven for as long as its limits last, below 1.13 of the rating", async () => {
  const { made, pass, rest, charge, found } = openFuses();
  rest(10);
  charge(28);
  await pass(300);
  made.isOff = true;
  // 44 A through 40 A: a breaker holds that for an hour.
  rest(16);
  await pass(1_000);
  assertEquals(found(), []);
  // By now every limit has run out, and the charger must have fallen back.
  await pass(200);
  assertEquals(found(), ["grants", "load"]);
});

Deno.test("more than 1.13 of the rating is forgiven for the short validity only", async () => {
  const { made, pass, rest, charge, found } = openFuses();
  rest(10);
  charge(28);
  await pass(300);
  made.isOff = true;
  rest(20);
  await pass(190);
  assertEquals(found(), []);
  await pass(20);
  assertEquals(found(), ["load"]);
});

Deno.test("without its meter a gateway goes by the substitute, and nobody asks for what it cannot know", async () => {
  const { made, pass, rest, charge, found } = openFuses({ substituteAmps: 10 });
  rest(10);
  charge(28, 0);
  await pass(300);
  made.meterFault = { kind: "silent" };
  rest(39);
  await pass(60);
  charge(6, 0);
  await pass(1_500);
  assertEquals(found(), []);
});

Deno.test("meter: who offers more than the fail-safe current without a meter is found", async () => {
  for (const kind of ["silent", "no-value", "noisy"] as const) {
    const { made, pass, charge, found } = openFuses();
    charge(20, 0);
    await pass(300);
    made.meterFault = kind === "noisy" ? { kind, part: 0.005 } : { kind };
    await pass(75);
    assertEquals(found(), [], kind);
    await pass(20);
    assertEquals(found(), kind === "noisy" ? [] : ["meter"], kind);
  }
});

Deno.test("meter: who cannot be told to offer less is not asked to", async () => {
  for (const change of [{ isInTouch: false }, { isDisturbed: true }]) {
    const { made, socket, pass, charge, found } = openFuses();
    charge(20, 0);
    Object.assign(socket, change);
    made.meterFault = { kind: "silent" };
    await pass(300);
    assertEquals(found(), []);
  }
});

// The breaker

Deno.test("breaker: what would trip it is found at once, whatever the excuse", async () => {
  const { made, pass, rest, found } = openFuses();
  rest(20);
  await pass(300);
  made.isOff = true;
  rest(3 * LIMIT_AMPS);
  await pass(1);
  assertEquals(found(), ["breaker"]);
});

Deno.test("breaker: 1.13 times the rating does not trip it in an hour, 1.45 times does", async () => {
  for (const ratio of [1.13, 1.45]) {
    const { pass, rest, found } = openFuses();
    rest(ratio * LIMIT_AMPS);
    await pass(3_600);
    assertEquals(found().includes("breaker"), ratio > 1.13, `${ratio}`);
  }
});

Deno.test("what flows back into the grid heats nothing", async () => {
  const { pass, rest, found } = openFuses();
  rest(-2 * LIMIT_AMPS);
  await pass(600);
  assertEquals(found(), []);
});
