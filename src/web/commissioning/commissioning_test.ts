import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { RotationKnowledge } from "../../site/mod.ts";
import type { LimitPathView } from "../views.ts";
import {
  type CommissioningFacts,
  type CommissioningSight,
  type CommissioningStepId,
  commissioningSteps,
} from "./commissioning.ts";

const PATH: LimitPathView = {
  slot: 3,
  by: "TxProfile",
  stackLevel: 1,
  unit: "A",
  endsByItself: true,
  failSafe: "schedule",
  writesToday: 0,
  writesMax: 300,
  writesTotal: 0,
};

const KNOWN: RotationKnowledge = {
  toldLines: ["L1", "L2", "L3"],
  circuitId: "row-a",
  minCurrentAmps: 6,
  maxCurrentAmps: 32,
  failSafeAmps: 8,
  meterId: "main",
  obstacle: null,
  running: null,
  last: null,
};

const CHARGER: CommissioningFacts["charger"] = {
  id: "CP03",
  connected: true,
  bootedAt: "2026-01-05T08:00:00.000Z",
  slots: [3],
  quirkProfile: null,
  abilities: {
    profiles: true,
    stackLevelMax: 8,
    rateUnit: "A",
    localList: true,
    reservation: true,
    remoteTrigger: true,
    sampleIntervalMs: 10_000,
  },
  limitPaths: [PATH],
};

function tested(outcome: NonNullable<RotationKnowledge["last"]>["outcome"]): RotationKnowledge {
  const toldLines = KNOWN.toldLines;
  return {
    ...KNOWN,
    last: { slot: 3, chargerId: "CP03", evseId: 1, toldLines, outcome, atMs: 0, by: "ina" },
  };
}

interface Scene {
  readonly charger?: Partial<CommissioningFacts["charger"]>;
  readonly known?: RotationKnowledge;
  readonly charges?: CommissioningFacts["charges"];
}

function stepsIn({ charger, known = KNOWN, charges = new Map() }: Scene) {
  return commissioningSteps({
    charger: { ...CHARGER, ...charger },
    rotation: () => known,
    charges,
  });
}

const RUNNING = { sinceMs: 0, offeredAmps: 6, steps: 1, stepsWanted: 4 };
const OTHER = ["L2", "L3", "L1"] as const;

const SCENES: readonly (readonly [CommissioningStepId, string, Scene, CommissioningSight])[] = [
  ["place", "done", {}, { kind: "placed", circuitId: "row-a" }],
  ["place", "to-do", { known: { ...KNOWN, circuitId: null } }, { kind: "not-placed" }],
  ["place", "to-do", { charger: { slots: [] } }, { kind: "not-placed" }],
  ["connection", "done", {}, { kind: "connected" }],
  ["connection", "failed", { charger: { connected: false } }, { kind: "away" }],
  ["connection", "to-do", { charger: { connected: false, bootedAt: null } }, {
    kind: "never-came",
  }],
  ["model", "done", {}, { kind: "model-usual" }],
  ["model", "to-do", { charger: { abilities: null } }, { kind: "model-unasked" }],
  ["model", "failed", { charger: { limitPaths: [{ ...PATH, by: "none" }] } }, {
    kind: "takes-no-limits",
  }],
  [
    "model",
    "done",
    {
      charger: {
        quirkProfile: { id: "zj-beny", foundBy: "boot", quirks: { expiry: "never" }, notes: null },
      },
    },
    { kind: "model-known", id: "zj-beny", quirks: 1 },
  ],
  ["fail-safe", "done", {}, { kind: "fail-safe-verified", amps: 8 }],
  ["fail-safe", "to-do", { charger: { limitPaths: [{ ...PATH, failSafe: "unverified" }] } }, {
    kind: "fail-safe-unverified",
    amps: 8,
  }],
  ["fail-safe", "failed", { charger: { limitPaths: [{ ...PATH, failSafe: "missing" }] } }, {
    kind: "fail-safe-missing",
    amps: 8,
  }],
  ["fail-safe", "to-do", { charger: { bootedAt: null } }, { kind: "fail-safe-unknown" }],
  ["rotation", "to-do", {}, { kind: "rotation-untested", obstacle: null }],
  ["rotation", "to-do", { known: { ...KNOWN, obstacle: "no-meter" } }, {
    kind: "rotation-untested",
    obstacle: "no-meter",
  }],
  ["rotation", "done", { known: { ...KNOWN, obstacle: "line-to-line" } }, {
    kind: "rotation-needless",
  }],
  ["rotation", "running", { known: { ...KNOWN, running: RUNNING } }, {
    kind: "rotation-running",
    steps: 1,
    wanted: 4,
  }],
  [
    "rotation",
    "done",
    { known: tested({ kind: "found", lines: KNOWN.toldLines, proof: "fits" }) },
    { kind: "rotation-as-told", lines: KNOWN.toldLines, proof: "fits" },
  ],
  ["rotation", "failed", { known: tested({ kind: "found", lines: OTHER, proof: "by-field" }) }, {
    kind: "rotation-other",
    lines: OTHER,
    proof: "by-field",
  }],
  ["rotation", "to-do", { known: tested({ kind: "found", lines: OTHER, proof: "fits" }) }, {
    kind: "rotation-untested",
    obstacle: null,
  }],
  ["rotation", "failed", { known: tested({ kind: "not-sure", why: "all-alike" }) }, {
    kind: "rotation-not-sure",
    why: "all-alike",
  }],
  ["charge", "to-do", {}, { kind: "not-charged" }],
  ["charge", "done", { charges: new Map([[3, { energyWh: 900, at: "2026-01-05" }]]) }, {
    kind: "charged",
    energyWh: 900,
    at: "2026-01-05",
  }],
];

for (const [id, state, scene, sight] of SCENES) {
  Deno.test(
    `commissioning, ${id} is ${state}: ${JSON.stringify(sight)}, ${
      Object.keys(scene.charger ?? {})
    }`,
    () => {
      const step = stepsIn(scene).find((each) => each.id === id);
      assertEquals([step?.state, step?.sight], [state, sight]);
    },
  );
}

Deno.test("a charger has each step of its own once, and each of its connectors those of theirs", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 5 }), (slots) => {
      const steps = stepsIn({ charger: { slots } });
      assertEquals(
        steps.map(({ id, slot }) => `${id} ${slot ?? ""}`.trim()),
        [
          ...["place", "connection", "model"],
          ...["fail-safe", "rotation", "charge"].flatMap((id) => slots.map((s) => `${id} ${s}`)),
        ],
      );
    }),
  );
});
