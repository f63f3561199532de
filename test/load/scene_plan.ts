import type { RatedCircuit, SimulatedSitePlan } from "../../src/simulator/mod.ts";
import { chargerOptions, type PlannedCharger } from "../../src/simulator/mod.ts";
import { isLine, type Line, LINES } from "../../src/site/mod.ts";
import { chargerId, type Scene, type SceneCharger, type SceneCircuit } from "./scene.ts";

/** What is built for a scene: what stands there, and the site.yaml that belongs to it. */
export interface ScenePlan {
  readonly circuits: readonly RatedCircuit[];
  readonly slots: SimulatedSitePlan["slots"];
  readonly site: { readonly chargers: readonly PlannedCharger[] };
  /** By circuit: the id of its meter. */
  readonly meterIds: ReadonlyMap<string, string>;
  readonly yaml: unknown;
}

export const VOLTS = 230;
export const PASSWORD = "a-password-for-scenes";
const MIN_AMPS = 6;
const FAIL_SAFE_AMPS = 6;
const MAX_AMPS = 32;

/** Builds it. Slot `n` is the socket of charger `n`. */
export function planOf(scene: Scene): ScenePlan {
  const [grid] = scene.circuits;
  if (grid === undefined) throw new RangeError("Cannot plan scene: it has no circuit");
  const circuits = scene.circuits.map((circuit) => ratedCircuit(circuit, grid));
  const meterIds = new Map(
    scene.circuits.filter((each) => each.hasMeter ?? each === grid)
      .map(({ id }) => [id, `meter-${id}`]),
  );
  return {
    circuits,
    slots: scene.chargers.map(({ failSafeAmps = FAIL_SAFE_AMPS }, index) => ({
      slot: index + 1,
      chargerId: chargerId(index + 1),
      connectorId: 1,
      failSafeAmps,
    })),
    site: {
      chargers: scene.chargers.map((charger, index) => ({
        circuitId: charger.circuit ?? grid.id,
        options: chargerOptions({
          password: PASSWORD,
          volts: VOLTS,
          ...charger.but,
          identity: chargerId(index + 1),
          // One that gives a message up would lose a session.
          configuration: {
            MeterValueSampleInterval: "10",
            TransactionMessageAttempts: "99",
            ...charger.but?.configuration,
          },
          outlets: [{
            lines: linesOf(charger),
            maxAmps: charger.maxAmps ?? MAX_AMPS,
            fixedCable: true,
          }],
        }),
      })),
    },
    meterIds,
    yaml: yamlOf(scene, circuits, meterIds),
  };
}

function ratedCircuit(circuit: SceneCircuit, grid: SceneCircuit): RatedCircuit {
  const { id, parent, limitAmps, worstAmps = 0, substituteAmps = worstAmps } = circuit;
  return {
    id,
    parentId: circuit === grid ? null : parent ?? grid.id,
    limitAmps,
    otherWorstAmps: worstAmps,
    otherSubstituteAmps: substituteAmps,
  };
}

function yamlOf(
  scene: Scene,
  circuits: readonly RatedCircuit[],
  meterIds: ReadonlyMap<string, string>,
): unknown {
  return {
    site: { name: "Scene", timezone: "Europe/Berlin", voltage: VOLTS },
    authorization: { offline: { unknownTokens: "accept", unknownSessions: 1_000 } },
    chargers: { adopt: "refuse", known: scene.chargers.map(knownCharger(circuits)) },
    circuits: scene.circuits.map((circuit, index) => ({
      id: circuit.id,
      ...(circuits[index]?.parentId === null ? {} : { parent: circuits[index]?.parentId }),
      ...(meterIds.has(circuit.id) ? { meter: meterIds.get(circuit.id) } : {}),
      limit: circuit.limitAmps,
      otherLoad: {
        worst: circuits[index]?.otherWorstAmps,
        substitute: circuits[index]?.otherSubstituteAmps,
      },
      ...circuit.yaml,
    })),
    meters: [...meterIds].map(([circuitId, id], index) => ({
      id,
      driver: "modbus-tcp",
      host: "192.168.7.30",
      unit: index + 1,
      profile: "eastron-sdm630",
      role: circuitId === scene.circuits[0]?.id ? "grid" : "circuit",
    })),
    ...scene.yaml,
  };
}

function knownCharger(circuits: readonly RatedCircuit[]) {
  return (charger: SceneCharger, index: number) => ({
    id: chargerId(index + 1),
    password: PASSWORD,
    circuit: charger.circuit ?? circuits[0]?.id,
    evses: [{
      slot: index + 1,
      phases: linesOf(charger),
      minCurrent: MIN_AMPS,
      maxCurrent: charger.maxAmps ?? MAX_AMPS,
      failSafe: charger.failSafeAmps ?? FAIL_SAFE_AMPS,
      ...(charger.priority === undefined ? {} : { priority: charger.priority }),
      ...charger.yaml,
    }],
    ...charger.chargerYaml,
  });
}

function linesOf({ phases }: SceneCharger): readonly Line[] {
  return phases === undefined ? LINES : phases.split(" ").filter(isLine);
}
