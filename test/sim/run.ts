import { type BillWatch, watchBills } from "./checkers/bills.ts";
import { checkBooks } from "./checkers/books.ts";
import type { Finding } from "./checkers/findings.ts";
import { watchFuses } from "./checkers/fuses.ts";
import { checkOutbox, checkStates, watchWaiting } from "./checkers/liveness.ts";
import { FAULTS, type Undo } from "./faults.ts";
import { LINES, onEachLine, type PerLine } from "../../src/site/mod.ts";
import { faultLine, type Scenario } from "./scenario.ts";
import { createWorld, type World } from "./world.ts";

/** How a scenario went. */
export interface RunReport {
  readonly scenario: Scenario;
  readonly findings: readonly Finding[];
  readonly sessions: number;
  /** Messages over all wires. */
  readonly frames: number;
  /** Simulated time, healing included. */
  readonly simulatedS: number;
  /** A number of the whole story: two runs that went alike have the same. */
  readonly digest: number;
  /** The last lines of it. */
  readonly story: readonly string[];
}

/** After the faults it may take so long until all is told: back-off, heartbeats, turns, a queue. */
const HEALING_S = 1_800;
/** How often an operator looks at what was held or set aside. */
const OPERATOR_COMES_S = 60;
/** What has happened has been told to the CSMS after so long. */
const TELLING_S = 120;
/** Lost meters and waiting are judged anew, and chargers that are away still hold old limits. */
const WHOLE_AFTER_S = 120;
/** How often somebody looks at the bills. */
const BILLS_S = 120;

/** Runs a scenario through its faults, heals everything, and looks at what is left. */
export async function runScenario(
  scenario: Scenario,
  hear: (second: number, world: World) => void = () => {},
): Promise<RunReport> {
  const world = await createWorld(scenario);
  const breaking = breakAsPlanned(world, scenario);
  const fuses = watchFuses(world);
  const waiting = watchWaiting(world, () => breaking.wholeForS() > WHOLE_AFTER_S);
  const bills = watchBills(world);
  const found = (): readonly Finding[] => [
    ...bills.findings.all(),
    ...world.audit.findings.all(),
    ...fuses.findings.all(),
    ...waiting.findings.all(),
  ];
  world.site.open();
  let second = 0;
  // What goes wrong first is what matters; the rest may follow from it.
  for (; second < scenario.seconds + HEALING_S && found().length === 0; second++) {
    await breaking.second(second);
    await world.clock.advance(1_000);
    world.unsureTimes.look(world.clock.wallMs(), world.gateway(), world.wallOffsetMs());
    fuses.look();
    waiting.look();
    if (second % BILLS_S === 0) await bills.look();
    hear(second, world);
  }
  const findings = [...found()];
  if (findings.length > 0) {
    tellSockets(world);
    await world.close();
  } else findings.push(...await judgeEnd(world, bills));
  return {
    scenario,
    findings,
    sessions: world.sessions.all().length,
    frames: world.frames(),
    simulatedS: second,
    digest: world.story.digest(),
    story: world.story.lines(),
  };
}

const NOTHING = onEachLine(0);

/** A charger that has come back as another is held until somebody says that it is the one of before. */
function takeHeldChargers(world: World): void {
  const { views, commands } = world.gateway()?.web ?? {};
  for (const { identity } of world.site.chargers) {
    if (!views?.charger(identity)?.held) continue;
    world.story.tell(`an operator takes ${identity} as it is now`);
    commands?.rebind(identity, {}, "operator").catch(() => {});
  }
}

/** Whatever the CSMS had refused is tried again, as an operator would on the page of records. */
function reviveRecords(world: World): void {
  const { views, commands } = world.gateway()?.web ?? {};
  for (const { id, dead } of views?.outbox() ?? []) {
    if (!dead) continue;
    world.story.tell(`an operator wants record ${id} to be tried again`);
    commands?.retryRow(id, "operator").catch(() => {});
  }
}

