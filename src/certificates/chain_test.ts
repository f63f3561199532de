import { assert, assertEquals } from "@std/assert";
import { DAY_MS, derOf, testAuthority } from "../../test/support/certificates.ts";
import { assume } from "../lib/assert.ts";
import { certificatesIn, commonName, readChain } from "./chain.ts";

const NOW_MS = Date.UTC(2026, 5, 1);
const NOW = new Date(NOW_MS);
const CA = await testAuthority("chargers", NOW);
/** The same name, another key. */
const OTHER = await testAuthority("chargers", NOW);
const ROOTS = certificatesIn(CA.cert) ?? [];

async function problemOf(
  facts: Parameters<typeof CA.issue>[1] = {},
  nowMs = NOW_MS,
): Promise<string | null> {
  const chain = readChain(derOf((await CA.issue("CP1", facts)).cert), ROOTS, nowMs);
  return chain.ok ? null : chain.problem;
}

Deno.test("readChain() follows a certificate to its root", async () => {
  const chain = readChain(derOf((await CA.issue("CP1")).cert), ROOTS, NOW_MS);
  assume(chain.ok, "expected a chain");
  assertEquals([commonName(chain.leaf), commonName(chain.root)], ["CP1", "chargers"]);
  assertEquals(await problemOf({ key: "RSA" }), null);
});

Deno.test("readChain() says when a certificate has ended, or not yet begun", async () => {
  assertEquals(await problemOf({ notAfter: new Date(NOW_MS - 1_000) }), "certificate expired");
  assertEquals(
    await problemOf({ notBefore: new Date(NOW_MS + 1_000) }),
    "certificate not yet valid",
  );
  assertEquals(
    await problemOf({}, Date.UTC(1970, 0, 1)),
    "certificate not yet valid",
    "a gateway whose clock has not been set",
  );
  const yearsLater = await problemOf(
    { notAfter: new Date(NOW_MS + 9_000 * DAY_MS) },
    NOW_MS +
      5_000 * DAY_MS,
  );
  assertEquals(yearsLater, "certificate expired", "the root's end is everybody's");
});

Deno.test("readChain() trusts a name for nothing: the key counts", async () => {
  const forged = await OTHER.issue("CP1");
  const chain = readChain(derOf(forged.cert, OTHER.cert), ROOTS, NOW_MS);
  assertEquals(chain, { ok: false, problem: "certificate of another issuer" });
});

Deno.test("readChain() goes by what stands between a certificate and its root", async () => {
  const between = await testAuthority("workshop", NOW, { by: CA });
  const { cert } = await between.issue("CP1");
  assert(readChain(derOf(cert, between.cert), ROOTS, NOW_MS).ok);
  const alone = readChain(derOf(cert), ROOTS, NOW_MS);
  assertEquals(alone, { ok: false, problem: "certificate of another issuer" });
});

Deno.test("readChain() takes no charger's certificate for an authority", async () => {
  const own = await testAuthority("CP1", NOW, { by: CA, isAuthority: false });
  const chain = readChain(derOf((await own.issue("CP2")).cert, own.cert), ROOTS, NOW_MS);
  assertEquals(chain, { ok: false, problem: "certificate of another issuer" });
});

Deno.test("readChain() takes whatever comes over the wire", () => {
  for (const bytes of [new Uint8Array(), Uint8Array.of(0x30, 3, 1), new Uint8Array(5_000)]) {
    const chain = readChain([bytes], ROOTS, NOW_MS);
    assertEquals(chain, { ok: false, problem: "certificate not readable" });
  }
  assertEquals(readChain([], ROOTS, NOW_MS).ok, false);
});

Deno.test("commonName() is null where a certificate has two: which of them is it?", async () => {
  const [two] = certificatesIn((await CA.issue("CN=CP1, CN=CP2")).cert) ?? [];
  assume(two !== undefined, "expected a certificate");
  assertEquals(commonName(two), null);
});

Deno.test("certificatesIn() reads what files hold, and nothing where one cannot be read", () => {
  assertEquals(certificatesIn(`# ours\n${CA.cert}\n${OTHER.cert}`)?.length, 2);
  assertEquals(certificatesIn(""), null);
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  assertEquals(certificatesIn(CA.cert + broken), null);
});
