import { assertEquals } from "@std/assert";
import { derOf, testAuthority } from "../../test/support/certificates.ts";
import { frontWord } from "./front.ts";

const SECRET = "0123456789abcdef";
const CA = await testAuthority("chargers");
const CHAIN = derOf((await CA.issue("CP1")).cert, CA.cert);
const [LEAF, ROOT] = CHAIN.map((der) => btoa(String.fromCharCode(...der)));

const HEADERS = {
  "x-front-key": SECRET,
  "x-forwarded-for": "192.168.7.20",
  "x-client-verify": "0",
  "x-client-certificate": LEAF,
  "x-client-chain": ROOT,
};

Deno.test("a front passes on the charger's address and its whole chain", () => {
  const word = frontWord(HEADERS, "127.0.0.1", SECRET);
  assertEquals(word?.remoteAddress, "192.168.7.20");
  assertEquals(word?.certificate?.isProven, true);
  assertEquals(word?.certificate?.chain.map((der) => [...der]), CHAIN.map((der) => [...der]));
  assertEquals(frontWord(HEADERS, "::ffff:127.0.0.1", SECRET)?.remoteAddress, "192.168.7.20");
});

Deno.test("nobody else is taken for the front", () => {
  const { "x-front-key": _, ...without } = HEADERS;
  assertEquals(frontWord(HEADERS, "192.168.7.20", SECRET), null, "from the charger network");
  assertEquals(frontWord(without, "127.0.0.1", SECRET), null, "without the secret");
  assertEquals(frontWord({ ...HEADERS, "x-front-key": "guess" }, "127.0.0.1", SECRET), null);
  assertEquals(
    frontWord({ ...HEADERS, "x-forwarded-for": "1.2.3.4, 5.6.7.8" }, "127.0.0.1", SECRET),
    null,
    "the front sets one address, it does not add to the charger's",
  );
});

Deno.test("a certificate that the front did not find in order is not proven", () => {
  const verdicts = ["18", "", undefined, "00"].map((verdict) =>
    frontWord({ ...HEADERS, "x-client-verify": verdict }, "127.0.0.1", SECRET)?.certificate
      ?.isProven
  );
  assertEquals(verdicts, [false, false, false, false]);
});

Deno.test("a chain that is cut off, empty or far too long is none", () => {
  const chainOf = (text: string | undefined) =>
    frontWord(
      { ...HEADERS, "x-client-certificate": text, "x-client-chain": "" },
      "127.0.0.1",
      SECRET,
    )?.certificate;
  for (
    const text of [undefined, "", LEAF?.repeat(20), LEAF?.slice(0, 100), "MIL/////", "MA==", "%%%"]
  ) {
    assertEquals(chainOf(text), null, text?.slice(0, 20));
  }
});
