import { assert, assertEquals } from "@std/assert";
import { plugIn, unplug } from "../bench/charger_load.ts";
import { startGatewayProcess } from "../sites/gateway_process.ts";
import { freePort } from "../sites/until.ts";

const PASSWORD = "password-of-the-charger";

Deno.test("telemetry lies beside the ledger; damaged or deleted, it stops nothing and costs no session", async () => {
  const path = await Deno.makeTempDir();
  const [chargerPort, webPort] = [freePort(), freePort()];
  const host = "127.0.0.1";
  const file = `${path}/data/telemetry.db`;
  await Deno.writeTextFile(
    `${path}/site.yaml`,
    JSON.stringify({
      listen: {
        chargers: [{ host, port: chargerPort, path: "/ocpp" }],
        web: { host, port: webPort },
      },
      chargers: {
        known: [{ id: "CP1", password: PASSWORD, circuit: "grid", evses: [{ slot: 1 }] }],
      },
      circuits: [{ id: "grid", limit: 64 }],
      authorization: { offline: { unknownTokens: "accept" } },
    }),
  );

  /** One run with a session in it: how many decisions and sessions are known in the end. */
  async function charge(): Promise<readonly [number, number]> {
    const gateway = await startGatewayProcess({ path, webPort });
    try {
      const charger = await plugIn(`ws://${host}:${chargerPort}/ocpp`, PASSWORD, 0);
      const decisions = await gateway.get("/decisions?charger=CP1");
      const sessions = await gateway.get("/transactions");
      await unplug(charger);
      return [Object(decisions).length, Object(sessions).length];
    } finally {
      await gateway.stop();
    }
  }

  try {
    const [each] = await charge();
    assert(each > 0);
    assertEquals(await charge(), [each * 2, 2]);
    const bytes = await Deno.readFile(file);
    await Deno.writeFile(file, bytes.fill(0xa5));
    assertEquals(await charge(), [each, 3]);
    assert((await Deno.stat(`${file}.damaged`)).isFile);
    await Deno.remove(file);
    assertEquals(await charge(), [each, 4]);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
