import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { LoadChange, LoadPreviewView } from "../../src/web/mod.ts";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

interface Session {
  readonly charger: PlayedCharger;
  readonly number: number;
}

async function charging(site: SiteBench, chargerId: string, idTag: string): Promise<Session> {
  const charger = await site.arrive(chargerId);
  await charger.status("Preparing");
  const { number } = await charger.start(idTag);
  await charger.status("Charging");
  return { charger, number };
}

/** Lets time pass while EVs draw what they are given beside 20 A of a house, and the meter sees both. */
async function goOn(site: SiteBench, seconds: number, sessions: readonly Session[]): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    const drawn = sessions.map(({ charger }) => charger.limitAmps() ?? 6);
    site.meter.read(20 + drawn.reduce((sum, amps) => sum + amps, 0));
    if (second % 10 === 0) {
      for (const [index, { charger, number }] of sessions.entries()) {
        await charger.meter(number, 1_000 + second, drawn[index] ?? 0);
      }
    }
    await site.clock.advance(1_000);
  }
}

/** Two cars share 60 A with a house. */
async function shared() {
  const site = await openSite({ gridAmps: 60, metered: true });
  site.meter.read(20);
  const sessions = [await charging(site, "CP1", "ASHA"), await charging(site, "CP2", "BEN")];
  await goOn(site, 240, sessions);
  return { site, sessions };
}

async function previewOf(site: SiteBench, change: LoadChange): Promise<LoadPreviewView> {
  const outcome = await site.gateway().web.forecasts.preview(change);
  if (outcome.kind !== "preview") throw new Error(`Cannot look ahead: ${outcome.kind}`);
  return outcome.preview;
}

const limitsOf = (site: SiteBench) =>
  site.gateway().web.views.evses().slice(0, 2).map(({ offeredAmps }) => offeredAmps ?? 0);

const CHANGES: readonly (readonly [string, LoadChange])[] = [
  ["a cap", { kind: "limit", slot: 1, amps: 8, minutes: 120 }],
  ["a pause", { kind: "limit", slot: 2, amps: 0, minutes: 120 }],
  ["a limit on all", {
    kind: "circuit-limit",
    circuitId: "grid",
    source: "operator",
    limit: { unit: "A", amount: 22 },
    minutes: null,
    until: null,
    reason: "",
  }],
];

for (const [name, change] of CHANGES) {
  Deno.test(`a preview of ${name} is what comes about when it is applied`, async () => {
    const { site, sessions } = await shared();
    const before = limitsOf(site);
    const { evses } = await previewOf(site, change);
    assertEquals(evses.map(({ nowAmps }) => nowAmps), before);
    for (const [index, { unchanged }] of evses.entries()) {
      assertAlmostEquals(unchanged.soonAmps, before[index] ?? 0, 1);
    }
    const { commands } = site.gateway().web;
    if (change.kind === "limit") {
      await commands.limit(change.slot, change.amps, change.minutes, "priya");
    } else if (change.kind === "circuit-limit") {
      await commands.limitCircuit(change.circuitId, change, "priya");
    }
    await goOn(site, 240, sessions);
    for (const [index, amps] of limitsOf(site).entries()) {
      assertAlmostEquals(evses[index]?.changed.soonAmps ?? -1, amps, 1, name);
    }
    await site.stop();
  });
}

Deno.test("a preview sends nothing, writes nothing, notes nothing and changes no view", async () => {
  const { site, sessions } = await shared();
  const seen = async () => ({
    views: JSON.stringify([
      site.gateway().web.views.evses(),
      site.gateway().web.views.circuits(),
      site.gateway().web.views.circuitLimits(),
    ]),
    frames: sessions.map(({ charger }) => charger.payloads("SetChargingProfile").length),
    logged: site.logged.length,
    audited: (await site.gateway().web.audit.find({ limit: 100 })).length,
    stored: [...(await site.store.load(0))["priority-orders"]].length,
  });
  const before = await seen();
  for (const [, change] of CHANGES) await previewOf(site, change);
  await previewOf(site, { kind: "priority", slot: 1, class: "first", minutes: null });
  await previewOf(site, {
    kind: "demand",
    slot: 1,
    departure: new Date(site.clock.wallMs() + 600_000).toISOString(),
    energyKwh: 300,
    urgent: false,
  });
  await previewOf(site, { kind: "strategy", strategy: "priority" });
  assertEquals(await seen(), before);
  await goOn(site, 30, sessions);
  assertEquals(site.gateway().web.views.evse(1)?.demand?.urgent ?? false, false);
  await site.stop();
});

Deno.test("a driver who would leave is shown as gone, and what he leaves as given to others", async () => {
  const { site } = await shared();
  const departure = new Date(site.clock.wallMs() + 90 * 60_000).toISOString();
  const leaving = await previewOf(site, {
    kind: "demand",
    slot: 1,
    departure,
    energyKwh: null,
    urgent: false,
  });
  const [asha, ben] = leaving.evses;
  assertEquals(asha?.unchanged.hourlyAmps.every((amps) => amps !== null), true);
  assertEquals(asha?.changed.hourlyAmps.map((amps) => amps === null), [false, true, true]);
  assert((ben?.changed.energyWh ?? 0) > (ben?.unchanged.energyWh ?? 0));
  await site.stop();
});

Deno.test("what cannot be changed cannot be previewed either", async () => {
  const site = await openSite({ gridAmps: 60, metered: true });
  await site.arrive("CP1");
  const { forecasts } = site.gateway().web;
  const kinds = await Promise.all([
    forecasts.preview({ kind: "limit", slot: 99, amps: 8, minutes: 5 }),
    forecasts.preview({ kind: "priority", slot: 1, class: "first", minutes: null }),
    forecasts.preview({ kind: "demand", slot: 1, departure: null, energyKwh: 3, urgent: false }),
    forecasts.preview({
      kind: "circuit-limit",
      circuitId: "attic",
      source: "operator",
      limit: null,
      minutes: null,
      until: null,
      reason: "",
    }),
  ]);
  assertEquals(kinds.map(({ kind }) => kind), ["unknown", "no-session", "no-session", "unknown"]);
  await site.stop();
});

Deno.test("once somebody has looked, what was expected stands beside what came", async () => {
  const { site, sessions } = await shared();
  const { forecasts } = site.gateway().web;
  const lookedMs = site.clock.wallMs();
  const ahead = await forecasts.plan("grid");
  assertEquals(Date.parse(ahead.at(-1)?.at ?? ""), lookedMs + 3 * 3_600_000);
  // 60 A less the margin, and the fail-safe current of CP3, which is away.
  for (const { loadAmps } of ahead) assertAlmostEquals(loadAmps.L1, 52, 1);
  await goOn(site, 40 * 60, sessions);
  const plan = await forecasts.plan("grid");
  const past = plan.filter(({ at }) => Date.parse(at) <= site.clock.wallMs());
  assert(past.length >= 6, `${past.length}`);
  assertEquals(plan.map(({ at }) => at), plan.map(({ at }) => at).toSorted());
  assertEquals(await forecasts.plan("attic"), []);
  await site.stop();
});
