/** A made-up day through the real OCPP stack, for machines without the data of a real site. */
import { assert, assertEquals } from "@std/assert";
import { gatewayDelivery, together } from "./gateway_month.ts";
import { MADE_UP_DAY, MADE_UP_KW } from "./made_up_day.ts";
import { askedWh, pureDelivery } from "./pure_month.ts";
import { partsOf } from "./sessions.ts";

/** Of the energy asked for. */
const TOLERANCE = 0.005;

Deno.test("a made-up day at its own pace: the gateway delivers what the allocator alone would, within half a point", async () => {
  const pure = pureDelivery(MADE_UP_DAY, MADE_UP_KW);
  const { delivered, peak } = await gatewayDelivery(MADE_UP_DAY, {
    capacityKw: MADE_UP_KW,
    speed: 1,
    fullStay: true,
  });
  assert(pure > 0.5 && pure < 0.99, `${pure} is a day on which there is something to decide`);
  assert(peak <= 1.0001, `${peak} of the capacity flowed`);
  assert(
    delivered >= pure - TOLERANCE,
    `${(100 * delivered).toFixed(2)} % through the gateway, ${(100 * pure).toFixed(2)} % without`,
  );
});

Deno.test("sessions are cut where fewest EVs are there, and none is lost", () => {
  const dayMs = 86_400_000;
  const week = Array.from({ length: 6 }, (_, day) =>
    MADE_UP_DAY.map((each) => ({
      ...each,
      arrivesMs: each.arrivesMs + day * dayMs,
      leavesMs: each.leavesMs + day * dayMs,
    }))).flat();
  const whole = pureDelivery(week, MADE_UP_KW);
  for (const count of [1, 2]) {
    const parts = partsOf(week, count);
    assertEquals([parts.length, parts.flat().length], [count, week.length]);
    assert(parts.every((part) => part[0]?.arrivesMs === 0), "times begin with each part");
    assert(parts.every((part) => part.length % MADE_UP_DAY.length === 0), "cut at night");
    for (const part of parts) {
      assert(Math.abs(pureDelivery(part, MADE_UP_KW) - whole) < 1e-9, `${part.length} sessions`);
    }
  }
});

Deno.test("what parts delivered counts by what was asked of them", () => {
  const month = (delivered: number, peak: number) => ({
    delivered,
    peak,
    profiles: 2,
    simulatedS: 10,
    unused: { full: delivered, starting: 0, underDrawn: 0, free: 0 },
  });
  const all = together([
    { askedWh: 3_000, month: month(1, 0.7) },
    { askedWh: 1_000, month: month(0.6, 0.9) },
  ]);
  assertEquals(
    [all.delivered, all.peak, all.profiles, all.simulatedS, all.unused.full],
    [0.9, 0.9, 4, 20, 0.9],
  );
  assertEquals(askedWh(MADE_UP_DAY), 143_000);
});
