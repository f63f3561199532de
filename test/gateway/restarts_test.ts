import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CHARGERS_TIMING } from "../../src/chargers/mod.ts";
import { createGateway } from "../../src/gateway.ts";
import { createSeededIds } from "../../src/lib/ids.ts";
import { createVirtualClock } from "../../src/lib/virtual_clock.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Payload } from "../support/frame_peer.ts";
import { createMemoryDialer, MEMORY_LISTENING } from "../support/memory_edges.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const startedAt = ({ clock }: SiteBench) => new Date(clock.wallMs()).toISOString();

// The power goes out

Deno.test("after the power was out the gateway knows what it knew, and chargers need not boot again", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  const timestamp = startedAt(site);
  const { number } = await charger.start("ASHA", { timestamp });
  await site.csms.now().result("ChangeConfiguration", { key: "LocalPreAuthorize", value: "true" });
  await site.csms.now().result("ChangeAvailability", { connectorId: 3, type: "Inoperative" });
  await site.clock.advance(5_000);
  site.kill();
  await site.clock.advance(10_000);
  assertEquals(charger.closed(), "1006");
  await site.start();
  const back = await site.connect("CP1");
  assertEquals((await back.result("Heartbeat", {}))["currentTime"], startedAt(site));
  await back.meter(number, 1_400, 16);
  await site.clock.advance(1_000);
  await back.stop(number, 1_500);
  await site.clock.advance(70_000);
  assertEquals(site.csms.heard("StartTransaction").length, 1);
  assertEquals(
    site.csms.heard("MeterValues", "StopTransaction").map(({ payload }) =>
      payload["transactionId"]
    ),
    [501, 501],
  );
  const { views } = site.gateway().web;
  assertEquals(views.evse(3)?.operative, false);
  const key = ["LocalPreAuthorize", "NumberOfConnectors"];
  const { configurationKey } = Object(await site.csms.now().result("GetConfiguration", { key }));
  assertEquals(configurationKey.map(({ value }: { value: string }) => value), ["true", "3"]);
  await site.stop();
});

Deno.test("a charger that never got its answer repeats its start to the new gateway, and there is one session", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  const timestamp = startedAt(site);
  const first = await charger.start("ASHA", { timestamp });
  site.kill();
  await site.clock.advance(1_000);
  await site.start();
  const back = await site.connect("CP1");
  assertEquals(await back.start("ASHA", { timestamp }), first);
  await back.stop(first.number, 1_500, { timestamp });
  await back.stop(first.number, 1_500, { timestamp });
  await site.clock.advance(5_000);
  assertEquals(
    site.csms.heard("StartTransaction", "StopTransaction").map(({ action }) => action),
    ["StartTransaction", "StopTransaction"],
  );
  assertEquals((await site.store.load(site.clock.wallMs())).transactions.length, 1);
  await site.stop();
});

Deno.test("what was not on disk was not answered either: the power may go out at any moment of a start", async () => {
  for (let timers = 0; timers < 12; timers++) {
    const site = await openSite({ unknownOffline: true });
    const charger = await site.arrive("CP1");
    await site.loseCsms();
    const timestamp = startedAt(site);
    charger.say("start", "StartTransaction", {
      connectorId: 1,
      idTag: "ASHA",
      meterStart: 1_000,
      timestamp,
    });
    for (let count = 0; count < timers; count++) await site.clock.step();
    const before = charger.replyTo("start");
    site.kill();
    await site.clock.advance(1_000);
    await site.start();
    const back = await site.connect("CP1");
    const again = await back.start("ASHA", { timestamp });
    if (before.kind === "result") {
      assertEquals(again.number, before.payload["transactionId"], `after ${timers} timers`);
    }
    const { transactions, outbox } = await site.store.load(site.clock.wallMs());
    assertEquals([transactions.length, outbox.length], [1, 1], `after ${timers} timers`);
    await site.stop();
  }
});

