import { assert, assertEquals } from "@std/assert";
import { DAY_MS, testAuthority } from "../../test/support/certificates.ts";
import { pemFolder } from "../../test/support/openssl.ts";
import { assume } from "../lib/assert.ts";
import { certificatesIn } from "./chain.ts";
import { rootHash } from "./hash_data.ts";
import { createInstalledRoots, type InstalledRoot } from "./installed_roots.ts";

const NOW_MS = Date.now();
const ONE = await testAuthority("one");
const TWO = await testAuthority("two");

Deno.test("rootHash() names a root as openssl does", async () => {
  using folder = pemFolder();
  const path = folder.write("root.pem", ONE.cert);
  const { stdout } = await new Deno.Command("openssl", {
    args: ["ocsp", "-sha256", "-issuer", path, "-cert", path, "-req_text", "-no_nonce"],
    stderr: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  const field = (name: string) => new RegExp(`${name}: ([0-9A-F]+)`).exec(text)?.[1]?.toLowerCase();
  const [root] = certificatesIn(ONE.cert) ?? [];
  assume(root !== undefined, "expected a root");
  const hash = rootHash(root);
  assertEquals(hash?.issuerNameHash, field("Issuer Name Hash"));
  assertEquals(hash?.issuerKeyHash, field("Issuer Key Hash"));
  assertEquals(hash?.serialNumber.toLowerCase(), field("Serial Number")?.replace(/^0+/, ""));
});

Deno.test("a root that was installed is there after a restart, until it is deleted by its name", () => {
  const roots = createInstalledRoots([]);
  const written = roots.install(ONE.cert, NOW_MS) ?? [];
  roots.install(TWO.cert, NOW_MS);
  const held = written.flatMap((write) => write.kind === "put" ? [write.value] : []);
  const later = createInstalledRoots(held);
  assertEquals(later.all().map(({ pem }) => pem), [ONE.cert]);
  const [{ hash }] = held as [InstalledRoot];
  assertEquals(later.remove({ ...hash, serialNumber: "1234" }), null, "no other goes");
  const loud = {
    ...hash,
    issuerKeyHash: hash.issuerKeyHash.toUpperCase(),
    serialNumber: `00${hash.serialNumber}`,
  };
  assertEquals(later.remove(loud)?.length, 1, "upper case and leading zeros are the same");
  assertEquals(later.all(), []);
});

Deno.test("what is no root that counts is not installed", async () => {
  const roots = createInstalledRoots([]);
  const between = await testAuthority("between", new Date(), { by: ONE });
  const charger = await testAuthority("charger", new Date(), { isAuthority: false });
  for (const pem of ["", "nonsense", between.cert, charger.cert, ONE.cert + TWO.cert]) {
    assertEquals(roots.install(pem, NOW_MS), null);
  }
  assertEquals(roots.install(ONE.cert, NOW_MS + 5_000 * DAY_MS), null, "it has ended");
});

Deno.test("more roots than anybody needs are refused, and one may be installed again", async () => {
  const roots = createInstalledRoots([]);
  for (let count = 0; count < 15; count++) {
    assert(roots.install((await testAuthority(`root ${count}`)).cert, NOW_MS) !== null);
  }
  assert(roots.install(ONE.cert, NOW_MS) !== null);
  assertEquals(roots.install(TWO.cert, NOW_MS), null);
  assert(roots.install(ONE.cert, NOW_MS) !== null);
});
