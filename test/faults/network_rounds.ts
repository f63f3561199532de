import { remark } from "../support/remark.ts";
import type { DriverPace } from "./drivers.ts";
import type { Scenario, Stage } from "./network_scenarios.ts";
import { openRealSite, type RealSite } from "./real_site.ts";

const SETTLE_MS = 25_000;
const PACE: DriverPace = { stayMs: [200, 1_500], pauseMs: [50, 300] };

/** Everything answers within seconds here, so that a scenario is over soon. */
const SILENCE_MAX_MS = 4_000;

/**
 * Plays scenarios on one site, each in a step of `test`. After each of them drivers leave, and within
 * bounded time nothing waits any more and the books agree.
 */
export async function playScenarios(
  test: Deno.TestContext,
  scenarios: readonly Scenario[],
  seed: number,
): Promise<void> {
  const site = await openRealSite({
    seed,
    pace: PACE,
    hasProxies: true,
    silenceMaxMs: SILENCE_MAX_MS,
  });
  try {
    await site.start();
    await site.until("everybody is connected", () => isWhole(site) || null);
    for (const [index, scenario] of scenarios.entries()) {
      const isSound = await test.step(scenario.name, () => play(scenario, index, site, seed));
      // What one scenario left behind would only be found again by those that follow.
      if (!isSound) return;
    }
  } finally {
    await site.close();
  }
}

function isWhole(site: RealSite): boolean {
  return site.online() === site.chargers.length && site.csms.isConnected();
}

async function play(
  scenario: Scenario,
  index: number,
  site: RealSite,
  seed: number,
): Promise<void> {
  const stage = stageOf(site, index);
  const over = new AbortController();
  const driving = site.drive(over.signal);
  const answersBefore = site.answered.answers();
  const repeatedBefore = site.heard.repetitions().length;
  const beganMs = site.clock.monoMs();
  try {
    await site.until("a session begins", () => site.answered.answers() > answersBefore || null);
    await scenario.run(stage);
  } finally {
    for (const wire of stage.all) wire.heal();
    over.abort();
    await driving;
  }
  const healedMs = site.clock.monoMs();
  await site.settle(SETTLE_MS);
  const findings = site.findings();
  if (findings.length > 0) throw new Error(`With seed ${seed}:\n${findings.join("\n")}`);
  remark(
    `${scenario.name}: ${site.answered.answers() - answersBefore} answers, ` +
      `${site.heard.repetitions().length - repeatedBefore} messages repeated to the CSMS; ` +
      `${seconds(healedMs - beganMs)} s, whole again after ${
        seconds(site.clock.monoMs() - healedMs)
      } s`,
  );
}

function stageOf(site: RealSite, index: number): Stage {
  const { wires } = site;
  const one = wires?.chargers[index % wires.chargers.length];
  if (wires === null || one === undefined) throw new Error("The site has no proxies");
  return { site, wires, one, all: [wires.csms, ...wires.chargers] };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
