import { assert, assertEquals } from "@std/assert";
import { decisionAt } from "../../test/contract/telemetry_store.ts";
import { createEvents } from "../lib/events.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { SiteEvents } from "../site/mod.ts";
import { createMemoryTelemetry } from "./memory_telemetry.ts";
import { createTelemetry } from "./telemetry.ts";
import type { SessionNow } from "./session_readings.ts";
import type { TelemetryBatch } from "./telemetry_store.ts";

const MINUTE_MS = 60_000;

const sessionLimit = (limitAmps: number) => ({
  transactionId: "t1",
  limitAmps,
  reason: { kind: "unlimited", maxAmps: 32 } as const,
});

function createBench() {
  const clock = createVirtualClock(MINUTE_MS * 1_000);
  const memory = createMemoryTelemetry();
  const bench = {
    trouble: "",
    mayWrite: true,
    aside: "",
    isClosed: false,
    limitAmps: null as number | null,
    sessions: {} as Record<number, SessionNow>,
  };
  const written: TelemetryBatch[] = [];
  const faults: string[] = [];
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  events.on("fault", ({ kind, severity, state }) => faults.push(`${kind} ${severity} ${state}`));
  const fail = () => Promise.reject(new Error(bench.trouble));
  const telemetry = createTelemetry({ keepMs: 3_600_000 }, {
    clock,
    log: () => {},
    spawn: createSpawner(() => {}),
    events,
    circuits: () => [],
    sessionAt: (slot) => bench.sessions[slot] ?? null,
    sessionLimits: () => bench.limitAmps === null ? [] : [sessionLimit(bench.limitAmps)],
    mayWrite: () => bench.mayWrite,
    store: {
      ...memory,
      write(batch, oldestMs) {
        if (bench.trouble !== "") return fail();
        written.push(batch);
        return memory.write(batch, oldestMs);
      },
      summaries: (filter) => bench.trouble === "" ? memory.summaries(filter) : fail(),
      limits: (filter) => bench.trouble === "" ? memory.limits(filter) : fail(),
      decisions: (filter) => bench.trouble === "" ? memory.decisions(filter) : fail(),
      begunAnew() {
        const { aside } = bench;
        bench.aside = "";
        return aside === "" ? null : aside;
      },
      close() {
        bench.isClosed = true;
        return Promise.resolve();
      },
    },
  });
  telemetry.start();
  const decide = (token: string) => events.emit("decision", decisionAt(clock.wallMs(), { token }));
  const tokens = async (limit = 10) =>
    (await telemetry.decisions({ limit })).map(({ token }) => token);
  const measure = (totalPowerW: number) =>
    events.emit("sample", { meterId: "grid", atMonoMs: 0, atWallMs: 0, totalPowerW });
  const tick = () => events.emit("circuits", {});
  const draw = (slot: number, powerW: number) =>
    events.emit("measured", { slot, powerW, atMonoMs: clock.monoMs(), intervalMs: 10_000 });
  const drawn = async (transactionId: string, slot: number) => {
    const range = { fromMs: 0, toMs: MINUTE_MS * 1_002 };
    return (await telemetry.sessionReadings({ transactionId, slot, ...range }))
      .map(({ powerW }) => powerW);
  };
  return { draw, drawn, tick, clock, bench, written, faults, telemetry, decide, tokens, measure };
}

Deno.test("all of a minute is written at once, and a quiet one not at all", async () => {
  const { clock, written, decide, measure, telemetry } = createBench();
  decide("A");
  decide("B");
  measure(1_000);
  measure(3_000);
  await clock.advance(MINUTE_MS);
  assertEquals(written.map(({ decisions }) => decisions.map(({ token }) => token)), [["A", "B"]]);
  assertEquals(
    written[0]?.summaries.map(({ subject, quantity, mean }) => [subject, quantity, mean]),
    [
      ["meter grid", "powerW", 2_000],
    ],
  );
  await clock.advance(10 * MINUTE_MS);
  assertEquals(written.length, 1);
  await telemetry.stop();
  assertEquals(clock.pending(), 0);
});

Deno.test("decisions are found from the moment on, once each, also beyond what memory holds", async () => {
  const { clock, decide, tokens, telemetry } = createBench();
  decide("A");
  assertEquals(await tokens(), ["A"]);
  await clock.advance(MINUTE_MS);
  decide("B");
  assertEquals(await tokens(), ["B", "A"]);
  assertEquals(await tokens(1), ["B"]);
  assertEquals((await telemetry.decisions({ token: "A", limit: 10 })).length, 1);
  assertEquals((await telemetry.decisions({ chargerId: "CP9", limit: 10 })).length, 0);
  await telemetry.stop();
});

