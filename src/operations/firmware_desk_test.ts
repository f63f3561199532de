import { assert, assertEquals } from "@std/assert";
import { createFileCounter, type Obtained } from "../files/mod.ts";
import { createEvents } from "../lib/events.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { InsideCall, SpokenOutcome } from "../ocpp/mod.ts";
import {
  type ChargerRecord,
  type FirmwareImage,
  type FirmwareOrder,
  newCharger,
  type SiteEvents,
} from "../site/mod.ts";
import { createFirmwareDesk } from "./firmware_desk.ts";

const IMAGE: FirmwareImage = {
  sha256: "ab",
  md5: "cd",
  bytes: 3,
  name: "fw.bin",
  locationDigest: null,
  from: "files.example.com",
  keptAtMs: 0,
  usedAtMs: 0,
  meantFor: { vendor: "Maker", model: "X", version: "2.0" },
};
const HERE: Obtained = { kind: "here", image: IMAGE };
const ORDER: InsideCall<"UpdateFirmware"> = {
  action: "UpdateFirmware",
  message: {
    firmware: {
      location: "https://files.example.com/fw.bin?key=hunter2",
      retrieveDateTime: "2026-01-01T00:00:00Z",
    },
  },
};

function bench(ledger = new Map<string, FirmwareOrder>(), firmwareVersion = "1.0") {
  const clock = createVirtualClock();
  const spawn = createSpawner(() => {});
  const events = createEvents<SiteEvents>(() => {});
  const counter = createFileCounter();
  const wanted: ((obtained: Obtained) => void)[] = [];
  const told: string[] = [];
  const security: string[] = [];
  const calls: InsideCall<"UpdateFirmware">[] = [];
  const connected = new Set(["CP1", "CP2"]);
  let answer: SpokenOutcome<"UpdateFirmware"> = {
    kind: "answered",
    message: { status: "Accepted" },
  };
  const charger = (id: string): ChargerRecord => ({
    ...newCharger(id, "site.yaml"),
    version: id === "CP1" ? "ocpp1.6" : "ocpp2.0.1",
    station: { message: { vendorName: "Maker", model: "X", firmwareVersion } },
  });
  const desk = createFirmwareDesk({
    clock,
    ids: createSeededIds(1),
    log: () => {},
    spawn,
    events,
    site: { charger },
    mirror: {
      obtain: () => new Promise((done) => wanted.push(done)),
      image: (sha256) => sha256 === IMAGE.sha256 ? IMAGE : undefined,
      read: async function* () {
        yield await Promise.resolve(new Uint8Array(3));
      },
    },
    counter,
    place: () => ({ address: "10.0.0.1", httpPort: 9280, isHttps: false, ftpPort: 2121 }),
    way16: "ftp",
    makerRoots: () => [],
    write(writes) {
      for (const each of writes) {
        if (each.kind === "put") ledger.set(each.key, each.value);
        else ledger.delete(each.key);
      }
      return Promise.resolve();
    },
    isConnected: (chargerId) => connected.has(chargerId),
    call(_chargerId, call) {
      calls.push(call);
      return Promise.resolve(answer);
    },
    tellCsms: (chargerId, { message }) =>
      void told.push(`${chargerId} ${message.requestId} ${message.status}`),
    tellSecurity: (type, what) => void security.push(`${type} ${what}`),
  }, ledger.values());
  desk.start();
  return {
    clock,
    spawn,
    events,
    counter,
    wanted,
    told,
    security,
    calls,
    connected,
    ledger,
    desk,
    answers: (next: SpokenOutcome<"UpdateFirmware">) => void (answer = next),
    stages: () => desk.orders().map(({ number, stage }) => `${number} ${stage}`).toSorted(),
  };
}

