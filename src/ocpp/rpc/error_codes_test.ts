import { assertEquals } from "@std/assert";
import { OCPP_VERSIONS } from "../version.ts";
import { readErrorCode, type RpcErrorCode, writeErrorCode } from "./error_codes.ts";

/** Every code, as OCPP-J 1.6 table 7 spells it. */
const SPELLINGS_16: Readonly<Record<RpcErrorCode, string>> = {
  FormatViolation: "FormationViolation",
  GenericError: "GenericError",
  InternalError: "InternalError",
  MessageTypeNotSupported: "GenericError",
  NotImplemented: "NotImplemented",
  NotSupported: "NotSupported",
  OccurrenceConstraintViolation: "OccurenceConstraintViolation",
  PropertyConstraintViolation: "PropertyConstraintViolation",
  ProtocolError: "ProtocolError",
  RpcFrameworkError: "GenericError",
  SecurityError: "SecurityError",
  TypeConstraintViolation: "TypeConstraintViolation",
};

// deno-lint-ignore guard-for-in
for (const key in SPELLINGS_16) {
  const code = readErrorCode(key);
  Deno.test(`writeErrorCode() writes ${key} for each version in its own words`, () => {
    assertEquals(code, key);
    assertEquals(writeErrorCode("ocpp1.6", code), SPELLINGS_16[code]);
    assertEquals(writeErrorCode("ocpp2.0.1", code), key);
    assertEquals(writeErrorCode("ocpp2.1", code), key);
  });
}

Deno.test("readErrorCode() understands 1.6's misspelt codes and the right ones", () => {
  assertEquals(readErrorCode("FormationViolation"), "FormatViolation");
  assertEquals(readErrorCode("OccurenceConstraintViolation"), "OccurrenceConstraintViolation");
  assertEquals(readErrorCode("FormatViolation"), "FormatViolation");
});

Deno.test("readErrorCode() takes anything unknown for a GenericError", () => {
  for (const text of ["", "Oops", "notimplemented", "__proto__", "constructor", "toString"]) {
    assertEquals(readErrorCode(text), "GenericError");
  }
});

Deno.test("what any version writes, any version reads as the same code or GenericError", () => {
  for (const version of OCPP_VERSIONS) {
    const read = readErrorCode(writeErrorCode(version, "OccurrenceConstraintViolation"));
    assertEquals(read, "OccurrenceConstraintViolation");
  }
});
