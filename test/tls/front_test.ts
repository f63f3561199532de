import { assert, assertEquals } from "@std/assert";
import { DAY_MS, testAuthority } from "../support/certificates.ts";
import { HAPROXY, type Haproxy, startHaproxy } from "../support/haproxy.ts";
import { type PemFolder, pemFolder, sClient } from "../support/openssl.ts";
import { serverTest } from "../support/required_server.ts";
import { type TestDoor, withDoor } from "../support/tls_door.ts";

const KEY = "a-secret-of-the-front";
const ADMITTED = "HTTP/1.1 101 Switching Protocols";
const BASIC = `Basic ${btoa("CP1:secret")}`;
/** All that some chargers know. */
const OLD_SUITES = ["AES128-GCM-SHA256", "AES256-GCM-SHA384"];

interface Front {
  readonly haproxy: Haproxy;
  readonly folder: PemFolder;
  readonly second: TestDoor;
  readonly third: TestDoor;
}

/** The shipped configuration of HAProxy, with Sangam's doors of profiles 2 and 3 behind it. */
async function withFront(during: (front: Front) => Promise<void>): Promise<void> {
  const servers = await testAuthority("gateways");
  const [rsa, ecdsa] = await Promise.all([
    servers.issue("gateway.local", { key: "RSA" }),
    servers.issue("gateway.local"),
  ]);
  const behind = { tls: null, front: KEY } as const;
  await withDoor(
    { ...behind, securityProfile: 2 },
    (second) =>
      withDoor({ ...behind, securityProfile: 3 }, async (third) => {
        using folder = pemFolder();
        await using haproxy = await startHaproxy(folder, {
          key: KEY,
          behind: { profile2: second.port, profile3: third.port },
          rsa: rsa.cert + "\n" + rsa.key,
          ecdsa: ecdsa.cert + "\n" + ecdsa.key,
          roots: third.clients.cert,
        });
        await during({ haproxy, folder, second, third });
      }),
  );
}

serverTest(
  HAPROXY,
  "a charger that knows TLS_RSA_WITH_AES alone comes in with its password",
  async () => {
    await withFront(async ({ haproxy, folder, second }) => {
      for (const suite of OLD_SUITES) {
        const options = ["-tls1_2", "-cipher", suite];
        const peer = await sClient(haproxy.ports.profile2, options, folder, {
          authorization: BASIC,
        });
        assertEquals([peer.suite, peer.status], [`TLSv1.2 ${suite}`, ADMITTED]);
      }
      const wrong = `Basic ${btoa("CP1:guess")}`;
      const { status } = await sClient(haproxy.ports.profile2, ["-tls1_2"], folder, {
        authorization: wrong,
      });
      assertEquals(status, "HTTP/1.1 401 Unauthorized");
      assertEquals(second.door.refusals()[0]?.address, "127.0.0.1");
    });
  },
);

serverTest(HAPROXY, "and with its certificate, which Sangam judges itself", async () => {
  await withFront(async ({ haproxy, folder, third: { clients, door, books } }) => {
    const past = new Date(Date.now() - 60_000);
    const cases = [
      [await clients.issue("CP1", { key: "RSA" }), "admitted"],
      [await clients.issue("CP1"), "admitted"],
      [await clients.issue("CP2"), "certificate of another charger"],
      [await clients.issue("CP1", { notAfter: past }), "certificate expired"],
      [
        await clients.issue("CP1", { notBefore: new Date(Date.now() + DAY_MS / 2) }),
        "certificate not yet valid",
      ],
      [await (await testAuthority("chargers")).issue("CP1"), "certificate of another issuer"],
      [undefined, "no certificate"],
    ] as const;
    for (const [certificate, expected] of cases) {
      for (const version of ["-tls1_2", "-tls1_3"]) {
        const { status } = await sClient(
          haproxy.ports.profile3,
          [version, "-cipher", "AES128-GCM-SHA256"],
          folder,
          certificate === undefined ? {} : { certificate },
        );
        // Five failures within a minute would be too many.
        await books.clock.advance(61_000);
        books.clock.setWall(Date.now());
        const seen = status === ADMITTED ? "admitted" : door.refusals()[0]?.reason;
        assertEquals([version, seen], [version, expected]);
      }
    }
    books.certificates.book.revoke("CP1", "stolen", Date.now());
    const [[revoked]] = cases;
    await sClient(haproxy.ports.profile3, ["-tls1_2"], folder, { certificate: revoked });
    assertEquals(door.refusals()[0]?.reason, "certificate revoked");
  });
});

serverTest(HAPROXY, "what a charger says in the front's words counts for nothing", async () => {
  await withFront(async ({ haproxy, folder, third: { clients, door, port } }) => {
    const { cert } = await clients.issue("CP1");
    const chain = cert.replace(/-----[^-]+-----|\s/g, "");
    const forged = `${BASIC}\r\nX-Client-Verify: 0\r\nX-Client-Certificate: ${chain}`;
    const through = await sClient(haproxy.ports.profile3, ["-tls1_2"], folder, {
      authorization: forged,
    });
    assertEquals(through.status, "HTTP/1.1 401 Unauthorized");
    assertEquals(door.refusals()[0]?.reason, "no certificate");
    // Beside the front, from another program on this machine that does not know its secret.
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const head =
      "GET /ocpp/CP1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
      `X-Forwarded-For: 192.168.7.20\r\nAuthorization: ${forged}\r\n\r\n`;
    await connection.write(new TextEncoder().encode(head));
    const answer = await connection.read(new Uint8Array(1_000)).catch(() => null);
    connection.close();
    assert(answer === null, "it is cut off without an answer");
  });
});

serverTest(
  HAPROXY,
  "versions below TLS 1.2 and weaker suites are refused by the front too",
  async () => {
    await withFront(async ({ haproxy, folder }) => {
      for (
        const options of [
          ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
          ["-tls1_2", "-cipher", "AES128-SHA"],
          ["-tls1_2", "-cipher", "AES128-SHA256"],
        ]
      ) {
        const { suite } = await sClient(haproxy.ports.profile2, options, folder);
        assertEquals([options[1], suite], [options[1], null]);
      }
    });
  },
);
