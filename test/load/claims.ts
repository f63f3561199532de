import { LINES, onEachLine, type PerLine, perLine } from "../../src/site/mod.ts";
import type { LoadSite } from "./load_site.ts";
import type { Scene, SceneCircuit } from "./scene.ts";

/**
 * The claims about a circuit while the gateway is on and while it is off, each by itself and each second:
 *
 * (b) After a step of other load it is back within its limit in 15 s; while the gateway is off, as soon as
 * the short limits have run out, and from then on it is never over it.
 * (c) Without the gateway limits run out: those that a breaker would not hold for an hour beside the worst
 * other load within two minutes, all within a quarter of an hour. From then on what is offered and the
 * worst other load are within the limit.
 */
export interface ClaimWatch {
  look(): void;
  /** What did not hold, with the second since the watch began. */
  readonly broken: readonly string[];
}

/** A circuit at one moment, amperes per line. */
export interface CircuitMoment {
  readonly id: string;
  readonly limitAmps: number;
  readonly worstAmps: number;
  readonly flowAmps: PerLine;
  /** What the pilots below offer together. */
  readonly offeredAmps: PerLine;
}

const REACTION_S = 15;
/** Limits last for so long (ruling 21), by a charger's clock that may be off by half a minute. */
const SHORT_VALIDITY_S = 120 + 30;
const LONG_VALIDITY_S = 900 + 30;
/** What a breaker holds for an hour. */
const HOLDS_FOR_AN_HOUR = 1.13;
/** The pilot's tolerance. */
const TOLERANCE_AMPS = 0.5;

/** Judges moment after moment; `offS`: since when the gateway is off, null while it is on. */
export function createClaims(): {
  judge(circuit: CircuitMoment, offS: number | null): readonly string[];
} {
  const overS = new Map<string, number>();
  return {
    judge({ id, limitAmps, worstAmps, flowAmps, offeredAmps }, offS) {
      return LINES.flatMap((line) => {
        const where = `${id} ${line} of ${limitAmps} A`;
        const flow = flowAmps[line];
        const over = flow > limitAmps + TOLERANCE_AMPS ? (overS.get(where) ?? 0) + 1 : 0;
        overS.set(where, over);
        const mayBeOverS = offS === null
          ? REACTION_S
          : offS <= SHORT_VALIDITY_S
          ? offS + REACTION_S
          : 0;
        const broken = [];
        if (over > mayBeOverS) {
          broken.push(`(b) ${where}: ${flow.toFixed(1)} A flow, ${over} s over`);
        }
        const allowed = offS === null || offS <= SHORT_VALIDITY_S
          ? Infinity
          : offS <= LONG_VALIDITY_S
          ? HOLDS_FOR_AN_HOUR * limitAmps
          : limitAmps;
        const feared = offeredAmps[line] + worstAmps;
        if (feared > allowed + TOLERANCE_AMPS) {
          broken.push(`(c) ${where}: ${feared.toFixed(1)} A may flow of ${allowed.toFixed(1)}`);
        }
        return broken;
      });
    },
  };
}

/** Watches them on a site; to be looked at each second. */
export function watchClaims(site: LoadSite, scene: Scene): ClaimWatch {
  const claims = createClaims();
  const broken: string[] = [];
  let second = 0;
  let offS: number | null = null;
  return {
    broken,
    look() {
      second++;
      offS = site.isOn() ? null : (offS ?? 0) + 1;
      for (const circuit of scene.circuits) {
        const found = claims.judge(momentOf(site, scene, circuit), offS);
        broken.push(...found.map((text) => `${second} s, off for ${offS} s: ${text}`));
      }
    },
  };
}

function momentOf(site: LoadSite, scene: Scene, circuit: SceneCircuit): CircuitMoment {
  const { id, limitAmps, worstAmps = 0 } = circuit;
  const offers = site.offers();
  const offeredAmps = scene.chargers.reduce((sum, { circuit: own, phases }, index) => {
    if (!isFedBy(scene, own ?? scene.circuits[0]?.id, id)) return sum;
    const isOn = (line: string) => phases === undefined || phases.split(" ").includes(line);
    return perLine((line) => sum[line] + (isOn(line) ? offers[index] ?? 0 : 0));
  }, onEachLine(0));
  return { id, limitAmps, worstAmps, flowAmps: site.flow(id), offeredAmps };
}

function isFedBy(scene: Scene, circuitId: string | undefined, by: string): boolean {
  const [grid] = scene.circuits;
  for (let id = circuitId; id !== undefined;) {
    if (id === by) return true;
    const current = scene.circuits.find((each) => each.id === id);
    id = current === undefined || current === grid ? undefined : current.parent ?? grid?.id;
  }
  return false;
}
