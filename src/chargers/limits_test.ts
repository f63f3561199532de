import { assertEquals } from "@std/assert";
import {
  beginTransaction,
  type Books,
  endTransactionOn,
  noteFeatures,
  openBooks,
  placeOf,
} from "../../test/support/books.ts";
import type { Payload } from "../../test/support/frame_peer.ts";
import { type ConnectedStation, connectStation } from "../../test/support/stations.ts";
import { isoTime } from "../lib/clock.ts";
import type { ChargerFeatures } from "../site/mod.ts";
import { createLimitSender, type LimitOutcome, type LimitSender } from "./limits.ts";

interface Bench extends Books, ConnectedStation {
  readonly limits: LimitSender;
  send(limitAmps: number, facts?: { slot?: number; urgent?: boolean }): Promise<LimitOutcome>;
  /** "TxProfile 3: 16" for each profile that the charger was sent. */
  profiles(): readonly string[];
}

/** A charger with two EVSEs, on slots 1 and 2; a transaction runs on slot 1. */
async function createBench(features: Partial<ChargerFeatures> | null = {}): Promise<Bench> {
  const places = [placeOf(1), placeOf(2, { chargerId: "CP1", evseId: 2 })];
  const books = await openBooks({ places });
  if (features !== null) noteFeatures(books, "CP1", features);
  const connected = await connectStation(books, {
    answers: { SetChargingProfile: { status: "Accepted" } },
  });
  const limits = createLimitSender(books, books.log, 230);
  await beginTransaction(books, 1);
  return {
    ...books,
    ...connected,
    limits,
    send: (limitAmps, { slot = 1, urgent = false } = {}) =>
      limits.send(connected.station, slot, { limitAmps, validForMs: 60_000, urgent }),
    profiles: () => connected.charger.payloads("SetChargingProfile").map(profileText),
  };
}

function profileText({ csChargingProfiles }: Payload): string {
  const profile = JSON.parse(JSON.stringify(csChargingProfiles));
  const { chargingProfilePurpose, stackLevel, chargingSchedule } = profile;
  const [{ limit }] = chargingSchedule.chargingSchedulePeriod;
  return `${chargingProfilePurpose} ${stackLevel}: ${limit}`;
}

/** Answers each profile by its purpose and level. */
function taking(isTaken: (profile: string) => boolean, refusal: Payload) {
  return (payload: Payload): Payload =>
    isTaken(profileText(payload).split(":")[0] ?? "") ? { status: "Accepted" } : refusal;
}

const REJECTED = { status: "Rejected" };

// What goes out

Deno.test("a limit waits until the charger knows the number of its transaction", async () => {
  const bench = await createBench();
  const isAnswered = bench.station.starts.begin(1);
  const sent = bench.send(16);
  await bench.clock.advance(1_000);
  assertEquals(bench.profiles(), []);
  isAnswered();
  await bench.clock.advance(0);
  assertEquals(await sent, { kind: "accepted" });
  assertEquals(bench.profiles(), ["TxProfile 3: 16"]);
});

Deno.test("a limit goes out as a TxProfile of the open transaction, dated by the charger's clock", async () => {
  const bench = await createBench();
  bench.station.clock.note(isoTime(bench.clock.wallMs() - 7_000));
  const sent = bench.send(16);
  await bench.clock.advance(0);
  assertEquals(await sent, { kind: "accepted" });
  const [transaction] = bench.transactions.state().transactions.values();
  assertEquals(bench.charger.payloads("SetChargingProfile"), [{
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 11,
      stackLevel: 3,
      chargingProfilePurpose: "TxProfile",
      chargingProfileKind: "Absolute",
      transactionId: transaction?.number,
      chargingSchedule: {
        startSchedule: isoTime(bench.clock.wallMs() - 7_000 - 5_000),
        duration: 65,
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
      },
    },
  }]);
});

const NOT_SENT: readonly (readonly [
  what: string,
  features: Partial<ChargerFeatures> | null,
  slot: number,
  reason: string,
])[] = [
  ["without a transaction", {}, 2, "no transaction is open"],
  ["to a place that nobody knows", {}, 9, "the EVSE has no place"],
  ["before the set-up is through", null, 1, "takes no charging profiles"],
  [
    "to a charger without smart charging",
    { smartCharging: false },
    1,
    "takes no charging profiles",
  ],
];

