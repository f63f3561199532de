import { assertEquals } from "@std/assert";
import { isoTime } from "../../src/lib/clock.ts";
import { openSite, type SiteBench } from "./site_bench.ts";
import type { PlayedCharger } from "./played.ts";

const timeOf = (site: SiteBench) => site.gateway().web.siteTime();
const clockFaults = (site: SiteBench) =>
  site.gateway().web.views.faults("standing")
    .filter(({ code }) => code === "charger-clock-off").map(({ subject }) => subject);

/** So many minutes in which a charger tells its state, by a clock that is so far off. */
async function tell(site: SiteBench, charger: PlayedCharger, minutes: number, offMs: number) {
  for (let minute = 0; minute < minutes; minute++) {
    await charger.ask("StatusNotification", {
      connectorId: 1,
      errorCode: "NoError",
      status: "Available",
      timestamp: isoTime(site.clock.wallMs() + offMs),
    });
    await site.clock.advance(60_000);
  }
}

Deno.test("the site's time comes from the CSMS, and a charger whose clock stays off is a fault until it is right", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await tell(site, charger, 8, -120_000);
  assertEquals(clockFaults(site), [], "it may still take the time");
  await tell(site, charger, 6, -120_000);
  assertEquals(clockFaults(site), ["CP1"]);
  const { source, csmsOffsetMs, ntp, chargers } = timeOf(site);
  assertEquals([source, csmsOffsetMs, ntp], ["csms", 0, null]);
  const own = chargers.find(({ chargerId }) => chargerId === "CP1");
  assertEquals([own?.connected, own?.isOff], [true, true]);
  assertEquals(Math.round((own?.offsetMs ?? 0) / 10_000), -12);
  await tell(site, charger, 6, 0);
  assertEquals(clockFaults(site), []);
  await site.stop();
});

Deno.test("a site alone goes by its machine; one that boots in 1970 knows no time, and blames no charger", async () => {
  const alone = await openSite({ hasCsms: false });
  await alone.clock.advance(61_000);
  assertEquals(timeOf(alone).source, "machine");
  assertEquals(timeOf(alone).chargers.map(({ offsetMs }) => offsetMs), [null, null, null]);
  await alone.stop();

  const lost = await openSite({ hasCsms: false, machineOffsetMs: -40 * 365 * 86_400_000 });
  const charger = await lost.arrive("CP1");
  await tell(lost, charger, 14, 0);
  assertEquals(timeOf(lost).source, "none");
  assertEquals(clockFaults(lost), []);
  await lost.stop();
});
