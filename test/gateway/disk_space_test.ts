import { assert, assertEquals, assertRejects } from "@std/assert";
import type { DiskPort } from "../../src/gateway_space.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const MIB = 1_048_576;
const TOTAL_BYTES = 1_000 * MIB;

/** A partition with a quota, under a store in memory: each batch takes 4 KiB of it. */
function createQuota() {
  const memory = createMemoryStore();
  let othersBytes = 0;
  let batches = 0;
  let ballast = 0;
  const freeBytes = () => TOTAL_BYTES - othersBytes - ballast - batches * 4_096;
  const partition: DiskPort = {
    look: () => Promise.resolve({ freeBytes: Math.max(0, freeBytes()), totalBytes: TOTAL_BYTES }),
    ballastBytes: () => Promise.resolve(ballast),
    setBallast(bytes) {
      if (bytes - ballast > freeBytes()) return Promise.reject(new Error("ENOSPC"));
      ballast = bytes;
      return Promise.resolve();
    },
  };
  return {
    partition,
    memory,
    store: {
      ...memory,
      async commit(batch: Parameters<typeof memory.commit>[0]) {
        if (freeBytes() < 4_096) throw new Error("database or disk is full");
        await memory.commit(batch);
        batches++;
      },
    },
    ballast: () => ballast,
    /** Somebody else fills the partition until so much is free. */
    leave(bytes: number) {
      othersBytes += freeBytes() - bytes;
    },
  };
}

async function openQuotaSite(facts: Parameters<typeof openSite>[0] = {}) {
  const quota = createQuota();
  const site = await openSite({
    unknownOffline: true,
    ...facts,
    disk: () => quota.store,
    partition: quota.partition,
  });
  return { site, quota };
}

const faultOf = (site: SiteBench) =>
  site.gateway().web.views.faults().find(({ kind }) => kind === "disk-space");

Deno.test("with room the ballast stands, and nothing is said", async () => {
  const { site, quota } = await openQuotaSite();
  assertEquals([quota.ballast(), faultOf(site)], [16 * MIB, undefined]);
  const metrics = await site.gateway().web.metrics();
  const free = Number(/^sangam_disk_free_bytes (\d+)$/m.exec(metrics)?.[1]);
  assert(Math.abs(free - 992 * MIB) <= 9 * MIB, `${free}`);
  await site.stop();
});

Deno.test("a disk that gets full is told of at each level, in words, and when it is over", async () => {
  const { site, quota } = await openQuotaSite();
  const levels: [number, string | undefined, number][] = [
    [190, "warning", 16 * MIB],
    [90, "alarm", 4 * MIB],
    [20, "alarm", 4 * MIB],
  ];
  for (const [freeMib, severity, ballast] of levels) {
    quota.leave(freeMib * MIB);
    await site.clock.advance(10_000);
    const fault = faultOf(site);
    assertEquals([fault?.severity, fault?.state, quota.ballast()], [severity, "raised", ballast]);
    assert(fault?.text.includes("MiB are free: make room"), fault?.text);
  }
  assertEquals(site.gateway().web.health().problems, [
    "No session can begin: the disk is full: what runs is kept to its end",
  ]);
  quota.leave(500 * MIB);
  await site.clock.advance(20_000);
  assertEquals([faultOf(site)?.state, quota.ballast()], ["over", 16 * MIB]);
  assertEquals(site.gateway().web.health().problems, []);
  await site.stop();
});

Deno.test("on a full disk what runs is ended through the reserve, and a new session is refused in words", async () => {
  const { site, quota } = await openQuotaSite();
  const charger = await site.arrive("CP1");
  const other = await site.arrive("CP2");
  const { number } = await charger.start("ASHA");
  await charger.status("Charging");
  await site.clock.advance(5_000);
  // Full to the last byte, from one moment to the next.
  quota.leave(0);
  const stop = { transactionId: number, meterStop: 9_000, timestamp: "2026-01-05T06:30:00.000Z" };
  const answer = await charger.result("StopTransaction", stop, 3_000);
  assertEquals(answer["idTagInfo"], undefined);
  assertEquals(quota.ballast(), 0);
  const [session] = await quota.memory.transactions({ limit: 1 });
  assertEquals(session?.stop?.meterStopWh, 9_000);
  await site.clock.advance(11_000);
  assertEquals(await other.authorize("BEN", 3_000), "Invalid");
  // One that begins all the same is not answered before it can be kept.
  await assertRejects(() => other.start("BEN", {}, 60_000));
  assertEquals((await quota.memory.transactions({ limit: 9 })).length, 1);
  quota.leave(500 * MIB);
  await site.clock.advance(15_000);
  const [begun] = await quota.memory.transactions({ limit: 1 });
  assertEquals(begun?.authorization.reason, "the disk is full: what runs is kept to its end");
  await site.stop();
});

