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
import { type ChargerFeatures, chargerOrNew } from "../site/mod.ts";
import { createLimitSender, type LimitOutcome, type LimitSender } from "./limits.ts";
import type { ModelQuirks } from "./model.ts";
import { createWriteCounts } from "./write_counts.ts";

interface Bench extends Books, ConnectedStation {
  readonly limits: LimitSender;
  send(limitAmps: number, facts?: { slot?: number; urgent?: boolean }): Promise<LimitOutcome>;
  /** How many limits EVSE 1 took. */
  written(): number;
  /** "TxProfile 3: 16" for each profile that the charger was sent. */
  profiles(): readonly string[];
}

/** A charger with two EVSEs, on slots 1 and 2; a transaction runs on slot 1. */
async function createBench(
  features: Partial<ChargerFeatures> | null = {},
  quirks: ModelQuirks = {},
): Promise<Bench> {
  const places = [placeOf(1), placeOf(2, { chargerId: "CP1", evseId: 2 })];
  const books = await openBooks({ places });
  if (features !== null) noteFeatures(books, "CP1", features);
  const connected = await connectStation(books, {
    answers: { SetChargingProfile: { status: "Accepted" } },
  });
  const writes = createWriteCounts(books);
  const parts = { nominalVoltageV: 230, quirks: () => quirks, writes };
  const limits = createLimitSender(books, books.log, parts);
  await beginTransaction(books, 1);
  return {
    ...books,
    ...connected,
    limits,
    written: () => writes.of("CP1", 1).today,
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
  assertEquals(bench.profiles().length, 6);
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
  assertEquals(bench.station.life.rung, null);
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

// What is remembered

/** It boots as a model, so that what is learnt of it lasts. */
function bootAs({ site }: Pick<Books, "site">, chargerId: string, firmwareVersion: string): void {
  const message = { vendorName: "Acme", model: "One", firmwareVersion };
  site.saveCharger({ ...chargerOrNew(site, chargerId), station: { message } });
}

const onlyLevel0 = taking((form) => form === "TxProfile 0", REJECTED);

/** A charger that has taken a limit on level 0 only; the gateway starts anew, on the same disk. */
async function benchAfterRestart(chargerId: string, firmwareVersion: string): Promise<Bench> {
  const before = await createBench();
  bootAs(before, "CP1", "1.0");
  before.charger.answer("SetChargingProfile", onlyLevel0);
  await sendNow(before, 16);
  const { chargers, "charger-tactics": tactics } = await before.store.load(0);
  const bench = await createBench();
  for (const record of chargers.values()) bench.site.saveCharger(record);
  for (const record of tactics.values()) bench.site.saveTactic({ ...record, chargerId });
  bootAs(bench, "CP1", firmwareVersion);
  noteFeatures(bench, "CP1", { ...bench.site.charger("CP1")?.features });
  return bench;
}

Deno.test("the form that a charger took is offered first after a restart", async () => {
  const bench = await benchAfterRestart("CP1", "1.0");
  await sendNow(bench, 10);
  assertEquals(bench.profiles(), ["TxProfile 0: 10"]);
});

Deno.test("what one charger took is offered first to another of its model and firmware", async () => {
  const bench = await benchAfterRestart("CP9", "1.0");
  await sendNow(bench, 10);
  assertEquals(bench.profiles(), ["TxProfile 0: 10"]);
});

Deno.test("another firmware is tried from the top", async () => {
  const bench = await benchAfterRestart("CP1", "1.1");
  await sendNow(bench, 10);
  assertEquals(bench.profiles(), ["TxProfile 3: 10"]);
});

Deno.test("a form that is not taken any more is forgotten, and all are tried again", async () => {
  const bench = await benchAfterRestart("CP1", "1.0");
  bench.charger.answer("SetChargingProfile", REJECTED);
  assertEquals((await sendNow(bench, 10)).kind, "failed");
  assertEquals(bench.site.tactic("CP1").learnt?.rung, undefined);
  bench.charger.answer("SetChargingProfile", taking((form) => form === "TxProfile 3", REJECTED));
  assertEquals(await sendNow(bench, 9), { kind: "accepted" });
});

Deno.test("a model whose profiles are known is offered nothing else", async () => {
  const bench = await createBench({}, { stackLevels: [0], purposes: ["TxProfile"] });
  bench.charger.answer("SetChargingProfile", REJECTED);
  await sendNow(bench, 10);
  assertEquals(bench.profiles(), ["TxProfile 0: 10"]);
});

// What is not sent

Deno.test("what is the same to a charger that rounds is not written again", async () => {
  const bench = await createBench({}, { stepAmps: 1 });
  for (const amps of [10.9, 10.4, 10]) {
    assertEquals(await sendNow(bench, amps), { kind: "accepted" });
  }
  assertEquals([bench.profiles(), bench.written()], [["TxProfile 3: 10"], 1]);
});

Deno.test("what has little of its time left is renewed", async () => {
  const bench = await createBench();
  await sendNow(bench, 10);
  await bench.clock.advance(14_000);
  await sendNow(bench, 10);
  assertEquals(bench.profiles().length, 1);
  await bench.clock.advance(2_000);
  await sendNow(bench, 10);
  assertEquals(bench.profiles().length, 2);
});

Deno.test("a limit below the fail-safe is always renewed: an early end would be a raise", async () => {
  const bench = await createBench();
  await sendNow(bench, 0);
  await sendNow(bench, 0);
  assertEquals(bench.profiles(), ["TxProfile 3: 0", "TxProfile 3: 0"]);
});

Deno.test("a limit that is not obeyed is said again in so many words", async () => {
  const bench = await createBench();
  await sendNow(bench, 10);
  const reminder = bench.send(10, { urgent: true });
  await bench.clock.advance(0);
  await reminder;
  assertEquals(bench.profiles().length, 2);
});

Deno.test("nothing is left out after a limit of which nobody knows what became", async () => {
  const bench = await createBench();
  await sendNow(bench, 10);
  bench.charger.answer("SetChargingProfile", "silence");
  const lost = bench.send(12);
  await bench.clock.advance(30_000);
  assertEquals((await lost).kind, "failed");
  bench.charger.answer("SetChargingProfile", { status: "Accepted" });
  await sendNow(bench, 10);
  assertEquals(bench.profiles().at(-1), "TxProfile 3: 10");
});

Deno.test("another number of phases is news", async () => {
  const bench = await createBench();
  const limit = { limitAmps: 10, validForMs: 60_000, urgent: false };
  for (const numberPhases of [3, 1] as const) {
    const sent = bench.limits.send(bench.station, 1, { ...limit, numberPhases });
    await bench.clock.advance(0);
    await sent;
  }
  assertEquals(bench.profiles().length, 2);
});

// Pauses

Deno.test("a limit names the number of phases, and which one where that is to be chosen", async () => {
  const bench = await createBench();
  const limit = { limitAmps: 6, validForMs: 60_000, urgent: false, numberPhases: 1 } as const;
  const sent = bench.limits.send(bench.station, 1, limit);
  await bench.clock.advance(0);
  assertEquals(await sent, { kind: "accepted" });
  const [{ csChargingProfiles } = {}] = bench.charger.payloads("SetChargingProfile");
  assertEquals(Object(csChargingProfiles).chargingSchedule.chargingSchedulePeriod, [
    { startPeriod: 0, limit: 6, numberPhases: 1 },
  ]);
});

const BY_KEY: ModelQuirks = {
  switchesPhases: true,
  phaseKey: { key: "Phases{evse}", one: "single", three: "all" },
};

Deno.test("where the number of phases is a setting that is written first, once, and put back when the session ends", async () => {
  const bench = await createBench({}, BY_KEY);
  bench.charger.answer("ChangeConfiguration", { status: "Accepted" });
  const say = async (limitAmps: number, numberPhases: 1 | 3) => {
    const limit = { limitAmps, validForMs: 60_000, urgent: false, numberPhases };
    const sent = bench.limits.send(bench.station, 1, limit);
    await bench.clock.advance(0);
    return (await sent).kind;
  };
  assertEquals([await say(6, 1), await say(9, 1)], ["accepted", "accepted"]);
  bench.limits.takeBack(bench.station, 1);
  await bench.clock.advance(0);
  assertEquals(bench.charger.payloads("ChangeConfiguration"), [
    { key: "Phases1", value: "single" },
    { key: "Phases1", value: "all" },
  ]);
});

Deno.test("a charger that refuses the setting for its phases keeps what it had, limit and all", async () => {
  const bench = await createBench({}, BY_KEY);
  bench.charger.answer("ChangeConfiguration", { status: "Rejected" });
  const limit = { limitAmps: 6, validForMs: 60_000, urgent: false, numberPhases: 1 } as const;
  const sent = bench.limits.send(bench.station, 1, limit);
  await bench.clock.advance(0);
  const outcome = await sent;
  assertEquals([outcome.kind, bench.profiles()], ["failed", []]);
});

Deno.test("a limit is not over at once where what waited in a queue makes the charger's clock seem late", async () => {
  const bench = await createBench();
  bench.station.clock.note(isoTime(bench.clock.wallMs() - 1_200_000));
  const sent = bench.send(16);
  await bench.clock.advance(0);
  assertEquals((await sent).kind, "accepted");
  const [{ csChargingProfiles } = {}] = bench.charger.payloads("SetChargingProfile");
  const { startSchedule, duration } = Object(csChargingProfiles).chargingSchedule;
  // By a clock that is late it begins now, by one that is right it lasts.
  assertEquals(startSchedule, isoTime(bench.clock.wallMs() - 1_205_000));
  assertEquals(duration, 1_265);
});

Deno.test("a charger that cannot be paused gets its least current, and counts as not paused", async () => {
  const bench = await createBench({}, { pause: "minimum" });
  assertEquals(await sendNow(bench, 0), {
    kind: "failed",
    reason: "cannot be paused, and goes on with 6 A",
    answered: true,
  });
  assertEquals((await sendNow(bench, 0)).kind, "failed");
  assertEquals(bench.profiles(), ["TxProfile 3: 6"], "it is told once");
});

Deno.test("the first limit after a pause is said again where it would do nothing (go-eCharger-API-v2 #155)", async () => {
  const bench = await createBench({}, { resendAfterPause: true });
  for (const amps of [16, 0, 10]) await sendNow(bench, amps);
  assertEquals(bench.profiles().length, 3);
  await bench.clock.advance(5_000);
  assertEquals(bench.profiles().slice(2), ["TxProfile 3: 10", "TxProfile 3: 10"]);
  await bench.clock.advance(60_000);
  assertEquals([bench.profiles().length, bench.written()], [4, 4]);
});

Deno.test("what was said after a pause is not said again once there is something newer", async () => {
  const bench = await createBench({}, { resendAfterPause: true });
  for (const amps of [0, 10, 12]) await sendNow(bench, amps);
  await bench.clock.advance(10_000);
  assertEquals(bench.profiles().length, 3);
});

// In the vendor's own way

const BY_MESSAGE: ModelQuirks = {
  purposes: [],
  stepAmps: 1,
  vendorLimit: {
    by: "data-transfer",
    vendorId: "ABL",
    messageId: "SetLimit",
    data: "logicalid=limit{evse}00;value={amps}",
  },
};

Deno.test("a charger that obeys no profile gets its limits in a message of its vendor (ABL)", async () => {
  const bench = await createBench({ smartCharging: false }, BY_MESSAGE);
  bench.charger.answer("DataTransfer", { status: "Accepted" });
  assertEquals(await sendNow(bench, 15.7), { kind: "accepted" });
  assertEquals(bench.charger.payloads("DataTransfer"), [
    { vendorId: "ABL", messageId: "SetLimit", data: "logicalid=limit100;value=15" },
  ]);
  assertEquals([bench.profiles(), bench.written()], [[], 1]);
});

Deno.test("a limit of the vendor's own is the fail-safe current again when the session has ended", async () => {
  const bench = await createBench({}, BY_MESSAGE);
  bench.charger.answer("DataTransfer", { status: "Accepted" });
  await sendNow(bench, 16);
  await endTransactionOn(bench, 1);
  bench.limits.takeBack(bench.station, 1);
  await bench.clock.advance(0);
  assertEquals(
    bench.charger.payloads("DataTransfer").at(-1)?.["data"],
    "logicalid=limit100;value=6",
  );
});

Deno.test("a limit can be a setting of the vendor's own", async () => {
  const vendorLimit = { by: "configuration", key: "Max{evse}", value: "{amps}.0" } as const;
  const bench = await createBench({}, { purposes: [], vendorLimit });
  bench.charger.answer("ChangeConfiguration", { status: "Accepted" });
  assertEquals(await sendNow(bench, 16), { kind: "accepted" });
  assertEquals(bench.charger.payloads("ChangeConfiguration"), [{ key: "Max1", value: "16.0" }]);
  bench.charger.answer("ChangeConfiguration", { status: "RebootRequired" });
  assertEquals((await sendNow(bench, 10)).kind, "failed", "it does not count before a restart");
});

const VENDOR_ANSWERS: readonly (readonly [answer: Payload | "silence", answered: boolean])[] = [
  [{ status: "Rejected" }, true],
  [{ status: "UnknownVendorId" }, true],
  [{ callError: "NotSupported" }, true],
  ["silence", false],
];

for (const [answer, answered] of VENDOR_ANSWERS) {
  Deno.test(`a charger that answers ${JSON.stringify(answer)} to its vendor's message has not taken the limit`, async () => {
    const bench = await createBench({}, BY_MESSAGE);
    bench.charger.answer("DataTransfer", answer);
    const sent = bench.send(16);
    await bench.clock.advance(30_000);
    const outcome = await sent;
    assertEquals(outcome.kind === "failed" && outcome.answered, answered);
  });
}

// In the place of the fail-safe

Deno.test("what stood in the place of the fail-safe gives way to it when the session has ended", async () => {
  const bench = await createBench({}, { purposes: ["TxDefaultProfile"], stackLevels: [0] });
  bench.charger.answer("ClearChargingProfile", { status: "Unknown" });
  assertEquals(await sendNow(bench, 16), { kind: "accepted" });
  await endTransactionOn(bench, 1);
  bench.limits.takeBack(bench.station, 1);
  await bench.clock.advance(0);
  assertEquals(bench.profiles(), ["TxDefaultProfile 0: 16", "TxDefaultProfile 0: 6"]);
});

// Whether a limit ends by itself

/** A charger whose schedule was understood before; it says these limits at these seconds. */
async function benchThatTells(
  periods: readonly (readonly [startPeriod: number, limit: number])[],
  quirks: ModelQuirks = {},
): Promise<Bench> {
  const bench = await createBench({}, quirks);
  bootAs(bench, "CP1", "1.0");
  const known = { evseId: 1, amps: 6, verifiedBy: "schedule" } as const;
  bench.site.saveTactic({ chargerId: "CP1", failSafes: [known] });
  bench.charger.answer("GetCompositeSchedule", {
    status: "Accepted",
    connectorId: 1,
    chargingSchedule: {
      chargingRateUnit: "A",
      chargingSchedulePeriod: periods.map(([startPeriod, limit]) => ({ startPeriod, limit })),
    },
  });
  await sendNow(bench, 16);
  return bench;
}

Deno.test("a charger that says that its fail-safe follows a limit is believed to drop limits (ruling 21)", async () => {
  const bench = await benchThatTells([[0, 16], [60, 6]]);
  assertEquals(bench.site.tactic("CP1").learnt?.expiryShown, true);
  await sendNow(bench, 10);
  assertEquals(bench.charger.payloads("GetCompositeSchedule").length, 1, "once is enough");
});

const SHOWING_NOTHING: readonly (readonly [number, number])[][] = [
  [[0, 16]],
  [[0, 16], [60, 32]],
  [[0, 6]],
  [[0, -1]],
  [],
];

for (const periods of SHOWING_NOTHING) {
  Deno.test(`a schedule of ${JSON.stringify(periods)} shows no end of a limit`, async () => {
    const bench = await benchThatTells(periods);
    assertEquals(bench.site.tactic("CP1").learnt?.expiryShown, undefined);
  });
}

Deno.test("a model of which that is known is not asked, nor one whose schedule says nothing", async () => {
  for (const quirks of [{ expiry: "ignored" }, { compositeSchedule: false }] as const) {
    const bench = await benchThatTells([[0, 16], [60, 6]], quirks);
    assertEquals(bench.charger.payloads("GetCompositeSchedule"), []);
  }
});
