import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { withEvses } from "./evse_numbers.ts";

const plusTen = (evseId: number) => evseId + 10;

Deno.test("every EVSE in a message is renumbered, wherever it stands, and nothing else", () => {
  const message = {
    id: 1,
    evse: { id: 2, connectorId: 1 },
    list: [{ evseId: 3 }, { component: { name: "EVSE", evse: { id: 4 } } }],
    evseIds: [5],
    whole: { evseId: 0 },
  };
  assertEquals<unknown>(withEvses(message, plusTen), {
    id: 1,
    evse: { id: 12, connectorId: 1 },
    list: [{ evseId: 13 }, { component: { name: "EVSE", evse: { id: 14 } } }],
    evseIds: [5],
    whole: { evseId: 0 },
  });
});

Deno.test("an EVSE without a number makes it no message at all", () => {
  const numberOf = (evseId: number) => evseId === 1 ? 7 : undefined;
  assertEquals(withEvses({ evseId: 1 }, numberOf), { evseId: 7 });
  assertEquals(withEvses([{ evseId: 1 }, { evse: { id: 2 } }], numberOf), null);
});

Deno.test("there and back again it is the same message", () => {
  fc.assert(fc.property(fc.jsonValue(), (json) => {
    const message = { json, evseId: 3, evse: { id: 4 } };
    const there = withEvses(message, plusTen);
    assertEquals(withEvses(there, (evseId) => evseId - 10), message);
  }));
});
