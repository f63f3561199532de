import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { oddCharacters } from "../_schema_arbitrary.ts";
import { OCPP_VERSIONS, type OcppVersion } from "../version.ts";
import {
  type Frame,
  type FrameLimits,
  readFrame,
  rpcError,
  writeCall,
  writeError,
  writeResult,
} from "./frame.ts";

const LIMITS: FrameLimits = { lengthMax: 10_000, depthMax: 8, valuesMax: 100 };

function read(elements: unknown, version: OcppVersion = "ocpp1.6"): Frame {
  return readFrame(JSON.stringify(elements), version, LIMITS);
}

/** What is wrong with an unreadable frame, and to which id the reply goes; null for no reply. */
function refusal(frame: Frame): [code: string, replyTo: string | null] | null {
  if (frame.kind !== "unreadable") return null;
  return [frame.error.code, frame.wantsReply ? frame.id : null];
}

Deno.test("readFrame() reads a CALL, a CALLRESULT and a CALLERROR in every version", () => {
  for (const version of OCPP_VERSIONS) {
    assertEquals(read([2, "a", "Heartbeat", { x: 1 }], version), {
      kind: "call",
      id: "a",
      action: "Heartbeat",
      payload: { x: 1 },
    });
    assertEquals(read([3, "a", { x: 1 }], version), { kind: "result", id: "a", payload: { x: 1 } });
    assertEquals(read([4, "a", "NotSupported", "no", { x: 1 }], version), {
      kind: "error",
      id: "a",
      error: { code: "NotSupported", description: "no", details: { x: 1 } },
    });
  }
});

Deno.test("readFrame() knows CALLRESULTERROR and SEND only in OCPP 2.1", () => {
  assertEquals(read([5, "a", "FormatViolation", "", {}], "ocpp2.1").kind, "result-error");
  assertEquals(read([6, "a", "NotifyPeriodicEventStream", { id: 1 }], "ocpp2.1"), {
    kind: "send",
    id: "a",
    action: "NotifyPeriodicEventStream",
    payload: { id: 1 },
  });
  for (const version of ["ocpp1.6", "ocpp2.0.1"] as const) {
    assertEquals(read([5, "a", "X", "", {}], version), { kind: "unknown-type", id: "a", type: 5 });
    assertEquals(read([6, "a", "X", {}], version), { kind: "unknown-type", id: "a", type: 6 });
  }
});

Deno.test("readFrame() names the type and, where it can be read, the id of an unknown type", () => {
  assertEquals(read([7, "a", {}]), { kind: "unknown-type", id: "a", type: 7 });
  assertEquals(read([2.5, 17]), { kind: "unknown-type", id: "-1", type: 2.5 });
});

Deno.test("readFrame() takes a missing or null payload for an empty one", () => {
  assertEquals(read([2, "a", "Heartbeat"]), {
    kind: "call",
    id: "a",
    action: "Heartbeat",
    payload: {},
  });
  assertEquals(read([2, "a", "Heartbeat", null]), read([2, "a", "Heartbeat", {}]));
  assertEquals(read([3, "a"]), { kind: "result", id: "a", payload: {} });
});

const UNREADABLE: readonly (readonly [name: string, text: string, code: string, id: string])[] = [
  ["text that is no JSON", "[2,", "RpcFrameworkError", "-1"],
  ["an empty text", "", "RpcFrameworkError", "-1"],
  ["an object", `{"0":2}`, "RpcFrameworkError", "-1"],
  ["null", "null", "RpcFrameworkError", "-1"],
  ["an empty array", "[]", "RpcFrameworkError", "-1"],
  ["a type that is a text", `["2","a","Heartbeat",{}]`, "RpcFrameworkError", "a"],
  ["a numeric id", `[2,17,"Heartbeat",{}]`, "RpcFrameworkError", "-1"],
  ["an empty id", `[2,"","Heartbeat",{}]`, "RpcFrameworkError", "-1"],
  ["an id of 256 characters", `[2,"${"x".repeat(256)}","A",{}]`, "RpcFrameworkError", "-1"],
  ["a missing action", `[2,"a"]`, "ProtocolError", "a"],
  ["an empty action", `[2,"a","",{}]`, "ProtocolError", "a"],
  ["an action that is no text", `[2,"a",{},{}]`, "ProtocolError", "a"],
  ["an endless action", `[2,"a","${"x".repeat(256)}",{}]`, "ProtocolError", "a"],
];

for (const [name, text, code, id] of UNREADABLE) {
  Deno.test(`readFrame() refuses ${name} and replies to "${id}"`, () => {
    assertEquals(refusal(readFrame(text, "ocpp1.6", LIMITS)), [code, id]);
  });
}

Deno.test("readFrame() accepts ids longer than OCPP's 36 characters, up to 255", () => {
  assertEquals(read([2, "x".repeat(255), "Heartbeat", {}]).kind, "call");
});

Deno.test("readFrame() reads the peer's answer to something unreadable as an answer", () => {
  const frame = read([4, "-1", "FormationViolation", "cannot read", {}]);
  assertEquals(frame.kind, "error");
});

Deno.test("readFrame() wants no reply to an answer or a SEND that it cannot read", () => {
  assertEquals(refusal(read([3, 17, {}])), ["RpcFrameworkError", null]);
  assertEquals(refusal(read([4, null, "GenericError", "", {}])), ["RpcFrameworkError", null]);
  assertEquals(refusal(read([5, "", "GenericError", "", {}], "ocpp2.1")), [
    "RpcFrameworkError",
    null,
  ]);
  assertEquals(refusal(read([6, "a", 3, {}], "ocpp2.1")), ["ProtocolError", null]);
});

