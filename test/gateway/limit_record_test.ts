import { assertEquals, assertStringIncludes } from "@std/assert";
import { THIN } from "../../src/web/format.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const limitsOf = async (site: SiteBench, id: string) =>
  ((await site.gateway().web.views.limits(id)) ?? [])
    .map(({ limitAmps, why }) => `${limitAmps} A: ${why.text.replaceAll(THIN, " ")}`);

Deno.test("a session keeps the limits it had and why, also when it is over", async () => {
  const site = await openSite({ gridAmps: 46 });
  const charger = await site.arrive("CP1");
  await charger.status("Preparing");
  const { number } = await charger.start("ASHA");
  await charger.status("Charging");
  await site.clock.advance(60_000);
  const { views, commands } = site.gateway().web;
  const id = views.evse(1)?.transaction?.id ?? "";
  await commands.limit(1, 10, 60, "priya");
  await site.clock.advance(20_000);
  await commands.limit(1, 0, 60, "priya");
  await site.clock.advance(20_000);
  const running = await limitsOf(site, id);
  assertStringIncludes(running.join("\n"), "10 A: capped by an operator at 10 A until");
  assertStringIncludes(running.at(-1) ?? "", "0 A: paused by an operator until");
  await charger.stop(number, 1_500);
  await site.clock.advance(120_000);
  assertEquals(await limitsOf(site, id), running);
  assertEquals(await site.gateway().web.views.limits("nobody"), undefined);
  await site.stop();
});
