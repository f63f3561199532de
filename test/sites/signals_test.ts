/**
 * What the grid wants, from its relay or its server down to the wires of chargers: the gateway is a
 * process of its own with the permissions it asks for itself, chargers are `ocpp-rpc` in strict mode,
 * `gpioget` is a script that shows the level of a file, the VTN is one for tests.
 */
import { assert, assertEquals } from "@std/assert";
import { eventJson, limitOf } from "../../src/signals/_openadr_events.ts";
import { CLIENT, openVtn, type TestVtn } from "../../src/signals/_vtn_io.ts";
import { type GatewayProcess, startGatewayProcess } from "./gateway_process.ts";
import { createRpcCharger, type RpcCharger } from "./rpc_charger.ts";
import { freePort } from "./until.ts";

const EV_AMPS = 32;
const WATTS_PER_AMP = 3 * 230;
/** Reductions go out at once; a slow machine takes its time to look at the contact twice. */
const REDUCED_WITHIN_MS = 30_000;
/** Raises wait for proof and come one after the other. */
const RAISED_WITHIN_MS = 120_000;
/** As libgpiod 1 has it, for this one line. */
const GPIOGET = (level: string) =>
  `#!/bin/sh
if [ "$1" = --version ]; then echo "gpioget (libgpiod) v1.6.3"; exit 0; fi
if [ "$*" != "-B pull-up gpiochip0 17" ]; then echo "gpioget: bad arguments: $*" >&2; exit 1; fi
cat ${level}
`;

const siteYaml = (ports: { readonly chargers: number; readonly web: number }, vtn: TestVtn) => `
site: { name: Test site, voltage: 230 }
listen:
  chargers: [{ host: 127.0.0.1, port: ${ports.chargers}, path: /ocpp, securityProfile: 1 }]
  web: { host: 127.0.0.1, port: ${ports.web} }
chargers:
  known:
    - { id: CP1, password: password-of-cp1, evses: [{ slot: 1, failSafe: 6 }] }
    - { id: CP2, password: password-of-cp2, evses: [{ slot: 2, failSafe: 6 }] }
circuits: [{ id: grid, limit: 50 }]
contacts:
  - { id: ripple, driver: gpio, line: 17, circuit: grid, limit: { kW: 8.4 } }
signals:
  - id: flex
    driver: openadr
    url: ${vtn.url}
    clientId: ${CLIENT.clientId}
    clientSecret: \${file:vtn-secret}
    program: flex
    interval: 5s
    circuit: grid
  - { id: box, driver: api, circuit: grid }
authorization: { offline: { unknownTokens: accept } }
`;

/** Two cars that take what they may. */
class Row {
  readonly sessions = new Map<RpcCharger, number>();
  constructor(readonly chargers: readonly RpcCharger[]) {}

  amps(): readonly number[] {
    return this.chargers.map((each) => Math.min(EV_AMPS, each.limitAmps()));
  }

  watts(): number {
    return this.amps().reduce((sum, each) => sum + each, 0) * WATTS_PER_AMP;
  }

  async begin(): Promise<void> {
    for (const charger of this.chargers) {
      await charger.connect();
      const boot = { chargePointVendor: "Independent", chargePointModel: "RPC" };
      await charger.call("BootNotification", boot);
      await charger.status("Preparing");
      const timestamp = new Date().toISOString();
      const start = { connectorId: 1, idTag: `CARD-${charger.id}`, meterStart: 0, timestamp };
      const { transactionId } = await charger.insist("StartTransaction", start);
      this.sessions.set(charger, Number(transactionId));
      await charger.status("Charging");
    }
  }

