import { assertEquals } from "@std/assert";
import { isoTime } from "../../src/lib/clock.ts";
import type { TransactionFilter } from "../../src/web/mod.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const viewsOf = (site: SiteBench) => site.gateway().web.views;
const commandsOf = (site: SiteBench) => site.gateway().web.commands;
const now = (site: SiteBench) => isoTime(site.clock.wallMs());
const DAY_MS = 86_400_000;

/** The tokens of the sessions that a filter finds, in their order. */
async function found(site: SiteBench, filter: Partial<TransactionFilter> = {}) {
  const sessions = await viewsOf(site).transactions({ limit: 100, ...filter });
  return sessions.map(({ token }) => token);
}

/** Four sessions of a minute, an hour apart: by ASHA at CP1 and CP2, and by BEN at CP1 and CP2. */
async function withHistory() {
  const site = await openSite({ hasCsms: false, unknownOffline: true });
  const chargers = [await site.arrive("CP1"), await site.arrive("CP2")];
  const startedAt: string[] = [];
  for (const idTag of ["ASHA", "BEN"]) {
    for (const charger of chargers) {
      startedAt.push(now(site));
      const { number } = await charger.start(idTag);
      await site.clock.advance(60_000);
      await charger.stop(number, 1_500, { reason: "EVDisconnected" });
      await site.clock.advance(3_540_000);
    }
  }
  return { site, startedAt };
}

// Sessions

Deno.test("a session shows who started it when, by whose leave, and how it ended", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP2");
  const startedAt = now(site);
  const { number } = await charger.start("ASHA");
  await charger.meter(number, 1_400, 16);
  const [running] = await viewsOf(site).transactions({ limit: 1 });
  assertEquals([running?.stoppedAt, running?.stopReason, running?.energyWh], [null, null, 400]);
  await site.clock.advance(60_000);
  await charger.stop(number, 1_500, { reason: "EVDisconnected" });
  await site.clock.advance(5_000);
  const [session] = await viewsOf(site).transactions({ limit: 1 });
  assertEquals(session, {
    id: running?.id ?? "",
    number,
    chargerId: "CP2",
    slot: 2,
    token: "ASHA",
    startedAt,
    stoppedAt: isoTime(Date.parse(startedAt) + 60_000),
    energyWh: 500,
    stopReason: "EVDisconnected",
    authorizationSource: "csms",
    authorizationReason: "Accepted by the CSMS",
    authorizationStatus: "Accepted",
    upstream: "delivered",
    flags: [],
    remarks: [],
    evidenceWh: 500,
    evidenceBy: "register",
    correctionWh: null,
    correctionCost: null,
    signedReadings: 0,
    cost: null,
  });
  assertEquals(await viewsOf(site).transaction(session?.id ?? ""), session);
  assertEquals(await viewsOf(site).transaction("no-such-session"), undefined);
  await site.stop();
});

Deno.test("what is odd about a session is shown with it, and a stop without a reason was Local", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const { number } = await charger.start("ASHA");
  await charger.stop(number, 400);
  const [session] = await viewsOf(site).transactions({ limit: 1 });
  assertEquals([session?.flags, session?.stopReason, session?.energyWh], [
    ["stop-below-start"],
    "Local",
    0,
  ]);
  await site.stop();
});

Deno.test("a session without the CSMS says that the cache let it, and a stranger that nobody did", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  await site.loseCsms();
  // By then the answer of the CSMS is no longer of this very plugging in.
  await site.clock.advance(61_000);
  await charger.start("ASHA");
  const known = viewsOf(site).evse(1)?.transaction;
  assertEquals([known?.authorizationSource, known?.authorizationStatus], ["cache", "Accepted"]);
  const other = await site.arrive("CP2");
  await other.start("STRANGER");
  const stranger = viewsOf(site).evse(2)?.transaction;
  assertEquals([stranger?.authorizationSource, stranger?.authorizationStatus], [
    "offline-policy",
    "Invalid",
  ]);
  await site.stop();
});

