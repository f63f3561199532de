import { assertEquals } from "@std/assert";
import type { UserRecord } from "../../src/site/mod.ts";
import { openSite } from "./site_bench.ts";

Deno.test("a gateway whose disk refuses writes lives and is not ready, and says why, until it takes them", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const { health, metrics } = site.gateway().web;
  const isInTrouble = async () => /^sangam_ledger_trouble 1$/m.test(await metrics());
  assertEquals(health(), { alive: true, ready: true, problems: [] });
  assertEquals(await isInTrouble(), false);
  const { commit } = site.store;
  Object.assign(site.store, { commit: () => Promise.reject(new Error("no space left")) });
  charger.say("start", "StartTransaction", {
    connectorId: 1,
    idTag: "ASHA",
    meterStart: 1_000,
    timestamp: "2026-01-05T06:00:00Z",
  });
  await site.clock.advance(3_000);
  assertEquals(health(), {
    alive: true,
    ready: false,
    problems: ["The disk refuses writes: Error: no space left"],
  });
  assertEquals([await isInTrouble(), charger.replyTo("start").kind], [true, "none"]);
  Object.assign(site.store, { commit });
  await site.clock.advance(1_000);
  assertEquals(health(), { alive: true, ready: true, problems: [] });
  assertEquals([await isInTrouble(), charger.replyTo("start").kind], [false, "result"]);
  await site.stop();
});

Deno.test("a user who is saved is found and listed, changed and not doubled, and known after a restart", async () => {
  const site = await openSite();
  const users = () => site.gateway().web.users;
  const priya: UserRecord = {
    name: "priya",
    role: "operator",
    passwordDigest: "digest",
    mustChangePassword: true,
    createdAtMs: site.clock.wallMs(),
  };
  assertEquals([users().list(), users().find("priya")], [[], undefined]);
  await users().save(priya);
  const changed: UserRecord = { ...priya, role: "admin", mustChangePassword: false };
  await users().save(changed);
  assertEquals([users().list(), users().find("priya")], [[changed], changed]);
  site.kill();
  await site.start();
  assertEquals([users().list(), users().find("priya")], [[changed], changed]);
  assertEquals(users().find("nobody"), undefined);
  await site.stop();
});

Deno.test("the metrics count what the views show: who is there, and what waits since when", async () => {
  const site = await openSite({ unknownOffline: true });
  const { metrics } = site.gateway().web;
  const value = async (name: string) =>
    Number(new RegExp(`^sangam_${name} (.*)$`, "m").exec(await metrics())?.[1] ?? NaN);
  const charger = await site.arrive("CP1");
  await site.loseCsms();
  await charger.start("ASHA");
  await site.clock.advance(7_000);
  assertEquals([await value("chargers_connected"), await value("csms_connected")], [1, 0]);
  assertEquals([await value("outbox_rows"), await value("outbox_oldest_seconds")], [1, 7]);
  assertEquals(await value("outbox_dead_letters"), 0);
  await site.stop();
});
