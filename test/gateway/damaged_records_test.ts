import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { ListedToken } from "../../src/authorization/mod.ts";
import { put } from "../../src/lib/write.ts";
import type { OutboxStore } from "../../src/outbox/mod.ts";
import { openLedger } from "../../src/store/ledger_io.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

/** A site on a real ledger, which a test can reach behind the gateway's back between two runs. */
async function withSite(
  work: (
    site: SiteBench,
    disk: {
      readonly ledger: () => OutboxStore;
      readonly change: (sql: string) => void;
      readonly restart: (sql: string) => Promise<void>;
    },
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/ledger.db`;
  let ledger = openLedger(path);
  const store: OutboxStore = {
    load: (nowWallMs) => ledger.load(nowWallMs),
    commit: (batch) => ledger.commit(batch),
    rows: (ids) => ledger.rows(ids),
    transactions: (query) => ledger.transactions(query),
    sessionPage: (page) => ledger.sessionPage(page),
    factPage: (page) => ledger.factPage(page),
    factSums: (time, by) => ledger.factSums(time, by),
    signedReadings: (id) => ledger.signedReadings(id),
    damaged: () => ledger.damaged(),
    close: () => Promise.resolve(),
  };
  const site = await openSite({ isOffline: true, unknownOffline: true, disk: () => store });
  function change(sql: string): void {
    const database = new DatabaseSync(path);
    try {
      assertEquals(Number(database.prepare(sql).run().changes), 1, sql);
    } finally {
      database.close();
    }
  }
  async function restart(sql: string): Promise<void> {
    site.kill();
    await ledger.close();
    change(sql);
    ledger = openLedger(path);
    await site.start();
  }
  try {
    await work(site, { ledger: () => ledger, change, restart });
  } finally {
    await site.stop();
    await ledger.close();
    await Deno.remove(folder, { recursive: true });
  }
}

const damageOf = (site: SiteBench) =>
  site.gateway().web.views.faults().filter(({ kind }) => kind === "record-damaged")
    .map(({ text }) => text);

Deno.test("a session that was changed on disk stops nothing: it is named, its records wait for an operator, new ones get new numbers", async () => {
  await withSite(async (site, { restart }) => {
    const before = await site.arrive("CP1");
    const { number: first } = await before.start("CARD-1");
    await restart("UPDATE charging_transaction SET value = replace(value, 'CARD-1', 'CARD-7')");
    const [text = "", ...others] = damageOf(site);
    assertEquals(others, []);
    assert(text.startsWith(`Session ${first} of charger CP1, begun 20`), text);
    assert(!text.includes("CARD"), text);
    const { views } = site.gateway().web;
    assertEquals(views.outbox().map(({ dead }) => dead), [true]);
    assertEquals(await views.transactions({ limit: 10 }), []);
    const after = await site.arrive("CP2");
    const { number: second } = await after.start("CARD-2");
    assert(second > first, `${second} was given twice`);
    await site.restoreCsms();
    assertEquals(views.outbox().map(({ dead }) => dead), [true], "the others go up");
  });
});

Deno.test("a damaged token of the local list is named without its number, and the list is wanted anew", async () => {
  await withSite(async (site, { ledger, restart }) => {
    const listed: ListedToken = {
      idToken: { idToken: "04A1B2C3D4", type: "Central" },
      info: { status: "Blocked" },
      origin: "csms",
    };
    await ledger().commit([
      put("local-list", "04A1B2C3D4", listed),
      put("local-list-version", "csms", 7),
    ]);
    await restart(
      "UPDATE record SET value = replace(value, 'Blocked', 'Blockee') WHERE value LIKE '%Blocked%'",
    );
    const [text = ""] = damageOf(site);
    assert(text.startsWith("1 of the tokens of the local list damaged on disk"), text);
    assert(!text.includes("04A1B2") && text.includes("C3D4"), text);
    assertEquals((await ledger().load(0))["local-list-version"].size, 0);
    assert(site.logged.every((line) => !JSON.stringify(line).includes("04A1B2")));
  });
});

Deno.test("a session that rots on disk while it is in memory is written again", async () => {
  await withSite(async (site, { ledger, change }) => {
    const charger = await site.arrive("CP1");
    const { number } = await charger.start("CARD-1");
    change("UPDATE charging_transaction SET value = replace(value, 'CARD-1', 'CARD-7')");
    const history = () => site.gateway().web.views.transactions({ limit: 10 });
    assertEquals(await history(), []);
    await site.clock.advance(61_000);
    assertEquals((await history()).map((view) => view.number), [number]);
    assertEquals(damageOf(site), []);
    assertEquals((await ledger().load(0)).transactions.length, 1);
  });
});
