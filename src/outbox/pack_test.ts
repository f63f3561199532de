import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { header, outboxRow, registerAt } from "../../test/contract/sessions.ts";
import type { MeterValue } from "../ocpp/mod.ts";
import { OUTBOX_LIMITS } from "./bounds.ts";
import { messageRuns } from "./message_run.ts";
import { isEssential, packJob, repack, squeezeJob, waitsForPacking } from "./pack.ts";
import type { Lane } from "./lanes.ts";
import { contentBytes, headerOf, type OutboxRow, type RowHeader } from "./row.ts";

const STARTED = header({ id: 1, kind: "started" });
const ENDED = header({ id: 100_000, kind: "ended" });

function laneOf(...rows: readonly RowHeader[]): Lane {
  return { transactionId: "tx-1", slot: 1, rows, retryAtMs: 0 };
}

function meters(count: number, changes: Partial<RowHeader> = {}, from = 2): RowHeader[] {
  return Array.from({ length: count }, (_, at) => header({ id: from + at, ...changes }));
}

function job(...rows: readonly RowHeader[]) {
  const found = packJob(laneOf(...rows), OUTBOX_LIMITS);
  return found === null ? null : [found.rows.map(({ id }) => id), found.goal];
}

const ids = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

// Which rows are put together

Deno.test("rows of a session that goes on are put together when they fill a message", () => {
  assertEquals(job(STARTED, ...meters(50)), null);
  assertEquals(job(STARTED, ...meters(51)), [ids(2, 51), { kind: "fold" }]);
  const large = { bytes: 20_000 };
  assertEquals(job(STARTED, ...meters(3, large)), [[2, 3], { kind: "fold" }]);
  assertEquals(job(...meters(9, { readings: 50 })), [ids(2, 10), { kind: "fit", messagesMax: 4 }]);
});

Deno.test("full rows are left alone while their session goes on", () => {
  assertEquals(job(STARTED, ...meters(8, { readings: 50 }), header({ id: 90 })), [
    [...ids(2, 9), 90],
    { kind: "fit", messagesMax: 4 },
  ]);
  assertEquals(job(STARTED, ...meters(7, { readings: 50 }), header({ id: 90 })), null);
});

Deno.test("an ended session is put together into as few messages as are left to it", () => {
  const fit = (messagesMax: number) => ({ kind: "fit", messagesMax });
  assertEquals(job(STARTED, ...meters(4), ENDED), null);
  assertEquals(job(STARTED, ...meters(5), ENDED), [ids(2, 6), fit(4)]);
  const sent = header({ id: 2, sent: true });
  assertEquals(job(sent, ...meters(4, {}, 3), ENDED), [ids(3, 6), fit(3)]);
  const all = meters(9, { sent: true });
  assertEquals(job(...all, header({ id: 20 }), header({ id: 21 }), ENDED), [[20, 21], fit(1)]);
  // Done once is done, whatever is left.
  assertEquals(job(STARTED, ...meters(9, { packed: true }), ENDED), null);
});

Deno.test("rows that were heard by different clocks are never put together: each is corrected by its own", () => {
  const clocks = [{}, { clock: { stretch: "s1" } }, { clock: { stretch: "s1", shiftMs: 60_000 } }];
  const own = clocks.map((clock, at) => header({ id: 2 + at, ...clock }));
  assertEquals(messageRuns(own, OUTBOX_LIMITS.message).map((run) => run.length), [1, 1, 1]);
  const rows = clocks.flatMap((clock, at) =>
    [0, 1, 2].map((index) => ({
      ...outboxRow({ id: 10 * at + index, ...clock }),
    }))
  );
  const packed = repack(rows, { kind: "fold" }, OUTBOX_LIMITS.message);
  assertEquals(packed.rows.map(({ clock }) => clock), [
    undefined,
    { stretch: "s1" },
    { stretch: "s1", shiftMs: 60_000 },
  ]);
});

