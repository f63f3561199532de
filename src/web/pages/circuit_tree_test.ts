import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createSiteState } from "../_fixture_site.ts";
import type { CircuitView, EvseView } from "../views.ts";
import { type CircuitBranch, growCircuits } from "./circuit_tree.ts";

const { circuits: models, evses: evseModels } = createSiteState(0);
const [model] = models;
const [evseModel] = evseModels;
if (model === undefined || evseModel === undefined) throw new Error("the fixture is empty");
const circuit = (id: string, parentId: string | null): CircuitView => ({ ...model, id, parentId });
const evse = (slot: number, circuitId: string | null): EvseView => ({
  ...evseModel,
  slot,
  circuitId,
});

/** A branch in short: id, slots, branches. */
function short({ circuit, evses, branches }: CircuitBranch): unknown {
  return [circuit.id, evses.map(({ slot }) => slot), branches.map(short)];
}

Deno.test("growCircuits() hangs circuits and EVSEs on what feeds them, in their order", () => {
  const forest = growCircuits(
    [circuit("b", "grid"), circuit("grid", null), circuit("a", "grid"), circuit("a1", "a")],
    [evse(2, "a1"), evse(1, "a1"), evse(3, "b"), evse(4, "grid")],
  );
  assertEquals(forest.roots.map(short), [
    ["grid", [4], [["b", [3], []], ["a", [], [["a1", [2, 1], []]]]]],
  ]);
  assertEquals(forest.unplaced, []);
});

Deno.test("growCircuits() shows what hangs on nothing rather than losing it", () => {
  const forest = growCircuits(
    [circuit("lost", "gone"), circuit("grid", null)],
    [evse(1, null), evse(2, "gone"), evse(3, "lost")],
  );
  assertEquals(forest.roots.map(short), [["lost", [3], []], ["grid", [], []]]);
  assertEquals(forest.unplaced.map(({ slot }) => slot), [1, 2]);
});

Deno.test("growCircuits() draws every circuit and every EVSE exactly once", () => {
  // Each circuit hangs on an earlier one or on nothing, so there is no cycle.
  const parents = fc.array(fc.option(fc.nat(20), { nil: null }), { maxLength: 20 });
  const places = fc.array(fc.option(fc.nat(25), { nil: null }), { maxLength: 30 });
  fc.assert(fc.property(parents, places, (parents, places) => {
    const circuits = parents.map((parent, index) =>
      circuit(`c${index}`, parent === null || index === 0 ? null : `c${parent % index}`)
    );
    const evses = places.map((place, slot) => evse(slot, place === null ? null : `c${place}`));
    const { roots, unplaced } = growCircuits(circuits, evses);
    const drawn = { circuits: [] as string[], slots: unplaced.map(({ slot }) => slot) };
    const walk = (branch: CircuitBranch): void => {
      drawn.circuits.push(branch.circuit.id);
      drawn.slots.push(...branch.evses.map(({ slot }) => slot));
      branch.branches.forEach(walk);
    };
    roots.forEach(walk);
    assertEquals(drawn.circuits.toSorted(), circuits.map(({ id }) => id).toSorted());
    assertEquals(
      drawn.slots.toSorted((left, right) => left - right),
      evses.map(({ slot }) => slot),
    );
  }));
});