Deno.test("sessions are found by period, charger and token, newest first", async () => {
  const { site, startedAt } = await withHistory();
  const [, second = "", third = ""] = startedAt;
  assertEquals(await found(site), ["BEN", "BEN", "ASHA", "ASHA"]);
  assertEquals(await found(site, { from: third }), ["BEN", "BEN"]);
  assertEquals(await found(site, { to: third }), ["ASHA", "ASHA"]);
  assertEquals(await found(site, { from: second, to: third }), ["ASHA"]);
  assertEquals(await found(site, { charger: "CP1" }), ["BEN", "ASHA"]);
  assertEquals(await found(site, { token: " asha " }), ["ASHA", "ASHA"], "as readers compare");
  assertEquals(await found(site, { token: "ASHA", charger: "CP2", from: third }), []);
  await site.stop();
});

Deno.test("pages of sessions follow each other without a gap or a repeat, though others begin", async () => {
  const { site } = await withHistory();
  const all = (await viewsOf(site).transactions({ limit: 100 })).map(({ number }) => number);
  const charger = await site.arrive("CP3");
  const paged: number[] = [];
  let before: number | undefined;
  for (let page = 0; page < 3; page++) {
    const filter = before === undefined ? { charger: "CP1" } : { charger: "CP1", before };
    const [session] = await viewsOf(site).transactions({ limit: 1, ...filter });
    before = session?.number ?? 0;
    paged.push(before);
    await charger.start(`OTHER-${page}`);
    await site.clock.advance(5_000);
  }
  assertEquals(paged, [all[1], all[3], 0]);
  await site.stop();
});

Deno.test("a session of last month is read from the disk, when nobody holds it in memory any more", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const { number } = await charger.start("ASHA");
  await charger.stop(number, 1_500);
  await site.clock.advance(5_000);
  const [session] = await viewsOf(site).transactions({ limit: 1 });
  site.kill();
  site.clock.setWall(site.clock.wallMs() + 30 * DAY_MS);
  await site.start();
  assertEquals((await site.store.load(site.clock.wallMs())).transactions, []);
  assertEquals(await viewsOf(site).transaction(session?.id ?? ""), session);
  assertEquals(viewsOf(site).site().totals.energyTodayWh, 0);
  await site.stop();
});

// What the CSMS has of a session

Deno.test("a session waits for the CSMS until its start went up, then it is there in parts, then all of it", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  const upstream = async () => (await viewsOf(site).transactions({ limit: 1 }))[0]?.upstream;
  site.csms.answer("StartTransaction", "silence");
  const { number } = await charger.start("ASHA", {}, 2_000);
  assertEquals(await upstream(), "waiting");
  await charger.stop(number, 1_500);
  assertEquals(await upstream(), "waiting");
  assertEquals(viewsOf(site).outbox().map(({ kind }) => kind), ["started", "ended"]);
  site.csms.answer("StopTransaction", "silence");
  await site.loseCsms();
  site.csms.answer("StartTransaction", {
    transactionId: 815,
    idTagInfo: { status: "Accepted" },
  });
  await site.restoreCsms();
  assertEquals(await upstream(), "partly");
  await site.loseCsms();
  site.csms.answer("StopTransaction", {});
  await site.restoreCsms();
  assertEquals(await upstream(), "delivered");
  await site.stop();
});

// The outbox

