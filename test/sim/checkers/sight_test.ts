import { assertEquals } from "@std/assert";
import { makeWorld } from "./made_world.ts";
import { watchSight } from "./sight.ts";
import { socketsOf } from "./sockets.ts";

/** Until what was blind counts as seeing again. */
const RECOVERY_S = 60;

function openSight() {
  const made = makeWorld({ chargers: 2, substituteAmps: 30 });
  const sight = watchSight(made.world);
  const [first, second] = socketsOf(made.world, "grid");
  if (first === undefined || second === undefined) throw new Error("The site has two sockets");
  return { made, sight, first, second };
}

Deno.test("a gateway that runs, with its meter and its chargers, is not blind, and assumes nothing", async () => {
  const { made, sight, first, second } = openSight();
  await made.pass(100, sight.look);
  assertEquals([sight.blindS([first, second], true), sight.assumedRest()], [0, []]);
});

Deno.test("without its power, hanging, or without its meter it is blind everywhere, and for a minute more", async () => {
  for (const part of ["isOff", "isHanging", "meterFault"] as const) {
    const { made, sight, first } = openSight();
    if (part === "meterFault") made.meterFault = { kind: "silent" };
    else made[part] = true;
    await made.pass(30, sight.look);
    assertEquals([sight.blindS([first], true), sight.assumedRest()], [30, [30]], part);
    Object.assign(made, { isOff: false, isHanging: false, meterFault: null });
    await made.pass(RECOVERY_S - 1, sight.look);
    assertEquals(sight.blindS([first], true), 30 + RECOVERY_S - 1, part);
    await made.pass(1, sight.look);
    assertEquals([sight.blindS([first], true), sight.assumedRest()], [0, []], part);
  }
});

Deno.test("a charger out of reach makes blind where it hangs only, whatever the gateway knows of it", async () => {
  for (const change of [{ isInTouch: false }, { isDisturbed: true }]) {
    const { made, sight, first, second } = openSight();
    Object.assign(made.sockets[1] ?? {}, change);
    await made.pass(30, sight.look);
    assertEquals([sight.blindS([first], true), sight.blindS([second], true)], [0, 30]);
    assertEquals([sight.blindS([first, second], true), sight.assumedRest()], [30, []]);
  }
});

Deno.test("blindness that comes again before a minute has passed goes on", async () => {
  const { made, sight, first } = openSight();
  for (let time = 0; time < 3; time++) {
    made.isHanging = true;
    await made.pass(10, sight.look);
    made.isHanging = false;
    await made.pass(10, sight.look);
  }
  assertEquals(sight.blindS([first], true), 60);
});
