import { assertEquals } from "@std/assert";
import type { ClockLesson } from "./site/mod.ts";
import { tellOwnSecurity } from "./gateway_security_events.ts";

function watched(wantedBoot: "RemoteReset" | null = null) {
  const told: string[] = [];
  const listeners: ((lesson: ClockLesson) => void)[] = [];
  const disk: { level: "enough" | "low" } = { level: "enough" };
  const look = tellOwnSecurity({
    security: { tell: (type, techInfo) => void told.push(`${type}: ${techInfo}`) },
    timekeeper: { listen: (listener) => void listeners.push(listener) },
    variables: { integer: () => 20 },
    wantedBoot,
    firmwareVersion: "1.2.3",
    spaceLevel: () => disk.level,
  });
  const learn = (shiftMs: number) => {
    for (const listener of listeners) listener({ shiftMs, by: "csms", stretches: [] } as never);
  };
  return { told, learn, look, disk };
}

Deno.test("a start is told, and that the CSMS wanted it", () => {
  assertEquals(watched().told, ["StartupOfTheDevice: version 1.2.3"]);
  assertEquals(watched("RemoteReset").told, [
    "ResetOrReboot: RemoteReset",
    "StartupOfTheDevice: version 1.2.3",
  ]);
});

Deno.test("a clock that was set by more than the threshold is told, either way", () => {
  const { told, learn } = watched();
  learn(20_000);
  learn(0);
  learn(-21_000);
  learn(3_600_000);
  assertEquals(told.slice(1), [
    "SettingSystemTime: -21 s, by csms",
    "SettingSystemTime: +3600 s, by csms",
  ]);
});

Deno.test("a disk that fills is told once, and again after it had room", () => {
  const { told, look, disk } = watched();
  look();
  disk.level = "low";
  look();
  look();
  disk.level = "enough";
  look();
  disk.level = "low";
  look();
  assertEquals(told.slice(1), [
    "MemoryExhaustion: the disk: low",
    "MemoryExhaustion: the disk: low",
  ]);
});
