import { assertEquals } from "@std/assert";
import { openSite, type SiteBench } from "./site_bench.ts";

const MINUTE_MS = 60_000;
const viewsOf = (site: SiteBench) => site.gateway().web.views;

/** Drawn currents of phase 1, as told from a moment on. */
async function drawn(site: SiteBench, id: string, fromMs = 0) {
  return (await viewsOf(site).sessionReadings(id, fromMs))
    ?.map(({ currentsAmps }) => currentsAmps?.[0] ?? null);
}

Deno.test("what a session was offered and drew is told while it runs, and after a restart", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.status("Preparing");
  const { number } = await charger.start("ASHA");
  await charger.status("Charging");
  const id = viewsOf(site).evse(1)?.transaction?.id ?? "";
  assertEquals(viewsOf(site).recentReadings(id), [], "nothing was measured yet");
  for (const [minute, amps] of [10, 12, 14].entries()) {
    await charger.meter(number, 1_100 + minute * 100, amps);
    await site.clock.advance(MINUTE_MS);
  }
  assertEquals(await drawn(site, id), [10, 12, 14]);
  const recent = viewsOf(site).recentReadings(id);
  assertEquals(recent.length, 3);
  assertEquals(recent.every(({ offeredAmps }) => offeredAmps !== null && offeredAmps > 0), true);
  assertEquals(await drawn(site, id, Date.parse(recent[2]?.at ?? "")), [14]);
  await site.stop();
  await site.start();
  assertEquals(viewsOf(site).recentReadings(id), [], "memory is empty");
  assertEquals(await drawn(site, id), [10, 12, 14], "by the minute");
  assertEquals(await viewsOf(site).sessionReadings("nobody", 0), undefined);
  await site.stop();
});

Deno.test("a session's story has the decisions about its card, and what the CSMS has of it", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await site.arrive("CP2");
  const { number } = await charger.start("ASHA");
  const id = viewsOf(site).evse(1)?.transaction?.id ?? "";
  await site.clock.advance(5_000);
  const running = await viewsOf(site).sessionStory(id);
  assertEquals(
    running?.decisions.map(({ what, token, status, source }) => [what, token, status, source]),
    [["start", "ASHA", "Accepted", "csms"]],
  );
  assertEquals([typeof running?.upstream?.number, running?.upstream?.rows], ["number", []]);
  await site.loseCsms();
  await charger.stop(number, 1_500);
  await site.clock.advance(5_000);
  const ended = await viewsOf(site).sessionStory(id);
  assertEquals(ended?.upstream?.rows.map(({ kind, dead }) => [kind, dead]), [["ended", false]]);
  assertEquals(await viewsOf(site).sessionStory("nobody"), undefined);
  await site.stop();
});

Deno.test("of a site that stands alone nothing is told upwards", async () => {
  const site = await openSite({ hasCsms: false, unknownOffline: true });
  const charger = await site.arrive("CP1");
  await charger.start("ASHA");
  const id = viewsOf(site).evse(1)?.transaction?.id ?? "";
  assertEquals((await viewsOf(site).sessionStory(id))?.upstream, null);
  await site.stop();
});
