import { assert, assertEquals } from "@std/assert";
import { createFileCounter, type Obtained } from "../files/mod.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { InsideRequest } from "../ocpp/mod.ts";
import type { FirmwareImage, FirmwarePublication } from "../site/mod.ts";
import { createFirmwarePublisher } from "./firmware_publisher.ts";

const IMAGE: FirmwareImage = {
  sha256: "ab",
  md5: "cd",
  bytes: 3,
  name: "fw.bin",
  locationDigest: null,
  from: "files.example.com",
  keptAtMs: 0,
  usedAtMs: 0,
};
const HERE: Obtained = { kind: "here", image: IMAGE };
const ORDER = { location: "https://files.example.com/fw.bin", checksum: "CD", requestId: 7 };

function bench(ledger = new Map<string, FirmwarePublication>()) {
  const counter = createFileCounter();
  const told: InsideRequest<"PublishFirmwareStatusNotification">[] = [];
  const spawn = createSpawner(() => {});
  const wanted: { md5: string | null; done: (obtained: Obtained) => void }[] = [];
  const publisher = createFirmwarePublisher({
    clock: createVirtualClock(),
    ids: createSeededIds(1 + ledger.size),
    spawn,
    counter,
    mirror: {
      obtain: ({ md5 }) => new Promise((done) => wanted.push({ md5, done })),
      image: (sha256) => sha256 === IMAGE.sha256 ? IMAGE : undefined,
      read: async function* () {
        yield await Promise.resolve(new Uint8Array(3));
      },
    },
    place: () => ({ address: "10.0.0.1", httpPort: 9280, isHttps: false, ftpPort: 2121 }),
    tellCsms: (status) => void told.push(status),
    write(writes) {
      for (const each of writes) {
        if (each.kind === "put") ledger.set(each.key, each.value);
        else ledger.delete(each.key);
      }
      return Promise.resolve();
    },
  }, ledger.values());
  publisher.start();
  return { publisher, counter, told, spawn, wanted, ledger };
}

const secretIn = (uri = "") => /files\/([0-9a-f]{48})\//.exec(uri)?.[1] ?? "";

Deno.test("L03: what the CSMS publishes is fetched, compared, and offered in every way, each state told", async () => {
  const { publisher, counter, told, spawn, wanted } = bench();
  assertEquals(await publisher.publish(ORDER), "Accepted");
  assertEquals(await publisher.unpublish("cd"), "DownloadOngoing");
  wanted[0]?.done(HERE);
  await spawn.drain();
  assertEquals([told.map(({ status }) => status), wanted[0]?.md5], [
    ["Downloading", "Downloaded", "ChecksumVerified", "Published"],
    "cd",
  ]);
  const [http = "", ftp = ""] = told.at(-1)?.location ?? [];
  assert(http.startsWith("http://10.0.0.1:9280/files/") && ftp.startsWith("ftp://"));
  assertEquals(counter.find(secretIn(http))?.kind, "fetch");
  assertEquals([publisher.isOwn(http), publisher.isOwn(ftp), publisher.isOwn(`${http}x`)], [
    true,
    true,
    false,
  ]);
  assertEquals([publisher.isInUse("ab"), publisher.isInUse("ef")], [true, false]);
  assertEquals(await publisher.unpublish("Cd"), "Unpublished");
  assertEquals([counter.find(secretIn(http)), publisher.isInUse("ab")], [null, false]);
  assertEquals(await publisher.unpublish("cd"), "NoFirmware");
});

for (
  const [why, status] of [["checksum", "InvalidChecksum"], ["download", "DownloadFailed"]] as const
) {
  Deno.test(`L03: a failed ${why} is told as ${status}, and nothing is published`, async () => {
    const { publisher, told, spawn, wanted, ledger } = bench();
    await publisher.publish(ORDER);
    wanted[0]?.done({ kind: "failed", why, reason: "no" });
    await spawn.drain();
    assertEquals(told.map((each) => each.status), ["Downloading", status]);
    assertEquals([ledger.size, await publisher.unpublish("cd")], [0, "NoFirmware"]);
  });
}

Deno.test("L03: a restart goes on with what was begun, and what was published stays where it was", async () => {
  const first = bench();
  await first.publisher.publish(ORDER);
  first.publisher.stop();
  first.wanted[0]?.done(HERE);
  await first.spawn.drain();
  const second = bench(first.ledger);
  second.wanted[0]?.done(HERE);
  await second.spawn.drain();
  const [uri = ""] = second.told.at(-1)?.location ?? [];
  const third = bench(second.ledger);
  assertEquals([third.wanted.length, third.publisher.isOwn(uri)], [0, true]);
  assertEquals(third.counter.find(secretIn(uri))?.kind, "fetch");
});

Deno.test("L03: a twenty-first firmware is refused, the same one again is not", async () => {
  const { publisher, spawn, wanted } = bench();
  for (let at = 0; at < 20; at++) {
    assertEquals(await publisher.publish({ ...ORDER, checksum: `c${at}` }), "Accepted");
  }
  assertEquals(await publisher.publish({ ...ORDER, checksum: "more" }), "Rejected");
  assertEquals(await publisher.publish({ ...ORDER, checksum: "c3" }), "Accepted");
  for (const { done } of wanted) done(HERE);
  await spawn.drain();
});
