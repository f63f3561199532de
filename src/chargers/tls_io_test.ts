import { assert, assertEquals, assertMatch } from "@std/assert";
import { DAY_MS, type TestAuthority, testAuthority } from "../../test/support/certificates.ts";
import {
  canCompile,
  carelessLibrary,
  type PemFolder,
  pemFolder,
  sClient,
} from "../../test/support/openssl.ts";
import { type TestDoor, withDoor as withPlainDoor } from "../../test/support/tls_door.ts";

/** A door with TLS, in front of which `openssl s_client` stands. */
interface TlsDoor extends TestDoor {
  readonly folder: PemFolder;
  readonly servers: TestAuthority;
}

async function withDoor(
  securityProfile: 2 | 3,
  during: (door: TlsDoor) => Promise<void>,
  key: "EC" | "RSA" = "EC",
): Promise<void> {
  const servers = await testAuthority("gateways");
  const pair = await servers.issue("gateway.local", { key });
  const tls = { ...pair, asksCertificate: securityProfile === 3 };
  using folder = pemFolder();
  await withPlainDoor({ securityProfile, tls }, (door) => during({ ...door, folder, servers }));
}

const ADMITTED = "HTTP/1.1 101 Switching Protocols";
const REFUSED = "HTTP/1.1 401 Unauthorized";
const BASIC = `Basic ${btoa("CP1:secret")}`;

// Profile 2

Deno.test("profile 2: TLS 1.2 and 1.3 are spoken, older ones refused and told", async () => {
  await withDoor(2, async ({ port, folder, door }) => {
    for (const version of ["-tls1_2", "-tls1_3"]) {
      const { status } = await sClient(port, [version], folder, { authorization: BASIC });
      assertEquals([version, status], [version, ADMITTED]);
    }
    const old = await sClient(port, ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], folder);
    assertEquals([old.suite, old.status], [null, null]);
    assertEquals(door.refusals().map(({ reason }) => reason), ["TLS version too low"]);
    assertEquals(door.refusals()[0]?.address, "127.0.0.1");
  });
});

