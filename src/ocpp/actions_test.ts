import { assertEquals } from "@std/assert";
import { CSMS_ACTIONS, isInsideAction, isIntent, STATION_ACTIONS } from "./actions.ts";
import { loadSchemas } from "./messages/schemas.ts";

const schemas21 = await loadSchemas("ocpp2.1");

Deno.test("every message of 2.1 that is answered is one inside, and the intents are the only others", () => {
  const inside = new Set<string>([...STATION_ACTIONS, ...CSMS_ACTIONS]);
  const answered = schemas21.actions("response");
  assertEquals(answered.filter((action) => !isInsideAction(action)), []);
  const others = [...inside].filter((action) => !answered.includes(action));
  assertEquals(others.filter((action) => isInsideAction(action) && isIntent(action)), others);
});

Deno.test("only DataTransfer goes both ways", () => {
  const both = STATION_ACTIONS.filter((action) =>
    (CSMS_ACTIONS as readonly string[]).includes(action)
  );
  assertEquals(both, ["DataTransfer"]);
});

Deno.test("names of objects are no messages", () => {
  assertEquals(["constructor", "__proto__", "", "authorize"].filter(isInsideAction), []);
});
