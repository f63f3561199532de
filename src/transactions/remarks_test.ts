import { assert, assertEquals } from "@std/assert";
import { at, atMs, ended, stopCase, transactionRecord } from "../../test/contract/sessions.ts";
import { correctionWh, remarksOn } from "./remarks.ts";
import type { TransactionFlag } from "./transaction.ts";

const FLAGS: readonly TransactionFlag[] = [
  "register-went-back",
  "stop-below-start",
  "no-stop-received",
  "stop-number-repaired",
  "stop-unreadable",
  "stopped-by-another",
  "readings-after-stop",
  "late-readings-dropped",
  "signed-readings-dropped",
  "resumed",
  "closed-by-gateway",
  "stop-came-late",
  "stop-after-close",
  "foreign-number",
  "register-jumped",
  "energy-disagrees",
  "clock-corrected",
  "clock-untrusted",
];

Deno.test("every flag is a sentence of its own that an operator can read", () => {
  const remarks = remarksOn(transactionRecord({ flags: FLAGS, stop: ended(60) }));
  assertEquals(new Set(remarks).size, FLAGS.length);
  for (const remark of remarks) assert(/^[a-z0-9][^-]* [^_]*$/.test(remark), remark);
});

Deno.test("figures stand in the words", () => {
  const correction = { heardAtMs: 0, stop: stopCase(1, { meterStopWh: 9_277 }).intent };
  const session = transactionRecord({ flags: ["stop-after-close"], stop: ended(60), correction });
  assertEquals(correctionWh(session), 277);
  assertEquals(remarksOn(session), [
    "its end came after the cloud was told otherwise; it differs by 277 Wh",
  ]);
  const named = transactionRecord({ flags: ["foreign-number"], chargerNumber: 7 });
  assertEquals(remarksOn(named), ["its charger calls it 7"]);
});

Deno.test("of a running session it is said since when nobody knows whether it goes on", () => {
  const interruption = { sinceMs: atMs(60), cause: "power-loss" as const };
  assertEquals(remarksOn(transactionRecord({ interruption })), [
    `the charger lost its power at ${at(60)}: does it go on?`,
  ]);
});