/** How every socket stands when something was found: what the gateway believes, and what is true. */
function tellSockets(world: World): void {
  const { plan, story } = world;
  const numbers = (amps: PerLine) => LINES.map((line) => amps[line].toFixed(1)).join("/");
  for (const circuit of world.gateway()?.web.views.circuits() ?? []) {
    story.tell(
      `  circuit ${circuit.id}, ${circuit.limitAmps} A: the gateway reserves ` +
        `${numbers(circuit.reservedAmps)} beside ${numbers(circuit.otherLoadAmps)}, meter ` +
        `${circuit.meterState}; true is ${numbers(world.site.flows().get(circuit.id) ?? NOTHING)}`,
    );
  }
  for (const { slot, chargerId, connectorId } of plan.slots) {
    const charger = world.site.chargers.find(({ identity }) => identity === chargerId);
    const view = charger?.look(connectorId);
    const known = world.gateway()?.web.views.evse(slot);
    story.tell(
      `  slot ${slot}, ${chargerId} connector ${connectorId}: offers ${view?.offeredAmps} A of ` +
        `${view?.believedAmps} A that it was told; EV ${view?.ev?.mood} draws ` +
        `${view?.ev?.drawnAmps.toFixed(1)} A; the gateway: ${known?.offeredAmps ?? "no"} A`,
    );
  }
}

/** Something may have happened just now; it is judged as soon as it has been told. */
async function judgeEnd(world: World, bills: BillWatch): Promise<readonly Finding[]> {
  const judge = async () => [
    ...(await bills.atEnd()).all(),
    ...checkBooks(world).all(),
    ...checkOutbox(world).all(),
    ...checkStates(world).all(),
  ];
  const findings = await judge();
  for (let second = 0; second < TELLING_S && findings.length > 0; second++) {
    await world.clock.advance(1_000);
    findings.splice(0, findings.length, ...await judge());
  }
  const atS = world.clock.monoMs() / 1_000;
  for (const text of world.errors) {
    if (!isExpected(text)) findings.push({ rule: "error", text, atS });
  }
  const left = await world.close();
  if (left > 0) findings.push({ rule: "timers", text: `${left} timers are left`, atS });
  return findings;
}

/** The disk was made to fail. */
function isExpected(error: string): boolean {
  return error.startsWith("ledger_write_failed");
}

interface Breaking {
  second(second: number): Promise<void>;
  /** For how long nothing has been broken. */
  wholeForS(): number;
}

function breakAsPlanned(world: World, { faults, seconds }: Scenario): Breaking {
  const due = [...faults].toSorted((a, b) => a.atS - b.atS);
  let undos: { readonly atS: number; readonly run: Undo }[] = [];
  let wholeS = 0;

  async function undo(isDue: (atS: number) => boolean): Promise<void> {
    const ready = undos.filter(({ atS }) => isDue(atS));
    undos = undos.filter(({ atS }) => !isDue(atS));
    for (const { run } of ready) await run();
  }

  return {
    wholeForS: () => wholeS,
    async second(second) {
      wholeS++;
      await undo((atS) => atS <= second || second === seconds);
      if (second === seconds) await heal(world);
      if (second % OPERATOR_COMES_S === 0) takeHeldChargers(world);
      if (second > seconds && (second - seconds) % OPERATOR_COMES_S === 0) reviveRecords(world);
      while (second < seconds && due[0] !== undefined && due[0].atS <= second) {
        const event = due.shift();
        if (event === undefined) break;
        world.story.tell(faultLine(event));
        const run = FAULTS[event.fault].strike(world, event);
        if (run) undos.push({ atS: second + event.forS, run });
      }
      if (undos.length > 0 || second < seconds) wholeS = 0;
    },
  };
}

async function heal(world: World): Promise<void> {
  world.story.tell("— everything heals");
  world.weather.fair();
  world.meter.break(null);
  world.site.csms.setDown(false);
  for (const { identity } of world.site.chargers) world.network.setReachable(identity, true);
  world.network.setReachable(null, true);
  world.disk.setFull(false);
  await world.startGateway();
}
