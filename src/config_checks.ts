import type { SiteYaml } from "./config_schema.ts";
import type { ConfigPath, ConfigSources } from "./config_text.ts";
import { usualProblems } from "./config_demands.ts";
import { csmsProblems } from "./config_csms.ts";
import { listenerProblems } from "./config_listeners.ts";
import type { PlacedProblem } from "./config_meters.ts";
import { surplusProblems } from "./config_surplus.ts";
import { circuitBounds } from "./config_circuits.ts";
import { tariffProblems } from "./config_tariff_checks.ts";
import { type Circuit, type CircuitProblem, circuitProblems, type EvsePlace } from "./site/mod.ts";

/** What is wrong between the parts of site.yaml, each of which is right by itself. */
export function crossProblems(yaml: SiteYaml, sources: ConfigSources): PlacedProblem[] {
  return [
    ...listenerProblems(yaml, sources),
    ...chargerProblems(yaml),
    ...wiringProblems(yaml),
    ...meterProblems(yaml),
    ...csmsProblems(yaml, sources),
    ...strategyProblems(yaml),
    ...tariffProblems(yaml),
    ...surplusProblems(yaml),
    ...usualProblems(yaml),
  ];
}

function chargerProblems(yaml: SiteYaml): PlacedProblem[] {
  const problems: PlacedProblem[] = [];
  const circuits = new Set(yaml.circuits.map(({ id }) => id));
  const hasOpenListener = yaml.listen.chargers.some(({ securityProfile }) => securityProfile === 0);
  const hasCertificateListener = yaml.listen.chargers.some(({ securityProfile }) =>
    securityProfile === 3
  );
  yaml.chargers.known.forEach((charger, index) => {
    const path = ["chargers", "known", index];
    if (yaml.chargers.known.findIndex(({ id }) => id === charger.id) < index) {
      problems.push({ path: [...path, "id"], message: `Charger "${charger.id}" is there twice` });
    }
    if (charger.circuit !== undefined && !circuits.has(charger.circuit)) {
      const message = `There is no circuit "${charger.circuit}"`;
      problems.push({ path: [...path, "circuit"], message });
    }
    const isKnownOtherwise = hasCertificateListener ||
      hasOpenListener && charger.addresses.length > 0;
    if (charger.adopt === "ask") {
      problems.push(...adoptionProblems(yaml, index));
    } else if (charger.password === undefined && !isKnownOtherwise) {
      const message = "A charger needs a password, or (security profile 0) the addresses it has, " +
        "or a listener of security profile 3";
      problems.push({ path: [...path, "password"], message });
    }
    charger.evses.forEach(({ evse }, at) => {
      if (charger.evses.findIndex((other) => other.evse === evse) < at) {
        const message = `EVSE ${evse} of "${charger.id}" is there twice`;
        problems.push({ path: [...path, "evses", at, "evse"], message });
      }
    });
  });
  const { adoptInto } = yaml.chargers;
  if (adoptInto !== undefined && !circuits.has(adoptInto)) {
    const message = `There is no circuit "${adoptInto}"`;
    problems.push({ path: ["chargers", "adoptInto"], message });
  }
  return problems;
}

/** Who is adopted shows who it is by what it brings then, and by nothing else. */
function adoptionProblems({ chargers }: SiteYaml, index: number): PlacedProblem[] {
  const charger = chargers.known[index];
  const path: ConfigPath = ["chargers", "known", index];
  if (chargers.adopt === "refuse") {
    const message = "Nobody is asked while chargers.adopt is refuse: give it a password";
    return [{ path: [...path, "adopt"], message }];
  }
  if (charger?.password === undefined && charger?.addresses.length === 0) return [];
  const message = "A charger that is adopted has neither password nor addresses here";
  return [{ path: [...path, "adopt"], message }];
}

/** Circuit cycles, slots given twice, and safety claim (c). */
function wiringProblems(yaml: SiteYaml): PlacedProblem[] {
  const circuits = yaml.circuits.map((circuit): Circuit => ({
    id: circuit.id,
    parentId: circuit.parent ?? null,
    limitAmps: circuit.limit,
    continuousFactor: circuit.continuousFactor,
    meterId: null,
    otherLoad: { worstAmps: circuit.otherLoad.worst ?? 0, substituteAmps: 0 },
    ...circuitBounds(circuit),
  }));
  const root = circuits.find(({ parentId }) => parentId === null)?.id ?? circuits[0]?.id ?? "";
  const known = new Set(circuits.map(({ id }) => id));
  const places = yaml.chargers.known.flatMap(({ id, circuit, evses }) =>
    evses.map((evse): EvsePlace => ({
      slot: evse.slot,
      chargerId: id,
      evseId: evse.evse,
      // An unknown circuit has its own message; here it must not hide the others.
      circuitId: circuit !== undefined && known.has(circuit) ? circuit : root,
      lines: evse.phases,
      minCurrentAmps: evse.minCurrent,
      maxCurrentAmps: evse.maxCurrent,
      failSafeAmps: evse.failSafe,
      priority: evse.priority,
      ...(evse.connection === "line-to-line" && { connection: evse.connection }),
    }))
  );
  return circuitProblems(circuits, places, yaml.site.voltage).map((problem) =>
    placed(problem, yaml)
  );
}

