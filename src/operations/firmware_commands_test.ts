import { assert, assertEquals } from "@std/assert";
import type { Obtained } from "../files/mod.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import {
  type ChargerRecord,
  type FirmwareAction,
  type FirmwareImage,
  type FirmwareOrder,
  newCharger,
} from "../site/mod.ts";
import { createFirmwareCommands } from "./firmware_commands.ts";

const MEANT_FOR = { vendor: "Maker", model: "X", version: "2.0" };
const IMAGE: FirmwareImage = {
  sha256: "ab",
  md5: "cd",
  bytes: 3,
  name: "fw.bin",
  locationDigest: null,
  from: "asha",
  keptAtMs: 0,
  usedAtMs: 0,
  meantFor: MEANT_FOR,
};
const ORDER: FirmwareOrder = {
  number: 7,
  chargerId: "CP1",
  origin: { kind: "operator", who: "asha" },
  message: { firmware: { location: "", retrieveDateTime: "2026-01-01T00:00:00Z" } },
  secret: "",
  image: "ab",
  version: "2.0",
  stage: "told",
  status: null,
  reason: null,
  givenAtMs: 0,
  changedAtMs: 0,
};

function bench() {
  const said: string[] = [];
  const log: unknown[] = [];
  const spawn = createSpawner(() => {});
  const images = new Map([["ab", IMAGE], ["nameless", withoutPurpose()]]);
  const orders = new Map<number, FirmwareOrder>();
  let obtained: Obtained = { kind: "here", image: IMAGE };
  const charger = (id: string): ChargerRecord | undefined =>
    id === "NONE" ? undefined : {
      ...newCharger(id, "site.yaml"),
      station: id === "NEW" ? null : {
        message: { vendorName: "MAKER", model: id === "OTHER" ? "Y" : "X" },
      },
    };
  const commands = createFirmwareCommands({
    clock: createVirtualClock(),
    log: (_level, event, fields) => void log.push([event, fields]),
    spawn,
    site: { charger },
    mirror: {
      image: (sha256) => images.get(sha256),
      obtain: ({ location }) => {
        said.push(`obtain ${location}`);
        return Promise.resolve(obtained);
      },
      describe: (sha256, { version }) => {
        said.push(`describe ${sha256} ${version}`);
        return Promise.resolve(images.has(sha256));
      },
      remove: (sha256) => Promise.resolve(sha256 !== "ab"),
    },
    firmware: {
      give(chargerId, image, origin) {
        said.push(`give ${chargerId} ${image} ${origin.kind}`);
        return Promise.resolve(ORDER);
      },
      giveFrom(chargerId, { location }) {
        said.push(`give ${chargerId} from ${location}`);
        return Promise.resolve(ORDER);
      },
      cancel(number) {
        said.push(`cancel ${number}`);
        return Promise.resolve();
      },
      order: (number) => orders.get(number),
      openOf: (chargerId) =>
        [...orders.values()].filter((each) =>
          each.chargerId === chargerId && each.stage !== "over"
        ),
    },
    campaigns: {
      begin: ({ name }) =>
        Promise.resolve({ kind: "wrong-model", chargers: [name, "CP2"] } as const),
      tell: () => Promise.resolve(null),
    },
    locationProblem: (location) => location.startsWith("file:") ? "Files go by https" : null,
  });
  return {
    commands,
    said,
    log,
    spawn,
    orders,
    fails: () => obtained = { kind: "failed", why: "download", reason: "HTTP 404" },
    async do(action: FirmwareAction) {
      const outcome = await commands.carryOut(action, "asha");
      return outcome.kind === "accepted" ? `done: ${outcome.detail}` : outcome.reason;
    },
  };
}

function withoutPurpose(): FirmwareImage {
  const { meantFor: _meantFor, ...image } = IMAGE;
  return image;
}

const update = (chargerId: string, image = "ab") => ({ do: "update", chargerId, image }) as const;

