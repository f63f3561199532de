import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { basicPassword, knowsPassword, matchesDigest, passwordDigest } from "./credentials.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (password: Uint8Array | null) =>
  password === null ? null : new TextDecoder().decode(password);

function header(credentials: Uint8Array): string {
  return `Basic ${btoa(String.fromCharCode(...credentials))}`;
}

// basicPassword

Deno.test("basicPassword() reads what follows the identity and a colon", () => {
  assertEquals(text(basicPassword(header(bytes("CP1:secret")), "CP1")), "secret");
});

Deno.test("basicPassword() keeps colons of the identity and of the password apart", () => {
  assertEquals(text(basicPassword(header(bytes("A:B:se:cret")), "A:B")), "se:cret");
});

Deno.test("basicPassword() leaves bytes that are no text as they are (1.6 keys)", () => {
  const key = Uint8Array.of(0, 255, 0x3a, 128, 13, 10);
  const given = basicPassword(header(new Uint8Array([...bytes("CP1:"), ...key])), "CP1");
  assertEquals(given, key);
});

Deno.test("basicPassword() reads an empty password as such", () => {
  assertEquals(text(basicPassword(header(bytes("CP1:")), "CP1")), "");
});

const NO_PASSWORD: readonly (readonly [what: string, header: string | undefined])[] = [
  ["no header", undefined],
  ["another scheme", "Bearer abc"],
  ["a name without colon", header(bytes("CP1"))],
  ["another charger's name", header(bytes("CP2:secret"))],
  ["a name that only begins alike", header(bytes("CP10:secret"))],
  ["what is no base64", "Basic !!!!"],
  ["base64 of an impossible length", "Basic QQQQQ"],
  ["nothing after the scheme", "Basic "],
];

for (const [what, given] of NO_PASSWORD) {
  Deno.test(`basicPassword() finds none in ${what}`, () => {
    assertEquals(basicPassword(given, "CP1"), null);
  });
}

Deno.test("basicPassword() takes the scheme in any case and base64 of URLs", () => {
  const url = btoa("CP1:?>~ÿ").replaceAll("+", "-").replaceAll("/", "_");
  assertNotEquals(url, btoa("CP1:?>~ÿ"), "the case has to be about something");
  assert(basicPassword(`bAsIc  ${url} `, "CP1") !== null);
});

Deno.test("basicPassword() gives back every password that was put in", () => {
  const password = fc.uint8Array({ maxLength: 40 });
  fc.assert(fc.property(password, (secret) => {
    const given = basicPassword(header(new Uint8Array([...bytes("CP1:"), ...secret])), "CP1");
    assertEquals(given, secret);
  }));
});

// knowsPassword

const HEX = "0123456789abcdef0123456789ABCDEF";
const HEX_BYTES = Uint8Array.from(HEX.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

const KNOWN: readonly (readonly [what: string, secret: string, given: Uint8Array, ok: boolean])[] =
  [
    ["the text itself", "correct horse battery", bytes("correct horse battery"), true],
    ["another text", "correct horse battery", bytes("correct horse batterz"), false],
    ["a text that is only the beginning", "correct horse", bytes("correct"), false],
    ["nothing at all", "correct horse", new Uint8Array(), false],
    ["the bytes that a key in hexadecimal stands for", HEX, HEX_BYTES, true],
    ["the hexadecimal text itself (many chargers)", HEX, bytes(HEX), true],
    ["other bytes", HEX, HEX_BYTES.map((byte) => byte ^ 1), false],
    ["a key of an odd number of digits as text", "abc", bytes("abc"), true],
    ["half of such a key as bytes", "abc", Uint8Array.of(0xab), false],
  ];

for (const [what, secret, given, ok] of KNOWN) {
  Deno.test(`knowsPassword() ${ok ? "accepts" : "refuses"} ${what}`, () => {
    assertEquals(knowsPassword(secret, given), ok);
  });
}

Deno.test("knowsPassword() compares texts of any length without giving the length away", () => {
  // timingSafeEqual() throws for different lengths: only digests of one length may reach it.
  fc.assert(fc.property(fc.string(), fc.uint8Array(), (secret, given) => {
    const isSame = bytes(secret).toString() === given.toString();
    if (isSame) assert(knowsPassword(secret, given));
    else knowsPassword(secret, given);
  }));
});

// digests

Deno.test("matchesDigest() knows the password that was digested, and no other", () => {
  const digest = passwordDigest(bytes("secret"), Uint8Array.of(1, 2, 3));
  assert(matchesDigest(digest, bytes("secret")));
  assert(!matchesDigest(digest, bytes("Secret")));
  assert(!matchesDigest(digest, new Uint8Array()));
});

Deno.test("passwordDigest() depends on the salt and does not hold the password", () => {
  const one = passwordDigest(bytes("secret"), Uint8Array.of(1));
  const other = passwordDigest(bytes("secret"), Uint8Array.of(2));
  assertNotEquals(one.split("$")[2], other.split("$")[2]);
  assert(!one.includes("secret") && !one.includes("736563726574"));
});

for (const broken of ["", "secret", "md5$00$11", "sha256$xyz$11", "sha256$", "sha256$00"]) {
  Deno.test(`matchesDigest() matches nothing against "${broken}"`, () => {
    assert(!matchesDigest(broken, bytes("secret")));
    assert(!matchesDigest(broken, bytes(broken)));
  });
}
