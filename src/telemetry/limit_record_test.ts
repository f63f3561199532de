import { assertEquals } from "@std/assert";
import type { LimitReason } from "../balancing/mod.ts";
import { createLimitRecord, type LimitRecord } from "./limit_record.ts";

const UNLIMITED: LimitReason = { kind: "unlimited", maxAmps: 32 };
const shared = (othersAmps: number): LimitReason => ({
  kind: "shared",
  bottleneck: {
    kind: "line",
    circuitId: "row-a",
    line: "L1",
    limitAmps: 63,
    marginAmps: 2,
    otherLoadAmps: 10,
    othersAmps,
  },
});

const has = (limitAmps: number | null, reason: LimitReason, transactionId = "t1") => [
  { transactionId, limitAmps, reason },
];
const amps = (record: LimitRecord) => record.waiting().map((each) => each.limitAmps);

Deno.test("createLimitRecord() notes a session's first limit, and nothing while it stays", () => {
  const record = createLimitRecord();
  for (let second = 0; second < 600; second++) {
    record.note(has(16, shared(20 + second % 7)), second * 1_000);
  }
  assertEquals(record.waiting(), [
    { transactionId: "t1", atWallMs: 0, limitAmps: 16, reason: shared(20) },
  ], "the numbers of a reason move all the time");
});

Deno.test("createLimitRecord() notes another reason and a pause at once, a step a minute later", () => {
  const record = createLimitRecord();
  record.note(has(6, shared(20)), 0);
  record.note(has(8, shared(20)), 10_000);
  assertEquals(amps(record), [6]);
  record.note(has(10, UNLIMITED), 20_000);
  assertEquals(amps(record), [6, 10], "another reason");
  record.note(has(0, UNLIMITED), 21_000);
  assertEquals(amps(record), [6, 10, 0], "a pause");
  record.note(has(12, UNLIMITED), 22_000);
  record.note(has(14, UNLIMITED), 60_000);
  assertEquals(amps(record), [6, 10, 0, 12]);
  record.note(has(14, UNLIMITED), 82_000);
  assertEquals(amps(record), [6, 10, 0, 12, 14], "where a step ended is not lost");
});

Deno.test("createLimitRecord() keeps sessions apart and forgets those that ended", () => {
  const record = createLimitRecord();
  record.note([...has(6, UNLIMITED), ...has(7, UNLIMITED, "t2")], 0);
  record.note(has(6, UNLIMITED), 1_000);
  record.note([...has(6, UNLIMITED), ...has(7, UNLIMITED, "t2")], 2_000);
  assertEquals(record.waiting().map(({ transactionId }) => transactionId), ["t1", "t2", "t2"]);
});

Deno.test("createLimitRecord() bounds what a fluttering session and a full disk can take", () => {
  const record = createLimitRecord();
  for (let second = 0; second < 24 * 3_600; second++) {
    record.note(has(second % 2 === 0 ? 0 : 6, UNLIMITED), second * 1_000);
  }
  assertEquals(record.waiting().length <= 500 + 24 * 4, true, `${record.waiting().length}`);
  for (let index = 0; index < 6_000; index++) {
    record.note(has(6, UNLIMITED, `t${index + 10}`), 0);
  }
  assertEquals(record.waiting().length, 5_000);
});

Deno.test("createLimitRecord() gives up only what was taken, and survives a clock set back", () => {
  const record = createLimitRecord();
  record.note(has(6, UNLIMITED), 100_000);
  const taken = record.waiting();
  record.note(has(8, UNLIMITED), 40_000);
  record.taken(taken);
  assertEquals(amps(record), [8]);
});

Deno.test("createLimitRecord() keeps no time of a clock that begins anew", () => {
  const record = createLimitRecord();
  record.note(has(0, { kind: "waiting", bottleneck: null, minAmps: 6, nextAtMs: 77 }), 0);
  assertEquals(record.waiting().map(({ reason }) => reason), [
    { kind: "waiting", bottleneck: null, minAmps: 6, nextAtMs: null },
  ]);
});
