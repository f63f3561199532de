import { assertEquals } from "@std/assert";
import { type Bench, createBench } from "../_bench.ts";
import { START_MS } from "../station/_profile_samples.ts";
import type { SimulatedCsmsOptions } from "../csms.ts";

/** A station whose CSMS changes before a card is shown; then `seconds` pass. */
async function started(
  changes: Partial<SimulatedCsmsOptions>,
  seconds: number,
  configuration: Record<string, string> = {},
): Promise<Bench> {
  const bench = await createBench({
    charger: {
      configuration: {
        MeterValueSampleInterval: "0",
        TransactionMessageRetryInterval: "5",
        ...configuration,
      },
      outlets: [1, 2].map(() => ({ lines: ["L1"], maxAmps: 32, fixedCable: false })),
    },
  });
  await bench.seconds(1);
  bench.plugIn("onePhase32");
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(1);
  await card;
  bench.csms.change(changes);
  bench.plugIn("onePhase32", 0.2, 2);
  const second = bench.charger.presentCard(2, "BERT");
  await bench.seconds(seconds);
  await second;
  return bench;
}

/** The numbers that the station has for its transactions. */
function numbers({ charger }: Bench): readonly (number | string | null)[] {
  return [1, 2].map((connectorId) => charger.look(connectorId).transactionId);
}

Deno.test("a slow CSMS books at once and answers late", async () => {
  // A status and the card come first, and a station asks one thing at a time.
  const bench = await started({ answerDelayMs: 8_000 }, 60);
  const asked = bench.frames.find((frame) => frame.includes('"StartTransaction",{"connectorId":2'));
  const answered = bench.frames.find((frame) => frame.includes('"transactionId":1002'));
  const [askedS, answeredS] = [asked, answered].map((frame) => Number(frame?.split(" ")[0]));
  assertEquals((answeredS ?? NaN) - (askedS ?? NaN), 8);
  const heard = bench.csms.heard.items().find(({ action, payload }) =>
    action === "StartTransaction" && JSON.stringify(payload).includes("BERT")
  );
  assertEquals(Math.floor(((heard?.atMs ?? NaN) - START_MS) / 1_000), askedS);
  await bench.end();
});

for (const hangs of ["heard-nothing", "booked"] as const) {
  Deno.test(`a CSMS that hangs and has ${hangs} is told again, and books once`, async () => {
    const bench = await started({}, 5);
    bench.csms.change({ hangs });
    bench.charger.unplug(2);
    await bench.seconds(50);
    const isBooked = bench.csms.books.session(1_002)?.stop !== null;
    assertEquals(isBooked, hangs === "booked");
    bench.csms.change({ hangs: null });
    await bench.seconds(90);
    const session = bench.csms.books.session(1_002);
    assertEquals(session?.stop?.reason, "EVDisconnected");
    assertEquals((session?.repeatedStops ?? 0) > 0, hangs === "booked");
    assertEquals(bench.csms.books.oddities(), []);
    bench.forgive("peer_given_up");
    await bench.end();
  });
}

Deno.test("a CSMS that lies gives a number twice", async () => {
  const bench = await started({ lies: ["number-given-twice"] }, 10);
  assertEquals(numbers(bench), [1_001, 1_001]);
  assertEquals(bench.csms.books.sessions().map(({ connectorId }) => connectorId), [1, 2]);
  await bench.end();
});

Deno.test("a CSMS that lies calls a good card invalid, at the start only", async () => {
  const bench = await started({ lies: ["good-card-invalid"] }, 10);
  assertEquals(bench.charger.look(2).lastStopReason, "DeAuthorized");
  assertEquals(bench.charger.look(1).hasTransaction, true);
  await bench.end();
});

Deno.test("a CSMS may fail at the messages of one transaction only", async () => {
  const isBert = (_action: string, payload: unknown) =>
    JSON.stringify(payload).includes('"connectorId":2') &&
    JSON.stringify(payload).includes("BERT");
  const bench = await started({ failsWhen: isBert }, 60, { TransactionMessageAttempts: "2" });
  assertEquals(numbers(bench), [1_001, -1]);
  assertEquals(bench.csms.books.sessions().length, 1);
  assertEquals(bench.charger.lost().map(({ part, connectorId }) => [part, connectorId]), [
    ["start", 2],
  ]);
  bench.forgive("message_failed");
  await bench.end();
});

Deno.test("a CSMS may refuse a station for a while", async () => {
  const bench = await createBench({ csms: { registration: "Pending", intervalSeconds: 20 } });
  await bench.seconds(30);
  assertEquals(bench.heard("StatusNotification"), []);
  bench.csms.change({ registration: "Accepted" });
  await bench.seconds(30);
  assertEquals(bench.statuses(1), ["Available"]);
  assertEquals(bench.csms.books.oddities(), []);
  await bench.end();
});

Deno.test("a slow answer to a connection that is gone is not waited for", async () => {
  const bench = await started({}, 5);
  bench.csms.change({ answerDelayMs: 600_000 });
  bench.charger.unplug(2);
  await bench.seconds(5);
  bench.csms.change({ answerDelayMs: 0 });
  bench.csms.disconnect();
  await bench.seconds(60);
  assertEquals(bench.csms.books.session(1_002)?.stop?.reason, "EVDisconnected");
  await bench.end();
});
