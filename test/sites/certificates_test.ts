import { assert, assertEquals } from "@std/assert";
import { testRequest } from "../support/certificates.ts";
import { type BareCharger, knock } from "./bare_charger.ts";
import { startGatewayProcess } from "./gateway_process.ts";
import { freePort } from "./until.ts";

async function entered(outcome: ReturnType<typeof knock>): Promise<BareCharger> {
  const found = await outcome;
  if (found.kind !== "open") throw new Error(`refused with ${found.status}`);
  return found.charger;
}

async function statusOf(outcome: ReturnType<typeof knock>): Promise<number> {
  const found = await outcome;
  if (found.kind === "refused") return found.status;
  await found.charger.close();
  return 101;
}

/** Answers everything as a willing charger does, until the gateway says `action`; its payload. */
async function wait(charger: BareCharger, action: string): Promise<Record<string, unknown>> {
  for (let mark = 0;; mark++) {
    const text = await charger.until(action, () => charger.got[mark]);
    const [kind, id, name, payload] = JSON.parse(text);
    if (kind !== 2) continue;
    charger.send(JSON.stringify([3, id, { status: "Accepted" }]));
    if (name === action) return payload;
  }
}

Deno.test("a charger of a real gateway goes from a password to a certificate, and not back", async () => {
  const [second, third, web] = [freePort(), freePort(), freePort()];
  const folder = { path: await Deno.makeTempDir(), webPort: web };
  await Deno.writeTextFile(
    `${folder.path}/site.yaml`,
    `
listen:
  chargers:
    - { host: 127.0.0.1, port: ${second}, securityProfile: 2, names: [localhost] }
    - { host: 127.0.0.1, port: ${third}, securityProfile: 3, names: [localhost, 127.0.0.1] }
  web: { port: ${web} }
chargers: { known: [{ id: CP1, password: secret }] }
`,
  );
  const gateway = await startGatewayProcess(folder);
  try {
    const authority = `${folder.path}/data/certificates`;
    const ca = await Deno.readTextFile(`${authority}/root-1.pem`);
    assertEquals(((await Deno.stat(`${authority}/root-1.key`)).mode ?? 0) & 0o777, 0o600);
    assert(!JSON.stringify(gateway.said).includes("PRIVATE"));
    const byPassword = { url: `wss://localhost:${second}/ocpp/CP1`, password: "secret" };
    const byCertificate = { url: `wss://localhost:${third}/ocpp/CP1` };
    assertEquals(await statusOf(knock({ ...byCertificate, tls: { ca } })), 401);

    const charger = await entered(knock({ ...byPassword, tls: { ca } }));
    const boot = { chargePointVendor: "Vendor", chargePointModel: "Model" };
    charger.send(JSON.stringify([2, "boot", "BootNotification", boot]));
    const { request, key } = await testRequest("CN=CP1,O=Depot");
    charger.send(JSON.stringify([2, "sign", "SignCertificate", { csr: request }]));
    const { certificateChain } = await wait(charger, "CertificateSigned");
    const cert = String(certificateChain);
    await charger.close();

    const tls = { ca, cert, key };
    assertEquals(await statusOf(knock({ ...byCertificate, tls })), 101);
    const other = { url: `wss://localhost:${third}/ocpp/CP2`, tls };
    assertEquals(await statusOf(knock(other)), 401, "the certificate of another charger");
    assertEquals(await statusOf(knock({ ...byPassword, tls: { ca } })), 401, "A24");
    assertEquals(await gateway.stop(), 0);

    const again = await startGatewayProcess(folder);
    try {
      assertEquals(await statusOf(knock({ ...byCertificate, tls })), 101, "after a restart too");
      assertEquals(await statusOf(knock({ ...byPassword, tls: { ca } })), 401);
      const revoked = await fetch(`http://127.0.0.1:${web}/api/v1/chargers/CP1/security`, {
        method: "POST",
        headers: { authorization: `Bearer ${again.token}`, "content-type": "application/json" },
        body: JSON.stringify({ do: "revoke-certificates", reason: "stolen" }),
      });
      assertEquals([revoked.status, await revoked.text().then((text) => text !== "")], [200, true]);
      assertEquals(await statusOf(knock({ ...byCertificate, tls })), 401);
    } finally {
      await again.stop();
    }
  } catch (error) {
    throw new Error(`${error}\n${gateway.said.join("\n")}`, { cause: error });
  } finally {
    await gateway.stop().catch(() => {});
    await Deno.remove(folder.path, { recursive: true });
  }
});
