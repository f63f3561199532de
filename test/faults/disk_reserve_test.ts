import { assertEquals } from "@std/assert";
import { plugIn, stopSession, unplug } from "../bench/charger_load.ts";
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
  "sessions that run when the disk fills are ended on disk through the reserve, a new one is refused in words",
  async () => {
    await using disk = await mountSmallDisk(DISK_BYTES);
    const [chargerPort, webPort] = [freePort(), freePort()];
    await Deno.writeTextFile(`${disk.path}/site.yaml`, yaml(chargerPort, webPort));
    const gateway = await startGatewayProcess({ path: disk.path, webPort });
    try {
      const url = `ws://127.0.0.1:${chargerPort}/ocpp`;
      const running = [await plugIn(url, PASSWORD, 0), await plugIn(url, PASSWORD, 1)];
      await disk.fill();
      for (const session of running) {
        session.registerWh += 5_000;
        await stopSession(session);
      }
      const [charger] = running.map((session) => session.charger);
      const mark = charger?.mark() ?? 0;
      charger?.send(JSON.stringify([2, "next", "Authorize", { idTag: "CARD9" }]));
      const answer = JSON.stringify(await charger?.answer(mark));
      assertEquals(answer, JSON.stringify([3, "next", { idTagInfo: { status: "Invalid" } }]));
      const faults = JSON.stringify(await gateway.get("/faults"));
      await Promise.all(running.map(unplug));
      assertEquals(/The disk is full: no session can begin/.test(faults), true, faults);
    } finally {
      await gateway.cutPower();
    }
    const sessions = (await lookIntoLedger(`${disk.path}/data`)).transactions;
    assertEquals(sessions.map(({ stop }) => stop?.meterStopWh), [1_005_000, 1_005_000]);
  },
);