function placed(problem: CircuitProblem, yaml: SiteYaml): PlacedProblem {
  const ofCircuit = (id: string): ConfigPath => [
    "circuits",
    Math.max(0, yaml.circuits.findLastIndex((circuit) => circuit.id === id)),
  ];
  switch (problem.kind) {
    case "duplicate-circuit":
      return {
        path: [...ofCircuit(problem.circuitId), "id"],
        message: `Circuit "${problem.circuitId}" is there twice`,
      };
    case "unknown-parent":
      return {
        path: [...ofCircuit(problem.circuitId), "parent"],
        message: `There is no circuit "${problem.parentId}"`,
      };
    case "cycle":
      return {
        path: [...ofCircuit(problem.circuitIds[0] ?? ""), "parent"],
        message: `Circuits feed each other in a circle: ${problem.circuitIds.join(", ")}`,
      };
    case "unknown-circuit":
      return {
        path: ofSlot(problem.slot, yaml),
        message: `There is no circuit "${problem.circuitId}"`,
      };
    case "duplicate-slot":
      return {
        path: [...ofSlot(problem.slot, yaml), "slot"],
        message: `Slot ${problem.slot} is given to two EVSEs`,
      };
    case "fail-safe-exceeds-limit": {
      const { line, failSafeAmps, otherLoadAmps, limitAmps, slots, circuitId, sourceId } = problem;
      return {
        path: [...ofCircuit(circuitId), ...ofSource(sourceId, "limit")],
        message:
          `On ${line} of "${circuitId}"${
            fromSource(sourceId)
          } the fail-safe currents (${failSafeAmps} A) and the ` +
          `worst other load (${otherLoadAmps} A) exceed ${limitAmps} A: lower failSafe of slot ` +
          slots.join(", "),
      };
    }
    case "fail-safe-exceeds-power": {
      const { unit, failSafe, otherLoad, limit, slots, circuitId, sourceId } = problem;
      const key = unit === "W" ? "limitKw" : "limitKva";
      // A source that names no such limit has the circuit's.
      const own = yaml.circuits.find(({ id }) => id === circuitId)?.sources?.[sourceId ?? ""];
      return {
        path: [
          ...ofCircuit(circuitId),
          ...(own?.[key] === undefined ? [key] : ofSource(sourceId, key)),
        ],
        message:
          `In "${circuitId}"${fromSource(sourceId)} the fail-safe currents (${
            kilo(failSafe)
          } k${unit}) and the worst ` +
          `other load on all lines (${kilo(otherLoad)} k${unit}) exceed ${kilo(limit)} k${unit}: ` +
          `lower failSafe of slot ${slots.join(", ")}`,
      };
    }
    case "line-to-line-without-two-lines":
      return {
        path: [...ofSlot(problem.slot, yaml), "phases"],
        message: "A charger between two lines has two phases: those two",
      };
    case "unbalance-between-lines":
      return {
        path: [...ofCircuit(problem.circuitId), "maxUnbalance"],
        message:
          "Unbalance cannot be kept where chargers between two lines, or a transformer, are below",
      };
    case "transformer-without-parent":
      return {
        path: [...ofCircuit(problem.circuitId), "transformer"],
        message: "A transformer stands between a circuit and its parent: name the parent",
      };
  }
}

function ofSource(sourceId: string | undefined, key: string): ConfigPath {
  return sourceId === undefined ? [] : ["sources", sourceId, key];
}

function fromSource(sourceId: string | undefined): string {
  return sourceId === undefined ? "" : ` fed by "${sourceId}"`;
}

function kilo(value: number): number {
  return Math.round(value / 10) / 100;
}

/** The last EVSE with that slot: the first one had it before. */
function ofSlot(slot: number, yaml: SiteYaml): ConfigPath {
  for (let charger = yaml.chargers.known.length - 1; charger >= 0; charger--) {
    const at = yaml.chargers.known[charger]?.evses.findLastIndex((evse) => evse.slot === slot) ??
      -1;
    if (at >= 0) return ["chargers", "known", charger, "evses", at];
  }
  return ["chargers", "known"];
}

function meterProblems(yaml: SiteYaml): PlacedProblem[] {
  const ids = yaml.meters.map(({ id }) => id);
  const twice = ids.flatMap((id, index): PlacedProblem[] =>
    ids.indexOf(id) < index
      ? [{ path: ["meters", index, "id"], message: `Meter "${id}" is there twice` }]
      : []
  );
  const unknown = yaml.circuits.flatMap(({ meter }, index): PlacedProblem[] =>
    meter !== undefined && !ids.includes(meter)
      ? [{ path: ["circuits", index, "meter"], message: `There is no meter "${meter}"` }]
      : []
  );
  return [...twice, ...unknown];
}

/** A strategy that needs prices ahead of time, of which nothing is known yet. */
function strategyProblems(yaml: SiteYaml): PlacedProblem[] {
  const message = "Strategy price is not available yet: use fair, priority, departure or surplus";
  const named: readonly [strategy: string | undefined, path: ConfigPath][] = [
    [yaml.balancing.strategy, ["balancing", "strategy"]],
    ...yaml.circuits.map(({ strategy }, index): [string | undefined, ConfigPath] => [
      strategy,
      ["circuits", index, "strategy"],
    ]),
  ];
  return named.flatMap(([strategy, path]) => strategy === "price" ? [{ path, message }] : []);
}