  /** What flows is measured again and again until `look` is content. */
  async until(
    what: string,
    withinMs: number,
    look: () => boolean | Promise<boolean>,
  ): Promise<void> {
    const endMs = performance.now() + withinMs;
    while (!(await look())) {
      assert(performance.now() < endMs, `not within ${withinMs} ms: ${what}; ${this.amps()} A`);
      for (const charger of this.chargers) await this.measure(charger);
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
  }

  private async measure(charger: RpcCharger): Promise<void> {
    const value = Math.min(EV_AMPS, charger.limitAmps()).toFixed(1);
    const sampledValue = ["L1", "L2", "L3"].map((phase) => ({
      value,
      measurand: "Current.Import",
      phase,
      unit: "A",
    }));
    await charger.insist("MeterValues", {
      connectorId: 1,
      transactionId: this.sessions.get(charger) ?? 0,
      meterValue: [{ timestamp: new Date().toISOString(), sampledValue }],
    });
  }
}

async function openSite() {
  const path = await Deno.makeTempDir();
  const level = `${path}/level`;
  await Deno.mkdir(`${path}/tools`);
  await Deno.writeTextFile(`${path}/tools/gpioget`, GPIOGET(level), { mode: 0o755 });
  await Deno.writeTextFile(level, "1\n");
  await Deno.writeTextFile(`${path}/vtn-secret`, CLIENT.clientSecret);
  const vtn = openVtn();
  const ports = { chargers: freePort(), web: freePort() };
  await Deno.writeTextFile(`${path}/site.yaml`, siteYaml(ports, vtn));
  const folder = { path, webPort: ports.web, tools: `${path}/tools` };
  const row = new Row(["CP1", "CP2"].map((id) =>
    createRpcCharger({
      id,
      url: `ws://127.0.0.1:${ports.chargers}/ocpp`,
      password: `password-of-${id.toLowerCase()}`,
    })
  ));
  return {
    folder,
    vtn,
    row,
    contact: (isActive: boolean) => Deno.writeTextFile(level, isActive ? "0\n" : "1\n"),
    async tell(gateway: GatewayProcess, id: string, body: unknown): Promise<number> {
      const response = await fetch(`http://127.0.0.1:${ports.web}/api/v1/signals/${id}`, {
        method: "POST",
        headers: { authorization: `Bearer ${gateway.token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      await response.body?.cancel();
      return response.status;
    },
  };
}

interface Limit {
  readonly signal?: string;
  readonly endedBy: string | null;
  readonly metAt: string | null;
}
interface SignalSeen {
  readonly id: string;
  readonly trouble: string | null;
  readonly limit: { readonly limit: number } | null;
}

Deno.test("what the grid wants by its relay, its server and its box is on the chargers' wires, and off again", async () => {
  const { folder, vtn, row, contact, tell } = await openSite();
  let gateway = await startGatewayProcess(folder);
  const seen = async (id: string) =>
    (await gateway.get("/signals") as SignalSeen[]).find((each) => each.id === id);
  const isMet = async (signal: string) =>
    (await gateway.get("/limits") as Limit[]).some((each) =>
      each.signal === signal && each.metAt !== null
    );
  const isDimmedTo = (kW: number) => () => row.watts() <= kW * 1_000;
  const isRaised = () => row.amps().every((amps) => amps >= 16);
  try {
    await row.begin();
    await row.until("both have more than the relay will leave", RAISED_WITHIN_MS, isRaised);

    await contact(true);
    await row.until("the relay leaves 8.4 kW", REDUCED_WITHIN_MS, isDimmedTo(8.4));
    await row.until("both go on within it", REDUCED_WITHIN_MS, () => {
      assert(isDimmedTo(8.4)(), `${row.watts()} W`);
      return row.amps().every((amps) => amps >= 6);
    });
    await contact(false);
    await row.until("the relay is open again", RAISED_WITHIN_MS, isRaised);

    assertEquals(await tell(gateway, "box", { kW: 4.2, minutes: 60 }), 200);
    await row.until("the box leaves 4.2 kW for both", REDUCED_WITHIN_MS, isDimmedTo(4.2));
    await row.until("the record says so", REDUCED_WITHIN_MS, () => isMet("box"));
    assertEquals(await tell(gateway, "box", { kW: null }), 200);

    vtn.events = [eventJson({
      intervalPeriod: { start: "0001-01-01", duration: "P9999Y" },
      intervals: [{ id: 0, payloads: [limitOf(9)] }],
    })];
    await row.until("the VTN is heard", REDUCED_WITHIN_MS, async () => {
      return (await seen("flex"))?.limit?.limit === 9_000;
    });
    await row.until("the VTN leaves 9 kW", REDUCED_WITHIN_MS, isDimmedTo(9));
    await row.until("the record says so", REDUCED_WITHIN_MS, () => isMet("flex"));

    await vtn.close();
    await row.until("the VTN is missed", REDUCED_WITHIN_MS, async () => {
      return (await seen("flex"))?.trouble !== null;
    });
    await gateway.cutPower();
    gateway = await startGatewayProcess(folder);
    await row.until("what the VTN said holds", REDUCED_WITHIN_MS, async () => {
      return (await seen("flex"))?.limit?.limit === 9_000;
    });
    assert(isDimmedTo(9)(), `${row.watts()} W after the restart`);

    const record = await gateway.get("/limits") as Limit[];
    assertEquals(record.map(({ signal, endedBy }) => [signal, endedBy]), [
      ["flex", null],
      ["box", "lifted"],
      ["contacts", "lifted"],
    ]);
  } finally {
    await Promise.all(row.chargers.map((each) => each.close()));
    await gateway.stop();
    await vtn.close();
    await Deno.remove(folder.path, { recursive: true });
  }
});
