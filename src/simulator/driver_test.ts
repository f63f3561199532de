import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createSeededIds } from "../lib/ids.ts";
import { type Bench, type BenchOptions, createBench } from "./_bench.ts";
import { type DriverOptions, nextVisit, useConnector, type Visit, visit } from "./driver.ts";
import { energyWh } from "./csms/session.ts";
import { createGathering } from "./arrivals.ts";
import { EV_MODELS } from "./ev_models.ts";

const OPTIONS: DriverOptions = {
  pauseMeanMs: 600_000,
  stayMs: [1_800_000, 7_200_000],
  arrivalSoc: [0.1, 0.6],
  targetSoc: [0.5, 1],
  models: [EV_MODELS.onePhase32, EV_MODELS.threePhase11kW],
  idTags: ["ANNA", "BERT", "CARL"],
  cardFirst: 0.3,
  endsWithCard: 0.8,
  impatience: 0,
  rush: null,
  crowds: null,
  timeLapse: 5,
};

const VISIT: Visit = {
  idTag: "ANNA",
  model: EV_MODELS.onePhase32,
  soc: 0.5,
  targetSoc: 1,
  stayMs: 1_200_000,
  cardFirst: false,
  endsWithCard: true,
  temper: { kind: "calm" },
};

/** A visit on a bench that has booted; the time until it is over passes. */
async function visited(plan: Partial<Visit>, options: BenchOptions = {}, timeLapse = 1) {
  const bench = await createBench(options);
  await bench.seconds(1);
  const stopped = new AbortController();
  const ports = { clock: bench.clock, ids: createSeededIds(1), signal: stopped.signal, timeLapse };
  const over = visit(bench.charger, 1, { ...VISIT, ...plan }, ports);
  await bench.seconds(1_500);
  await over;
  return bench;
}

/** What the CSMS and the passer-by saw: [reason, who stopped it], status. */
function trace(bench: Bench) {
  const [session] = bench.csms.books.sessions();
  return [session?.stop?.reason, session?.stop?.idTag, bench.charger.look(1).status];
}

Deno.test("a driver plugs in, presents the card, stays, and ends with the card", async () => {
  const bench = await visited({});
  assertEquals(trace(bench), ["Local", "ANNA", "Available"]);
  await bench.end();
});

Deno.test("a driver in a hurry pulls the plug", async () => {
  const bench = await visited({ endsWithCard: false });
  assertEquals(trace(bench), ["EVDisconnected", null, "Available"]);
  await bench.end();
});

Deno.test("a driver who presents the card first plugs in then", async () => {
  const bench = await visited({ cardFirst: true });
  assertEquals(bench.statuses(1).slice(0, 3), ["Available", "Preparing", "SuspendedEV"]);
  assertEquals(trace(bench), ["Local", "ANNA", "Available"]);
  await bench.end();
});

Deno.test("a driver who is refused leaves", async () => {
  for (const cardFirst of [true, false]) {
    const bench = await visited({ cardFirst }, { csms: { unknownTokens: "Blocked" } });
    assertEquals(bench.heard("StartTransaction"), []);
    assertEquals(bench.charger.look(1).status, "Available");
    await bench.end();
  }
});

Deno.test("a driver comes back soon after the EV is full", async () => {
  const bench = await visited({ soc: 0.9 }, {}, 50);
  const [session] = bench.csms.books.sessions();
  const stayedMs = Date.parse(session?.stop?.stoppedAt ?? "") -
    Date.parse(session?.startedAt ?? "");
  assert(stayedMs < 400_000, `${stayedMs}`);
  await bench.end();
});

Deno.test("a driver leaves when somebody else has ended the transaction", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  const ports = {
    clock: bench.clock,
    ids: createSeededIds(1),
    signal: new AbortController().signal,
    timeLapse: 1,
  };
  const over = visit(bench.charger, 1, VISIT, ports);
  await bench.seconds(60);
  const stopped = bench.csms.call("RemoteStopTransaction", { transactionId: 1_001 });
  await bench.seconds(60);
  await Promise.all([stopped, over]);
  assertEquals(bench.charger.look(1).status, "Available");
  await bench.end();
});

