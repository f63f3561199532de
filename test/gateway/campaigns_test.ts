/**
 * Campaigns of firmware through the whole gateway on virtual time, with chargers that start anew, lose
 * their connections and fail, gateways that lose their power, and a CSMS that is away: the ledger, the
 * page and the last word of the CSMS agree in the end.
 */
import { assertEquals } from "@std/assert";
import { assume } from "../../src/lib/assert.ts";
import { createHash } from "node:crypto";
import type { FileStore } from "../../src/files/mod.ts";
import type { CampaignWish } from "../../src/site/mod.ts";
import { openSite, type SiteBench, type SiteFacts } from "./site_bench.ts";
import type { PlayedCharger } from "./played.ts";

const MINUTE_MS = 60_000;
const IMAGE = new TextEncoder().encode("firmware 2.0");

/** Files in memory: they outlive the gateway's runs. */
function memoryFiles(): FileStore {
  const parts = new Map<string, Uint8Array[]>();
  const whole = new Map<string, Uint8Array>();
  const hex = (kind: string, content: Uint8Array) => createHash(kind).update(content).digest("hex");
  return {
    part(key) {
      const pieces: Uint8Array[] = [];
      parts.set(key, pieces);
      return Promise.resolve({
        get bytes() {
          return pieces.reduce((sum, { length }) => sum + length, 0);
        },
        mark: null,
        restart: () => Promise.resolve(),
        write: (piece) => Promise.resolve(void pieces.push(piece.slice())),
        close: () => Promise.resolve(),
      });
    },
    keep(key) {
      const content = new Uint8Array((parts.get(key) ?? []).flatMap((piece) => [...piece]));
      const sha256 = hex("sha256", content);
      whole.set(sha256, content);
      return Promise.resolve({ sha256, md5: hex("md5", content), bytes: content.length });
    },
    discard: () => Promise.resolve(),
    async *read(sha256, from = 0) {
      yield await Promise.resolve((whole.get(sha256) ?? new Uint8Array()).subarray(from));
    },
    remove: (sha256) => Promise.resolve(void whole.delete(sha256)),
    sweep: () => Promise.resolve(),
  };
}

function filesFact(): SiteFacts["files"] {
  return {
    service: {
      address: "10.0.0.1",
      http: { host: "127.0.0.1", port: 0, tls: null },
      ftp: null,
      way16: "http",
      bytesMax: 1_000_000,
      keepBytesMax: 1_000_000,
      makers: () => null,
      ca: () => null,
    },
    ports: {
      fetcher: { fetch: () => Promise.resolve({ kind: "refused", reason: "no network" }) },
      bringer: {
        bring: () =>
          Promise.resolve({ kind: "refused", why: "NotSupportedOperation", reason: "no network" }),
      },
      store: memoryFiles(),
      logStore: memoryFiles(),
      rules: { schemes: ["https"], hosts: [] },
      serve: () =>
        Promise.resolve({ httpPort: 9280, ftpPort: null, stop: () => Promise.resolve() }),
    },
  };
}

async function* inOne(content: Uint8Array) {
  yield await Promise.resolve(content);
}

/** A charger that starts and says what it runs. */
async function arrive(site: SiteBench, id: string, firmwareVersion: string) {
  const charger = await site.connect(id);
  charger.answer("UpdateFirmware", {});
  await charger.result("BootNotification", {
    chargePointVendor: "Vendor",
    chargePointModel: "Model",
    firmwareVersion,
  });
  await charger.status("Available");
  await site.clock.advance(10_000);
  return charger;
}

const orders = (charger: PlayedCharger) => charger.payloads("UpdateFirmware").length;

async function begin(site: SiteBench, rules: Partial<CampaignWish["rules"]> = {}) {
  const { web } = site.gateway();
  assume(web.firmware !== undefined, "files are served");
  const kept = await web.firmware.upload(inOne(IMAGE), {
    name: "fw.bin",
    by: "asha",
    meantFor: { vendor: "Vendor", model: "Model", version: "2.0" },
    bytes: IMAGE.length,
    checksum: null,
    signing: null,
  });
  assume(kept.kind === "kept", JSON.stringify(kept));
  const wish: CampaignWish = {
    name: "Spring",
    image: kept.image.sha256,
    chargers: ["CP1", "CP2", "CP3"],
    rules: {
      waves: [1],
      perCircuitMax: null,
      onlyIdle: true,
      window: null,
      failurePercentMax: 100,
      timeoutMs: 30 * MINUTE_MS,
      triesMax: 2,
      ...rules,
    },
  };
  const outcome = await web.commands.firmware({ do: "begin-campaign", wish }, "asha");
  assume(outcome.kind === "accepted", JSON.stringify(outcome));
  await site.clock.advance(1_000);
  return outcome.detail;
}