Deno.test("a gateway that comes back without its CSMS decides from what it had learnt", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  site.dialer.policy = { kind: "failed", reason: "connection refused", httpStatus: null };
  site.kill();
  await site.clock.advance(3_600_000);
  await site.start();
  const back = await site.connect("CP1");
  assertEquals(await back.authorize("ASHA"), "Accepted");
  assertEquals(await back.authorize("BEN"), "Invalid");
  await site.stop();
});

Deno.test("limits from before the power was out count until they expire", async () => {
  const site = await openSite({ gridAmps: 40 });
  const first = await site.arrive("CP1");
  await first.status("Preparing");
  await first.start("ASHA");
  await first.status("Charging");
  await site.clock.advance(30_000);
  assertEquals(first.limitAmps(), 26);
  site.kill();
  await site.clock.advance(1_000);
  await site.start();
  const second = await site.arrive("CP2");
  await second.status("Preparing");
  await second.start("BEN");
  await second.status("Charging");
  await site.clock.advance(30_000);
  assertEquals(
    second.limitAmps(),
    6,
    "38 A less the 26 A that CP1 may still draw, and the 6 A of CP3",
  );
  await site.clock.advance(1_100_000);
  assertEquals(second.limitAmps(), 26);
  await site.stop();
});

// In order

Deno.test("the last reading before the end is told, also when the gateway was stopped in between", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  const { number } = await charger.start("ASHA");
  await charger.meter(number, 1_200, 16);
  await site.clock.advance(10_000);
  await charger.meter(number, 1_400, 16);
  await site.stop();
  await site.start();
  const back = await site.connect("CP1");
  await site.clock.advance(5_000);
  await back.stop(number, 1_500);
  await site.clock.advance(70_000);
  assertEquals(
    site.csms.heard("MeterValues", "StopTransaction").map(({ action, payload }) =>
      action === "StopTransaction" ? payload["meterStop"] : registersOf(payload)
    ),
    ["1200", "1400", 1_500],
  );
  await site.stop();
});

function registersOf({ meterValue }: Payload): string {
  return Object(meterValue).flatMap(({ sampledValue }: { sampledValue: readonly Payload[] }) =>
    sampledValue.filter(({ unit }) => unit === "Wh").map(({ value }) => value)
  ).join();
}

Deno.test("stop() closes both edges with 1012 and leaves no timer", async () => {
  const site = await openSite({ metered: true });
  site.meter.read(10);
  const charger = await site.arrive("CP1");
  await charger.start("ASHA");
  await site.stop();
  assertEquals(charger.closed(), "1012 gateway restarts");
  assertEquals(site.csms.now().closed(), "1012 gateway restarts");
});

Deno.test("stop() is held up neither by a charger nor by a CSMS that is not there any more", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  charger.pair.cut();
  site.dialer.pairs.at(-1)?.cut();
  const startMs = site.clock.monoMs();
  await site.stop();
  assert(site.clock.monoMs() - startMs <= 5_000);
});

Deno.test("a gateway that was stopped in order goes on where it was", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await site.loseCsms();
  const { number } = await charger.start("ASHA");
  await site.stop();
  site.dialer.policy = { kind: "open" };
  await site.start();
  const back = await site.connect("CP1");
  await back.stop(number, 2_000);
  await site.clock.advance(5_000);
  assertEquals(
    site.csms.heard("StartTransaction", "StopTransaction").map(({ action }) => action),
    ["StartTransaction", "StopTransaction"],
  );
  await site.stop();
});

