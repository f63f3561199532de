import { assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { readFlags } from "./command_flags.ts";
import { FRIENDLY_CSMS } from "./csms.ts";
import { csmsCommand, readCsmsOrder } from "./csms_order.ts";

function read(...args: readonly string[]) {
  const reading = readFlags(args, csmsCommand);
  assume(reading.kind === "values", JSON.stringify(reading));
  return readCsmsOrder(reading.values);
}

function order(...args: readonly string[]) {
  const result = read(...args);
  assume(result.ok, JSON.stringify(result));
  return result.value;
}

Deno.test("an order without flags is a friendly CSMS on port 9000 of this machine", () => {
  assertEquals(order(), {
    host: "127.0.0.1",
    port: 9_000,
    options: FRIENDLY_CSMS,
    showsFrames: false,
    outages: null,
    commands: [],
  });
});

Deno.test("cards that are named leave all others out", () => {
  const { options } = order("--accept", "ANNA", "--accept", "BERT", "--block", "CARL");
  assertEquals(options.tokens, {
    ANNA: { status: "Accepted" },
    BERT: { status: "Accepted" },
    CARL: { status: "Blocked" },
  });
  assertEquals(options.unknownTokens, "Invalid");
  assertEquals(order("--block", "CARL").options.unknownTokens, "Accepted");
});

Deno.test("an outage comes as often as told, measured from one to the next", () => {
  assertEquals(order("--drop-every", "180").outages, { afterMs: 140_000, forMs: 40_000 });
  assertEquals(order("--drop-every", "60", "--drop-for", "5").outages, {
    afterMs: 55_000,
    forMs: 5_000,
  });
});

Deno.test("a CSMS can be as slow as told", () => {
  assertEquals(order("--answer-delay", "2.5").options.answerDelayMs, 2_500);
});

Deno.test("commands are read with their payload", () => {
  const { commands } = order("--send", "ClearCache", "--send", 'Reset {"type":"Soft"}');
  assertEquals(commands, [
    { action: "ClearCache", payload: {} },
    { action: "Reset", payload: { type: "Soft" } },
  ]);
});

const PROBLEMS: readonly (readonly [readonly string[], string])[] = [
  [["--protocol", "2.1"], "--protocol 2.1 is not known: ocpp2.1, ocpp2.0.1, ocpp1.6"],
  [["--registration", "Maybe"], "--registration is Accepted, Pending, Rejected"],
  [["--send", "Reset {type}"], "--send Reset {type}: expected 'Action {json}'"],
  [["--send", "Reset [1]"], "--send Reset [1]: expected 'Action {json}'"],
  [["--drop-every", "40"], "--drop-for must be less than --drop-every"],
];

for (const [args, error] of PROBLEMS) {
  Deno.test(`an order with ${args.join(" ")} is refused`, () => {
    assertEquals(read(...args), { ok: false, error });
  });
}