Deno.test("rows on their way, set aside or without readings are not touched", () => {
  const rows = [
    header({ id: 2 }),
    header({ id: 3, sent: true }),
    ...meters(60, {}, 4),
    header({ id: 70, dead: true }),
    header({ id: 71, readings: 0 }),
    header({ id: 72 }),
  ];
  assertEquals(job(...rows, ENDED)?.[0], [...ids(4, 63), 72]);
});

Deno.test("readings that are never thinned are looked at once, and again when as many have come", () => {
  const packed = (count: number) => meters(count, { readings: 50, packed: true, essential: true });
  const fresh = (count: number) => meters(count, { readings: 50 }, 1_000);
  assertEquals(job(...packed(20), ...fresh(4)), null);
  assertEquals(job(...packed(20), ...fresh(5))?.[1], { kind: "fit", messagesMax: 4 });
});

Deno.test("an ended session waits for packing only while it needs more messages than it may", () => {
  const waits = (...rows: RowHeader[]) => waitsForPacking(laneOf(...rows), OUTBOX_LIMITS);
  assertEquals(waits(STARTED, ...meters(200), ENDED), false);
  assertEquals(waits(STARTED, ...meters(201), ENDED), true);
  assertEquals(waits(STARTED, ...meters(201)), false, "it goes on");
  assertEquals(waits(...meters(9, { readings: 50, packed: true }), ENDED), false);
});

Deno.test("only ended sessions are squeezed", () => {
  assertEquals(squeezeJob(laneOf(STARTED, ...meters(9))), null);
  assertEquals(squeezeJob(laneOf(STARTED, ENDED)), null);
  const found = squeezeJob(laneOf(...meters(2, { packed: true }), ENDED));
  assertEquals(found && [found.rows.map(({ id }) => id), found.goal], [[2, 3], { kind: "halve" }]);
});

// What becomes of their content

const values = (rows: readonly OutboxRow[]) => rows.flatMap(({ event }) => event.meterValue ?? []);
const registers = (rows: readonly OutboxRow[]) =>
  values(rows).map(({ sampledValue }) => sampledValue[0]?.value);

function metered(count: number, change: (at: number) => Partial<MeterValue> = () => ({})) {
  return Array.from({ length: count }, (_, at) => {
    const row = outboxRow({ id: at + 2 });
    const meterValue = [{ ...registerAt(at, at), ...change(at) }];
    const event = { ...row.event, meterValue };
    return { ...row, event, bytes: contentBytes({ event, carry: null }) };
  });
}

Deno.test("folding keeps every reading in the first row", () => {
  const rows = metered(3);
  const folded = repack(rows, { kind: "fold" }, OUTBOX_LIMITS.message);
  assertEquals(folded.thinned, 0);
  const [row, ...others] = folded.rows;
  assertEquals([row?.id, row?.messageId, others], [2, "message-2", []]);
  assertEquals([registers(folded.rows), row?.readings, row?.revision], [[0, 1, 2], 3, 1]);
  assertEquals(row?.bytes, row && contentBytes(row));
  assertEquals(row?.packed, undefined);
});

Deno.test("fitting drops the 1st, 3rd, 5th … between the first and the last until all fits", () => {
  const limits = { readings: 2, bytes: 1e6 };
  const fitted = repack(metered(9), { kind: "fit", messagesMax: 3 }, limits);
  assertEquals(registers(fitted.rows), [0, 2, 4, 6, 8]);
  assertEquals(fitted.rows.map(({ id, packed }) => [id, packed]), [[2, true], [3, true], [
    4,
    true,
  ]]);
  assertEquals(fitted.thinned, 4);
});

Deno.test("halving drops every second reading once", () => {
  const halved = repack(metered(9), { kind: "halve" }, OUTBOX_LIMITS.message);
  assertEquals([registers(halved.rows), halved.thinned], [[0, 2, 4, 6, 8], 4]);
  assertEquals(repack(metered(2), { kind: "halve" }, OUTBOX_LIMITS.message).thinned, 0);
});

