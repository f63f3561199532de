import { assert, assertEquals } from "@std/assert";
import { createBench } from "../_bench.ts";

Deno.test("while pending a station says nothing but what it is triggered to say", async () => {
  const bench = await createBench({ csms: { registration: "Pending", intervalSeconds: 60 } });
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(30);
  assertEquals(await card, "refused", "it cannot ask, and knows nobody");
  assertEquals(bench.csms.heard.items().map(({ action }) => action), ["BootNotification"]);
  const remote = bench.csms.call("RemoteStartTransaction", { idTag: "ANNA" });
  await bench.seconds(1);
  assertEquals(await remote, { kind: "answered", payload: { status: "Rejected" } });
  for (const requestedMessage of ["StatusNotification", "MeterValues", "Heartbeat"] as const) {
    const triggered = bench.csms.call("TriggerMessage", { requestedMessage, connectorId: 1 });
    await bench.seconds(1);
    assertEquals(await triggered, { kind: "answered", payload: { status: "Accepted" } });
  }
  assertEquals(bench.csms.heard.items().slice(1).map(({ action }) => action), [
    "StatusNotification",
    "MeterValues",
    "Heartbeat",
  ]);
  await bench.end();
});

Deno.test("a pending station tries again at the interval, or when it is told to", async () => {
  const bench = await createBench({ csms: { registration: "Pending", intervalSeconds: 600 } });
  await bench.seconds(599);
  assertEquals(bench.heard("BootNotification").length, 1);
  await bench.seconds(2);
  assertEquals(bench.heard("BootNotification").length, 2);
  bench.csms.change({ registration: "Accepted" });
  const requestedMessage = "BootNotification";
  const triggered = bench.csms.call("TriggerMessage", { requestedMessage });
  await bench.seconds(1);
  await triggered;
  assertEquals(bench.statuses(1), ["Available"]);
  const again = bench.csms.call("TriggerMessage", { requestedMessage });
  await bench.seconds(1);
  assertEquals(await again, { kind: "answered", payload: { status: "Rejected" } });
  await bench.end();
});

Deno.test("a rejected station leaves and comes back when the time is over", async () => {
  const bench = await createBench({ csms: { registration: "Rejected", intervalSeconds: 120 } });
  await bench.seconds(1);
  assertEquals(bench.csms.isConnected(), false);
  await bench.seconds(115);
  bench.csms.change({ registration: "Accepted", intervalSeconds: 300 });
  await bench.seconds(10);
  assertEquals(bench.heard("BootNotification").length, 2);
  assertEquals(bench.statuses(1), ["Available"]);
  await bench.end();
});

Deno.test("after a mere reconnect a station does not boot, and tells only what has changed", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.setReachable(false);
  await bench.seconds(30);
  bench.plugIn();
  bench.setReachable(true);
  await bench.seconds(90);
  assertEquals(bench.heard("BootNotification").length, 1);
  assertEquals([bench.statuses(0), bench.statuses(1)], [["Available"], ["Available", "Preparing"]]);
  await bench.end();
});

Deno.test("a change that was undone while offline is not told", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.setReachable(false);
  await bench.seconds(1);
  bench.plugIn();
  await bench.seconds(10);
  bench.charger.unplug(1);
  bench.setReachable(true);
  await bench.seconds(90);
  assertEquals(bench.statuses(1), ["Available"]);
  await bench.end();
});

Deno.test("a station dials later and later, up to its longest wait and a little chance", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.setReachable(false);
  const attempts: number[] = [];
  let seen = bench.happened.length;
  for (let second = 0; second < 400; second++) {
    await bench.seconds(1);
    if (bench.happened.length > seen) attempts.push(second);
    seen = bench.happened.length;
  }
  const gaps = attempts.slice(1).map((second, index) => second - (attempts[index] ?? 0));
  assert(gaps.length >= 5);
  for (const [index, gap] of gaps.entries()) {
    const base = Math.min(60, 2 ** Math.max(1, index));
    assert(gap >= base - 1 && gap <= base * 1.25 + 1, `${gaps}`);
  }
  await bench.end();
});

Deno.test("a station whose CSMS went silent finds out by its pings", async () => {
  const bench = await createBench({ charger: { configuration: { WebSocketPingInterval: "10" } } });
  await bench.seconds(1);
  bench.cutWire();
  await bench.seconds(60);
  assertEquals(bench.happened.filter((each) => each.startsWith("connected")).length, 2);
  await bench.end();
});

Deno.test("a new password counts from the next connection, which is at once", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  const value = "correct-horse-battery";
  const changed = bench.csms.call("ChangeConfiguration", { key: "AuthorizationKey", value });
  await bench.seconds(5);
  assertEquals(await changed, { kind: "answered", payload: { status: "Accepted" } });
  assertEquals(bench.happened.filter((each) => each.startsWith("connected")).length, 2);
  assertEquals(bench.heard("BootNotification").length, 1);
  await bench.end();
});

Deno.test("the fault that boots at each reconnect does", async () => {
  const bench = await createBench({ charger: { faults: { bootsOnReconnect: true } } });
  await bench.seconds(1);
  bench.csms.disconnect();
  await bench.seconds(10);
  assertEquals(bench.heard("BootNotification").length, 2);
  await bench.end();
});

Deno.test("each heartbeat sets the clock again", async () => {
  const bench = await createBench({
    charger: { faults: { clockDriftPpm: 1_000 } },
    csms: { intervalSeconds: 60 },
  });
  await bench.seconds(3_600);
  bench.plugIn();
  await bench.seconds(1);
  const told = Date.parse(bench.heard("StatusNotification").at(-1)?.timestamp ?? "");
  const offsetMs = Math.abs(told - bench.clock.wallMs() + 1_000);
  assert(offsetMs < 100, `${offsetMs} ms after an hour at 3.6 s an hour`);
  await bench.end();
});

Deno.test("a station that is pending again does not stop transactions from afar", async () => {
  const bench = await createBench({ charger: { faults: { bootsOnReconnect: true } } });
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(10);
  assertEquals(await card, "started");
  bench.csms.change({ registration: "Pending" });
  bench.csms.disconnect();
  await bench.seconds(10);
  const stop = bench.csms.call("RemoteStopTransaction", { transactionId: 1_001 });
  await bench.seconds(1);
  assertEquals(await stop, { kind: "answered", payload: { status: "Rejected" } });
  await bench.end();
});
