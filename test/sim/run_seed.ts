import { checkBooks, checkOutbox, type Findings, watchFuses } from "./checkers.ts";
import { drawFaults, healAll } from "./faults.ts";
import { createWorld } from "./world.ts";

/** How a seed went. */
export interface SeedReport {
  readonly seed: number;
  readonly faults: readonly string[];
  readonly sessions: number;
  readonly findings: Findings;
  /** What happened last, a line each. */
  readonly story: readonly string[];
}

/** After the faults it may take so long until all is told: back-off, heartbeats, a queue. */
const HEALING_S = 900;

/** Runs a site of six chargers through `seconds` of faults, heals it, and looks at what is left. */
export async function runSeed(seed: number, seconds: number): Promise<SeedReport> {
  const world = await createWorld(seed);
  const faults = drawFaults(world);
  const fuses = watchFuses();
  world.site.open();
  for (let second = 0; second < seconds; second++) {
    await faults.second(world);
    await world.clock.advance(1_000);
    fuses.second(world);
  }
  await healAll(world);
  for (let second = 0; second < HEALING_S; second++) {
    await world.clock.advance(1_000);
    fuses.second(world);
  }
  const findings = [
    ...fuses.findings,
    ...checkBooks(world),
    ...checkOutbox(world),
    ...world.errors.map((error) => `logged: ${error}`),
  ];
  const left = await world.close();
  if (left > 0) findings.push(`${left} timers are left`);
  return {
    seed,
    faults: faults.names,
    sessions: world.sessions.length,
    findings,
    story: world.story,
  };
}