Deno.test("signed readings and those of the clock stay, though they alone fill more messages", () => {
  const limits = { readings: 2, bytes: 1e6 };
  const signed = (at: number): Partial<MeterValue> =>
    at % 2 === 0 ? { sampledValue: [{ value: at, context: "Sample.Clock" }] } : at % 3 === 0
      ? {
        sampledValue: [{
          value: at,
          signedMeterValue: { signedMeterData: "A", encodingMethod: "" },
        }],
      }
      : {};
  const fitted = repack(metered(12, signed), { kind: "fit", messagesMax: 1 }, limits);
  assertEquals(registers(fitted.rows), [0, 2, 3, 4, 6, 8, 9, 10, 11]);
  assert(fitted.rows.every(({ packed }) => packed === true));
});

Deno.test("a row that holds more than a message is not torn apart", () => {
  const [row] = metered(1);
  if (row === undefined) throw new Error("no row");
  const meterValue = Array.from({ length: 5 }, (_, at) => registerAt(at, at));
  const large = { ...row, readings: 5, event: { ...row.event, meterValue } };
  const limits = { readings: 2, bytes: 1e6 };
  const { rows, thinned } = repack([large], { kind: "fit", messagesMax: 9 }, limits);
  assertEquals([rows, thinned], [[{ ...large, packed: true }], 0]);
});

const talkative = fc.array(
  fc.record({
    words: fc.integer({ min: 1, max: 90 }),
    essential: fc.nat({ max: 40 }).map((dice) => dice === 0),
  }),
  { minLength: 1, maxLength: 700, size: "max" },
);

Deno.test("an ended session goes up in at most 4 messages of readings under 64 KiB, however long and talkative it was", () => {
  fc.assert(
    fc.property(talkative, (samples) => {
      let lane = laneOf(STARTED);
      let disk: OutboxRow[] = [];
      const settle = () => {
        for (let turn = 0;; turn++) {
          assert(turn < 20, "it is never done");
          const found = packJob(lane, OUTBOX_LIMITS);
          if (found === null) return;
          const ids = new Set(found.rows.map(({ id }) => id));
          const packed = repack(
            disk.filter(({ id }) => ids.has(id)),
            found.goal,
            OUTBOX_LIMITS.message,
          );
          disk = [...disk.filter(({ id }) => !ids.has(id)), ...packed.rows]
            .toSorted((a, b) => a.id - b.id);
          lane = laneOf(
            STARTED,
            ...disk.map(headerOf),
            ...lane.rows.filter((r) => r.kind === "ended"),
          );
        }
      };
      for (const [at, { words, essential }] of samples.entries()) {
        const context = essential ? "Sample.Clock" : "Sample.Periodic";
        const sampledValue = Array.from(
          { length: words },
          () => ({ value: at, context, measurand: "Energy.Active.Import.Register" } as const),
        );
        const row = outboxRow({ id: at + 2 });
        const event = { ...row.event, meterValue: [{ ...registerAt(at, at), sampledValue }] };
        disk.push({ ...row, event, essential, bytes: contentBytes({ event, carry: null }) });
        lane = laneOf(STARTED, ...disk.map(headerOf));
        settle();
      }
      const openBytes = disk.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
      lane = laneOf(...lane.rows, ENDED);
      assert(lane.rows.length < 80, `${lane.rows.length} rows are kept of an open session`);
      settle();
      const kept = values(disk);
      const clock = samples.filter(({ essential }) => essential).length;
      assertEquals(kept.filter(isEssential).length, clock, "a reading of the clock is gone");
      const named = kept.map(({ sampledValue }) => sampledValue[0]?.value ?? -1);
      assertEquals([named[0], named.at(-1)], [0, samples.length - 1]);
      assertEquals(named, named.toSorted((a, b) => a - b));
      for (const row of disk) assert(contentBytes(row) < 50_000, "too long for a frame");
      const messages = messageRuns(
        lane.rows.filter((r) => r.kind === "updated"),
        OUTBOX_LIMITS.message,
      );
      const isBare = kept.slice(1, -1).every(isEssential);
      assert(messages.length <= 4 || isBare, `${messages.length} messages`);
      assert(openBytes < 600_000 || isBare || clock > 50, `${openBytes} bytes of an open session`);
    }),
    { numRuns: 60 },
  );
});