Deno.test("readFrame() makes the best of a CALLERROR with wrong elements", () => {
  const expected = { code: "GenericError", description: "", details: {} };
  for (const rest of [[], [17, 17, 17], [{ toString: 1 }, {}, []], [null, null, null]]) {
    const frame = read([4, "a", ...rest]);
    assertEquals(frame, { kind: "error", id: "a", error: expected });
  }
});

Deno.test("readFrame() shortens what a peer's CALLERROR says to 255 characters", () => {
  assertEquals(read([4, "a", "GenericError", "x".repeat(300), {}]), {
    kind: "error",
    id: "a",
    error: rpcError("GenericError", "x".repeat(255)),
  });
});

Deno.test("readFrame() reads 1.6's misspelt error codes", () => {
  const error = rpcError("OccurrenceConstraintViolation");
  assertEquals(read([4, "a", "OccurenceConstraintViolation", "", {}]), {
    kind: "error",
    id: "a",
    error,
  });
});

/** Frames at a limit and one step past it. */
const BOUNDS: readonly (readonly [what: string, within: string, beyond: string])[] = [
  [
    "longer than lengthMax",
    `[2,"a","A",{}]`.padEnd(LIMITS.lengthMax),
    `[2,"a","A",{}]`.padEnd(LIMITS.lengthMax + 1),
  ],
  [
    "nested deeper than depthMax",
    `[2,"a","A",${"[".repeat(7)}${"]".repeat(7)}]`,
    `[2,"a","A",${"[".repeat(8)}${"]".repeat(8)}]`,
  ],
  [
    "with more values than valuesMax",
    `[2,"a","A",[${"1,".repeat(95)}1]]`,
    `[2,"a","A",[${"1,".repeat(96)}1]]`,
  ],
];

for (const [what, within, beyond] of BOUNDS) {
  Deno.test(`readFrame() refuses a frame ${what}, and reads one at the limit`, () => {
    assertEquals(readFrame(within, "ocpp1.6", LIMITS).kind, "call");
    assertEquals(refusal(readFrame(beyond, "ocpp1.6", LIMITS)), ["RpcFrameworkError", "-1"]);
  });
}

Deno.test("readFrame() does not count brackets and commas inside strings", () => {
  const text = `${"[{,".repeat(500)}\\"\\\\`;
  assertEquals(read([2, "a", "A", { text }]).kind, "call");
  assertEquals(readFrame(`[2,"a","A",{"t":"\\\\"}]`, "ocpp1.6", LIMITS).kind, "call");
});

Deno.test("readFrame() keeps a __proto__ key as data", () => {
  const frame = readFrame(`[2,"a","A",{"__proto__":{"evil":1}}]`, "ocpp1.6", LIMITS);
  const payload = frame.kind === "call" ? Object(frame.payload) : null;
  assert(Object.hasOwn(payload, "__proto__"));
  assertEquals(Object.getPrototypeOf(payload), Object.prototype);
});

Deno.test("readFrame() never throws on any text", () => {
  const texts = fc.oneof(
    fc.string({ unit: oddCharacters, maxLength: 200 }),
    fc.json({ maxDepth: 12 }),
    fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 6 }).map((value) => JSON.stringify(value)),
    fc.tuple(fc.integer({ min: 0, max: 8 }), fc.jsonValue(), fc.jsonValue(), fc.jsonValue())
      .map((value) => JSON.stringify(value)),
    fc.string().map((tail) => `[4,"a",${tail}]`),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom(...OCPP_VERSIONS), (text, version) => {
      const frame = readFrame(text, version, LIMITS);
      assert(frame.kind === "unknown-type" || frame.id.length <= 255);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("what is written is read back as it was meant", () => {
  const error = rpcError("FormatViolation", "bad", { at: "/x" });
  assertEquals(readFrame(writeCall("a", "Reset", { type: "Soft" }), "ocpp1.6", LIMITS), {
    kind: "call",
    id: "a",
    action: "Reset",
    payload: { type: "Soft" },
  });
  assertEquals(readFrame(writeResult("a", { ok: 1 }), "ocpp1.6", LIMITS), {
    kind: "result",
    id: "a",
    payload: { ok: 1 },
  });
  for (const version of OCPP_VERSIONS) {
    const frame = readFrame(writeError(version, "a", error), version, LIMITS);
    assertEquals(frame, { kind: "error", id: "a", error });
  }
});

Deno.test("writeError() obeys the version's spelling and 255 characters, whole characters only", () => {
  const error = rpcError("FormatViolation", "x".repeat(254) + "🔌");
  assertEquals(JSON.parse(writeError("ocpp1.6", "a", error)), [
    4,
    "a",
    "FormationViolation",
    "x".repeat(254),
    {},
  ]);
  assertEquals(JSON.parse(writeError("ocpp2.0.1", "a", error))[2], "FormatViolation");
});

Deno.test("an empty payload is written as {}, never as null", () => {
  assertEquals(writeResult("a", undefined), `[3,"a",{}]`);
  assertEquals(writeCall("a", "Heartbeat", undefined), `[2,"a","Heartbeat",{}]`);
});