Deno.test("while the disk is wanted for sessions nothing is written; decisions wait, readings do not", async () => {
  const { clock, bench, written, decide, measure, tokens, telemetry } = createBench();
  bench.mayWrite = false;
  decide("A");
  measure(5);
  await clock.advance(5 * MINUTE_MS);
  assertEquals([written.length, await tokens()], [0, ["A"]]);
  bench.mayWrite = true;
  await clock.advance(MINUTE_MS);
  assertEquals(written.map(({ decisions, summaries }) => [decisions.length, summaries.length]), [
    [1, 0],
  ]);
  await telemetry.stop();
});

Deno.test("a store that fails is named once, answers come from memory, and nothing that was decided is lost", async () => {
  const { clock, bench, faults, decide, tokens, telemetry } = createBench();
  bench.trouble = "disk I/O error";
  decide("A");
  await clock.advance(3 * MINUTE_MS);
  assertEquals(await tokens(), ["A"]);
  assertEquals(faults, ["telemetry-not-written warning raised"]);
  bench.trouble = "";
  await clock.advance(MINUTE_MS);
  assertEquals(await tokens(), ["A"]);
  assertEquals(faults.slice(1), ["telemetry-not-written warning over"]);
  await telemetry.stop();
});

Deno.test("telemetry that had to begin anew is told of, as no alarm", async () => {
  const { clock, bench, faults, decide, telemetry } = createBench();
  bench.aside = "telemetry.db.damaged";
  decide("A");
  await clock.advance(MINUTE_MS);
  assertEquals(faults, ["telemetry-damaged info raised"]);
  await telemetry.stop();
});

Deno.test("at the end what is left is written, and the store is let go of", async () => {
  const { bench, written, decide, measure, telemetry } = createBench();
  decide("A");
  measure(5);
  await telemetry.stop();
  assertEquals(written.map(({ decisions, summaries }) => [decisions.length, summaries.length]), [
    [1, 1],
  ]);
  assert(bench.isClosed);
});

Deno.test("however many decisions a disk refuses, memory is bounded and the newest are there", async () => {
  const { bench, clock, decide, tokens, telemetry } = createBench();
  bench.mayWrite = false;
  for (let index = 0; index < 6_000; index++) decide(`T${index}`);
  await clock.advance(MINUTE_MS);
  const kept = await tokens(10_000);
  assertEquals([kept.length, kept[0], kept.at(-1)], [5_000, "T5999", "T1000"]);
  await telemetry.stop();
});

Deno.test("the limits of a session are written once a minute, and told before that too", async () => {
  const { clock, bench, telemetry, written, tick } = createBench();
  const found = async () =>
    (await telemetry.limits({ transactionId: "t1", fromMs: 0, toMs: 1e15, limit: 10 }))
      .map(({ limitAmps }) => limitAmps);
  bench.limitAmps = 6;
  tick();
  assertEquals(await found(), [6]);
  bench.limitAmps = 0;
  tick();
  await clock.advance(MINUTE_MS);
  assertEquals(written.map(({ limits }) => limits.length), [2]);
  assertEquals(await found(), [6, 0]);
  bench.limitAmps = 8;
  tick();
  bench.trouble = "disk full";
  await clock.advance(MINUTE_MS);
  assertEquals(await found(), [8], "what is on disk cannot be read, what waits is told");
  bench.trouble = "";
  await clock.advance(MINUTE_MS);
  assertEquals(await found(), [6, 0, 8], "nothing was lost");
  await telemetry.stop();
});

Deno.test("what a session drew is told while it runs, by the minute after a restart, and of no idle place", async () => {
  const { clock, bench, written, telemetry, draw, drawn } = createBench();
  draw(2, 900);
  bench.sessions = { 2: { transactionId: "t1", offeredAmps: 16 } };
  draw(2, 4_000);
  await clock.advance(30_000);
  draw(2, 2_000);
  assertEquals(await drawn("t1", 2), [4_000, 2_000], "before anything is on disk");
  await clock.advance(MINUTE_MS);
  assertEquals(
    written.flatMap(({ summaries }) => summaries).map(({ subject, quantity, mean }) =>
      `${subject} ${quantity} ${mean}`
    ),
    ["slot 2 offeredAmps 16", "slot 2 powerW 3000"],
  );
  assertEquals(await drawn("t1", 2), [4_000, 2_000], "no minute beside its own readings");
  assertEquals(telemetry.recentReadings("t1").length, 2);
  bench.sessions = { 2: { transactionId: "t2", offeredAmps: 6 } };
  draw(2, 1_300);
  assertEquals(await drawn("t1", 2), [3_000], "as it is kept");
  bench.trouble = "disk I/O error";
  assertEquals(await drawn("t2", 2), [1_300], "what is in memory needs no disk");
  bench.trouble = "";
  await telemetry.stop();
});
