import { assert, assertEquals } from "@std/assert";
import { isoTime } from "../../src/lib/clock.ts";
import type { Clock } from "../../src/lib/clock.ts";
import {
  type Line,
  type MeterListener,
  type MeterSource,
  type PerLine,
  perLine,
} from "../../src/site/mod.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

/** A grid meter that sees what a test says, once a second. */
function seeingMeter(clock: Clock, see: () => PerLine | null): MeterSource {
  let cancel = () => {};
  function beat(listener: MeterListener): void {
    const currentsAmps = see();
    if (currentsAmps !== null) {
      const [atMonoMs, atWallMs] = [clock.monoMs(), clock.wallMs()];
      listener.sample({ meterId: "main", atMonoMs, atWallMs, currentsAmps });
    }
    cancel = clock.after(1_000, () => beat(listener));
  }
  return {
    id: "main",
    role: "grid",
    start(listener) {
      cancel();
      beat(listener);
    },
    stop() {
      cancel();
      return Promise.resolve();
    },
  };
}

/** A site on which CP1 charges an EV with one phase, and its socket's first phase is on this line. */
async function chargingOn(line: Line, gridAmps = 40) {
  let drawnAmps = 0;
  let isMeterHeard = true;
  const site = await openSite({
    gridAmps,
    meters: (clock) => [
      seeingMeter(
        clock,
        () => isMeterHeard ? perLine((each) => each === line ? 5 + drawnAmps : 5) : null,
      ),
    ],
  });
  const charger = await site.arrive("CP1");
  await charger.status("Preparing");
  const { number } = await charger.start("ASHA");
  await charger.status("Charging");
  const offered: number[] = [];

  async function goOn(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      const limitAmps = charger.limitAmps() ?? 6;
      offered.push(limitAmps);
      drawnAmps += Math.max(-4, Math.min(4, Math.min(limitAmps, 20) - drawnAmps));
      if (second % 10 === 0) await tell();
      await site.clock.advance(1_000);
    }
  }

  async function tell(): Promise<void> {
    const current = (phase: string, amps: number) => ({
      value: String(amps),
      measurand: "Current.Import",
      unit: "A",
      phase,
    });
    await charger.ask("MeterValues", {
      connectorId: 1,
      transactionId: number,
      meterValue: [{
        timestamp: isoTime(site.clock.wallMs()),
        sampledValue: [current("L1", drawnAmps), current("L2", 0), current("L3", 0)],
      }],
    });
  }
  await goOn(120);
  return { site, charger, number, goOn, offered, silence: () => isMeterHeard = false };
}

const knowledge = (site: SiteBench, slot = 1) => site.gateway().web.rotation(slot);

Deno.test("the rotation of a socket is found through the whole gateway, and its current comes back", async () => {
  const { site, charger, goOn, offered } = await chargingOn("L2");
  const before = charger.limitAmps() ?? 0;
  assert(before >= 16, `${before} A`);
  assertEquals(knowledge(site).obstacle, null);
  const { commands } = site.gateway().web;
  assertEquals((await commands.testRotation(1, "ina")).kind, "accepted");
  assertEquals((await commands.testRotation(1, "ina")).kind, "refused", "one at a time");
  assertEquals(knowledge(site, 2).obstacle, "another-runs");
  offered.length = 0;
  await goOn(60);
  assertEquals(Math.min(...offered), 6, "it is lowered");
  assert(knowledge(site).running !== null);
  for (let second = 0; second < 900 && knowledge(site).running !== null; second++) await goOn(1);
  assert(Math.max(...offered) <= before, "it is never offered more than it was granted");
  const { last, running } = knowledge(site);
  assertEquals(running, null);
  assertEquals(last?.outcome, { kind: "found", lines: ["L2", "L3", "L1"], proof: "by-field" });
  assertEquals([last?.by, last?.toldLines], ["ina", ["L1", "L2", "L3"]]);
  await goOn(60);
  assert((charger.limitAmps() ?? 0) >= before - 1, `${charger.limitAmps()} of ${before} A`);
  site.kill();
  await site.start();
  assertEquals(knowledge(site).last, last, "a restart does not forget it");
  await site.stop();
});

Deno.test("a rotation test that is ended by hand, or with its session, holds nobody back", async () => {
  const { site, charger, number, goOn } = await chargingOn("L1");
  const { commands } = site.gateway().web;
  const before = charger.limitAmps() ?? 0;
  await commands.testRotation(1, "ina");
  await goOn(40);
  assertEquals(charger.limitAmps(), 6);
  assertEquals((await commands.endRotationTest(1, "ina")).kind, "accepted");
  assertEquals((await commands.endRotationTest(1, "ina")).kind, "refused");
  await goOn(60);
  assertEquals(knowledge(site).last, null, "what was not looked at to its end says nothing");
  assertEquals(charger.limitAmps(), before);
  await commands.testRotation(1, "ina");
  await goOn(30);
  await charger.stop(number, 2_000);
  await goOn(3);
  assertEquals(knowledge(site).last?.outcome, { kind: "not-sure", why: "session-over" });
  await site.stop();
});

Deno.test("a rotation is not tested where nothing could be seen of it", async () => {
  const blind = await openSite();
  assertEquals(knowledge(blind).obstacle, "no-meter");
  assertEquals(knowledge(blind, 9).obstacle, "no-place");
  await blind.stop();

  const idle = await openSite({ metered: true });
  assertEquals(knowledge(idle).obstacle, "no-line-meter", "it has not said anything yet");
  idle.meter.read(3);
  assertEquals(knowledge(idle).obstacle, "charger-away");
  await idle.arrive("CP1");
  assertEquals(knowledge(idle).obstacle, "no-session");
  const refused = await idle.gateway().web.commands.testRotation(1, "ina");
  assertEquals(refused.kind, "refused");
  await idle.stop();

  const { site } = await chargingOn("L1", 27);
  assertEquals(knowledge(site).obstacle, "no-room");
  await site.stop();
});

Deno.test("a meter that falls silent ends a rotation test", async () => {
  const { site, goOn, silence } = await chargingOn("L3");
  await site.gateway().web.commands.testRotation(1, "ina");
  silence();
  await goOn(45);
  assertEquals(knowledge(site).last?.outcome, { kind: "not-sure", why: "meter-silent" });
  await site.stop();
});