Deno.test("the charger gets the CSMS's order with an address of the gateway's own, by ftp in 1.6 and by http in 2.x", async () => {
  const { desk, wanted, spawn, calls, told, ledger } = bench();
  assertEquals(await desk.take("CP1", 7, ORDER), "Accepted");
  assertEquals(await desk.take("CP2", 8, ORDER), "Accepted");
  assertEquals([calls.length, told], [0, ["CP1 7 Downloading", "CP2 8 Downloading"]]);
  assertEquals([...ledger.keys()], ["7", "8"], "on disk before the CSMS has its answer");
  for (const done of wanted) done(HERE);
  await spawn.drain();
  const [first = "", second = ""] = calls.map(({ message }) => message.firmware.location);
  assert(/^ftp:\/\/[0-9a-f]{16}:[0-9a-f]{32}@10\.0\.0\.1:2121\/fw\.bin$/.test(first), first);
  assert(/^http:\/\/10\.0\.0\.1:9280\/files\/[0-9a-f]{48}\/fw\.bin$/.test(second), second);
  assertEquals(desk.isInUse("ab"), true);
  for (const [chargerId, requestId] of [["CP1", undefined], ["CP2", 8]] as const) {
    desk.heard(chargerId, {
      action: "FirmwareStatusNotification",
      message: requestId === undefined
        ? { status: "Installed" }
        : { status: "Installed", requestId },
    });
  }
  await spawn.drain();
  assertEquals(desk.orders().map(({ status }) => status), ["Installed", "Installed"]);
  assertEquals(
    [desk.isInUse("ab"), told.length],
    [false, 2],
    "the rest the chargers say themselves",
  );
  desk.stop();
});

Deno.test("what cannot be fetched or is not its maker's reaches no charger, and the CSMS hears why", async () => {
  const { desk, wanted, spawn, calls, told, security } = bench();
  await desk.take("CP1", 7, ORDER);
  await desk.take("CP2", 8, ORDER);
  wanted[0]?.({ kind: "failed", why: "download", reason: "HTTP 404" });
  wanted[1]?.({ kind: "failed", why: "signature", reason: "no" });
  await spawn.drain();
  assertEquals([calls, told.slice(2)], [[], ["CP1 7 DownloadFailed", "CP2 8 InvalidSignature"]]);
  assertEquals(security, ["InvalidFirmwareSignature CP2"]);
  desk.stop();
});

Deno.test("a charger that is away when the file is here is told when it comes back", async () => {
  const { desk, wanted, spawn, calls, connected, events, stages } = bench();
  await desk.take("CP1", 7, ORDER);
  connected.delete("CP1");
  wanted[0]?.(HERE);
  await spawn.drain();
  assertEquals([calls.length, stages()], [0, ["7 waiting"]]);
  connected.add("CP1");
  events.emit("charger", { chargerId: "CP1" });
  await spawn.drain();
  assertEquals([calls.length, stages()], [1, ["7 told"]]);
  desk.stop();
});

Deno.test("a charger that does not answer is asked again, one that refuses ends the order", async () => {
  const { desk, wanted, spawn, calls, clock, answers, told, stages } = bench();
  answers({ kind: "silent" });
  await desk.take("CP1", 7, ORDER);
  wanted[0]?.(HERE);
  await spawn.drain();
  assertEquals(stages(), ["7 waiting"]);
  answers({ kind: "answered", message: { status: "Rejected" } });
  await clock.advance(60_000);
  await spawn.drain();
  assertEquals([calls.length, stages(), told.at(-1)], [2, ["7 over"], "CP1 7 DownloadFailed"]);
  desk.stop();
});

Deno.test("L01.FR.24: another order takes the place of one that runs, and the CSMS hears that that one failed", async () => {
  const { desk, told, stages, wanted, spawn } = bench();
  await desk.take("CP1", 7, ORDER);
  assertEquals(await desk.take("CP1", 8, ORDER), "AcceptedCanceled");
  assertEquals(stages(), ["7 over", "8 fetching"]);
  assertEquals(told, ["CP1 7 Downloading", "CP1 7 DownloadFailed", "CP1 8 Downloading"]);
  for (const done of wanted) done(HERE);
  await spawn.drain();
  assertEquals(stages(), ["7 over", "8 told"]);
  desk.stop();
});

Deno.test("a signing certificate that cannot be read is refused at once (L01.FR.21–22)", async () => {
  const { desk, security, ledger } = bench();
  const firmware = { ...ORDER.message.firmware, signature: "AA==", signingCertificate: "none" };
  const order = { ...ORDER, message: { ...ORDER.message, firmware } };
  assertEquals(await desk.take("CP1", 7, order), "InvalidCertificate");
  assertEquals(security, [
    "InvalidFirmwareSigningCertificate CP1: certificate not readable",
  ]);
  assertEquals(ledger.size, 0);
  desk.stop();
});

