import { assertEquals } from "@std/assert";
import type { CommandOutcome } from "../../site/mod.ts";
import { createFixture } from "../_fixture.ts";
import { createAuditDesk } from "../audit_desk.ts";
import { createCommandDesk, EFFECT_LIMIT_MS } from "./desk.ts";

const ASKER = { who: "asha", way: "page", from: "192.168.10.5" } as const;
const ACCEPTED: CommandOutcome = { kind: "accepted", detail: "Accepted" };

async function setUp() {
  const fixture = await createFixture();
  let changes = 0;
  const desk = createCommandDesk(
    fixture.ports,
    createAuditDesk(fixture.ports),
    () => void changes++,
  );
  const endCharging = () => {
    const evse = fixture.state.evses[0];
    if (evse !== undefined) {
      fixture.state.evses[0] = { ...evse, state: "available", transaction: null };
    }
    fixture.events.emit("evse", { slot: 1 });
  };
  return { ...fixture, fixture, desk, changes: () => changes, endCharging };
}

Deno.test("desk follows a command from asked over accepted to seen", async () => {
  const { desk, clock, changes, endCharging } = await setUp();
  const { id, answered } = desk.begin({ kind: "stop", slot: 1 }, ASKER);
  assertEquals(desk.find(id)?.progress, { kind: "sent" });
  assertEquals(changes(), 1);
  await answered;
  assertEquals(desk.find(id)?.progress, ACCEPTED);
  assertEquals(desk.find(id)?.effect, "awaited");
  await clock.advance(4_000);
  endCharging();
  const record = desk.find(id);
  assertEquals(record?.effect, "seen");
  assertEquals((record?.seenAtMs ?? 0) - (record?.askedAtMs ?? 0), 4_000);
  assertEquals(clock.pending(), 0);
  desk.close();
});

Deno.test("desk sees an effect that was there before the answer", async () => {
  const { desk, fixture, endCharging } = await setUp();
  const { promise, resolve } = Promise.withResolvers<CommandOutcome>();
  fixture.answer = () => promise;
  const { id, answered } = desk.begin({ kind: "stop", slot: 1 }, ASKER);
  endCharging();
  assertEquals(desk.find(id)?.effect, "awaited");
  resolve(ACCEPTED);
  await answered;
  assertEquals(desk.find(id)?.effect, "seen");
  desk.close();
});

Deno.test("desk says when nothing came of a promise, and when nothing can be seen", async () => {
  const { desk, clock, events } = await setUp();
  const stop = desk.begin({ kind: "stop", slot: 1 }, ASKER);
  const unlock = desk.begin({ kind: "unlock", slot: 1 }, ASKER);
  await Promise.all([stop.answered, unlock.answered]);
  assertEquals(desk.find(unlock.id)?.effect, "unseeable");
  events.emit("measured", { slot: 1, atMonoMs: 0, intervalMs: 1 });
  await clock.advance(EFFECT_LIMIT_MS - 1);
  assertEquals(desk.find(stop.id)?.effect, "awaited");
  await clock.advance(1);
  assertEquals(desk.find(stop.id)?.effect, "missed");
  desk.close();
});

Deno.test("desk does not look for the effect of what was refused", async () => {
  const { desk, fixture, clock, endCharging } = await setUp();
  fixture.answer = () => Promise.resolve({ kind: "refused", reason: "busy", advice: "wait" });
  const { id, answered } = desk.begin({ kind: "stop", slot: 1 }, ASKER);
  await answered;
  endCharging();
  assertEquals(desk.find(id)?.effect, "awaited");
  assertEquals(clock.pending(), 0);
  desk.close();
});

Deno.test("desk lists a charger's commands, newest first, also those to its connectors", async () => {
  const { desk } = await setUp();
  const begun = [
    desk.begin({ kind: "stop", slot: 1 }, ASKER),
    desk.begin({ kind: "reset", chargerId: "CP01", type: "soft" }, ASKER),
    desk.begin({ kind: "stop", slot: 2 }, ASKER),
    desk.begin({ kind: "retry-row", id: 871 }, ASKER),
  ];
  await Promise.all(begun.map(({ answered }) => answered));
  assertEquals(desk.recordsOf("CP01").map(({ command }) => command.kind), ["reset", "stop"]);
  assertEquals(desk.recordsOf("CP02").map(({ id }) => id), [3]);
  desk.close();
});

Deno.test("desk lets go of timers and listeners when it closes", async () => {
  const { desk, clock, changes, endCharging } = await setUp();
  await desk.begin({ kind: "stop", slot: 1 }, ASKER).answered;
  const before = changes();
  desk.close();
  endCharging();
  await clock.advance(EFFECT_LIMIT_MS);
  assertEquals([changes(), clock.pending()], [before, 0]);
});

Deno.test("desk notes each command with who asked, what came of it, and no card's number", async () => {
  const { desk, fixture } = await setUp();
  await desk.begin({ kind: "start", slot: 1, idToken: "04A1B2C3" }, ASKER).answered;
  fixture.answer = () => Promise.resolve({ kind: "refused", reason: "busy", advice: "wait" });
  await desk.begin({ kind: "reset", chargerId: "CP01", type: "hard" }, ASKER).answered;
  const at = { atWallMs: fixture.clock.wallMs(), ...ASKER };
  assertEquals(fixture.noted, [
    {
      ...at,
      what: "command start",
      about: "CP01 slot 1",
      outcome: "done",
      detail: `{"slot":1,"idToken":"••••B2C3"}`,
    },
    {
      ...at,
      what: "command reset",
      about: "CP01",
      outcome: "refused",
      detail: `{"chargerId":"CP01","type":"hard"}: busy`,
    },
  ]);
  desk.close();
});
