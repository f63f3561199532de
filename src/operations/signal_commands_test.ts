import { assertEquals } from "@std/assert";
import { isoTime } from "../lib/clock.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { SignalWord } from "../site/mod.ts";
import { createSignalCommands } from "./signal_commands.ts";

function bench() {
  const clock = createVirtualClock();
  const told: SignalWord[] = [];
  const commands = createSignalCommands({
    clock,
    signals: {
      tell(id, word) {
        if (id === "box") told.push(word);
        return Promise.resolve(id === "box");
      },
      beat: (id) => Promise.resolve(id === "box"),
    },
  });
  return { clock, told, commands };
}

const ORDER = {
  limit: { unit: "W", amount: 4_200 },
  minutes: null,
  until: null,
  reason: "",
} as const;

Deno.test("what a signal tells is a schedule of one step: so long, until then, or until it says something else", async () => {
  const { clock, told, commands } = bench();
  const nowMs = clock.wallMs();
  const until = isoTime(nowMs + 90_000);
  const orders = [{ ...ORDER, minutes: 2 }, { ...ORDER, until, reason: "order 4711" }, ORDER];
  for (const order of orders) {
    assertEquals((await commands.tellSignal("box", order, "dso")).kind, "accepted");
  }
  const span = { fromMs: nowMs, unit: "W", limit: 4_200, reason: "said by dso" };
  assertEquals(
    told.flatMap((word) => word.kind === "schedule" ? word.spans : []),
    [
      { ...span, toMs: nowMs + 120_000 },
      { ...span, toMs: nowMs + 90_000, reason: "order 4711" },
      { ...span, toMs: null },
    ] as const,
  );
  await commands.tellSignal("box", { ...ORDER, limit: null }, "dso");
  assertEquals(told.at(-1), { kind: "schedule", spans: [], problems: [] });
});

Deno.test("an end that is past or too far, and a signal that is not there, are refused", async () => {
  const { clock, told, commands } = bench();
  for (const aheadMs of [0, -60_000, 8 * 24 * 3_600_000]) {
    const until = isoTime(clock.wallMs() + aheadMs);
    const outcome = await commands.tellSignal("box", { ...ORDER, until }, "dso");
    assertEquals(outcome.kind === "refused" && outcome.errors?.[0]?.path, "until");
  }
  const nobody = await commands.tellSignal("attic", ORDER, "dso");
  assertEquals(
    nobody.kind === "refused" && nobody.reason,
    'There is no signal "attic" that tells by the API',
  );
  assertEquals(told, []);
  assertEquals([await commands.beatSignal("box"), await commands.beatSignal("attic")], [
    true,
    false,
  ]);
});
