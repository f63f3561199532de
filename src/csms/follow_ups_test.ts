import { assertEquals, assertNotEquals } from "@std/assert";
import { openBooks } from "../../test/support/books.ts";
import { createVirtualClock, type VirtualClock } from "../lib/virtual_clock.ts";
import type { InsideCall } from "../ocpp/mod.ts";
import { createMemoryStore, type MemoryStore } from "../../test/support/memory_edges.ts";
import { createFollowUps, isLastWord } from "./follow_ups.ts";

const DAY_MS = 86_400_000;

const report = (requestId: number): InsideCall<"GetReport"> => ({
  action: "GetReport",
  message: { requestId },
});
const to = (chargerId: string) => ({ chargerId, slot: 1, is16: false });

interface Machine {
  readonly store: MemoryStore;
  readonly clock: VirtualClock;
}

/** The list as a gateway finds it that starts on this disk. */
async function open(machine: Partial<Machine> = {}) {
  const { store = createMemoryStore(), clock = createVirtualClock() } = machine;
  const books = await openBooks({ store, clock });
  const { "followed-orders": stored } = await store.load(clock.wallMs());
  const followUps = createFollowUps(books, stored.values());
  return {
    store,
    clock,
    followUps,
    /** Gives an order and returns the number that the charger gets. */
    async give(requestId: number, chargerId = "CP1") {
      const { call } = await followUps.expect<"GetReport">(report(requestId), to(chargerId));
      return call.message.requestId;
    },
    async onDisk() {
      await books.spawn.drain();
      return [...(await store.load(clock.wallMs()))["followed-orders"].values()];
    },
  };
}

Deno.test("two orders of one number to two chargers are told apart, and neither hears the CSMS's number", async () => {
  const { followUps, give } = await open();
  const first = await give(1, "CP1");
  const second = await give(1, "CP2");
  assertNotEquals(first, second);
  assertEquals(followUps.find("CP1", "NotifyReport", first)?.requestId, 1);
  assertEquals(followUps.find("CP2", "NotifyReport", first), undefined);
  assertEquals(followUps.find("CP1", "NotifyMonitoringReport", first), undefined);
});

Deno.test("numbers are beyond the gateway's own, fit 31 bits, and go on after a restart", async () => {
  const machine = await open();
  await machine.clock.advance(3_600_000);
  const first = await machine.give(1);
  const second = await (await open(machine)).give(2);
  assertEquals([Number(first) > 1_000_000_000, Number(second) > Number(first)], [true, true]);
  assertEquals(Number(second) < 2 ** 31, true);
});

Deno.test("a machine that has lost its time gives no number again", async () => {
  const machine = await open();
  const first = await machine.give(1);
  machine.clock.setWall(0);
  const second = await (await open(machine)).give(2);
  assertEquals(Number(second) > Number(first), true);
});

Deno.test("an order is on disk before the charger gets it, and found after a restart until it is over", async () => {
  const machine = await open();
  const number = await machine.give(7);
  assertEquals((await machine.onDisk()).map(({ requestId }) => requestId), [7]);
  const again = await open(machine);
  const order = again.followUps.find("CP1", "NotifyReport", number);
  assertEquals(order?.requestId, 7);
  if (order !== undefined) again.followUps.forget(order);
  assertEquals(again.followUps.find("CP1", "NotifyReport", number), undefined);
  assertEquals(await again.onDisk(), []);
});

Deno.test("of a charger that gives no number the newest order is meant, after a restart too", async () => {
  const machine = await open();
  for (const requestId of [7, 8]) await machine.give(requestId);
  for (const { followUps } of [machine, await open(machine)]) {
    assertEquals(followUps.find("CP1", "NotifyReport", undefined)?.requestId, 8);
  }
});

Deno.test("orders are forgotten when there are too many, the oldest first, on disk too", async () => {
  const { followUps, give, onDisk } = await open();
  const numbers: (number | undefined)[] = [];
  for (let index = 0; index <= 200; index++) numbers.push(await give(index));
  assertEquals(followUps.find("CP1", "NotifyReport", numbers[0]), undefined);
  assertEquals(followUps.find("CP1", "NotifyReport", numbers[1])?.requestId, 1);
  assertEquals((await onDisk()).length, 200);
});

Deno.test("of an order that is a month old nobody tells any more", async () => {
  const { clock, give, onDisk } = await open();
  await give(1);
  await clock.advance(29 * DAY_MS);
  await give(2);
  assertEquals((await onDisk()).map(({ requestId }) => requestId), [1, 2]);
  await clock.advance(2 * DAY_MS);
  await give(3);
  assertEquals((await onDisk()).map(({ requestId }) => requestId), [2, 3]);
});

Deno.test("what nothing follows goes as it is, and so do reports of 1.6, which are in the answer", async () => {
  const { followUps, onDisk } = await open();
  const clear = { action: "ClearCache", message: {} } as const;
  assertEquals(await followUps.expect<"ClearCache">(clear, to("CP1")), {
    call: clear,
    order: null,
  });
  const asked = await followUps.expect<"GetReport">(report(1), { ...to("CP1"), is16: true });
  assertEquals(asked, { call: report(1), order: null });
  assertEquals(await onDisk(), []);
});

Deno.test("an order is over with its last status or its last piece, not with a try that failed", () => {
  const firmware = (status: InsideCall<"FirmwareStatusNotification">["message"]["status"]) =>
    isLastWord({ action: "FirmwareStatusNotification", message: { status } });
  assertEquals(
    (["Downloading", "DownloadFailed", "Installed", "InstallationFailed"] as const).map(firmware),
    [false, false, true, true],
  );
  const log = (status: InsideCall<"LogStatusNotification">["message"]["status"]) =>
    isLastWord({ action: "LogStatusNotification", message: { status } });
  assertEquals((["Uploading", "UploadFailure", "Uploaded"] as const).map(log), [
    false,
    false,
    true,
  ]);
  const piece = (more: { readonly tbc?: boolean }) =>
    isLastWord({
      action: "NotifyReport",
      message: { requestId: 1, generatedAt: "2026-01-05T06:00:00Z", seqNo: 0, ...more },
    });
  assertEquals([piece({ tbc: true }), piece({ tbc: false }), piece({})], [false, true, true]);
});
