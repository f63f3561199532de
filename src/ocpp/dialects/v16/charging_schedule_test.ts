import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ChargingSchedulePeriod } from "../../inside.ts";
import { rate, wholeTenths } from "./charging_schedule.ts";
import { codecs16 } from "./mod.ts";

const ROUNDED: readonly (readonly [limit: number, written: number])[] = [
  [16, 16],
  [6.1, 6.1],
  [4.6, 4.6],
  [0.7, 0.7],
  [31.99, 31.9],
  [31.9999, 31.9],
  [6.05, 6],
  [0.05, 0],
  [-5, 0],
  [1e12, 1e8],
];

for (const [limit, written] of ROUNDED) {
  Deno.test(`a limit of ${limit} is ${written} in 1.6`, () => {
    assertEquals(wholeTenths(limit), written);
  });
}

Deno.test("wholeTenths() leaves every limit of one decimal as it is", () => {
  for (let tenths = 0; tenths <= 100_000; tenths++) {
    assertEquals(wholeTenths(tenths / 10), tenths / 10);
  }
});

Deno.test("wholeTenths() never raises a limit, and takes off less than a tenth", () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (limit) => {
    const written = wholeTenths(limit);
    assert(written <= limit + 1e-6 && written > limit - 0.1, `${limit} became ${written}`);
  }));
});

Deno.test("an original of one decimal may be sent on, one of more may not", () => {
  assertEquals([6.1, -5.5, 1e8].map((limit) => rate.isSayable?.(limit)), [true, true, true]);
  assertEquals([6.15, 1e9, -0.01].map((limit) => rate.isSayable?.(limit)), [false, false, false]);
});

const { response } = codecs16.GetCompositeSchedule.GetCompositeSchedule;

function write(...chargingSchedulePeriod: ChargingSchedulePeriod[]) {
  const schedule = { chargingRateUnit: "A" as const, chargingSchedulePeriod };
  return response.write({ message: { status: "Accepted", schedule } })
    .chargingSchedule?.chargingSchedulePeriod;
}

Deno.test("of three limits, one for each phase, 1.6 gets the lowest", () => {
  assertEquals(write({ startPeriod: 0, limit: 16, limit_L2: 10, limit_L3: 12 }), [
    { startPeriod: 0, limit: 10 },
  ]);
});

Deno.test("a set point limits where no limit does, and nothing at all means no current", () => {
  assertEquals(
    write(
      { startPeriod: 0, setpoint: 8.25 },
      { startPeriod: 60, setpoint: -8 },
      { startPeriod: 120 },
    ),
    [{ startPeriod: 0, limit: 8.2 }, { startPeriod: 60, limit: 0 }, { startPeriod: 120, limit: 0 }],
  );
});

Deno.test("a schedule without periods says no limit inside, and comes back without any", () => {
  const wire = {
    status: "Accepted" as const,
    chargingSchedule: { chargingRateUnit: "A" as const, chargingSchedulePeriod: [] },
  };
  const read = response.read(wire);
  assertEquals(read.message.schedule?.chargingSchedulePeriod, [{ startPeriod: 0 }]);
  assertEquals(response.write(read), wire);
});

Deno.test("a number of phases that 2.1 does not know is not inside", () => {
  const periods = [1, 3, 0, 4, -1].map((numberPhases) => ({
    startPeriod: 0,
    limit: 6,
    numberPhases,
  }));
  const wire = {
    status: "Accepted" as const,
    chargingSchedule: { chargingRateUnit: "W" as const, chargingSchedulePeriod: periods },
  };
  const read = response.read(wire);
  assertEquals(
    read.message.schedule?.chargingSchedulePeriod.map(({ numberPhases }) => numberPhases),
    [1, 3, 0, undefined, undefined],
  );
  assertEquals(response.write(read), wire);
});

Deno.test("a limit that the gateway lowered wins over a negative original", () => {
  const wire = {
    status: "Accepted" as const,
    chargingSchedule: {
      chargingRateUnit: "A" as const,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: -1 }],
    },
  };
  const read = response.read(wire);
  assertEquals(response.write(read), wire);
  const lowered = JSON.parse(JSON.stringify(read).replace('"limit":-1', '"limit":-2'));
  assertEquals(response.write(lowered).chargingSchedule?.chargingSchedulePeriod[0]?.limit, 0);
});
