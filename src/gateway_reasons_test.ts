import { assertEquals } from "@std/assert";
import type { EvseLimit } from "./balancing/mod.ts";
import { reasonText } from "./gateway_reasons.ts";

const said = (reason: EvseLimit["reason"]) =>
  reasonText({ slot: 1, limitAmps: 6, reservedAmps: 6, reason });

Deno.test("reasonText() names the circuit and the line, or who capped", () => {
  assertEquals(
    [
      said({ kind: "shared", circuitId: "row-a", line: "L2" }),
      said({ kind: "waiting", circuitId: "row-a", line: "L2" }),
      said({ kind: "waiting", circuitId: "row-a" }),
      said({ kind: "waiting", source: "csms" }),
      said({ kind: "capped", source: "csms" }),
      said({ kind: "capped", source: "operator" }),
      said({ kind: "fail-safe" }),
      said({ kind: "satisfied" }),
      said({ kind: "unlimited" }),
      said({ kind: "idle" }),
    ],
    [
      "row-a (L2) is full: shared with others",
      "row-a (L2) is full: waits its turn",
      "row-a is full: waits its turn",
      "capped by the cloud: waits its turn",
      "capped by the cloud",
      "capped by an operator",
      "the meter is silent: safe current only",
      "the vehicle takes no more",
      null,
      null,
    ],
  );
});
