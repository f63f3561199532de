import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createBench } from "../_bench.ts";

/** The texts that the charger sent of one action. */
function sent(frames: readonly string[], action: string): readonly string[] {
  return frames.filter((frame) => frame.includes(" out ") && frame.includes(`"${action}"`))
    .map((frame) => frame.slice(frame.indexOf("[")));
}

Deno.test("a session without CSMS is told afterwards, in order and with its own times", async () => {
  const bench = await createBench({
    charger: {
      configuration: { AllowOfflineTxForUnknownId: "true", MeterValueSampleInterval: "60" },
    },
  });
  await bench.seconds(1);
  bench.setReachable(false);
  await bench.seconds(59);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(600);
  assertEquals(await card, "started");
  assertEquals(await bench.charger.presentCard(1, "ANNA"), "stopped");
  bench.charger.unplug(1);
  const stoppedAt = new Date(bench.clock.wallMs()).toISOString();
  await bench.seconds(60);
  assertEquals(bench.charger.undelivered(), 12);
  bench.setReachable(true);
  await bench.seconds(120);
  assertEquals(bench.charger.undelivered(), 0);
  const [session] = bench.csms.books.sessions();
  assertEquals(session?.startedAt, "2026-01-05T06:00:59.980Z");
  assertEquals(session?.meterValues, 10);
  assertAlmostEquals(Date.parse(session?.stop?.stoppedAt ?? ""), Date.parse(stoppedAt), 50);
  assertAlmostEquals(session?.registerWh ?? 0, 3 * 16 * 230 / 6, 60);
  const order = bench.csms.heard.items().map(({ action }) => action)
    .filter((action) => /Transaction|MeterValues/.test(action));
  assertEquals(order, ["StartTransaction", ...Array(10).fill("MeterValues"), "StopTransaction"]);
  assertEquals(bench.csms.books.oddities(), []);
  await bench.end();
});

Deno.test("a transaction goes on while the CSMS is away, and nothing of it is lost", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(200);
  await card;
  bench.setReachable(false);
  await bench.seconds(300);
  assertEquals(bench.charger.currents().L1, 16);
  bench.setReachable(true);
  await bench.seconds(400);
  const [session] = bench.csms.books.sessions();
  assertEquals(session?.meterValues, 14);
  assertEquals([session?.stop, bench.csms.books.oddities()], [null, []]);
  await bench.end();
});

Deno.test("what was not confirmed is sent again, the same message", async () => {
  const bench = await createBench({ charger: { configuration: { WebSocketPingInterval: "10" } } });
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(0.11);
  // The start is on its way; its answer is lost.
  bench.cutWire();
  await bench.seconds(5);
  assertEquals(await card, "started");
  assertEquals(sent(bench.frames, "StartTransaction").length, 1);
  await bench.seconds(400);
  const starts = sent(bench.frames, "StartTransaction");
  assertEquals(starts.length, 2);
  assertEquals(starts[0], starts[1]);
  assertEquals(bench.csms.books.sessions().length, 1);
  assert((bench.csms.books.sessions()[0]?.meterValues ?? 0) >= 4);
  await bench.end();
});

Deno.test("a start that the CSMS never processes is given up, and its transaction is -1", async () => {
  const bench = await createBench({
    charger: {
      configuration: {
        TransactionMessageAttempts: "2",
        TransactionMessageRetryInterval: "10",
        MeterValueSampleInterval: "30",
      },
    },
    csms: { failsAt: ["StartTransaction"] },
  });
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(100);
  assertEquals(await card, "started");
  assertEquals(sent(bench.frames, "StartTransaction").length, 2);
  assertEquals(bench.charger.look(1).transactionId, -1);
  assertEquals(bench.heard("MeterValues").map(({ transactionId }) => transactionId), [-1, -1, -1]);
  assertEquals(bench.charger.currents().L1, 16, "it charges all the same");
  bench.forgive("message_failed");
  await bench.end();
});

const OFFLINE: readonly [string, Record<string, string>, string][] = [
  ["a stranger is refused", {}, "refused"],
  ["a stranger is let in where the key says so", { AllowOfflineTxForUnknownId: "true" }, "waiting"],
];

for (const [name, configuration, outcome] of OFFLINE) {
  Deno.test(`without CSMS ${name}`, async () => {
    const bench = await createBench({ charger: { configuration } });
    await bench.seconds(1);
    bench.setReachable(false);
    await bench.seconds(1);
    assertEquals(await bench.charger.presentCard(1, "ANNA"), outcome);
    await bench.end();
  });
}

Deno.test("without CSMS the list and the cache decide", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  const list = bench.csms.call("SendLocalList", {
    updateType: "Full",
    listVersion: 1,
    localAuthorizationList: [
      { idTag: "LISTED", idTagInfo: { status: "Accepted" } },
      { idTag: "BLOCKED", idTagInfo: { status: "Blocked" } },
    ],
  });
  const cached = bench.charger.presentCard(1, "CACHED");
  await bench.seconds(70);
  assertEquals([(await list).kind, await cached], ["answered", "waiting"]);
  bench.setReachable(false);
  await bench.seconds(1);
  assertEquals(await bench.charger.presentCard(1, "BLOCKED"), "refused");
  assertEquals(await bench.charger.presentCard(1, "CACHED"), "waiting");
  assertEquals(await bench.charger.presentCard(1, "listed"), "waiting");
  await bench.end();
});

Deno.test("LocalAuthorizeOffline off refuses even who is on the list", async () => {
  const bench = await createBench({
    charger: { configuration: { LocalAuthorizeOffline: "false" } },
  });
  await bench.seconds(1);
  const known = bench.charger.presentCard(1, "CACHED");
  await bench.seconds(1);
  await known;
  bench.setReachable(false);
  await bench.seconds(1);
  assertEquals(await bench.charger.presentCard(1, "CACHED"), "refused");
  await bench.end();
});

Deno.test("LocalPreAuthorize starts without asking whom it knows", async () => {
  const bench = await createBench({ charger: { configuration: { LocalPreAuthorize: "true" } } });
  await bench.seconds(1);
  const first = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(1);
  await first;
  bench.plugIn();
  await bench.seconds(5);
  assertEquals(await bench.charger.presentCard(1, "ANNA"), "stopped");
  await bench.seconds(1);
  assertEquals(await bench.charger.presentCard(1, "ANNA"), "started");
  assertEquals(bench.heard("Authorize").length, 1);
  await bench.end();
});

Deno.test("a listed token that the CSMS refuses at the start is told as a conflict", async () => {
  const bench = await createBench({
    charger: { configuration: { LocalPreAuthorize: "true" } },
    csms: { tokens: { ANNA: { status: "Blocked" } } },
  });
  await bench.seconds(1);
  const list = bench.csms.call("SendLocalList", {
    updateType: "Full",
    listVersion: 1,
    localAuthorizationList: [{ idTag: "ANNA", idTagInfo: { status: "Accepted" } }],
  });
  await bench.seconds(1);
  await list;
  bench.plugIn();
  assertEquals(await bench.charger.presentCard(1, "ANNA"), "started");
  await bench.seconds(5);
  const warning = bench.heard("StatusNotification").find((each) =>
    each.errorCode === "LocalListConflict"
  );
  assertEquals([warning?.connectorId, warning?.status], [0, "Available"]);
  assertEquals(bench.csms.books.sessions()[0]?.stop?.reason, "DeAuthorized");
  await bench.end();
});
