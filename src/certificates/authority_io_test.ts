import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { DAY_MS, testAuthority, testRequest } from "../../test/support/certificates.ts";
import { assume } from "../lib/assert.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createVirtualClock, type VirtualClock } from "../lib/virtual_clock.ts";
import { openAuthority, type RootStore } from "./authority_io.ts";
import { certificatesIn, commonName, readChain } from "./chain.ts";
import type { Authority, KeyPair } from "./ports.ts";
import { openRootFiles } from "./root_files_io.ts";

const YEAR_MS = 365 * DAY_MS;

function memoryStore(): RootStore & { readonly pairs: KeyPair[] } {
  const pairs: KeyPair[] = [];
  return {
    pairs,
    load: () => Promise.resolve([...pairs]),
    save(pair) {
      pairs.push(pair);
      return Promise.resolve();
    },
  };
}

async function opened(
  store: RootStore = memoryStore(),
  clock: VirtualClock = createVirtualClock(),
): Promise<{ readonly authority: Authority; readonly clock: VirtualClock }> {
  const ids = createSeededIds(clock.wallMs() % 1_000);
  return { authority: await openAuthority({ siteName: "Depot" }, { clock, ids, store }), clock };
}

async function signed(authority: Authority, identity = "CP1"): Promise<X509Certificate> {
  const outcome = await authority.sign((await testRequest(`CN=${identity}`)).request, identity);
  assume(outcome.ok, "expected a certificate");
  return new X509Certificate(outcome.value.cert);
}

const rootsOf = (authority: Authority) =>
  authority.roots().flatMap((pem) => certificatesIn(pem) ?? []);

Deno.test("a charger's certificate is for its own key and identity, and for nothing but clients", async () => {
  const { authority, clock } = await opened();
  const { request, key } = await testRequest("CN=CP1,O=Acme Charging,C=IN", "RSA");
  const outcome = await authority.sign(request, "CP1");
  assume(outcome.ok, "expected a certificate");
  const certificate = new X509Certificate(outcome.value.cert);
  assertEquals(certificate.subject, "CN=CP1\nO=Acme Charging");
  assert(readChain([certificate.raw], rootsOf(authority), clock.wallMs()).ok);
  assertEquals(certificate.ca, false);
  const { createPrivateKey } = await import("node:crypto");
  assert(certificate.checkPrivateKey(createPrivateKey(key)));
  assertEquals(Date.parse(certificate.validTo) - clock.wallMs(), 2 * YEAR_MS);
});

