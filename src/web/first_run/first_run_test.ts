import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  FIRST_RUN_STEPS,
  type FirstRunFacts,
  firstRunSteps,
  nextStep,
  type Sight,
  type StepId,
} from "./first_run.ts";

/** A site on its safe defaults. */
const FRESH: FirstRunFacts = {
  fuse: "default",
  circuits: [{ id: "grid", parentId: null, limitAmps: 32 }],
  listeners: [{ url: "ws://0.0.0.0:9220/ocpp", securityProfile: 1 }],
  waiting: [],
  refusals: [],
  chargers: [],
  meters: [],
  csms: { configured: false, online: false },
  cards: 0,
  evses: [],
  hasCharged: false,
};

const AWAY = { id: "CP01", connected: false, bootedAt: null };
const HERE = { ...AWAY, connected: true };
const TRANSACTION = { id: "t1" };

function sightOf(id: StepId, facts: Partial<FirstRunFacts>): Sight | undefined {
  return firstRunSteps({ ...FRESH, ...facts }).find((step) => step.id === id)?.sight;
}

Deno.test("on a fresh site everything is to do, but for a car that nobody could see", () => {
  const steps = firstRunSteps(FRESH);
  assertEquals(steps.map(({ id }) => id), [...FIRST_RUN_STEPS]);
  assertEquals(steps.map(({ state }) => state), [
    ...Array(6).fill("to-do"),
    "cannot-see",
  ]);
  assertEquals(steps.filter(({ isOptional }) => isOptional).map(({ id }) => id), ["meter", "csms"]);
});

const SCENES: readonly (readonly [StepId, Partial<FirstRunFacts>, Sight])[] = [
  ["fuse", {}, { kind: "fuse-default", amps: 32 }],
  ["fuse", { fuse: "written" }, { kind: "fuse-written", circuit: "grid", amps: 32 }],
  ["fuse", { fuse: "unknown" }, { kind: "fuse-unknown" }],
  ["fuse", { fuse: "written", circuits: [] }, { kind: "fuse-unknown" }],
  ["address", { listeners: [] }, { kind: "no-listener" }],
  ["address", { waiting: [{ id: "CP01" }] }, { kind: "came" }],
  ["address", { chargers: [HERE] }, { kind: "came" }],
  ["address", { chargers: [AWAY] }, { kind: "nobody-came" }],
  ["address", { refusals: [{ address: "10.0.0.9" }] }, {
    kind: "only-refused",
    address: "10.0.0.9",
  }],
  ["charger", { waiting: [{ id: "A" }, { id: "B" }], chargers: [HERE] }, {
    kind: "charger-waits",
    id: "A",
    count: 2,
  }],
  ["charger", { chargers: [AWAY] }, { kind: "charger-away", id: "CP01" }],
  ["charger", { chargers: [AWAY, HERE] }, { kind: "charger-connected", count: 1 }],
  ["meter", { meters: [{ id: "main", health: "failing" }] }, { kind: "meter-silent", id: "main" }],
  ["meter", { meters: [{ id: "main", health: "good" }] }, { kind: "meter-speaks", id: "main" }],
  ["csms", { csms: { configured: true, online: false } }, { kind: "csms-away" }],
  ["csms", { csms: { configured: true, online: true } }, { kind: "csms-online" }],
  ["card", { cards: 2 }, { kind: "cards", count: 2 }],
  ["card", { csms: { configured: true, online: true } }, { kind: "cards-by-csms" }],
  ["car", { chargers: [HERE] }, { kind: "no-car" }],
  ["car", { evses: [{ slot: 3, energyWh: null, transaction: TRANSACTION }] }, {
    kind: "car-plugged",
    slot: 3,
  }],
  ["car", { evses: [{ slot: 3, energyWh: 12, transaction: TRANSACTION }] }, {
    kind: "car-charging",
    slot: 3,
    energyWh: 12,
  }],
  ["car", { hasCharged: true }, { kind: "car-charged" }],
];

for (const [id, facts, sight] of SCENES) {
  Deno.test(`of the step ${id} is seen: ${JSON.stringify(sight)}, by ${Object.keys(facts)}`, () => {
    assertEquals(sightOf(id, facts), sight);
  });
}

Deno.test("the next step is the first that is neither done nor left for later", () => {
  const facts = { ...FRESH, fuse: "written", chargers: [HERE] } as const;
  const steps = firstRunSteps(facts);
  assertEquals(nextStep(steps, new Set()), "meter");
  assertEquals(nextStep(steps, new Set<StepId>(["meter", "csms"])), "card");
  assertEquals(nextStep(steps, new Set(FIRST_RUN_STEPS)), null);
});

const anyFacts: fc.Arbitrary<FirstRunFacts> = fc.record({
  fuse: fc.constantFrom("written" as const, "default" as const, "unknown" as const),
  circuits: fc.array(
    fc.record({
      id: fc.string(),
      parentId: fc.option(fc.string()),
      limitAmps: fc.integer({ min: 1, max: 1_000 }),
    }),
    { maxLength: 3 },
  ),
  listeners: fc.constantFrom(FRESH.listeners, []),
  waiting: fc.array(fc.record({ id: fc.string() }), { maxLength: 3 }),
  refusals: fc.array(fc.record({ address: fc.string() }), { maxLength: 3 }),
  chargers: fc.array(
    fc.record({
      id: fc.string(),
      connected: fc.boolean(),
      bootedAt: fc.option(fc.constant("2026-01-05T08:00:00.000Z")),
    }),
    { maxLength: 3 },
  ),
  meters: fc.array(
    fc.record({
      id: fc.string(),
      health: fc.constantFrom("good" as const, "waiting" as const, "failing" as const),
    }),
    { maxLength: 3 },
  ),
  csms: fc.record({ configured: fc.boolean(), online: fc.boolean() }),
  cards: fc.nat(5),
  evses: fc.array(
    fc.record({
      slot: fc.integer({ min: 1, max: 50 }),
      energyWh: fc.option(fc.nat(9_000)),
      transaction: fc.constantFrom(null, TRANSACTION),
    }),
    { maxLength: 3 },
  ),
  hasCharged: fc.boolean(),
});

Deno.test("whatever is seen, no step is done without its proof, and the next one is never a done one", () => {
  fc.assert(
    fc.property(anyFacts, fc.subarray([...FIRST_RUN_STEPS]), (facts, left) => {
      const steps = firstRunSteps(facts);
      assertEquals(steps.map(({ id }) => id), [...FIRST_RUN_STEPS]);
      const isDone = (wanted: StepId) => steps.find(({ id }) => id === wanted)?.state === "done";
      const proofs: Readonly<Record<StepId, boolean>> = {
        fuse: facts.fuse === "written",
        address: facts.waiting.length + facts.chargers.length > 0,
        charger: facts.waiting.length === 0 && facts.chargers.some(({ connected }) => connected),
        meter: facts.meters.some(({ health }) => health === "good"),
        csms: facts.csms.online,
        card: facts.cards > 0 || facts.csms.online,
        car: facts.hasCharged || facts.evses.some(({ energyWh }) => (energyWh ?? 0) > 0),
      };
      for (const id of FIRST_RUN_STEPS) assertEquals(isDone(id) && !proofs[id], false, id);
      const next = nextStep(steps, new Set(left));
      if (next === null) {
        assertEquals(steps.every(({ id }) => isDone(id) || left.includes(id)), true);
      } else assertEquals([isDone(next), left.includes(next)], [false, false]);
    }),
  );
});