Deno.test("a restart goes on: what was on its way is fetched, what lay ready still lies there", async () => {
  const first = bench();
  await first.desk.take("CP1", 7, ORDER);
  await first.desk.take("CP2", 8, ORDER);
  first.wanted[1]?.(HERE);
  await first.clock.advance(1);
  first.desk.stop();
  first.wanted[0]?.({ kind: "failed", why: "download", reason: "It was called off" });
  await first.spawn.drain();
  const second = bench(first.ledger);
  assertEquals(second.stages(), ["7 fetching", "8 told"]);
  const { secret = "" } = second.desk.orders().find(({ number }) => number === 8) ?? {};
  assertEquals(second.counter.find(secret)?.kind, "fetch");
  second.wanted[0]?.(HERE);
  await second.spawn.drain();
  assertEquals(second.stages(), ["7 told", "8 told"]);
  second.desk.stop();
});

Deno.test("a kept image is given to a charger; that it starts anew with that version says that it has it", async () => {
  const { desk, spawn, calls, told, events } = bench(new Map(), "2.0");
  const origin = { kind: "operator", who: "asha" } as const;
  assertEquals(await desk.give("CP2", "ef", origin), null);
  const order = await desk.give("CP2", "ab", origin);
  await spawn.drain();
  assertEquals(calls[0]?.message.requestId, order?.number);
  events.emit("charger", { chargerId: "CP2" });
  await spawn.drain();
  assertEquals([desk.orders()[0]?.status, told], ["Installed", []], "the CSMS never ordered it");
  const again = await desk.give("CP2", "ab", origin);
  assert((again?.number ?? 0) > (order?.number ?? 0), "no number is given twice");
  await desk.cancel(again?.number ?? 0, "called off by asha");
  assertEquals(desk.orders().map(({ stage }) => stage), ["over", "over"]);
  desk.stop();
});

Deno.test("of what was ordered on the site the CSMS hears no status (L01.FR.20), but that a 1.6 charger has other firmware (L01.FR.31)", async () => {
  const { desk, spawn, security, told } = bench();
  const origin = { kind: "operator", who: "asha" } as const;
  const say = (chargerId: string, status: "Downloading" | "Installed", requestId?: number) =>
    desk.heard(chargerId, {
      action: "FirmwareStatusNotification",
      message: requestId === undefined ? { status } : { status, requestId },
    });
  assertEquals(
    say("CP1", "Downloading"),
    false,
    "nobody has ordered anything: who passes it on knows",
  );
  const order = await desk.give("CP1", "ab", origin);
  const other = await desk.give("CP2", "ab", origin);
  await spawn.drain();
  assertEquals([say("CP1", "Downloading"), say("CP1", "Installed")], [true, true]);
  assertEquals(say("CP2", "Installed", other?.number), true);
  await spawn.drain();
  assertEquals([desk.order(order?.number ?? 0)?.status, told], ["Installed", []]);
  assertEquals(security, ["FirmwareUpdated CP1: 2.0"], "CP2 tells it itself");
  assertEquals(say("CP1", "Downloading"), true, "late, and without number: still about that order");
  desk.stop();
});

Deno.test("an image with a signature goes with it to chargers of 2.x; 1.6 gets the plain order", async () => {
  const signing = { signature: "AA==", certificate: "PEM" };
  Object.assign(IMAGE, { signing });
  try {
    const { desk, spawn, calls } = bench();
    const origin = { kind: "operator", who: "asha" } as const;
    await desk.give("CP1", "ab", origin);
    await desk.give("CP2", "ab", origin);
    await spawn.drain();
    assertEquals(
      calls.map(({ message }) => [message.firmware.signature, message.firmware.signingCertificate]),
      [[undefined, undefined], ["AA==", "PEM"]],
    );
    assertEquals(calls.map(({ message }) => message.requestId === undefined), [true, false]);
    desk.stop();
  } finally {
    Object.assign(IMAGE, { signing: undefined });
  }
});

Deno.test("what lies at an address is fetched once and given; a failure ends the order with its reason", async () => {
  const { desk, spawn, wanted, calls, stages } = bench();
  const origin = { kind: "operator", who: "asha" } as const;
  const from = { location: "https://files.example.com/fw.bin", version: "2.0" };
  const { number } = await desk.giveFrom("CP1", from, origin);
  assertEquals(stages(), [`${number} fetching`]);
  wanted[0]?.(HERE);
  await spawn.drain();
  assert(
    calls[0]?.message.firmware.location.startsWith("ftp://"),
    "from the gateway, not from there",
  );
  await desk.cancel(number, "called off");
  const second = await desk.giveFrom("CP1", from, origin);
  wanted[1]?.({ kind: "failed", why: "download", reason: "HTTP 404" });
  await spawn.drain();
  assertEquals(desk.order(second.number)?.reason, "HTTP 404");
  desk.stop();
});
