import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { createPrivateKey } from "node:crypto";
import { testAuthority } from "../../test/support/certificates.ts";
import { openOwnKeyFiles } from "./own_key_files_io.ts";
import { openOwnKeys } from "./own_keys_io.ts";
import { ownCertificateProblem } from "./own_check.ts";
import { checkRequest } from "./request.ts";
import { certificatesIn } from "./chain.ts";

const SUBJECT = { commonName: "PUNE-1", organization: "Depot, Pune" };

async function withFolder(during: (folder: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir({ prefix: "own-keys" });
  try {
    await during(`${path}/certificates`);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

const namesIn = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();

Deno.test("a request names the gateway and its operator, and is signed with its own key", async () => {
  await withFolder(async (folder) => {
    const keys = await openOwnKeys(openOwnKeyFiles(folder));
    const { csr } = await keys.request(SUBJECT);
    const checked = await checkRequest(csr, "PUNE-1");
    assertEquals(checked.ok && checked.value.organization, "Depot, Pune");
    assert(csr.startsWith("-----BEGIN CERTIFICATE REQUEST-----"));
    assert(csr.length < 5_500, "what the message holds");
  });
});

Deno.test("keys are for the owner alone, and there after a restart", async () => {
  await withFolder(async (folder) => {
    const root = await testAuthority("operator");
    const keys = await openOwnKeys(openOwnKeyFiles(folder));
    const { number, csr } = await keys.request(SUBJECT);
    assertEquals(namesIn(folder), ["csms-1.key"]);
    const asked = await openOwnKeys(openOwnKeyFiles(folder));
    assertEquals(asked.waiting(), keys.waiting());
    const chain = await root.sign(csr);
    await asked.accept(number, chain);
    for (const name of namesIn(folder)) {
      assertEquals(((await Deno.stat(`${folder}/${name}`)).mode ?? 0) & 0o777, 0o600, name);
    }
    assertEquals(((await Deno.stat(folder)).mode ?? 0) & 0o777, 0o700);
    const again = await openOwnKeys(openOwnKeyFiles(folder));
    assertEquals(again.pairs().map(({ cert }) => cert), [chain]);
    const [pair] = again.pairs();
    assert(certificatesIn(chain)?.[0]?.checkPrivateKey(createPrivateKey(pair?.key ?? "")));
    assertEquals(again.waiting(), null);
  });
});

Deno.test("a new request takes the place of one that waits, and every key is another", async () => {
  await withFolder(async (folder) => {
    const keys = await openOwnKeys(openOwnKeyFiles(folder));
    const first = await keys.request(SUBJECT);
    const firstKey = keys.waiting()?.key;
    const second = await keys.request(SUBJECT);
    assertEquals([first.number, second.number], [1, 2]);
    assertNotEquals(firstKey, keys.waiting()?.key);
    assertEquals(namesIn(folder), ["csms-2.key"]);
    await assertRejects(() => keys.accept(1, "x"), RangeError, "no key 1 waits");
  });
});

Deno.test("the pair before stays until it is given up, the newest first", async () => {
  await withFolder(async (folder) => {
    const root = await testAuthority("operator");
    const keys = await openOwnKeys(openOwnKeyFiles(folder));
    for (let count = 0; count < 2; count++) {
      const { number, csr } = await keys.request(SUBJECT);
      await keys.accept(number, await root.sign(csr));
    }
    assertEquals(keys.pairs().map(({ number }) => number), [2, 1]);
    await keys.discard(1);
    assertEquals(namesIn(folder), ["csms-2.key", "csms-2.pem"]);
    const again = await openOwnKeys(openOwnKeyFiles(folder));
    assertEquals(again.pairs().map(({ number }) => number), [2]);
    assertEquals((await again.request(SUBJECT)).number, 3, "a number is given once");
  });
});

Deno.test("a chain is held against the operator's roots, or against itself where nobody has named any", async () => {
  await withFolder(async (folder) => {
    const root = await testAuthority("operator");
    const middle = await testAuthority("operator 2", new Date(), { by: root });
    const keys = await openOwnKeys(openOwnKeyFiles(folder));
    const { csr } = await keys.request(SUBJECT);
    const key = keys.waiting()?.key ?? "";
    const leaf = await middle.sign(csr);
    const anchors = certificatesIn(root.cert) ?? [];
    const facts = { key, subject: SUBJECT, nowWallMs: Date.now() };
    const problem = (chain: string, given = anchors) =>
      ownCertificateProblem(chain, { ...facts, anchors: given });
    assertEquals(problem(`${leaf}\n${middle.cert}`), null);
    assertEquals(problem(leaf), "it does not lead to a root of the CSMS's operator");
    assertEquals(problem(leaf, []), null);
    assertEquals(problem(`${leaf}\n${middle.cert}`, []), null);
    const other = await testAuthority("somebody");
    assertEquals(problem(`${leaf}\n${other.cert}`, []), "its certificates do not sign each other");
    assertEquals(problem(root.cert), "it is a certificate of an authority");
    assertEquals(problem("x".repeat(10_001)), "it has more than 10000 characters");
  });
});
