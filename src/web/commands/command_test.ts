import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { commandFields, maskToken } from "./command.ts";

Deno.test("maskToken() shows the end of a card's number, less of a short one", () => {
  for (
    const [token, masked] of [
      ["04A1B2C3D4118", "••••4118"],
      ["1234567", "••••4567"],
      ["123456", "••••56"],
      ["1234", "••••34"],
      ["123", "••••"],
      ["", "••••"],
    ] as const
  ) assertEquals(maskToken(token), masked, token);
});

Deno.test("maskToken() never shows more than half and four characters", () => {
  fc.assert(fc.property(fc.string({ maxLength: 40 }), (token) => {
    const shown = maskToken(token).length - 4;
    return shown <= 4 && shown * 1.5 <= token.length;
  }));
});

Deno.test("commandFields() are for a log: tokens masked, the rest as it is", () => {
  assertEquals(commandFields({ kind: "start", slot: 1, idToken: "04A1B2C3" }), {
    command: "start",
    slot: 1,
    idToken: "••••B2C3",
  });
  assertEquals(commandFields({ kind: "delete-token", token: "04A1B2C3" }), {
    command: "delete-token",
    token: "••••B2C3",
  });
  assertEquals(commandFields({ kind: "retry-row", id: 7 }), { command: "retry-row", id: 7 });
});