for (const [what, features, slot, reason] of NOT_SENT) {
  Deno.test(`no limit is sent ${what}: the charger certainly keeps what it had`, async () => {
    const bench = await createBench(features);
    assertEquals(await bench.send(16, { slot }), { kind: "failed", reason, answered: true });
    assertEquals(bench.charger.heard, []);
  });
}

// One at a time, the newest wins

Deno.test("of several limits for one EVSE the first and the newest are sent, those between are superseded", async () => {
  const bench = await createBench();
  const outcomes = [10, 12, 14, 16].map((amps) => bench.send(amps));
  await bench.clock.advance(0);
  assertEquals((await Promise.all(outcomes)).map(({ kind }) => kind), [
    "accepted",
    "superseded",
    "superseded",
    "accepted",
  ]);
  assertEquals(bench.profiles(), ["TxProfile 3: 10", "TxProfile 3: 16"]);
});

Deno.test("limits for two EVSEs of a charger do not supersede each other", async () => {
  const bench = await createBench();
  await beginTransaction(bench, 2, { idToken: "BEN" });
  const outcomes = [bench.send(10), bench.send(20, { slot: 2 })];
  await bench.clock.advance(0);
  assertEquals((await Promise.all(outcomes)).map(({ kind }) => kind), ["accepted", "accepted"]);
  assertEquals(bench.profiles(), ["TxProfile 3: 10", "TxProfile 3: 20"]);
});

Deno.test("an urgent limit goes before calls that wait", async () => {
  const bench = await createBench();
  const { speaker } = bench.station;
  const calls = [1, 2].map(() => speaker.call({ action: "ClearCache", message: {} }));
  const sent = bench.send(6, { urgent: true });
  await bench.clock.advance(0);
  await Promise.all([...calls, sent]);
  assertEquals(bench.charger.heard.map(({ action }) => action), [
    "ClearCache",
    "SetChargingProfile",
    "ClearCache",
  ]);
});

// The ladder

Deno.test("a charger that rejects the highest level is offered the next ones, and its choice is remembered", async () => {
  const bench = await createBench();
  bench.charger.answer("SetChargingProfile", taking((form) => form === "TxProfile 0", REJECTED));
  for (const amps of [16, 8]) {
    const sent = bench.send(amps);
    await bench.clock.advance(0);
    assertEquals(await sent, { kind: "accepted" });
  }
  assertEquals(bench.profiles(), [
    "TxProfile 3: 16",
    "TxProfile 1: 16",
    "TxProfile 0: 16",
    "TxProfile 0: 8",
  ]);
});

Deno.test("a charger that answers with an error is offered the next form as well (quirk 22)", async () => {
  const bench = await createBench();
  const error = { callError: "NotSupported" };
  bench.charger.answer(
    "SetChargingProfile",
    taking((form) => form === "TxDefaultProfile 3", error),
  );
  const sent = bench.send(16);
  await bench.clock.advance(0);
  assertEquals(await sent, { kind: "accepted" });
  assertEquals(bench.profiles().at(-1), "TxDefaultProfile 3: 16");
});

const onlyDefaults = taking((profile) => profile.startsWith("TxDefaultProfile"), REJECTED);
const clearings = (bench: Bench) => bench.charger.payloads("ClearChargingProfile");

async function sendNow(bench: Bench, limitAmps: number, slot = 1): Promise<LimitOutcome> {
  const sent = bench.send(limitAmps, { slot });
  await bench.clock.advance(0);
  return await sent;
}

Deno.test("a running default is alone: a TxProfile that was taken before would win over it", async () => {
  const bench = await createBench();
  bench.charger.answer("ClearChargingProfile", { status: "Unknown" });
  assertEquals(await sendNow(bench, 16), { kind: "accepted" });
  bench.charger.answer("SetChargingProfile", onlyDefaults);
  assertEquals(await sendNow(bench, 8), { kind: "accepted" });
  assertEquals(clearings(bench), [{ id: 11 }]);
  assertEquals(await sendNow(bench, 7), { kind: "accepted" });
  assertEquals(clearings(bench).length, 1, "once is enough");
});

Deno.test("each transaction is cleared for itself", async () => {
  const bench = await createBench();
  bench.charger.answer("ClearChargingProfile", { status: "Accepted" });
  bench.charger.answer("SetChargingProfile", onlyDefaults);
  await sendNow(bench, 8);
  await beginTransaction(bench, 2);
  await sendNow(bench, 8, 2);
  assertEquals(clearings(bench), [{ id: 11 }, { id: 21 }]);
  await endTransactionOn(bench, 1);
  await beginTransaction(bench, 1, { idToken: "BEN" });
  await sendNow(bench, 8);
  assertEquals(clearings(bench), [{ id: 11 }, { id: 21 }, { id: 11 }]);
});

