import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { parse } from "yaml";
import {
  type ChargerPlace,
  chargersIn,
  lastSlotIn,
  namesFuse,
  withCharger,
  withFuse,
} from "./first_run_yaml.ts";

const PLACE: ChargerPlace = {
  chargerId: "CP07",
  circuitId: "row",
  slot: 7,
  connectors: 1,
  phases: ["L1"],
  maxCurrentAmps: 16,
};

const FULL = `# our depot
site:
  name: Pune # as on the gate

circuits: # amperes per phase
  - { id: row, parent: grid, limit: 20 } # under the stairs
  - { id: grid, limit: 100, meter: main }
chargers:
  # the old ones
  known:
    - id: CP01
      password: p # on the sheet
      evses: [{ slot: 4 }]
`;

Deno.test("the main fuse is the limit of the circuit that nothing feeds; all else stays", () => {
  assertEquals([namesFuse(""), namesFuse("circuits:\n"), namesFuse(FULL)], [false, false, true]);
  const text = withFuse(FULL, 63);
  const before = parse(FULL);
  assertEquals(parse(text), {
    ...before,
    circuits: [before.circuits[0], { id: "grid", limit: 63, meter: "main" }],
  });
  for (const remark of FULL.matchAll(/# .*$/gm)) assertStringIncludes(text, remark[0]);
});

for (
  const text of [
    "",
    "# nothing yet\n",
    "circuits: # none yet\n",
    "circuits: [] # none yet\n",
    "{}\n",
    "site: { name: A } # here\n",
  ]
) {
  Deno.test(`a main fuse is written into ${JSON.stringify(text)}, and what was remarked stays`, () => {
    const written = withFuse(text, 40);
    assertEquals(parse(written).circuits, [{ id: "grid", limit: 40 }]);
    for (const remark of text.matchAll(/# .*$/gm)) assertStringIncludes(written, remark[0]);
    assertEquals(namesFuse(written), true);
  });
}

Deno.test("a charger is written into its place, behind those that are there", () => {
  assertEquals([chargersIn(FULL), lastSlotIn(FULL), lastSlotIn("")], [["CP01"], 4, 0]);
  const text = withCharger(FULL, PLACE);
  const before = parse(FULL);
  assertEquals(parse(text), {
    ...before,
    chargers: {
      known: [...before.chargers.known, {
        id: "CP07",
        adopt: "ask",
        circuit: "row",
        evses: [{ slot: 7, phases: ["L1"], maxCurrent: 16 }],
      }],
    },
  });
  for (const remark of FULL.matchAll(/# .*$/gm)) assertStringIncludes(text, remark[0]);
  assertEquals([chargersIn(text), lastSlotIn(text)], [["CP01", "CP07"], 7]);
});

Deno.test("the connectors of a charger have slots one after another", () => {
  const written = parse(withCharger("chargers: # soon\n", { ...PLACE, connectors: 3 }));
  assertEquals(
    written.chargers.known[0].evses.map(({ slot, evse }: { slot: number; evse: number }) => [
      slot,
      evse,
    ]),
    [[7, 1], [8, 2], [9, 3]],
  );
});

Deno.test("whatever a charger calls itself, it is read again as it was", () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Za-z0-9*\-_=:+|@. ]{1,48}$/),
      fc.integer({ min: 1, max: 9_999 }),
      fc.constantFrom("", "# c\n", FULL, "chargers:\n", "chargers: { known: [] }\n"),
      (chargerId, slot, text) => {
        const written = withCharger(text, { ...PLACE, chargerId, slot });
        const known = parse(written).chargers.known.at(-1);
        assertEquals([known.id, known.evses[0].slot], [chargerId, slot]);
        assertEquals(chargersIn(written).at(-1), chargerId);
      },
    ),
  );
});