Deno.test("what is wrong with a request is said, and nothing is signed", async () => {
  const { authority } = await opened();
  const good = (await testRequest("CN=CP1")).request;
  // The signature is at the end: one byte of it is another.
  const der = [...good.replace(/-----[^-]+-----|\s/g, "")];
  const at = der.length - 10;
  der[at] = der[at] === "A" ? "B" : "A";
  const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${
    der.join("")
  }\n-----END CERTIFICATE REQUEST-----`;
  const cases: readonly [request: string, problem: string][] = [
    ["", "it cannot be read"],
    ["x".repeat(20_000), "it cannot be read"],
    [
      "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----",
      "cannot be read",
    ],
    [forged, "it is not signed with its own key"],
    [(await testRequest("CN=CP2")).request, 'it names "CP2" instead of CP1'],
    [(await testRequest("O=Acme")).request, "it names nobody instead of CP1"],
    [(await testRequest("CN=CP1,CN=CP2")).request, 'it names "CP1" and "CP2" instead of CP1'],
    [(await testRequest("CN=CP1", "RSA-1024")).request, "its RSA key has 1024 bits: at least 2048"],
  ];
  for (const [request, problem] of cases) {
    const outcome = await authority.sign(request, "CP1");
    assume(!outcome.ok, problem);
    assertStringIncludes(outcome.error, problem);
  }
});

Deno.test("a name of a charger that would be two is refused, whatever it is made of", async () => {
  const { authority } = await opened();
  const outcome = await authority.sign((await testRequest("CN=CP1\\,CN\\=CP2")).request, "CP1");
  assert(!outcome.ok);
});

Deno.test("the gateway's own certificate has the names, hosts and addresses alike", async () => {
  const { authority, clock } = await opened();
  const { cert, key } = await authority.server(["gw.example", "192.168.7.2", "fd00::1"]);
  const certificate = new X509Certificate(cert);
  assertEquals(commonName(certificate), "gw.example");
  assertEquals(certificate.checkHost("gw.example"), "gw.example");
  assert(certificate.checkIP("192.168.7.2") !== undefined);
  assert(certificate.checkIP("fd00::1") !== undefined);
  const { createPrivateKey } = await import("node:crypto");
  assert(certificate.checkPrivateKey(createPrivateKey(key)));
  assert(readChain([certificate.raw], rootsOf(authority), clock.wallMs()).ok);
});

Deno.test("the root is there again after a restart: what it has signed still counts", async () => {
  const store = memoryStore();
  const before = await opened(store);
  const certificate = await signed(before.authority);
  const after = await opened(store);
  assertEquals(after.authority.roots(), before.authority.roots());
  assert(readChain([certificate.raw], rootsOf(after.authority), after.clock.wallMs()).ok);
});

Deno.test("a root is followed by another in good time, and chargers get to know it before it is shown", async () => {
  const clock = createVirtualClock();
  const { authority } = await opened(memoryStore(), clock);
  const old = await signed(authority);
  assertEquals(await authority.look(), false);
  clock.setWall(clock.wallMs() + 15.1 * YEAR_MS);
  assertEquals(await authority.look(), true);
  assertEquals(await authority.look(), false, "one is enough");
  const [newest, first] = rootsOf(authority);
  assume(newest !== undefined && first !== undefined, "expected two roots");
  const now = await signed(authority);
  assert(now.checkIssued(newest) && now.verify(newest.publicKey), "the new one signs");
  const server = new X509Certificate((await authority.server(["gw"])).cert);
  assert(server.verify(first.publicKey), "the gateway still shows one of the old root");
  const oldNow = readChain([old.raw], rootsOf(authority), Date.parse(old.validFrom) + YEAR_MS);
  assert(oldNow.ok, "what the old one has signed still counts");
  clock.setWall(clock.wallMs() + 3.5 * YEAR_MS);
  const later = new X509Certificate((await authority.server(["gw"])).cert);
  assert(
    later.verify(newest.publicKey),
    "when the old one comes near its end the new one is shown",
  );
  clock.setWall(clock.wallMs() + 3 * YEAR_MS);
  assertEquals(authority.roots().length, 1, "what has ended counts no more");
});

Deno.test("nothing that a root signs outlives it", async () => {
  const clock = createVirtualClock();
  const { authority } = await opened(memoryStore(), clock);
  clock.setWall(clock.wallMs() + 19.5 * YEAR_MS);
  const certificate = await signed(authority);
  const [root] = rootsOf(authority);
  assume(root !== undefined, "expected a root");
  assert(Date.parse(certificate.validTo) <= Date.parse(root.validTo));
});

Deno.test("after a theft a new root signs at once", async () => {
  const { authority } = await opened();
  const [before] = authority.roots();
  await authority.rollOver();
  assertEquals(authority.roots().length, 2);
  assert(authority.roots()[0] !== before);
});

Deno.test("keys are files that only their owner reads; a half-written root is no root", async () => {
  const folder = await Deno.makeTempDir({ prefix: "roots" });
  try {
    const { authority } = await opened(openRootFiles(`${folder}/certificates`));
    await authority.rollOver();
    const names: string[] = [];
    for await (const { name } of Deno.readDir(`${folder}/certificates`)) names.push(name);
    assertEquals(names.sort(), ["root-1.key", "root-1.pem", "root-2.key", "root-2.pem"]);
    for (const name of names) {
      const { mode } = await Deno.stat(`${folder}/certificates/${name}`);
      assertEquals((mode ?? 0) & 0o077, 0, name);
    }
    assertEquals(((await Deno.stat(`${folder}/certificates`)).mode ?? 0) & 0o077, 0);
    // The power went between the two files of a third.
    await Deno.writeTextFile(`${folder}/certificates/root-3.key`, "half");
    const again = await opened(openRootFiles(`${folder}/certificates`));
    assertEquals(again.authority.roots(), authority.roots());
    await again.authority.rollOver();
    assertEquals(again.authority.roots().length, 3);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a root whose key is another's is not used, and the start says so", async () => {
  const [one, two] = [await testAuthority("one"), await testAuthority("two")];
  const store = memoryStore();
  store.pairs.push({ cert: one.cert, key: two.key });
  await assertRejects(() => opened(store), Error, "its key does not belong to it");
});