Deno.test("the outbox shows what waits, in its order, with what the CSMS said about it last", async () => {
  const site = await openSite();
  const first = await site.arrive("CP1");
  const second = await site.arrive("CP2");
  for (const idTag of ["ASHA", "BEN"]) await first.authorize(idTag);
  site.csms.answer("StartTransaction", { callError: "InternalError" });
  const createdAt = now(site);
  const { number } = await first.start("ASHA");
  await site.clock.advance(1_000);
  await second.start("BEN");
  await first.stop(number, 1_500);
  await site.clock.advance(1_000);
  const rows = viewsOf(site).outbox();
  assertEquals(rows.map(({ slot, kind }) => `${slot} ${kind}`), [
    "1 started",
    "2 started",
    "1 ended",
  ]);
  assertEquals(rows.map(({ refusals, dead }) => [refusals, dead]), [
    [1, false],
    [1, false],
    [0, false],
  ]);
  assertEquals([rows[0]?.createdAt, rows[2]?.lastError], [createdAt, null]);
  assertEquals(rows[0]?.lastError?.startsWith("InternalError"), true, rows[0]?.lastError ?? "");
  assertEquals(rows[0]?.transactionId, rows[2]?.transactionId);
  await site.stop();
});

/** A session at CP1 whose start the CSMS refused for good: the row of it is set aside. */
async function withDeadLetter() {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  site.csms.answer("StartTransaction", { callError: "InternalError" });
  const { number } = await charger.start("ASHA");
  await site.clock.advance(150_000);
  const [row] = viewsOf(site).outbox();
  assertEquals([row?.dead, row?.refusals], [true, 5]);
  return { site, charger, number, id: row?.id ?? 0, transactionId: row?.transactionId ?? "" };
}

Deno.test("a record that was set aside is retried or discarded, anything else is refused with advice", async () => {
  const { site, charger, number, id } = await withDeadLetter();
  await charger.stop(number, 1_500);
  const waiting = viewsOf(site).outbox().find(({ dead }) => !dead)?.id ?? 0;
  for (const each of [waiting, id + 1_000]) {
    assertEquals(await commandsOf(site).retryRow(each, "priya"), {
      kind: "refused",
      reason: "This record does not wait for a decision",
      advice: "Reload the page",
    });
    assertEquals(await commandsOf(site).discardRow(each, "priya"), {
      kind: "refused",
      reason: "Only records that were set aside can be given up",
      advice: "Retry it instead",
    });
  }
  assertEquals(viewsOf(site).outbox().map((row) => row.id), [id, waiting]);
  await site.stop();
});

Deno.test("a record that is retried counts its refusals anew, and its session waits again", async () => {
  const { site, id, transactionId } = await withDeadLetter();
  const upstream = async () => (await viewsOf(site).transaction(transactionId))?.upstream;
  assertEquals(await upstream(), "dead-letter");
  site.csms.answer("StartTransaction", "silence");
  assertEquals(await commandsOf(site).retryRow(id, "priya"), {
    kind: "accepted",
    detail: "It goes up again",
  });
  const [row] = viewsOf(site).outbox();
  assertEquals([row?.id, row?.dead, row?.refusals, row?.lastError], [id, false, 0, null]);
  assertEquals(await upstream(), "waiting");
  assertEquals((await commandsOf(site).retryRow(id, "priya")).kind, "refused", "twice");
  await site.stop();
});

Deno.test("a record that is discarded is gone, over a restart too, and the CSMS never hears of it", async () => {
  const { site, id, transactionId } = await withDeadLetter();
  site.csms.answer("StartTransaction", { transactionId: 9, idTagInfo: { status: "Accepted" } });
  const before = site.csms.heard("StartTransaction").length;
  assertEquals(await commandsOf(site).discardRow(id, "priya"), {
    kind: "accepted",
    detail: "The CSMS will never hear of this start. The rest of the session goes up as " +
      "transaction -1, which it cannot bill: 0 Wh so far",
  });
  assertEquals(viewsOf(site).site().csms.outbox.deadLetters, 0);
  assertEquals((await commandsOf(site).discardRow(id, "priya")).kind, "refused", "twice");
  site.kill();
  await site.start();
  await site.clock.advance(60_000);
  assertEquals(viewsOf(site).outbox(), []);
  assertEquals(site.csms.heard("StartTransaction").length, before);
  assertEquals((await viewsOf(site).transaction(transactionId))?.token, "ASHA", "history stays");
  await site.stop();
});