Deno.test("whatever else wants to be kept on a full disk, the reserve takes the end of every session", async () => {
  const { site, quota } = await openQuotaSite();
  const sessions = [];
  for (const id of ["CP1", "CP2"]) {
    const charger = await site.arrive(id);
    const { number } = await charger.start(`CARD-${id}`);
    sessions.push({ charger, number });
  }
  await site.clock.advance(15_000);
  // More than the reserve can hold, each of which it would take.
  const reserved = quota.ballast() / 4 / 4_096;
  quota.leave(0);
  await sessions[0]?.charger.status("Faulted");
  await site.clock.advance(5_000);
  const before = quota.memory.commits();
  for (let turn = 0; turn < reserved * 2; turn++) {
    for (const { charger } of sessions) {
      await charger.status(turn % 2 === 0 ? "SuspendedEV" : "Charging");
      await site.clock.advance(1_500);
    }
  }
  assertEquals(quota.memory.commits(), before);
  for (const { charger, number } of sessions) {
    const timestamp = "2026-01-05T09:30:00.000Z";
    await charger.result("StopTransaction", {
      transactionId: number,
      meterStop: 9_000,
      timestamp,
    }, 3_000);
  }
  const kept = await quota.memory.transactions({ limit: 9 });
  assertEquals(kept.map(({ stop }) => stop?.meterStopWh), [9_000, 9_000]);
  await site.stop();
});

Deno.test("on a full disk a site that sells to everybody goes on selling", async () => {
  const { site, quota } = await openQuotaSite({ freeVend: { token: "FREE" } });
  const charger = await site.arrive("CP1");
  quota.leave(20 * MIB);
  await site.clock.advance(10_000);
  assertEquals((await charger.start("BEN", {}, 1_000)).status, "Accepted");
  await site.stop();
});

Deno.test("the less room there is the fewer readings are kept; on a full disk none, and all are shown", async () => {
  const kept = async (freeMib: number) => {
    const { site, quota } = await openQuotaSite();
    const charger = await site.arrive("CP1");
    quota.leave(freeMib * MIB);
    const { number } = await charger.start("ASHA");
    await site.clock.advance(10_000);
    const before = quota.memory.commits();
    for (let minute = 0; minute < 30; minute++) {
      await charger.meter(number, 1_000 + minute, 10);
      await site.clock.advance(60_000);
    }
    const shownWh = site.gateway().web.views.evse(1)?.energyWh;
    const commits = quota.memory.commits() - before;
    await site.stop();
    return { commits, shownWh };
  };
  const [enough, low, critical] = [await kept(500), await kept(150), await kept(20)];
  assert(enough.commits >= 30 && low.commits < enough.commits / 3, `${low.commits}`);
  assert(critical.commits <= low.commits, `${critical.commits}`);
  assertEquals([enough, low, critical].map(({ shownWh }) => shownWh), [29, 29, 29]);
});

Deno.test("on a disk that is almost full old history goes that the CSMS has, never what is young or a site's own", async () => {
  for (const hasCsms of [true, false]) {
    const { site, quota } = await openQuotaSite({ hasCsms });
    const charger = await site.arrive("CP1");
    const session = async () => {
      const { number } = await charger.start("ASHA", {}, 2_000);
      await charger.stop(number, 2_000);
      await site.clock.advance(60_000);
    };
    await session();
    site.clock.setWall(site.clock.wallMs() + 32 * 24 * 3_600_000);
    await session();
    quota.leave(90 * MIB);
    await site.clock.advance(20_000);
    const left = await quota.memory.transactions({ limit: 10 });
    assertEquals(left.length, hasCsms ? 1 : 2);
    await site.stop();
  }
});

Deno.test("while the disk is low no telemetry is written; decisions wait until there is room", async () => {
  const { site, quota } = await openQuotaSite();
  const charger = await site.arrive("CP1");
  const written = async () => (await site.telemetry.decisions({ limit: 10 })).length;
  quota.leave(190 * MIB);
  await site.clock.advance(120_000);
  await charger.authorize("ASHA");
  await site.clock.advance(180_000);
  assertEquals(await written(), 0);
  quota.leave(900 * MIB);
  await site.clock.advance(180_000);
  assertEquals(await written(), 1);
  await site.stop();
});

Deno.test("where the machine does not tell its room, that is said once, and again after it had told", async () => {
  const quota = createQuota();
  let tells = false;
  const { look } = quota.partition;
  const partition = { ...quota.partition, look: () => tells ? look() : Promise.resolve(null) };
  const site = await openSite({ disk: () => quota.store, partition });
  const said = () => site.logged.filter(({ event }) => event === "disk_space_unknown").length;
  await site.clock.advance(60_000);
  assertEquals([said(), quota.ballast()], [1, 0]);
  tells = true;
  await site.clock.advance(20_000);
  assertEquals([said(), quota.ballast()], [1, 16 * MIB]);
  tells = false;
  await site.clock.advance(60_000);
  assertEquals(said(), 2);
  await site.stop();
});
