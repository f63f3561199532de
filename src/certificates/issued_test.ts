import { assert, assertEquals } from "@std/assert";
import { DAY_MS, testAuthority } from "../../test/support/certificates.ts";
import { assume } from "../lib/assert.ts";
import { certificatesIn } from "./chain.ts";
import { createCertificateBook, type IssuedCertificate } from "./issued.ts";

const NOW_MS = Date.UTC(2026, 5, 1);
const CA = await testAuthority("chargers", new Date(NOW_MS));

async function certificate(name: string) {
  const [read] = certificatesIn((await CA.issue(name)).cert) ?? [];
  assume(read !== undefined, "expected a certificate");
  return read;
}

Deno.test("a revoked certificate stays revoked: what was written says so to the next book", async () => {
  const book = createCertificateBook([]);
  const first = await certificate("CP1");
  const other = await certificate("CP2");
  book.issue(first, "CP1", NOW_MS);
  book.issue(other, "CP2", NOW_MS);
  const written: IssuedCertificate[] = [];
  for (const write of book.revoke("CP1", "stolen", NOW_MS)) {
    if (write.kind === "put") written.push(write.value);
  }
  assertEquals([book.isRevoked(first), book.isRevoked(other)], [true, false]);
  const later = createCertificateBook(written);
  assert(later.isRevoked(first));
  assertEquals(later.revoke("CP1", "again", NOW_MS), [], "once is enough");
});

Deno.test("a certificate of another issuer can be revoked once a charger has come with it", async () => {
  const book = createCertificateBook([]);
  const foreign = await certificate("CP1");
  assertEquals(book.used(foreign, "CP1", NOW_MS).length, 1);
  assertEquals(book.used(foreign, "CP1", NOW_MS + 1), [], "it is written down once");
  book.revoke("CP1", "stolen", NOW_MS);
  assert(book.isRevoked(foreign));
});

Deno.test("the book forgets a certificate a year after its end, and not before", async () => {
  const book = createCertificateBook([]);
  const old = await certificate("CP1");
  book.issue(old, "CP1", NOW_MS);
  book.issue(await certificate("CP2"), "CP2", NOW_MS + 360 * DAY_MS);
  assertEquals(book.of("CP1").length, 1);
  const writes = book.issue(await certificate("CP3"), "CP3", NOW_MS + 400 * DAY_MS);
  assertEquals(book.of("CP1"), []);
  assert(writes.some((write) => write.kind === "drop" && write.key === old.fingerprint256));
});
