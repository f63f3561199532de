import { assert, assertEquals } from "@std/assert";
import { unpackTar } from "modern-tar";
import type { ReportName, ReportRow } from "../../src/reports/mod.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

/** The rows of a table of a report of the last day: time goes on while it is made. */
async function rowsOf(
  site: SiteBench,
  name: ReportName,
  table: string,
): Promise<readonly ReportRow[]> {
  const { reports } = site.gateway().web;
  const nowMs = site.clock.wallMs();
  const making = reports.make(name, { fromMs: nowMs - 86_400_000, toMs: nowMs + 60_000 })
    .then(({ tables }) => Array.fromAsync(tables.find(({ id }) => id === table)?.rows ?? []));
  let isDone = false;
  const made = making.finally(() => void (isDone = true));
  for (let turn = 0; !isDone && turn < 1_000; turn++) await site.clock.advance(1);
  return await made;
}

Deno.test("a session is in every report that it has to do with, over a restart of the gateway", async () => {
  const site = await openSite({ hasCsms: false, unknownOffline: true });
  const charger = await site.arrive("CP1");
  await site.clock.advance(600_000);
  const { number } = await charger.start("ASHA");
  await charger.meter(number, 1_400, 16);
  await site.clock.advance(1_800_000);
  const running = await rowsOf(site, "sessions", "sessions");
  assertEquals(running.map(({ token, stoppedAt, energyKwh }) => [token, stoppedAt, energyKwh]), [
    ["ASHA", null, 0.4],
  ]);
  assertEquals(await rowsOf(site, "energy", "days"), [], "sums count what has ended");
  await charger.stop(number, 8_000);
  await site.clock.advance(900_000);
  for (const when of ["before", "after"]) {
    const [token] = await rowsOf(site, "energy", "tokens");
    assertEquals(
      [token?.["token"], token?.["sessions"], token?.["energyKwh"]],
      ["ASHA", 1, 7],
      when,
    );
    const [billing] = await rowsOf(site, "revenue", "billing");
    assertEquals(billing?.["billing"], "not-billed");
    const slots = await rowsOf(site, "utilisation", "connectors");
    const own = slots.find(({ charger }) => charger === "CP1");
    assert(Number(own?.["watchedHours"]) > 0.5, JSON.stringify(own));
    assert(Number(own?.["occupiedShare"]) > 0.4, JSON.stringify(own));
    const availability = await rowsOf(site, "availability", "connectors");
    const reached = availability.find(({ charger }) => charger === "CP1");
    assertEquals([reached?.["downHours"], reached?.["failures"]], [0, 0]);
    if (when === "before") {
      await site.stop();
      await site.start();
    }
  }
  await site.stop();
});

Deno.test("a charger that stays away is out of use once the gateway has waited for it", async () => {
  const site = await openSite({ hasCsms: false, unknownOffline: true });
  const charger = await site.arrive("CP1");
  await site.clock.advance(600_000);
  charger.pair.far.terminate();
  await site.clock.advance(3_600_000);
  const rows = await rowsOf(site, "availability", "causes");
  assertEquals(rows.map(({ state }) => state), ["unreachable"]);
  assert(Number(rows[0]?.["hours"]) > 0.9, JSON.stringify(rows));
  await site.stop();
});

Deno.test("who was turned away is in the report of service", async () => {
  const site = await openSite({ hasCsms: false });
  const charger = await site.arrive("CP1");
  await charger.start("NOBODY");
  await site.clock.advance(120_000);
  const rows = await rowsOf(site, "service", "turnedAway");
  assertEquals(rows.map(({ what, times }) => [what, times]), [["start", 1]]);
  await site.stop();
});

Deno.test("what a meter signed is in the archive of its time, in a running gateway", async () => {
  const site = await openSite({ hasCsms: false, unknownOffline: true });
  const charger = await site.arrive("CP1");
  const { number } = await charger.start("ASHA");
  await charger.result("MeterValues", {
    connectorId: 1,
    transactionId: number,
    meterValue: [{
      timestamp: new Date(site.clock.wallMs()).toISOString(),
      sampledValue: [{
        value: "OCMF|{}|{}",
        format: "SignedData",
        context: "Transaction.Begin",
      }],
    }],
  }, 2_000);
  await charger.stop(number, 2_000);
  await site.clock.advance(2_000);
  const { records, views } = site.gateway().web;
  const [session] = await views.transactions({ limit: 1 });
  assertEquals(session?.signedReadings, 1);
  const found = await records.signed(session?.id ?? "");
  assertEquals(found?.readings.map((each) => [each.context, each.signedMeterData]), [
    ["Transaction.Begin", "OCMF|{}|{}"],
  ]);
  assertEquals([records.cdr, await records.signed("nobody")], [null, undefined]);
  // As the API asks: with the dates of the periods before and after as well.
  const time = {
    fromMs: site.clock.wallMs() - 86_400_000,
    toMs: site.clock.wallMs() + 1,
    before: "2026-01-01",
    after: "2026-02-01",
  };
  const tar = await Array.fromAsync(records.signedArchive(time));
  const bytes = new Uint8Array(await new Blob(tar.map((each) => each.slice())).arrayBuffer());
  assertEquals((await unpackTar(bytes)).map(({ header }) => header.name), [
    `session-${found?.number}.xml`,
    `session-${found?.number}.ocmf`,
  ]);
  await site.stop();
});
