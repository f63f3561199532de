import { createSeededIds, type Ids } from "../../src/lib/ids.ts";
import { type FaultName, FAULTS } from "./faults.ts";
import { OCPP_VERSIONS } from "../../src/ocpp/mod.ts";
import { drawVersions, pick, type SiteVersions } from "../../src/simulator/mod.ts";
import { CSMS_FAULTS } from "./faults/csms_faults.ts";
import type { FaultTable } from "./faults/fault.ts";
import { VERSION_FAULTS } from "./faults/version_faults.ts";

/**
 * A run, whole: what is in it follows from these lines alone. A failing one is shrunk by leaving faults
 * out, and kept as a regression.
 */
export interface Scenario {
  readonly seed: number;
  readonly chargers: number;
  /** How long things go wrong; after that everything is whole. */
  readonly seconds: number;
  /** Batteries fill so many times faster. */
  readonly timeLapse: number;
  /** Chargers and EVs have their models' oddities. */
  readonly quirks: boolean;
  readonly disk: "memory" | "sqlite";
  /** What chargers (in turn) and CSMS speak; all of them 1.6 where it is left out. */
  readonly versions?: SiteVersions | undefined;
  readonly faults: readonly FaultEvent[];
}

/** One thing that goes wrong. */
export interface FaultEvent {
  readonly atS: number;
  readonly fault: FaultName;
  /** It comes right again after so long. */
  readonly forS: number;
  /** Which charger, where it is one; counted around. */
  readonly who: number;
  /** How much, 0 to 1: each fault makes of it what it needs. */
  readonly much: number;
}

/** What is asked of a drawn scenario; what is left out is drawn as well. */
export interface ScenarioWishes {
  readonly chargers?: number;
  readonly seconds?: number;
  /** What everybody speaks. */
  readonly versions?: SiteVersions;
  /** The CSMS is away all the time, but for the beginning. */
  readonly withoutCsms?: boolean;
}

const HOUR_S = 3_600;
/** Of a site that loses its CSMS: by then it has booted and some cards are known. */
const CSMS_STAYS_S = 900;
/** A number far from any seed that anybody tries. */
const VERSIONS_APART = 1_000_000_007;
/** All but those that came with the versions. */
const STORY_FAULTS = Object.fromEntries(
  Object.entries(FAULTS).filter(([name]) => !Object.hasOwn(VERSION_FAULTS, name)),
);
/** More at once would be noise in which nothing gets done. */
const FAULTS_MAX = 400;

/** Draws a scenario from its seed: a part of all faults, at rates of its own (swarm testing). */
export function drawScenario(seed: number, wishes: ScenarioWishes = {}): Scenario {
  const ids = createSeededIds(seed);
  // From a stream of their own, so that a seed has the same story whatever everybody speaks.
  const versionIds = createSeededIds(seed + VERSIONS_APART);
  const chargers = wishes.chargers ?? drawChargers(ids);
  const seconds = wishes.seconds ?? drawSeconds(ids);
  const site = {
    seed,
    chargers,
    seconds,
    timeLapse: ids.random() < 0.7 ? 20 : 1,
    quirks: ids.random() < 0.5,
    disk: ids.random() < 0.1 ? "sqlite" as const : "memory" as const,
    versions: wishes.versions ?? drawSpoken(chargers, versionIds),
  };
  const faults = drawFaults(STORY_FAULTS, ids, seconds, chargers);
  const drawn = {
    ...site,
    faults: [...faults, ...drawFaults(VERSION_FAULTS, versionIds, seconds, chargers)]
      .toSorted((a, b) => a.atS - b.atS),
  };
  return wishes.withoutCsms === true ? withoutCsms(drawn) : drawn;
}

/** Whatever else goes wrong does so while nobody is above. */
function withoutCsms(scenario: Scenario): Scenario {
  const { seconds, faults } = scenario;
  const atS = Math.min(CSMS_STAYS_S, Math.floor(seconds / 4));
  const away = {
    atS,
    fault: "the CSMS drops out",
    forS: seconds - atS,
    who: 0,
    much: 0,
  } as const;
  return {
    ...scenario,
    // Batteries that fill in minutes would leave more in a week than is told within the healing.
    timeLapse: seconds > 24 * HOUR_S ? 1 : scenario.timeLapse,
    faults: [away, ...faults.filter(({ fault }) => !Object.hasOwn(CSMS_FAULTS, fault))]
      .toSorted((a, b) => a.atS - b.atS),
  };
}

function drawChargers(ids: Ids): number {
  return ids.random() < 0.05 ? 50 : 2 + Math.floor(ids.random() * 7);
}

/** Mostly an hour, sometimes a day, and a few of a week. */
function drawSeconds(ids: Ids): number {
  const chance = ids.random();
  if (chance < 0.85) return HOUR_S;
  if (chance < 0.97) return 4 * HOUR_S;
  return chance < 0.995 ? 24 * HOUR_S : 7 * 24 * HOUR_S;
}

function drawSpoken(chargers: number, ids: Ids): SiteVersions {
  return { chargers: drawVersions(chargers, ids), csms: [pick(OCPP_VERSIONS, ids)] };
}

function drawFaults(
  table: FaultTable,
  ids: Ids,
  seconds: number,
  chargers: number,
): readonly FaultEvent[] {
  const isQuiet = ids.random() < 0.1;
  const part = 0.15 + ids.random() * 0.5;
  const names = Object.keys(table) as FaultName[];
  const drawn = names.flatMap((fault) => {
    const isIn = ids.random() < part;
    const everyS = FAULTS[fault].everyS * (0.5 + 2 * ids.random());
    return isQuiet || !isIn ? [] : drawEvents(fault, everyS, seconds, chargers, ids);
  });
  return drawn.toSorted((a, b) => a.atS - b.atS).slice(0, FAULTS_MAX);
}

function drawEvents(
  fault: FaultName,
  everyS: number,
  seconds: number,
  chargers: number,
  ids: Ids,
): readonly FaultEvent[] {
  const events: FaultEvent[] = [];
  const [least, most] = FAULTS[fault].forS;
  const nextS = () => -Math.log(1 - ids.random()) * everyS;
  for (let atS = nextS(); atS < seconds; atS += nextS()) {
    events.push({
      atS: Math.floor(atS),
      fault,
      forS: Math.round(least + (most - least) * ids.random() ** 2),
      who: Math.floor(ids.random() * chargers),
      much: Math.round(ids.random() * 1_000) / 1_000,
    });
  }
  return events;
}

/** A fault as a line of a story. */
export function faultLine({ fault, forS, who, much }: FaultEvent): string {
  const { aims } = FAULTS[fault];
  const whom = aims ? ` (charger ${who + 1})` : "";
  return `— ${fault}${whom}${forS > 0 ? ` for ${forS} s` : ""} [${much}]`;
}
