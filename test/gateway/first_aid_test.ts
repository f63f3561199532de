/** First aid through a whole gateway on virtual time: a charger says what is wrong, and is helped. */
import { assert, assertEquals } from "@std/assert";
import type { AidRule } from "../../src/operations/mod.ts";
import type { Contactor } from "../../src/site/mod.ts";
import { ok } from "../../src/lib/result.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const MINUTE_MS = 60_000;

const RULE: AidRule = {
  id: "stuck",
  codes: ["ConnectorLockFailure"],
  subjects: [],
  forMs: 2 * MINUTE_MS,
  steps: ["unlock", "softReset", "powerCycle"],
  cooldownMs: 10 * MINUTE_MS,
  perDay: 5,
  whileCharging: false,
};

function tell(site: SiteBench, state: "raised" | "over"): void {
  site.gateway().web.events.emit("fault", {
    kind: "ConnectorLockFailure",
    severity: "warning",
    subject: "slot 1",
    text: "The plug is stuck",
    state,
  });
}

function playContactor(): Contactor & { readonly orders: string[] } {
  const orders: string[] = [];
  return {
    id: "k1",
    slots: [1],
    orders,
    set(isOpen) {
      orders.push(isOpen ? "open" : "closed");
      return Promise.resolve(ok(undefined));
    },
    stop: () => Promise.resolve(),
  };
}

const done = (site: SiteBench) =>
  site.gateway().web.firstAid.rules().flatMap((rule) => rule.done.map(({ action }) => action));

Deno.test("a charger is unlocked, restarted and switched off and on, until the fault is over", async () => {
  const contactor = playContactor();
  const site = await openSite({ hasCsms: false, firstAid: [RULE], contactors: [contactor] });
  await site.arrive("CP1");
  tell(site, "raised");
  await site.clock.advance(3 * MINUTE_MS);
  assertEquals(done(site), ["unlock"]);
  await site.clock.advance(11 * MINUTE_MS);
  assertEquals(done(site), ["softReset", "unlock"]);
  await site.clock.advance(11 * MINUTE_MS);
  assertEquals(done(site), ["powerCycle", "softReset", "unlock"]);
  assertEquals(contactor.orders, ["open", "closed"]);
  const fault = site.gateway().web.views.faults("standing")
    .find(({ code }) => code === "ConnectorLockFailure");
  assertEquals(fault?.aid.map(({ action }) => action), ["unlock", "softReset", "powerCycle"]);
  const noted = await site.gateway().web.audit.find({ limit: 50 });
  assertEquals(
    noted.filter(({ way }) => way === "rule").map(({ what }) => what).toSorted(),
    ["command power-cycle", "command reset", "command unlock"],
  );
  await site.stop();
});

Deno.test("a fault that is over in time has nothing done about it, and a site without rules does nothing", async () => {
  for (const firstAid of [[RULE], []]) {
    const site = await openSite({ hasCsms: false, firstAid });
    await site.arrive("CP1");
    tell(site, "raised");
    await site.clock.advance(MINUTE_MS);
    if (firstAid.length > 0) tell(site, "over");
    await site.clock.advance(60 * MINUTE_MS);
    assertEquals(done(site), []);
    assert(!site.logged.some(({ event }) => event === "first_aid"));
    await site.stop();
  }
});
