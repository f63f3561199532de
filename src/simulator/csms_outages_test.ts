import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { dropOutRegularly } from "./csms_outages.ts";

Deno.test("a CSMS drops out as planned, again and again, until that is cancelled", async () => {
  const clock = createVirtualClock();
  const changes: string[] = [];
  const csms = {
    setDown: (isDown: boolean) => changes.push(`${clock.monoMs() / 1_000}s ${isDown}`),
  };
  const cancel = dropOutRegularly(csms, { afterMs: 140_000, forMs: 40_000 }, clock);
  await clock.advance(400_000);
  assertEquals(changes, ["140s true", "180s false", "320s true", "360s false"]);
  cancel();
  await clock.advance(400_000);
  assertEquals([changes.length, clock.pending()], [4, 0]);
});