for (
  const [key, suites] of [
    ["EC", ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"]],
    ["RSA", ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384"]],
  ] as const
) {
  Deno.test(`profile 2: the suites for an ${key} certificate, and no others`, async () => {
    await withDoor(2, async ({ port, folder, door }) => {
      for (const suite of suites) {
        const found = await sClient(port, ["-tls1_2", "-cipher", suite], folder);
        assertEquals(found.suite, `TLSv1.2 ${suite}`);
      }
      // Chargers that know only these need a front (README).
      for (const suite of ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA"]) {
        const found = await sClient(port, ["-tls1_2", "-cipher", suite], folder);
        assertEquals([suite, found.suite], [suite, null]);
      }
      const told = door.refusals().map(({ reason }) => reason).filter((each) =>
        each === "no common cipher suite"
      );
      assertEquals(told.length, 3);
    }, key);
  });
}

Deno.test("profile 2: a password is asked for inside TLS, and one from a charger counts", async () => {
  await withDoor(2, async ({ port, folder, door }) => {
    assertEquals((await sClient(port, [], folder)).status, REFUSED);
    const wrong = await sClient(port, [], folder, { authorization: `Basic ${btoa("CP1:x")}` });
    assertEquals(wrong.status, REFUSED);
    assertEquals(door.refusals().map(({ reason }) => reason), ["wrong password", "no password"]);
    assertEquals((await sClient(port, [], folder, { authorization: BASIC })).status, ADMITTED);
  });
});

Deno.test("profile 2: compression and renegotiation are not offered", async () => {
  await withDoor(2, async ({ port, folder }) => {
    const { output } = await sClient(port, ["-tls1_2", "-comp", "-legacy_renegotiation"], folder);
    assertMatch(output, /Compression: NONE/);
  });
});

Deno.test("a certificate is changed without a restart, for the connections to come", async () => {
  await withDoor(2, async ({ port, folder, listener, servers }) => {
    assertEquals((await sClient(port, [], folder)).subject, "CN = gateway.local");
    listener.renew?.(await servers.issue("renewed.local"));
    assertEquals((await sClient(port, [], folder)).subject, "CN = renewed.local");
  });
});

// Profile 3

Deno.test("profile 3: a certificate that names the charger is its password", async () => {
  await withDoor(3, async ({ port, folder, clients, books }) => {
    const certificate = await clients.issue("CP1");
    for (const version of ["-tls1_2", "-tls1_3"]) {
      const { status, output } = await sClient(port, [version], folder, { certificate });
      assertEquals([version, status], [version, ADMITTED], output + JSON.stringify(books.logged));
    }
    const rsa = await clients.issue("CP1", { key: "RSA" });
    assertEquals((await sClient(port, [], folder, { certificate: rsa })).status, ADMITTED);
    assertEquals(books.certificates.book.of("CP1").length, 2, "it is known what it came with");
  });
});

Deno.test("profile 3: whatever is wrong with a certificate is said, and nobody gets in", async () => {
  await withDoor(3, async ({ port, folder, clients, door }) => {
    const now = Date.now();
    const stranger = await testAuthority("chargers");
    const bad: readonly [reason: string, certificate: Awaited<ReturnType<typeof clients.issue>>][] =
      [
        ["certificate of another charger", await clients.issue("CP2")],
        [
          "certificate expired",
          await clients.issue("CP1", { notAfter: new Date(now - 60_000) }),
        ],
        [
          "certificate not yet valid",
          await clients.issue("CP1", {
            notBefore: new Date(now + DAY_MS),
            notAfter: new Date(now + 2 * DAY_MS),
          }),
        ],
        ["certificate of another issuer", await stranger.issue("CP1")],
      ];
    const seen: (string | undefined)[] = [];
    for (const [, certificate] of bad) {
      const { status } = await sClient(port, [], folder, { certificate });
      assertEquals(status, REFUSED);
      seen.push(door.refusals()[0]?.reason);
    }
    assertEquals(seen, bad.map(([reason]) => reason));
  });
});

Deno.test({
  name: "profile 3: a certificate without its key is worth nothing",
  ignore: !await canCompile(),
  async fn() {
    await withDoor(3, async ({ port, folder, clients, door }) => {
      const stolen = {
        cert: (await clients.issue("CP1")).cert,
        key: (await clients.issue("X")).key,
      };
      for (const version of ["-tls1_2", "-tls1_3"]) {
        const { status } = await sClient(port, [version], folder, {
          certificate: stolen,
          preload: await carelessLibrary(folder),
        });
        assertEquals([version, status], [version, null]);
        assertEquals(door.refusals()[0]?.reason, "TLS handshake failed");
      }
    });
  },
});

Deno.test("profile 3: without a certificate the right password is none", async () => {
  await withDoor(3, async ({ port, folder, door }) => {
    const { status } = await sClient(port, [], folder, { authorization: BASIC });
    assertEquals(status, REFUSED);
    assertEquals(door.refusals()[0]?.reason, "no certificate");
  });
});

Deno.test("profile 3: a revoked certificate is refused", async () => {
  await withDoor(3, async ({ port, folder, clients, door, books }) => {
    const certificate = await clients.issue("CP1");
    assertEquals((await sClient(port, [], folder, { certificate })).status, ADMITTED);
    books.certificates.book.revoke("CP1", "stolen", Date.now());
    assertEquals((await sClient(port, [], folder, { certificate })).status, REFUSED);
    assertEquals(door.refusals()[0]?.reason, "certificate revoked");
  });
});

Deno.test("profile 3: a gateway whose clock has not been set says so", async () => {
  await withDoor(3, async ({ port, folder, clients, door, books }) => {
    books.clock.setWall(Date.UTC(1970, 0, 1));
    const certificate = await clients.issue("CP1");
    assertEquals((await sClient(port, [], folder, { certificate })).status, REFUSED);
    assertEquals(door.refusals()[0]?.reason, "certificate not yet valid");
  });
});

Deno.test("A24: a charger that has come with a certificate comes with a password no more", async () => {
  await withDoor(3, async ({ port, folder, clients, door, books }) => {
    assertEquals(
      (await sClient(port, [], folder, { certificate: await clients.issue("CP1") })).status,
      ADMITTED,
    );
    assertEquals(books.site.charger("CP1")?.leastProfile, 3);
    for (const securityProfile of [0, 1, 2] as const) {
      const knock = {
        url: "/ocpp/CP1",
        authorization: BASIC,
        protocols: ["ocpp1.6"],
        remoteAddress: "10.0.0.9",
      };
      const admission = door.knock(knock, { path: "/ocpp", securityProfile });
      assert(admission.kind === "refuse" && admission.reason === "security profile too low");
    }
  });
});

Deno.test("who goes away in the middle of a handshake, or speaks no TLS, disturbs nobody", async () => {
  await withDoor(2, async ({ port, folder, door }) => {
    for (const text of ["GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01", ""]) {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      await connection.write(new TextEncoder().encode(text));
      if (text.startsWith("GET")) await connection.read(new Uint8Array(100)).catch(() => {});
      connection.close();
    }
    assertEquals((await sClient(port, [], folder, { authorization: BASIC })).status, ADMITTED);
    assertEquals(door.refusals().map(({ reason }) => reason), ["TLS handshake failed"]);
  });
});