Deno.test("an image is given to a charger of its model only; everything else is refused in words", async () => {
  const { do: carryOut, said } = bench();
  assertEquals(await carryOut(update("CP1")), "done: Order 7");
  assertEquals(
    await carryOut(update("OTHER")),
    "the image is for Maker X, the charger is MAKER Y",
  );
  assertEquals(await carryOut(update("NEW")), "the charger has never said what it is");
  assertEquals(await carryOut(update("NONE")), "no charger has this identity");
  assertEquals(await carryOut(update("CP1", "ff")), "there is no such image");
  assertEquals(
    await carryOut(update("CP1", "nameless")),
    "nobody has said which model this image is for",
  );
  assertEquals(said, ["give CP1 ab operator"]);
});

Deno.test("what the CSMS has ordered is not trodden on", async () => {
  const { do: carryOut, orders, said } = bench();
  orders.set(8, { ...ORDER, number: 8, origin: { kind: "csms" } });
  assertEquals(await carryOut(update("CP1")), "the CSMS has ordered other firmware for it");
  orders.set(8, ORDER);
  assertEquals(await carryOut(update("CP1")), "it is getting other firmware");
  assertEquals(said, []);
});

Deno.test("an address is fetched from by the rules of the CSMS's, and no log has its password", async () => {
  const { do: carryOut, said, log, commands, spawn, fails } = bench();
  const location = "https://me:hunter2@files.example.com/fw.bin";
  const from = (where: string) =>
    carryOut({ do: "update-from", chargerId: "CP1", location: where, version: null });
  assertEquals(await from("file:///etc/passwd"), "Files go by https");
  assertEquals(await from(location), "done: Order 7");
  const fetchIt = { do: "fetch", location, md5: null, meantFor: MEANT_FOR } as const;
  assertEquals(await carryOut(fetchIt), "done: It is being fetched");
  await spawn.drain();
  assertEquals(said, [`give CP1 from ${location}`, `obtain ${location}`, "describe ab 2.0"]);
  fails();
  await carryOut(fetchIt);
  await spawn.drain();
  assertEquals(commands.failedFetches().map(({ from, reason }) => `${from} ${reason}`), [
    "files.example.com HTTP 404",
  ]);
  assertEquals(await carryOut({ ...fetchIt, location: "file:///x" }), "Files go by https");
  assert(!JSON.stringify([log, commands.failedFetches()]).includes("hunter2"));
});

Deno.test("an order is called off while it runs, and given once more when it is over", async () => {
  const { do: carryOut, orders, said } = bench();
  assertEquals(await carryOut({ do: "cancel-order", number: 7 }), "there is no such order");
  orders.set(7, ORDER);
  assertEquals(await carryOut({ do: "retry-order", number: 7 }), "it is not over yet");
  assertEquals(
    await carryOut({ do: "cancel-order", number: 7 }),
    "done: What it has fetched it may still install",
  );
  orders.set(7, { ...ORDER, stage: "over" });
  assertEquals(await carryOut({ do: "cancel-order", number: 7 }), "it is over already");
  assertEquals(await carryOut({ do: "retry-order", number: 7 }), "done: Order 7");
  orders.set(7, { ...ORDER, stage: "over", origin: { kind: "csms" } });
  assertEquals(await carryOut({ do: "retry-order", number: 7 }), "the CSMS ordered it");
  assertEquals(said, ["cancel 7", "give CP1 ab operator"]);
});

Deno.test("images are described and removed; a campaign that cannot begin names the chargers", async () => {
  const { do: carryOut } = bench();
  const meantFor = MEANT_FOR;
  assertEquals(
    await carryOut({ do: "describe", image: "nameless", meantFor }),
    "done: It is noted",
  );
  assertEquals(await carryOut({ do: "describe", image: "ff", meantFor }), "there is no such image");
  assertEquals(await carryOut({ do: "remove", image: "nameless" }), "done: It is gone");
  assertEquals(
    await carryOut({ do: "remove", image: "ab" }),
    "a charger or a campaign still needs it",
  );
  const wish = {
    name: "CP1",
    image: "ab",
    chargers: [],
    rules: {
      waves: [],
      perCircuitMax: null,
      onlyIdle: true,
      window: null,
      failurePercentMax: 20,
      timeoutMs: 1,
      triesMax: 1,
    },
  };
  assertEquals(
    await carryOut({ do: "begin-campaign", wish }),
    "the image is not for this model: CP1, CP2",
  );
  assertEquals(await carryOut({ do: "pause-campaign", id: "x" }), "there is no such campaign");
});
