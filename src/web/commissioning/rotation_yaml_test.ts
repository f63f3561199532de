import { assertEquals } from "@std/assert";
import { withPhases } from "./rotation_yaml.ts";

const FILE = `# The depot
chargers:
  known:
    # by the gate
    - id: CP01
      circuit: grid
      evses:
        - { slot: 1, evse: 1, phases: [ L1, L2, L3 ], maxCurrent: 32 } # new cable
        - { slot: 2, evse: 2, maxCurrent: 16 }
    - { id: CP02, circuit: grid, evses: [ { slot: 3 } ] }
    - id: CP04
`;

Deno.test("the phases of one socket are written into site.yaml, and nothing else is touched", () => {
  assertEquals(
    withPhases(FILE, { chargerId: "CP01", slot: 1 }, ["L2", "L3", "L1"]),
    FILE.replace("L1, L2, L3", "L2, L3, L1"),
  );
  assertEquals(
    withPhases(FILE, { chargerId: "CP01", slot: 2 }, ["L2"]),
    FILE.replace("evse: 2, maxCurrent: 16", "evse: 2, maxCurrent: 16, phases: [ L2 ]"),
  );
});

Deno.test("what a site.yaml does not name is not written into it", () => {
  for (
    const [chargerId, slot] of [["CP01", 3], ["CP02", 1], ["CP03", 1], ["CP04", 1]] as const
  ) {
    assertEquals(withPhases(FILE, { chargerId, slot }, ["L1"]), null, `${chargerId} ${slot}`);
  }
  for (const text of ["", "chargers:", "chargers: { known: 7 }", "chargers: { known: [7] }"]) {
    assertEquals(withPhases(text, { chargerId: "CP01", slot: 1 }, ["L1"]), null, text);
  }
});
