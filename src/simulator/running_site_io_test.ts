import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createServer } from "node:http";
import { connectAsync } from "mqtt";
import { assume } from "../lib/assert.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createChargerDialer } from "./charger_dial_io.ts";
import { planDemo } from "./demo_plan.ts";
import { ANY_LOOPBACK_PORTS, type RunningSite, startSite } from "./running_site_io.ts";

async function withDemo(work: (demo: RunningSite) => Promise<void>): Promise<void> {
  const ids = createSeededIds(5);
  const plan = planDemo({ timeLapse: 20, startWallMs: Date.now() }, ids);
  const demo = await startSite(plan, ANY_LOOPBACK_PORTS, { ids, log: () => {}, line: () => {} });
  await work(demo);
  await demo.stop();
}

Deno.test("the meter of a demonstration shows what the building draws", async () => {
  await withDemo(async ({ places, site }) => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: places.meterPort });
    await connection.write(Uint8Array.of(0, 1, 0, 0, 0, 6, places.meterUnit, 4, 0, 6, 0, 6));
    const answer = new Uint8Array(21);
    for (let got = 0; got < answer.length;) {
      got += (await connection.read(answer.subarray(got))) ?? answer.length;
    }
    const view = new DataView(answer.buffer);
    const { amps } = site.meter();
    const read = [0, 4, 8].map((offset) => view.getFloat32(9 + offset));
    for (const [index, line] of (["L1", "L2", "L3"] as const).entries()) {
      // The building trembles by two in a hundred from one second to the next.
      assertAlmostEquals(read[index], Math.abs(amps[line]), 0.5);
    }
  });
});

Deno.test("the solar plant of a demonstration publishes what it gives", async () => {
  await withDemo(async ({ places, site }) => {
    const client = await connectAsync(places.brokerUrl, { reconnectPeriod: 0 });
    const heard = new Promise<string>((resolve) => {
      client.on("message", (_topic, payload) => resolve(payload.toString()));
    });
    await client.subscribeAsync(places.solarTopic);
    const watts = Number(await heard);
    assert(watts > 1_000, "it is ten in the morning");
    assertAlmostEquals(watts, site.solarWatts(), watts);
    await client.endAsync();
  });
});

Deno.test("the CSMS of a demonstration takes the gateway with its password only", async () => {
  await withDemo(async ({ places, plan }) => {
    const { dial } = createChargerDialer({ url: () => places.csmsUrl });
    const request = { identity: plan.csmsIdentity, protocols: ["ocpp2.0.1"], timeoutMs: 5_000 };
    const signal = new AbortController().signal;
    const stranger = await dial({ ...request, password: "guess" }, signal);
    assertEquals(stranger, { kind: "failed", reason: "HTTP 401" });
    const gateway = await dial({ ...request, password: plan.csmsPassword }, signal);
    assume(gateway.kind === "open", JSON.stringify(gateway));
    const gone = new Promise<number>((resolve) => {
      gateway.socket.listen({ message() {}, alive() {}, closed: (code) => resolve(code) });
    });
    gateway.socket.close(1000, "");
    assertEquals(await gone, 1000);
  });
});

Deno.test("the chargers of a demonstration dial the gateway with their own passwords", async () => {
  const dialled = new Map<string, string>();
  const all = Promise.withResolvers<void>();
  const server = createServer();
  server.on("upgrade", (request, socket) => {
    dialled.set(request.url ?? "", request.headers.authorization ?? "");
    socket.destroy();
    if (dialled.size === 6) all.resolve();
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  await withDemo(async (demo) => {
    demo.connectChargers(`ws://127.0.0.1:${port}/ocpp`);
    await all.promise;
    for (const { options } of demo.plan.site.chargers) {
      const expected = `Basic ${btoa(`${options.identity}:${options.password}`)}`;
      assertEquals(dialled.get(`/ocpp/${options.identity}`), expected);
    }
  });
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

Deno.test("the site.yaml of a demonstration leads to its ports", async () => {
  await withDemo((demo) => {
    const text = demo.siteYaml({ chargersPort: 1, webPort: 2, dataPath: "x" });
    for (const part of [demo.places.csmsUrl, demo.places.brokerUrl]) assert(text.includes(part));
    assertEquals(JSON.parse(text).meters[0].port, demo.places.meterPort);
    return Promise.resolve();
  });
});