Deno.test("a driver finds no place where an EV stands already", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.plugIn("hybridOnePhase16");
  const ports = {
    clock: bench.clock,
    ids: createSeededIds(1),
    signal: new AbortController().signal,
    timeLapse: 1,
  };
  await visit(bench.charger, 1, VISIT, ports);
  assertEquals(bench.charger.look(1).ev?.model.name, "hybridOnePhase16");
  await bench.end();
});

Deno.test("drivers come one after the other until they are told to stop", async () => {
  const bench = await createBench({
    charger: { configuration: { MeterValueSampleInterval: "300" } },
  });
  await bench.seconds(1);
  const stopped = new AbortController();
  const ports = {
    clock: bench.clock,
    ids: createSeededIds(4),
    gathering: createGathering(),
    localMs: () => 0,
  };
  const over = useConnector(bench.charger, 1, OPTIONS, ports, 1_000, stopped.signal);
  await bench.seconds(8 * 3_600);
  stopped.abort();
  await bench.seconds(1);
  await over;
  const sessions = bench.csms.books.sessions();
  assert(sessions.length >= 6, `${sessions.length}`);
  assert(new Set(sessions.map(({ idTag }) => idTag)).size > 1);
  assertEquals(bench.csms.books.oddities(), []);
  await bench.end();
});

Deno.test("visits are drawn within their ranges", () => {
  const ids = createSeededIds(8);
  const visits = Array.from({ length: 500 }, () => nextVisit(OPTIONS, ids));
  for (const each of visits) {
    assert(each.soc >= 0.1 && each.soc <= 0.6);
    assert(each.targetSoc >= each.soc && each.targetSoc <= 1);
    assert(each.stayMs >= 1_800_000 && each.stayMs <= 7_200_000);
  }
  const share = (of: (each: Visit) => boolean) => visits.filter(of).length / visits.length;
  assertAlmostEquals(share(({ cardFirst }) => cardFirst), 0.3, 0.08);
  assertAlmostEquals(share(({ endsWithCard }) => endsWithCard), 0.8, 0.08);
  assertAlmostEquals(share(({ idTag }) => idTag === "CARL"), 1 / 3, 0.08);
});

Deno.test("impatient drivers are as many as asked for, and of every kind", () => {
  const ids = createSeededIds(9);
  const visits = Array.from({ length: 600 }, () => nextVisit({ ...OPTIONS, impatience: 0.3 }, ids));
  const odd = visits.filter(({ temper }) => temper.kind !== "calm");
  assertAlmostEquals(odd.length / visits.length, 0.3, 0.06);
  assertEquals(
    new Set(odd.map(({ temper }) => temper.kind)),
    new Set(["leaves-at-once", "card-twice", "others-card"]),
  );
});

Deno.test("a driver who leaves at once takes no energy along", async () => {
  const bench = await visited({ temper: { kind: "leaves-at-once", afterMs: 2_000 } });
  const [session] = bench.csms.books.sessions();
  assertEquals([session?.stop?.reason, session && energyWh(session)], ["EVDisconnected", 0]);
  assertEquals(bench.charger.look(1).status, "Available");
  await bench.end();
});

Deno.test("who presents the card twice at once starts one transaction", async () => {
  const bench = await visited({ temper: { kind: "card-twice", afterMs: 10 } });
  assertEquals(bench.heard("Authorize").length, 2);
  assertEquals(bench.csms.books.sessions().length, 1);
  assertEquals(trace(bench), ["Local", "ANNA", "Available"]);
  await bench.end();
});

Deno.test("who presents the card again when it has begun ends what began", async () => {
  const bench = await visited({ temper: { kind: "card-twice", afterMs: 3_000 } });
  const [session] = bench.csms.books.sessions();
  assertEquals([session?.stop?.reason, session && energyWh(session)], ["Local", 0]);
  assertEquals(bench.charger.look(1).status, "Available");
  await bench.end();
});

Deno.test("somebody else's card does not end a transaction", async () => {
  const bench = await visited({ temper: { kind: "others-card", idTag: "BERT" } });
  assertEquals(bench.heard("Authorize").map(({ idTag }) => idTag), ["ANNA", "BERT"]);
  assertEquals(trace(bench), ["Local", "ANNA", "Available"]);
  await bench.end();
});

Deno.test("nextVisit() needs something to choose from", () => {
  assertThrows(() => nextVisit({ ...OPTIONS, idTags: [] }, createSeededIds(1)), RangeError);
});