function statesOf(site: SiteBench, id: string): string {
  const campaign = site.gateway().web.firmware?.campaign(id);
  return campaign?.chargers.map(({ state }) => state).join(" ") ?? "";
}

/** What the CSMS was told of firmware, by status and by security event. */
function heardOf(site: SiteBench) {
  const statuses = site.csms.heard("FirmwareStatusNotification").length;
  const events = site.csms.heard("SecurityEventNotification").map(({ payload }) => payload)
    .filter((each) => each["type"] === "FirmwareUpdated").map((each) => each["techInfo"]);
  return { statuses, events };
}

Deno.test("a campaign goes through boots, lost connections, two power cuts and a CSMS that is away; all agree in the end", async () => {
  const files = filesFact();
  const site = await openSite(files === undefined ? {} : { files });
  site.csms.answer("SecurityEventNotification", {});
  const first = await arrive(site, "CP1", "1.0");
  let second = await arrive(site, "CP2", "1.0");
  const third = await arrive(site, "CP3", "1.0");
  const id = await begin(site);
  assertEquals([orders(first), orders(second)], [1, 0], "wave 1 is one charger");

  // It fetches and starts anew, while nobody above listens.
  await site.loseCsms();
  await first.result("FirmwareStatusNotification", { status: "Downloading" });
  await first.result("FirmwareStatusNotification", { status: "Installed" });
  await site.clock.advance(1_000);
  assertEquals(statesOf(site, id), "checking queued queued");
  first.pair.far.terminate();
  await site.clock.advance(1_000);
  await arrive(site, "CP1", "2.0");
  assertEquals(statesOf(site, id), "done updating updating");

  // The power of the gateway goes out while two are under way.
  site.kill();
  await site.start();
  second = await arrive(site, "CP2", "1.0");
  assertEquals([orders(second), statesOf(site, id)], [0, "done updating updating"]);
  await second.result("FirmwareStatusNotification", { status: "InstallationFailed" });
  await site.clock.advance(1_000);
  assertEquals(statesOf(site, id), "done queued updating");
  assertEquals(orders(third) <= 1, true);
  await arrive(site, "CP3", "2.0");
  assertEquals(statesOf(site, id), "done queued done");

  // The second try, after a cut in between, comes to its end.
  site.kill();
  await site.start();
  second = await arrive(site, "CP2", "1.0");
  await site.clock.advance(6 * MINUTE_MS);
  assertEquals([orders(second), statesOf(site, id)], [1, "done updating done"]);
  await second.result("FirmwareStatusNotification", { status: "Installed" });
  second.pair.far.terminate();
  await site.clock.advance(1_000);
  await arrive(site, "CP2", "2.0");
  assertEquals(statesOf(site, id), "done done done");

  await site.restoreCsms();
  await site.clock.advance(MINUTE_MS);
  const page = site.gateway().web.firmware?.campaign(id);
  const kept = (await site.store.load(0))["firmware-campaigns"].get(id);
  assertEquals([page?.state, kept?.state], ["over", "over"]);
  assertEquals(kept?.chargers.map(({ state }) => state), ["done", "done", "done"]);
  assertEquals(heardOf(site), {
    statuses: 0,
    events: ["CP1: 2.0", "CP3: 2.0", "CP2: 2.0"],
  });
  await site.stop();
});

Deno.test("a campaign leaves a charger that charges alone, and what the CSMS orders goes before it", async () => {
  const files = filesFact();
  const site = await openSite(files === undefined ? {} : { files });
  const first = await arrive(site, "CP1", "1.0");
  await arrive(site, "CP2", "1.0");
  await arrive(site, "CP3", "1.0");
  const { number } = await first.start("04A1B2C3");
  const id = await begin(site);
  await site.clock.advance(5 * MINUTE_MS);
  assertEquals([orders(first), statesOf(site, id)], [0, "queued queued queued"]);
  await first.stop(number, 2_000);
  await first.status("Available");
  await site.clock.advance(MINUTE_MS);
  assertEquals([orders(first), statesOf(site, id)], [1, "updating queued queued"]);
  const order = site.gateway().web.firmware?.orders()[0];
  const again = { do: "update", chargerId: "CP1", image: order?.image ?? "" } as const;
  const refused = await site.gateway().web.commands.firmware(again, "asha");
  assertEquals(refused.kind, "refused", "it is getting firmware already");
  const cancelled = await site.gateway().web.commands.firmware(
    { do: "cancel-campaign", id },
    "asha",
  );
  assertEquals(cancelled.kind, "accepted");
  await site.clock.advance(MINUTE_MS);
  assertEquals(statesOf(site, id), "cancelled cancelled cancelled");
  assertEquals(site.gateway().web.firmware?.orders().map(({ stage }) => stage), ["over"]);
  await site.stop();
});