Deno.test("a running default beside which a TxProfile may be left counts as not taken", async () => {
  const bench = await createBench();
  bench.charger.answer("SetChargingProfile", onlyDefaults);
  bench.charger.answer("ClearChargingProfile", "silence");
  const sent = bench.send(8);
  await bench.clock.advance(31_000);
  assertEquals(await sent, {
    kind: "failed",
    reason: "an older profile may win over it",
    answered: false,
  });
});

Deno.test("a charger that refuses every form keeps what it had, and the log says so", async () => {
  const bench = await createBench();
  bench.charger.answer("SetChargingProfile", REJECTED);
  const sent = bench.send(16);
  await bench.clock.advance(0);
  assertEquals(await sent, { kind: "failed", reason: "refused in every form", answered: true });
  assertEquals(bench.profiles().length, 5);
  assertEquals(bench.logged.at(-1), {
    level: "warning",
    event: "limit_not_taken",
    charger: "CP1",
    slot: 1,
    reason: "refused in every form",
  });
});

Deno.test("a transaction that ends meanwhile is no reason to go down the ladder", async () => {
  const bench = await createBench();
  bench.charger.answer("SetChargingProfile", "silence");
  const sent = bench.send(16);
  await bench.clock.advance(0);
  await endTransactionOn(bench, 1);
  const [call] = bench.charger.heard;
  bench.charger.socket.send(JSON.stringify([3, call?.id, REJECTED]));
  await bench.clock.advance(0);
  assertEquals(await sent, {
    kind: "failed",
    reason: "the transaction has ended",
    answered: true,
  });
  assertEquals(bench.profiles(), ["TxProfile 3: 16"]);
  assertEquals(bench.station.life.profileRung, 0);
});

// No answer

Deno.test("a silent charger may have taken the limit", async () => {
  const bench = await createBench();
  bench.charger.answer("SetChargingProfile", "silence");
  const sent = bench.send(16);
  await bench.clock.advance(30_000);
  assertEquals(await sent, { kind: "failed", reason: "silent", answered: false });
});

Deno.test("a charger that goes away may have taken the limit, and the one that waits was not sent", async () => {
  const bench = await createBench();
  bench.charger.answer("SetChargingProfile", "silence");
  const outcomes = [bench.send(16), bench.send(8)];
  await bench.clock.advance(0);
  bench.pair.far.terminate();
  await bench.clock.advance(0);
  assertEquals(await Promise.all(outcomes), [
    { kind: "failed", reason: "gone", answered: false },
    { kind: "failed", reason: "gone", answered: false },
  ]);
  assertEquals(bench.profiles(), ["TxProfile 3: 16"]);
});

// The end

Deno.test("a running default is taken back when its transaction ends, before the next limit", async () => {
  const bench = await createBench();
  bench.charger.answer("ClearChargingProfile", { status: "Accepted" });
  bench.charger.answer(
    "SetChargingProfile",
    taking((form) => form.startsWith("TxDefaultProfile"), REJECTED),
  );
  const sent = bench.send(16);
  await bench.clock.advance(0);
  await sent;
  await endTransactionOn(bench, 1);
  bench.limits.takeBack(bench.station, 1);
  await beginTransaction(bench, 1, { idToken: "BEN" });
  const next = bench.send(10, { urgent: true });
  await bench.clock.advance(0);
  await next;
  assertEquals(clearings(bench), [{ id: 11 }, { id: 12 }, { id: 11 }]);
  assertEquals(bench.charger.heard.slice(-4).map(({ action }) => action), [
    "ClearChargingProfile",
    "ClearChargingProfile",
    "SetChargingProfile",
    "ClearChargingProfile",
  ]);
});

Deno.test("a TxProfile is left to end with its transaction", async () => {
  const bench = await createBench();
  const sent = bench.send(16);
  await bench.clock.advance(0);
  await sent;
  await endTransactionOn(bench, 1);
  bench.limits.takeBack(bench.station, 1);
  await bench.clock.advance(0);
  assertEquals(bench.charger.payloads("ClearChargingProfile"), []);
});
