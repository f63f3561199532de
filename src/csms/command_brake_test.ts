import { assertEquals } from "@std/assert";
import type { InsideCall } from "../ocpp/mod.ts";
import { createCommandBrake, isDisruptive } from "./command_brake.ts";

const RESET: InsideCall = { action: "Reset", message: { type: "Immediate" } };
const HEARTBEAT: InsideCall = { action: "GetLocalListVersion", message: {} };

Deno.test("so many commands that interrupt charging are carried out in any minute, and as many others as there are", () => {
  const brake = createCommandBrake(2);
  const admits = (call: InsideCall, atMs: number) => brake.look(call, atMs).isAdmitted;
  assertEquals([admits(RESET, 0), admits(RESET, 30_000), admits(RESET, 59_999)], [
    true,
    true,
    false,
  ]);
  assertEquals(admits(HEARTBEAT, 59_999), true);
  assertEquals([admits(RESET, 60_000), admits(RESET, 60_001)], [true, false]);
});

Deno.test("a minute without one of them makes it free again", () => {
  const brake = createCommandBrake(1);
  assertEquals(brake.look(RESET, 0), { isAdmitted: true, isFree: true });
  assertEquals(brake.look(HEARTBEAT, 59_999), { isAdmitted: true, isFree: false });
  assertEquals(brake.look(HEARTBEAT, 60_000), { isAdmitted: true, isFree: true });
});

const list = (tokens: number): InsideCall => ({
  action: "SendLocalList",
  message: {
    versionNumber: 1,
    updateType: "Full",
    localAuthorizationList: Array.from({ length: tokens }, (_, n) => ({
      idToken: { idToken: `${n}`, type: "ISO14443" },
      idTokenInfo: { status: "Accepted" },
    })),
  },
});

const availability = (operationalStatus: "Operative" | "Inoperative"): InsideCall => ({
  action: "ChangeAvailability",
  message: { operationalStatus },
});

for (
  const [what, call, isOne] of [
    ["putting EVSEs out of service", availability("Inoperative"), true],
    ["putting them into service", availability("Operative"), false],
    ["an empty list of cards", list(0), true],
    ["a list of cards", list(2), false],
  ] as const
) {
  Deno.test(`${what} ${isOne ? "interrupts" : "does not interrupt"} charging`, () => {
    assertEquals(isDisruptive(call), isOne);
  });
}
