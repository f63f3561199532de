import "reflect-metadata";
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  X509Certificate as Certificate,
} from "@peculiar/x509";
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { createServer } from "node:https";
import { assume } from "../lib/assert.ts";
import { createVirtualClock, type VirtualClock } from "../lib/virtual_clock.ts";
import { type OwnCertificate, ownCertificate } from "./own_certificate_io.ts";

const DAY_MS = 86_400_000;
/** TLS is checked against the time of this machine, which a virtual clock does not move. */
const TODAY_MS = Math.floor(Date.now() / 1000) * 1000;

interface Bench {
  readonly folder: string;
  readonly clock: VirtualClock;
  /** The certificate of a start of the gateway now. */
  start(): Promise<OwnCertificate>;
}

async function withFolder(check: (bench: Bench) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const clock = createVirtualClock(TODAY_MS);
  try {
    await check({ folder, clock, start: () => ownCertificate(folder, clock) });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();

Deno.test("the certificate is made at the first start and kept beside the ledger for the next ones", async () => {
  await withFolder(async ({ folder, clock, start }) => {
    const first = await start();
    assertEquals(names(folder), ["web-certificate.pem", "web-key.pem"]);
    assertEquals(await Deno.readTextFile(`${folder}/web-certificate.pem`), first.cert);
    assertEquals(await Deno.readTextFile(`${folder}/web-key.pem`), first.key);
    assertEquals(await start(), first);
    clock.setWall(TODAY_MS + 365 * DAY_MS);
    assertEquals(await start(), first);
  });
});

Deno.test("two sites do not have the same key", async () => {
  await withFolder(async (one) => {
    await withFolder(async (other) => {
      const [left, right] = [await one.start(), await other.start()];
      assertNotEquals(left.key, right.key);
      assertNotEquals(left.fingerprint, right.fingerprint);
    });
  });
});

Deno.test("only the gateway's own user may read what it writes", async () => {
  await withFolder(async ({ folder, clock, start }) => {
    const modes = () =>
      names(folder).map((name) => (Deno.statSync(`${folder}/${name}`).mode ?? 0) & 0o777);
    await start();
    assertEquals(modes(), [0o600, 0o600]);
    clock.setWall(TODAY_MS + 900 * DAY_MS);
    await start();
    assertEquals(modes(), [0o600, 0o600], "when it was made anew");
  });
});

Deno.test("it is good from the day before, for clocks that are behind", async () => {
  await withFolder(async ({ start }) => {
    const { validFrom } = new X509Certificate((await start()).cert);
    assertEquals(Date.parse(validFrom), TODAY_MS - DAY_MS);
  });
});

Deno.test("it is made anew in its last 30 days, and when it has expired, and not a moment before", async () => {
  for (const [daysLeft, isNew] of [[31, false], [30, true], [0, true], [-1, true]] as const) {
    await withFolder(async ({ clock, start }) => {
      const first = await start();
      const endsMs = Date.parse(new X509Certificate(first.cert).validTo);
      clock.setWall(endsMs - daysLeft * DAY_MS);
      const second = await start();
      assertEquals(second.cert !== first.cert, isNew, `${daysLeft} days before its end`);
      assertEquals(second.key !== first.key, isNew, `${daysLeft} days before its end`);
      assertEquals(second.fingerprint !== first.fingerprint, isNew, `${daysLeft} days before`);
      assertEquals(await start(), second, "the new one is kept");
    });
  }
});

Deno.test("where one of the two files is lost, both are made anew: they belong together", async () => {
  for (const lost of ["web-certificate.pem", "web-key.pem"]) {
    await withFolder(async ({ folder, start }) => {
      const first = await start();
      await Deno.remove(`${folder}/${lost}`);
      const second = await start();
      assertNotEquals(second.cert, first.cert, lost);
      assert(isPair(second), lost);
      assertEquals(await Deno.readTextFile(`${folder}/${lost}`).then(Boolean), true);
    });
  }
});

Deno.test("a folder that cannot be written to is an error, never a certificate that is gone tomorrow", async () => {
  const failed = await ownCertificate("/nowhere/at/all", createVirtualClock()).then(
    () => null,
    (error: unknown) => error instanceof Deno.errors.NotFound,
  );
  assertEquals(failed, true);
});

Deno.test("the fingerprint is the SHA-256 of the certificate, as browsers show it", async () => {
  await withFolder(async ({ start }) => {
    const first = await start();
    for (const { cert, fingerprint } of [first, await start()]) {
      const base64 = cert.replaceAll(/-----[A-Z ]+-----|\s/g, "");
      const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
      const digest = createHash("sha256").update(bytes).digest("hex").toUpperCase();
      assertEquals(fingerprint, digest.match(/../g)?.join(":"));
      assertMatch(fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    }
  });
});

Deno.test("the key is the one of the certificate, and signed it", async () => {
  await withFolder(async ({ start }) => {
    const made = await start();
    assert(isPair(made));
    const certificate = new X509Certificate(made.cert);
    assert(certificate.verify(certificate.publicKey));
    assertEquals([certificate.subject, certificate.issuer], ["CN=Sangam", "CN=Sangam"]);
  });
});

function isPair({ cert, key }: OwnCertificate): boolean {
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
}

Deno.test("a client that trusts it is answered over TLS, by each of its names; another client is not", async () => {
  await withFolder(async ({ start }) => {
    const { cert, key } = await start();
    const server = createServer({ cert, key }, (_request, response) => response.end("the pages"));
    const listening = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", listening.resolve);
    await listening.promise;
    const address = server.address();
    assume(address !== null && typeof address === "object", "expected a port");
    const read = async (host: string, caCerts: string[]) => {
      using client = Deno.createHttpClient({ caCerts, poolMaxIdlePerHost: 0 });
      const url = `https://${host}:${address.port}/`;
      return await fetch(url, { client }).then((response) => response.text(), () => "no trust");
    };
    assertEquals(await read("127.0.0.1", [cert]), "the pages");
    assertEquals(await read("localhost", [cert]), "the pages");
    assertEquals(await read("127.0.0.1", []), "no trust");
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    server.closeAllConnections();
    await closed.promise;
  });
});

Deno.test("a browser takes it: 825 days at most, and for servers", async () => {
  await withFolder(async ({ start }) => {
    const { notBefore, notAfter, extensions } = new Certificate((await start()).cert);
    assertEquals((notAfter.getTime() - notBefore.getTime()) / DAY_MS, 825);
    const usage = extensions.find((each) => each instanceof ExtendedKeyUsageExtension);
    assertEquals([...usage?.usages ?? []].map(String), [String(ExtendedKeyUsage.serverAuth)]);
  });
});

for (const file of ["web-certificate.pem", "web-key.pem"]) {
  for (const [what, damaged] of [["empty", ""], ["half", "-----BEGIN CERTIF"]] as const) {
    Deno.test(`where ${file} is ${what} after a power cut, a new pair is made`, async () => {
      await withFolder(async ({ folder, start }) => {
        const first = await start();
        await Deno.writeTextFile(`${folder}/${file}`, damaged);
        const second = await start();
        assert(isPair(second));
        assertNotEquals(second.fingerprint, first.fingerprint);
        assertEquals(await start(), second);
      });
    });
  }
}

Deno.test("a certificate from the future is made anew: the clock was wrong", async () => {
  await withFolder(async ({ clock, start }) => {
    clock.setWall(TODAY_MS + 400 * DAY_MS);
    const first = await start();
    clock.setWall(TODAY_MS);
    assertNotEquals((await start()).fingerprint, first.fingerprint);
  });
});
