import { assert, assertEquals } from "@std/assert";
import { playContactor } from "../support/contactors.ts";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

interface Session {
  readonly charger: PlayedCharger;
  readonly number: number;
  /** What its EV draws whatever it may; null: what it may. */
  insistsAmps: number | null;
  isOver: boolean;
}

async function charging(site: SiteBench, chargerId: string, idTag: string): Promise<Session> {
  const charger = await site.arrive(chargerId);
  await charger.status("Preparing");
  const { number } = await charger.start(idTag);
  await charger.status("Charging");
  return { charger, number, insistsAmps: null, isOver: false };
}

/** Lets time pass; the seconds in which more flowed than the circuit may carry. */
async function goOn(
  site: SiteBench,
  seconds: number,
  houseAmps: number,
  gridAmps: number,
  sessions: readonly Session[],
): Promise<number> {
  let overs = 0;
  for (let second = 0; second < seconds; second++) {
    const drawn = sessions.map(({ charger, insistsAmps, isOver }) =>
      isOver ? 0 : insistsAmps ?? charger.limitAmps() ?? 6
    );
    const flows = houseAmps + drawn.reduce((sum, amps) => sum + amps, 0);
    if (flows > gridAmps) overs++;
    site.meter.read(flows);
    if (second % 10 === 5) {
      for (const [index, { charger, number, isOver }] of sessions.entries()) {
        if (!isOver) await charger.meter(number, 1_000 + second, drawn[index] ?? 0);
      }
    }
    await site.clock.advance(1_000);
    for (const session of sessions) {
      if (!session.isOver && session.charger.payloads("RemoteStopTransaction").length > 0) {
        session.isOver = true;
        await session.charger.stop(session.number, 9_000, { reason: "Remote" });
        await session.charger.status("Available");
      }
    }
  }
  return overs;
}

Deno.test("a charger that ignores its limits is told again, asked, and stopped before a minute is over", async () => {
  const site = await openSite({ gridAmps: 60, metered: true });
  site.meter.read(0);
  const deaf = await charging(site, "CP1", "ASHA");
  const good = await charging(site, "CP2", "BEN");
  await goOn(site, 90, 0, 60, [deaf, good]);
  const asked = deaf.charger.payloads("GetCompositeSchedule").length;
  deaf.insistsAmps = 26;
  const overs = await goOn(site, 60, 40, 60, [deaf, good]);
  assert(overs <= 60, `${overs} s`);
  assert(deaf.isOver, "it was stopped");
  assertEquals(good.isOver, false);
  assertEquals(deaf.charger.payloads("GetCompositeSchedule").length, asked + 1);
  const view = (await site.gateway().web.views.transactions({ limit: 10 }))
    .find(({ slot, stoppedAt }) => slot === 1 && stoppedAt !== null);
  assertEquals(view?.stopReason, "Other");
  assert(view?.remarks.some((each) => each.startsWith("ended by the gateway")), `${view?.remarks}`);
  const fault = site.gateway().web.views.faults().find(({ kind }) => kind === "disobeys");
  assertEquals(fault?.subject, "slot 1");
  assert(fault?.text.includes("CP1"));
  // It was paused meanwhile, and a pause lasts five minutes at least.
  await goOn(site, 330, 40, 60, [deaf, good]);
  assertEquals(
    good.charger.limitAmps(),
    12,
    "60 A less 2 A of margin, the house, and the fail-safe of CP3",
  );
  await site.stop();
});

Deno.test("one that ignores its limits where the circuit bears it goes on, and everybody can see it", async () => {
  const site = await openSite({ gridAmps: 100, metered: true });
  site.meter.read(0);
  const deaf = await charging(site, "CP1", "ASHA");
  await goOn(site, 60, 0, 100, [deaf]);
  const told = await site.gateway().web.commands.limit(1, 10, 60, "priya");
  assertEquals(told.kind, "accepted");
  deaf.insistsAmps = 26;
  await goOn(site, 80, 0, 100, [deaf]);
  const evse = site.gateway().web.views.evse(1);
  assertEquals([evse?.trust, evse?.why?.kind, deaf.isOver], ["disobeying", "disobeys", false]);
  deaf.insistsAmps = null;
  await goOn(site, 200, 0, 100, [deaf]);
  assertEquals(site.gateway().web.views.evse(1)?.trust, "trusted");
  assertEquals(site.gateway().web.views.site().alarms, 0);
  await site.stop();
});

Deno.test("one that ignores limits and requests is cut off before a minute is over, and comes back by hand", async () => {
  const contactor = playContactor("row-a", [1]);
  const site = await openSite({ gridAmps: 60, metered: true, contactors: [contactor] });
  site.meter.read(0);
  const deaf = await charging(site, "CP1", "ASHA");
  await goOn(site, 60, 0, 60, [deaf]);
  deaf.charger.answer("RemoteStopTransaction", { status: "Rejected" });
  let overs = 0;
  for (let second = 0; second < 120; second++) {
    const drawn = contactor.isOpen() === true ? 0 : 26;
    site.meter.read(40 + drawn);
    if (40 + drawn > 60) overs++;
    if (second % 10 === 5) await deaf.charger.meter(deaf.number, 2_000 + second, drawn);
    await site.clock.advance(1_000);
  }
  assert(overs > 0 && overs <= 60, `${overs} s`);
  const { views } = site.gateway().web;
  assertEquals(
    [contactor.isOpen(), views.evse(1)?.isCut, views.evse(1)?.why?.kind],
    [true, true, "cut"],
  );
  const remarks = (await views.transactions({ limit: 1 }))[0]?.remarks;
  assert(remarks?.some((each) => each.startsWith("its current was cut")), `${remarks}`);
  assert(views.faults().some(({ kind, state }) => kind === "cut-off" && state === "raised"));
  // Nobody forgets over a restart that it is open.
  await site.stop();
  await site.start();
  await site.clock.advance(2_000);
  assertEquals([contactor.isOpen(), site.gateway().web.views.evse(1)?.isCut], [true, true]);
  assertEquals((await site.gateway().web.commands.reconnect(1, "priya")).kind, "accepted");
  assertEquals([contactor.isOpen(), site.gateway().web.views.evse(1)?.isCut], [false, false]);
  assertEquals((await site.gateway().web.commands.reconnect(1, "priya")).kind, "refused");
  await site.stop();
});
