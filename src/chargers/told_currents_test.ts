import { assertEquals } from "@std/assert";
import { doubtMs, toldCurrents } from "./told_currents.ts";

const V = 230;

Deno.test("Currents by phase are taken as they are", () => {
  const currentsAmps = [16, 15, 14] as const;
  assertEquals(toldCurrents({ currentsAmps, powerW: 10_000 }, 3, V), { currentsAmps });
});

Deno.test("One value for all phases is told of none, and the power says what they carry together", () => {
  const reading = { currentsAmps: [16, 16, 16], untoldPhases: [0, 1, 2] } as const;
  assertEquals(toldCurrents(reading, 3, V), reading);
  assertEquals(toldCurrents({ ...reading, powerW: 3_680 }, 3, V), { ...reading, totalAmps: 16 });
  const { currentsAmps } = reading;
  assertEquals(toldCurrents({ ...reading, powerW: 11_000 }, 3, V), { currentsAmps }, "all three");
  assertEquals(toldCurrents(reading, 1, V), { currentsAmps: [16, 0, 0] });
});

Deno.test("A power alone is read as drawn evenly, and is told of no phase", () => {
  assertEquals(toldCurrents({ powerW: 6_900 }, 3, V), {
    currentsAmps: [10, 10, 10],
    untoldPhases: [0, 1, 2],
    totalAmps: 30,
  });
  assertEquals(toldCurrents({ powerW: 6_900 }, 2, V), {
    currentsAmps: [15, 15, 0],
    untoldPhases: [0, 1],
    totalAmps: 30,
  });
  assertEquals(toldCurrents({ powerW: 6_900 }, 1, V), { currentsAmps: [30, 0, 0] });
});

Deno.test("A phase that is left out is untold, unless the others carry all of the power", () => {
  const reading = { currentsAmps: [16, 0, 0], untoldPhases: [1, 2] } as const;
  const { currentsAmps } = reading;
  assertEquals(toldCurrents(reading, 3, V), reading);
  assertEquals(toldCurrents({ ...reading, powerW: 3_700 }, 3, V), { currentsAmps });
  assertEquals(toldCurrents({ ...reading, powerW: 11_000 }, 3, V), reading);
  assertEquals(toldCurrents({ ...reading, powerW: 0 }, 3, V), reading);
  const twoPhase = toldCurrents({ currentsAmps: [16, 16, 0], untoldPhases: [2] }, 2, V);
  assertEquals(twoPhase, { currentsAmps: [16, 16, 0] }, "the socket has no third phase");
});

Deno.test("Currents of zero beside a power are those of a charger without a meter for them", () => {
  const nothing = { currentsAmps: [0, 0, 0] } as const;
  assertEquals(toldCurrents({ ...nothing, powerW: 499 }, 3, V), nothing);
  assertEquals(toldCurrents({ ...nothing, powerW: 6_900 }, 3, V).totalAmps, 30);
});

Deno.test("A reading without power and current tells none", () => {
  assertEquals(toldCurrents({}, 3, V), {});
});

Deno.test("A reading of a charger whose clock is right is as old as it says", () => {
  assertEquals([0, -500, 1_500].map(doubtMs), [0, 0, 1_500]);
});

Deno.test("Where messages are late, or the clock is wrong, a reading may be older than it says", () => {
  assertEquals([15_000, 59_000, 3_600_000].map(doubtMs), [15_000, 59_000, 60_000]);
  assertEquals([-2_500, -3_600_000, null].map(doubtMs), [60_000, 60_000, 60_000]);
});
