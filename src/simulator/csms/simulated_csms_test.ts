import { assertEquals } from "@std/assert";
import { createBench } from "../_bench.ts";
import { createSocketPair } from "../memory_socket.ts";
import { lineOf16 } from "./answers16.ts";

Deno.test("a CSMS decides by its list of tokens, whatever their case, and by default", async () => {
  const bench = await createBench({
    csms: {
      tokens: { Anna: { status: "Blocked" }, BERT: { status: "Accepted", parentIdTag: "FIRM" } },
      unknownTokens: "Invalid",
    },
  });
  await bench.seconds(1);
  const cards = ["ANNA", "bert", "carl"].map((idTag) => bench.charger.presentCard(1, idTag));
  await bench.seconds(1);
  assertEquals(await Promise.all(cards), ["refused", "waiting", "refused"]);
  await bench.end();
});

Deno.test("a changed list counts from now on", async () => {
  const bench = await createBench({ csms: { unknownTokens: "Invalid" } });
  await bench.seconds(1);
  bench.csms.change({ tokens: { ANNA: { status: "Accepted" } } });
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(1);
  assertEquals(await card, "waiting");
  await bench.end();
});

Deno.test("a CSMS that is down drops its station and takes it back when it is up", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.csms.setDown(true);
  await bench.seconds(20);
  assertEquals([bench.csms.isDown(), bench.csms.isConnected()], [true, false]);
  bench.csms.setDown(false);
  await bench.seconds(60);
  assertEquals(bench.csms.isConnected(), true);
  assertEquals(bench.heard("BootNotification").length, 1);
  await bench.end();
});

Deno.test("a command without connection fails and says so", async () => {
  const bench = await createBench();
  bench.csms.setDown(true);
  await bench.seconds(1);
  assertEquals(await bench.csms.call("ClearCache", {}), {
    kind: "failed",
    reason: "not connected",
  });
  await bench.end();
});

Deno.test("a new connection takes the place of the old one", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  const wire = createSocketPair(bench.clock);
  bench.csms.accept(wire.far, "OTHER", "ocpp1.6");
  await bench.seconds(1);
  assertEquals(bench.happened.at(-1), "disconnected closed with 1006");
  await bench.end();
});

Deno.test("what only a CSMS may send is not supported the other way round", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.csms.disconnect();
  const wire = createSocketPair(bench.clock);
  const answers: string[] = [];
  wire.near.listen({ message: (text) => answers.push(text), alive() {}, closed() {} });
  bench.csms.accept(wire.far, "ODD", "ocpp1.6");
  wire.near.send('[2,"1","ClearCache",{}]');
  await bench.clock.advance(100);
  assertEquals(answers, ['[4,"1","NotSupported","ClearCache is not for a CSMS",{}]']);
  await bench.end();
});

Deno.test("one token at two places is refused where that is not allowed", async () => {
  const bench = await createBench({
    csms: { allowsConcurrent: false },
    charger: {
      outlets: [1, 2].map(() => ({ lines: ["L1"], maxAmps: 32, fixedCable: false })),
    },
  });
  await bench.seconds(1);
  for (const connectorId of [1, 2]) {
    bench.plugIn("onePhase32", 0.2, connectorId);
    const card = bench.charger.presentCard(connectorId, "ANNA");
    await bench.seconds(5);
    await card;
  }
  const statuses = bench.frames.filter((frame) => frame.includes('"idTagInfo"'))
    .map((frame) => /"status":"(\w+)"/.exec(frame)?.[1]);
  assertEquals(statuses.includes("ConcurrentTx"), true);
  await bench.end();
});

const LINES: readonly [string, unknown, string | null][] = [
  [
    "BootNotification",
    { chargePointVendor: "V", chargePointModel: "M" },
    "booted: V M, firmware ?",
  ],
  [
    "StatusNotification",
    { connectorId: 2, status: "Faulted", errorCode: "GroundFailure", info: "wet" },
    "connector 2: Faulted, GroundFailure (wet)",
  ],
  [
    "StatusNotification",
    { connectorId: 2, status: "Available", errorCode: "NoError" },
    "connector 2: Available",
  ],
  [
    "StartTransaction",
    { connectorId: 1, idTag: "ANNA", meterStart: 7, timestamp: "T" },
    "connector 1: ANNA starts at 7 Wh (T)",
  ],
  [
    "StopTransaction",
    { transactionId: 9, meterStop: 70, timestamp: "T" },
    "transaction 9 stops at 70 Wh: Local (T)",
  ],
  ["SecurityEventNotification", { type: "Tampering" }, "security event Tampering"],
  ["Heartbeat", {}, null],
  ["toString", {}, null],
];

for (const [action, payload, line] of LINES) {
  Deno.test(`lineOf16() of ${action} ${JSON.stringify(payload)}`, () => {
    assertEquals(lineOf16(action, payload), line);
  });
}
