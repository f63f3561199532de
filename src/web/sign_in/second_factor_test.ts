import { assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { Secret, TOTP } from "otpauth";
import { createSeededIds } from "../../lib/ids.ts";
import {
  enrolmentUri,
  newRecoveryCodes,
  newSecret,
  RECOVERY_CODES,
  stepOf,
  withoutCode,
} from "./second_factor.ts";

/** The secret of RFC 6238 appendix B, and its codes for SHA-1: the last six digits of the eight. */
const RFC_SECRET = new Secret({
  buffer: Uint8Array.from(Buffer.from("12345678901234567890")).buffer,
}).base32;
const RFC_CODES = [
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
] as const;

Deno.test("stepOf() takes the codes of RFC 6238, in their step and the ones beside it", () => {
  const fresh = { secret: RFC_SECRET, lastStep: -1 };
  for (const [seconds, code] of RFC_CODES) {
    const step = Math.floor(seconds / 30);
    for (const offset of [-30, 0, 30]) {
      const atMs = (step * 30 + offset) * 1_000;
      assertEquals(stepOf(fresh, code, Math.max(0, atMs)), step, `${code} ${offset}`);
    }
    for (const offset of [-60, 60, 90]) {
      const atMs = (step * 30 + offset) * 1_000;
      if (atMs >= 0) assertEquals(stepOf(fresh, code, atMs), null, `${code} ${offset}`);
    }
  }
});

Deno.test("no code works twice, nor one from before the last that was used", () => {
  const atMs = 1_234_567_890_000;
  const step = Math.floor(1_234_567_890 / 30);
  const used = (lastStep: number) => stepOf({ secret: RFC_SECRET, lastStep }, "005924", atMs);
  assertEquals([used(step - 1), used(step), used(step + 1)], [step, null, null]);
});

Deno.test("stepOf() forgives blanks between the digits, and takes nothing but six digits", () => {
  const at = (code: string) =>
    stepOf({ secret: RFC_SECRET, lastStep: 0 }, code, 1_234_567_890_000) !== null;
  assertEquals([at("005924"), at("005 924"), at(" 0059 24\n")], [true, true, true]);
  for (const code of ["", "5924", "0059241", "00592x", "٠٠٥٩٢٤", "+05924", "5.9e3 "]) {
    assertEquals(at(code), false, code);
  }
});

Deno.test("a new secret has 160 bits, and an app that reads its address shows our codes", () => {
  const secret = newSecret(createSeededIds(1));
  assertMatch(secret, /^[A-Z2-7]{32}$/);
  assertEquals(secret === newSecret(createSeededIds(2)), false);
  const uri = enrolmentUri(secret, "आशा", "Pune Depot: north");
  const url = new URL(uri);
  assertEquals([url.protocol, url.host], ["otpauth:", "totp"]);
  assertEquals(url.searchParams.get("secret"), secret);
  const app = new TOTP({ secret: Secret.fromBase32(url.searchParams.get("secret") ?? "") });
  const code = app.generate({ timestamp: 1_767_600_000_000 });
  const step = stepOf({ secret, lastStep: 0 }, code, 1_767_600_000_000);
  assertEquals(step, 1_767_600_000 / 30);
});

Deno.test("each recovery code is good once, in any case and grouping; no other text is", () => {
  const { codes, digests } = newRecoveryCodes(createSeededIds(3));
  assertEquals([codes.length, new Set(codes).size], [RECOVERY_CODES, RECOVERY_CODES]);
  for (const code of codes) assertEquals(JSON.stringify(digests).includes(code), false);
  let left: readonly string[] = digests;
  for (const code of codes) {
    const typed = ` ${code.toUpperCase().replaceAll("-", " ")} `;
    const after = withoutCode(left, typed);
    assertEquals(after?.length, left.length - 1);
    assertEquals(withoutCode(after ?? [], code), null);
    left = after ?? [];
  }
  assertEquals(left, []);
  fc.assert(fc.property(fc.string(), (text) => {
    assertEquals(withoutCode(digests, text), null);
  }));
  assertEquals(withoutCode(["", "short"], ""), null);
});
