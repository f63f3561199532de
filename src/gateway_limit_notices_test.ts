import { assertEquals } from "@std/assert";
import type { LimitNotice, NoticedSlot } from "./balancing/mod.ts";
import { startLimitNotices } from "./gateway_limit_notices.ts";
import { createEvents } from "./lib/events.ts";
import { createVirtualClock } from "./lib/virtual_clock.ts";
import type { OcppVersion } from "./ocpp/mod.ts";
import type { SiteEvents } from "./site/mod.ts";

function bench() {
  const clock = createVirtualClock();
  const events = createEvents<SiteEvents>(() => {});
  const told: string[] = [];
  const now = { version: "ocpp2.1" as OcppVersion, isOnline: true, amps: 10 };
  const slot = (): NoticedSlot => ({
    limit: {
      slot: 1,
      limitAmps: now.amps,
      reason: { kind: "capped", source: "operator", amps: now.amps, untilWallMs: null },
    },
    csmsAmps: 16,
    maxAmps: 32,
  });
  const stop = startLimitNotices({
    clock,
    events,
    variables: { integer: () => 10 },
    csms: () => ({
      status: () => ({ version: now.version }),
      isOnline: () => now.isOnline,
      limitNotice: ({ kind, source }: LimitNotice) => void told.push(`${kind} ${source}`),
    }),
    slots: () => [slot()],
  });
  const look = () => {
    events.emit("circuits", {});
    return told.splice(0);
  };
  return { now, look, stop };
}

Deno.test("a CSMS of 2.x hears once of a limit that is not its own", () => {
  const { now, look, stop } = bench();
  assertEquals([look(), look()], [["limited Other"], []]);
  now.amps = 6;
  assertEquals(look(), ["limited Other"]);
  stop();
  now.amps = 3;
  assertEquals(look(), []);
});

Deno.test("a CSMS of 1.6 is not told: it has no message for it", () => {
  const { now, look } = bench();
  now.version = "ocpp1.6";
  assertEquals([look(), look()], [[], []]);
});

Deno.test("who connects again hears again of what stands", () => {
  const { now, look } = bench();
  assertEquals(look().length, 1);
  now.isOnline = false;
  assertEquals(look(), []);
  now.isOnline = true;
  assertEquals(look(), ["limited Other"]);
});
