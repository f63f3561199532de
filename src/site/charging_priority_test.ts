import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  CLASS_MAX,
  FIRST_CLASS,
  NORMAL_CLASS,
  type PriorityClass,
  priorityOf,
  type PriorityWords,
} from "./charging_priority.ts";

const SILENCE: PriorityWords = { operator: null, token: null, csms: null, group: null, evse: 5 };

Deno.test("priority: of all that can be said, the first of operator, token, CSMS, group, EVSE counts alone", () => {
  const said = { operator: 90, token: 80, csms: 7, group: 60, evse: 50 } as const;
  const answers: Record<PriorityClass["by"], number> = {
    operator: 90,
    token: 80,
    csms: NORMAL_CLASS + 7,
    group: 60,
    evse: 50,
  };
  const order = ["operator", "token", "csms", "group"] as const;
  // Every combination of who speaks and who is silent.
  for (let who = 0; who < 2 ** order.length; who++) {
    const speaks = (name: (typeof order)[number]) => (who & (1 << order.indexOf(name))) !== 0;
    const words: PriorityWords = {
      operator: speaks("operator") ? said.operator : null,
      token: speaks("token") ? said.token : null,
      csms: speaks("csms") ? said.csms : null,
      group: speaks("group") ? said.group : null,
      evse: said.evse,
    };
    const by = order.find(speaks) ?? "evse";
    assertEquals(priorityOf(words), { class: answers[by], by }, JSON.stringify(words));
  }
});

Deno.test("priority: a low class of who knows better stands against a high one of who knows less", () => {
  assertEquals(priorityOf({ ...SILENCE, operator: 0, token: 100, evse: 100 }).class, 0);
  assertEquals(priorityOf({ ...SILENCE, token: 0, csms: 9, group: 100 }), {
    class: 0,
    by: "token",
  });
});

Deno.test("priority: the CSMS's -9 to 9 are classes around the normal one, and its 0 says nothing", () => {
  for (const [csms, expected] of [[-9, -4], [-1, 4], [1, 6], [9, 14]] as const) {
    assertEquals(priorityOf({ ...SILENCE, csms }), { class: expected, by: "csms" }, `${csms}`);
  }
  assertEquals(priorityOf({ ...SILENCE, csms: 0, evse: 7 }), { class: 7, by: "evse" });
  assertEquals(priorityOf({ ...SILENCE, csms: 0, group: 2 }), { class: 2, by: "group" });
});

Deno.test("priority: a CSMS that goes beyond its range reaches the end of it and no further", () => {
  for (const [csms, expected] of [[1_000_000, 14], [-1_000_000, -4]] as const) {
    assertEquals(priorityOf({ ...SILENCE, csms }).class, expected);
  }
  for (const csms of [NaN, Infinity, -Infinity]) {
    assertEquals(priorityOf({ ...SILENCE, csms }), { class: 5, by: "evse" });
  }
});

Deno.test("priority: nothing but an operator comes near to the class of 'this one first'", () => {
  const low = fc.option(fc.integer({ min: 0, max: CLASS_MAX }), { nil: null });
  fc.assert(fc.property(
    low,
    fc.option(fc.oneof(fc.integer(), fc.double()), { nil: null }),
    low,
    fc.integer({ min: 0, max: CLASS_MAX }),
    (token, csms, group, evse) => {
      assert(priorityOf({ operator: null, token, csms, group, evse }).class < FIRST_CLASS);
    },
  ));
});
