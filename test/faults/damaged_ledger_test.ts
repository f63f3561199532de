import { assert, assertEquals } from "@std/assert";
import { makeBackup } from "../../src/store/backups_io.ts";
import { plugIn, stopSession, unplug } from "../bench/charger_load.ts";
import { startGatewayProcess } from "../sites/gateway_process.ts";
import { freePort } from "../sites/until.ts";
import { lookIntoLedger } from "./ledger_look.ts";

const PASSWORD = "password-of-the-charger";
const BACKUP_MS = Date.UTC(2026, 4, 1, 3);

function yaml(chargerPort: number, webPort: number): string {
  const host = "127.0.0.1";
  return JSON.stringify({
    listen: {
      chargers: [{ host, port: chargerPort, path: "/ocpp" }],
      web: { host, port: webPort },
    },
    chargers: {
      known: [{
        id: "CP1",
        password: PASSWORD,
        circuit: "grid",
        evses: [{ slot: 1, failSafe: 6 }],
      }],
    },
    circuits: [{ id: "grid", limit: 64 }],
    authorization: { offline: { unknownTokens: "accept" } },
  });
}

Deno.test("a ledger that is damaged is replaced by its backup and what can be read of it; charging goes on, under new numbers", async () => {
  const path = await Deno.makeTempDir();
  const [chargerPort, webPort] = [freePort(), freePort()];
  const ledger = `${path}/data/ledger.db`;
  await Deno.writeTextFile(`${path}/site.yaml`, yaml(chargerPort, webPort));
  const url = `ws://127.0.0.1:${chargerPort}/ocpp`;

  /** One run of the gateway, with one session in it. */
  async function charge(): Promise<{ readonly number: number; readonly faults: string }> {
    const gateway = await startGatewayProcess({ path, webPort });
    try {
      const charger = await plugIn(url, PASSWORD, 0);
      charger.registerWh += 5_000;
      await stopSession(charger);
      await unplug(charger);
      return {
        number: charger.transactionId,
        faults: JSON.stringify(await gateway.get("/faults")),
      };
    } finally {
      await gateway.stop();
    }
  }

  try {
    const first = await charge();
    await makeBackup(ledger, `${path}/data/backups`, { keep: 7, nowWallMs: BACKUP_MS });
    const second = await charge();
    // The first page of the file, with the shape of all tables.
    const bytes = await Deno.readFile(ledger);
    await Deno.writeFile(ledger, bytes.fill(0xa5, 100, 1_024));
    const third = await charge();
    assert(/The backup of 2026-05-01T03:00:00.000Z is in its place/.test(third.faults));
    const { transactions } = await lookIntoLedger(`${path}/data`);
    assertEquals(transactions.map(({ number }) => number), [third.number, first.number]);
    assert(third.number > second.number, "a number was given twice");
    const kept = [...Deno.readDirSync(`${path}/data`)].map(({ name }) => name)
      .filter((name) => name.startsWith("ledger.db.damaged-"));
    assert(kept.length > 0, "the damaged ledger is kept");
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});
