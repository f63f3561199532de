import { assertEquals } from "@std/assert";
import { plugIn, startSession, stopSession, unplug } from "../bench/charger_load.ts";
import { startGatewayProcess } from "../sites/gateway_process.ts";
import { freePort } from "../sites/until.ts";
import { serverTest } from "../support/required_server.ts";
import { mountSmallDisk, SMALL_DISK } from "../support/small_disk.ts";
import { lookIntoLedger } from "./ledger_look.ts";

const DISK_BYTES = 16 * 1_048_576;
const PASSWORD = "password-of-the-charger";

function yaml(chargerPort: number, webPort: number): string {
  const host = "127.0.0.1";
  return JSON.stringify({
    listen: {
      chargers: [{ host, port: chargerPort, path: "/ocpp" }],
      web: { host, port: webPort },
    },
    chargers: {
      known: [1, 2].map((slot) => ({
        id: `CP${slot}`,
        password: PASSWORD,
        circuit: "grid",
        evses: [{ slot, failSafe: 6 }],
      })),
    },
    circuits: [{ id: "grid", limit: 64 }],
    authorization: { offline: { unknownTokens: "accept" } },
  });
}

serverTest(
  SMALL_DISK,
  "a session that runs when the disk fills is ended on disk through the reserve, a new one is refused in words",
  async () => {
    await using disk = await mountSmallDisk(DISK_BYTES);
    const [chargerPort, webPort] = [freePort(), freePort()];
    await Deno.writeTextFile(`${disk.path}/site.yaml`, yaml(chargerPort, webPort));
    const gateway = await startGatewayProcess({ path: disk.path, webPort });
    try {
      const url = `ws://127.0.0.1:${chargerPort}/ocpp`;
      const running = await plugIn(url, PASSWORD, 0);
      await disk.fill();
      running.registerWh += 5_000;
      await stopSession(running);
      const idle = await plugIn(url, PASSWORD, 1);
      await startSession(idle);
      const faults = JSON.stringify(await gateway.get("/faults"));
      await Promise.all([running, idle].map(unplug));
      assertEquals(/The disk is full: no session can begin/.test(faults), true, faults);
    } finally {
      await gateway.cutPower();
    }
    const sessions = (await lookIntoLedger(`${disk.path}/data`)).transactions;
    const first = sessions.find(({ chargerId }) => chargerId === "CP1");
    assertEquals(first?.stop?.meterStopWh, 1_005_000);
    const second = sessions.filter(({ chargerId }) => chargerId === "CP2");
    assertEquals(second.map(({ authorization: { reason } }) => reason), [
      "the disk is full: what runs is kept to its end",
      "the disk is full: what runs is kept to its end",
    ]);
  },
);