Deno.test("what chargers did their own way is counted on, on the page and in the metrics", async () => {
  const site = await openSite();
  const spelled = async (charger: Awaited<ReturnType<typeof site.arrive>>) => {
    const timestamp = startedAt(site);
    const status = { connectorId: 1, errorCode: "noerror", status: "Available", timestamp };
    await charger.result("StatusNotification", status);
  };
  const shown = () => site.gateway().web.views.charger("CP1")?.coercions["spelling"];
  await spelled(await site.arrive("CP1"));
  assertEquals(shown(), 1);
  await site.stop();
  await site.start();
  await spelled(await site.connect("CP1"));
  assertEquals(shown(), 2);
  assertStringIncludes(
    await site.gateway().web.metrics(),
    'sangam_quirks_total{quirk="spelling"} 2',
  );
  await site.clock.advance(3_700_000);
  site.kill();
  await site.clock.advance(1_000);
  await site.start();
  assertEquals(shown(), 2, "a power cut after the hour costs nothing");
  await site.stop();
});

Deno.test("Reset is answered first, and then the gateway is wanted to start anew; its sessions go on (ruling 11)", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.start("ASHA");
  let wanted: string | null = null;
  const restart = site.gateway().restartWanted.then((reason) => wanted = reason);
  assertEquals(await site.csms.now().result("Reset", { type: "Soft" }), { status: "Accepted" });
  assertEquals(wanted, null);
  await site.clock.advance(1_000);
  await restart;
  assertEquals(wanted, "reset (OnIdle) by the CSMS");
  assertEquals(charger.payloads("Reset"), []);
  await site.stop();
});

Deno.test("a gateway whose port is taken says so and leaves nothing running", async () => {
  const clock = createVirtualClock();
  const listener = {
    start: () => Promise.reject(new Error("Cannot listen: port 9220 is in use")),
    stop: () => Promise.resolve(),
  };
  await assertRejects(
    () =>
      createGateway({
        siteName: "Pune Depot",
        timezone: "Asia/Kolkata",
        language: "en",
        nominalVoltageV: 230,
        csms: null,
        meterIntervalS: 60,
        retryIntervalS: 10,
        chargers: {
          known: [],
          adopt: "ask",
          places: [],
          versions: ["ocpp1.6"],
          nominalVoltageV: 230,
          dataTransferVendors: [],
          timing: CHARGERS_TIMING,
        },
        adoptInto: "grid",
        circuits: [],
        places: [],
        authorization: {
          knownOffline: true,
          unknownOffline: false,
          cacheLifetimeMs: 1,
          masterPassGroup: "",
          freeVend: null,
        },
        balancing: { strategy: "fair", marginAmps: 2 },
        tariff: null,
      }, {
        clock,
        ids: createSeededIds(1),
        log: () => {},
        store: createMemoryStore(),
        listeners: [{ listener, options: MEMORY_LISTENING }],
        dialer: createMemoryDialer(clock),
        meters: [],
        releasedMs: Date.UTC(2025, 0, 1),
        memoryBytes: () => 0,
      }),
    Error,
    "port 9220 is in use",
  );
  assertEquals(clock.pending(), 0);
});

Deno.test("while anything is open or waits, the CSMS is offered first what it was spoken to in last", async () => {
  const site = await openSite({ protocols: ["ocpp2.1", "ocpp1.6"] });
  const offered = () => site.dialer.requests.at(-1)?.protocols;
  const again = async () => {
    site.kill();
    await site.start();
    return offered();
  };
  assertEquals(offered(), ["ocpp2.1", "ocpp1.6"], "nothing was ever spoken");
  assertEquals(await again(), ["ocpp2.1", "ocpp1.6"], "nothing is open");
  const charger = await site.arrive("CP1");
  const { number } = await charger.start("ASHA");
  await site.clock.advance(5_000);
  assertEquals(await again(), ["ocpp1.6", "ocpp2.1"]);
  await site.loseCsms();
  const back = await site.connect("CP1");
  await back.stop(number, 1_500);
  assertEquals(await again(), ["ocpp1.6", "ocpp2.1"], "its end waits");
  await site.restoreCsms();
  await site.clock.advance(10_000);
  assertEquals(await again(), ["ocpp2.1", "ocpp1.6"]);
  await site.stop();
});
