import { assert, assertEquals, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import {
  type BringOutcome,
  createFileCounter,
  type FileStore,
  type Incoming,
} from "../files/mod.ts";
import { assume } from "../lib/assert.ts";
import { createEvents } from "../lib/events.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { InsideCall, SpokenOutcome } from "../ocpp/mod.ts";
import { type LogOrder, type LogStatus, newCharger, type SiteEvents } from "../site/mod.ts";
import { createLogDesk } from "./log_desk.ts";

const PLACE = "https://files.example.com/logs/?key=hunter2";
const MINUTE_MS = 60_000;
const ACCEPTED: SpokenOutcome<"GetLog"> = {
  kind: "answered",
  message: { status: "Accepted", filename: "cp.zip" },
};

function order(requestId?: number): InsideCall<"GetLog"> {
  const message = { logType: "DiagnosticsLog", log: { remoteLocation: PLACE } } as const;
  return {
    action: "GetLog",
    message: requestId === undefined ? message : { ...message, requestId },
  };
}

/** Files in memory. */
function memoryFiles() {
  const parts = new Map<string, Uint8Array>();
  const whole = new Map<string, Uint8Array>();
  const files: Pick<FileStore, "part" | "keep" | "discard" | "read" | "remove"> = {
    part(key) {
      parts.set(key, new Uint8Array());
      return Promise.resolve({
        bytes: 0,
        mark: null,
        restart: () => Promise.resolve(),
        write(chunk) {
          const before = parts.get(key) ?? new Uint8Array();
          parts.set(key, new Uint8Array(Buffer.concat([before, chunk])));
          return Promise.resolve();
        },
        close: () => Promise.resolve(),
      });
    },
    keep(key) {
      const content = parts.get(key) ?? new Uint8Array();
      parts.delete(key);
      const sha256 = createHash("sha256").update(content).digest("hex");
      whole.set(sha256, content);
      return Promise.resolve({ sha256, md5: "", bytes: content.length });
    },
    discard: (key) => Promise.resolve(void parts.delete(key)),
    async *read(sha256) {
      yield await Promise.resolve(whole.get(sha256) ?? new Uint8Array());
    },
    remove: (sha256) => Promise.resolve(void whole.delete(sha256)),
  };
  return { files, parts, whole };
}

function bench(ledger = new Map<string, LogOrder>(), disk = memoryFiles()) {
  const clock = createVirtualClock();
  const spawn = createSpawner(() => {});
  const counter = createFileCounter();
  const told: string[] = [];
  const calls: InsideCall<"GetLog">[] = [];
  const brought: string[] = [];
  let answer = ACCEPTED;
  let outcome: BringOutcome = { kind: "ended" };
  const desk = createLogDesk({
    clock,
    ids: createSeededIds(1),
    log: () => {},
    spawn,
    events: createEvents<SiteEvents>(() => {}),
    site: {
      charger: (id) => ({
        ...newCharger(id, "site.yaml"),
        version: id === "CP1" ? "ocpp1.6" : "ocpp2.0.1",
      }),
    },
    counter,
    place: () => ({ address: "10.0.0.1", httpPort: 9280, isHttps: false, ftpPort: 2121 }),
    way16: "ftp",
    files: disk.files,
    bringer: {
      async bring(location, file) {
        const parts = await Array.fromAsync(file.read());
        brought.push(`${location} ${file.name} ${Buffer.concat(parts).toString()}`);
        return outcome;
      },
    },
    bytesMax: 100,
    keepBytesMax: 150,
    write(writes) {
      for (const each of writes) {
        if (each.kind === "put") ledger.set(each.key, each.value);
        else ledger.delete(each.key);
      }
      return Promise.resolve();
    },
    call(_chargerId, call) {
      calls.push(call);
      return Promise.resolve(answer);
    },
    tellCsms: (chargerId, { message }) =>
      void told.push(`${chargerId} ${message.requestId} ${message.status}`),
  }, ledger.values());

  const ticketOf = (number: number) =>
    counter.find(desk.orders().find((each) => each.number === number)?.secret ?? "");
  async function open(number: number, name = "cp.zip"): Promise<Incoming> {
    const ticket = ticketOf(number);
    assume(ticket?.kind === "bring", "nothing is taken here");
    return await ticket.open(name);
  }
  return {
    clock,
    spawn,
    told,
    calls,
    brought,
    ledger,
    disk,
    desk,
    open,
    ticketOf,
    async bring(number: number, text: string) {
      const incoming = await open(number);
      await incoming.write(new TextEncoder().encode(text));
      await incoming.end();
      await clock.advance(0);
    },
    async says(chargerId: string, status: LogStatus, requestId?: number) {
      const message = requestId === undefined ? { status } : { status, requestId };
      const isHeard = desk.heard(chargerId, { action: "LogStatusNotification", message });
      await clock.advance(0);
      return isHeard;
    },
    answers: (next: SpokenOutcome<"GetLog">) => void (answer = next),
    places: (next: BringOutcome) => void (outcome = next),
    stages: () => desk.orders().map(({ number, stage }) => `${number} ${stage}`).toSorted(),
    async end() {
      desk.stop();
      await spawn.drain();
    },
  };
}

Deno.test("the charger gets the CSMS's order with an address of the gateway's own, by ftp in 1.6 and by http in 2.x", async () => {
  const on = bench();
  await on.desk.start();
  assertEquals(await on.desk.take("CP1", 1_000, order()), ACCEPTED);
  await on.desk.take("CP2", 1_001, order(1_001));
  const [old = "", young = ""] = on.calls.map(({ message }) => message.log.remoteLocation);
  assert(/^ftp:\/\/[0-9a-f]{16}:[0-9a-f]{32}@10\.0\.0\.1:2121\/$/.test(old), old);
  assert(/^http:\/\/10\.0\.0\.1:9280\/files\/[0-9a-f]{48}\/$/.test(young), young);
  assertEquals(on.calls[1]?.message.requestId, 1_001);
  await on.end();
});

Deno.test("what it brings goes to where the CSMS wants it, and does not stay here", async () => {
  const on = bench();
  await on.desk.start();
  await on.desk.take("CP2", 1_000, order(1_000));
  assert(await on.says("CP2", "Uploading", 1_000));
  await on.bring(1_000, "a log");
  assert(await on.says("CP2", "Uploaded", 1_000), "the CSMS hears of the whole way alone");
  assertEquals(on.brought, [`${PLACE} cp.zip a log`]);
  assertEquals(on.told, ["CP2 1000 Uploading", "CP2 1000 Uploaded"]);
  assertEquals([on.stages(), on.disk.whole.size, on.ticketOf(1_000)], [["1000 over"], 0, null]);
  await on.end();
});

Deno.test("a charger that refuses or is away gets no place for a log; one that is silent may come yet", async () => {
  const on = bench();
  await on.desk.start();
  on.answers({ kind: "answered", message: { status: "Rejected" } });
  await on.desk.take("CP1", 1_000, order());
  on.answers({ kind: "gone" });
  await on.desk.take("CP1", 1_001, order());
  on.answers({ kind: "silent" });
  await on.desk.take("CP1", 1_002, order());
  assertEquals(on.stages(), ["1000 over", "1001 over", "1002 told"]);
  assertEquals([on.ticketOf(1_000), on.ticketOf(1_001)], [null, null]);
  await on.bring(1_002, "a log");
  assertEquals(on.told, ["CP1 1002 Uploading", "CP1 1002 Uploaded"]);
  await on.end();
});

Deno.test("a charger that cancels one log for another: the CSMS hears so of the first", async () => {
  const on = bench();
  await on.desk.start();
  await on.desk.take("CP2", 1_000, order(1_000));
  on.answers({ kind: "answered", message: { status: "AcceptedCanceled" } });
  await on.desk.take("CP2", 1_001, order(1_001));
  assertEquals(on.told, ["CP2 1000 AcceptedCanceled"]);
  assertEquals(on.stages(), ["1000 over", "1001 told"]);
  await on.end();
});

Deno.test("too large, without room, empty and doubled: nothing of it stays", async () => {
  const on = bench();
  await on.desk.start();
  on.places({ kind: "broken", reason: "busy" });
  await on.desk.take("CP1", 1_000, order());
  await on.bring(1_000, "x".repeat(90));
  await on.desk.take("CP2", 1_001, order(1_001));
  const ticket = on.ticketOf(1_001);
  assume(ticket?.kind === "bring", "it has a place");
  assertEquals(ticket.bytesMax, 60, "so much room is left of 150");
  const large = await on.open(1_001);
  await assertRejects(() => large.write(new Uint8Array(61)), Error, "No room");
  await large.abort();
  await assertRejects(async () => await (await on.open(1_001)).end(), Error, "empty");
  const one = await on.open(1_001);
  await one.write(new Uint8Array(3));
  const other = await on.open(1_001);
  await assertRejects(() => one.write(new Uint8Array(3)), Error, "another connection");
  await assertRejects(() => one.end(), Error, "another connection");
  await other.write(new Uint8Array(4));
  await other.end();
  assertEquals(on.disk.parts.size, 0);
  assertEquals([...on.disk.whole.values()].map(({ length }) => length), [90, 4]);
  await on.end();
});

Deno.test("a place that is busy is tried again, one that refuses is told of in its word", async () => {
  const on = bench();
  await on.desk.start();
  on.places({ kind: "broken", reason: "busy" });
  await on.desk.take("CP1", 1_000, order());
  await on.bring(1_000, "a log");
  await on.clock.advance(MINUTE_MS);
  assert(on.brought.length > 2 && on.told.length === 1, `${on.brought.length} ${on.told}`);
  on.places({ kind: "refused", why: "PermissionDenied", reason: "no" });
  await on.clock.advance(10 * MINUTE_MS);
  assertEquals(on.told, ["CP1 1000 Uploading", "CP1 1000 PermissionDenied"]);
  assertEquals(on.disk.whole.size, 0);
  await on.end();
});

Deno.test("the power goes out: who has not brought it still can, and what is here goes on", async () => {
  const before = bench();
  await before.desk.start();
  before.places({ kind: "broken", reason: "busy" });
  await before.desk.take("CP1", 1_000, order());
  await before.bring(1_000, "one");
  await before.desk.take("CP2", 1_001, order(1_001));
  await before.end();
  const after = bench(before.ledger, before.disk);
  await after.desk.start();
  await after.clock.advance(0);
  assertEquals(after.brought, [`${PLACE} cp.zip one`]);
  await after.bring(1_001, "two");
  assertEquals(after.told, ["CP1 1000 Uploaded", "CP2 1001 Uploading", "CP2 1001 Uploaded"]);
  assertEquals(after.disk.whole.size, 0);
  await after.end();
});

Deno.test("a charger that brings nothing has failed after a day, and its order is forgotten after another", async () => {
  const on = bench();
  await on.desk.start();
  await on.desk.take("CP1", 1_000, order());
  await on.clock.advance(25 * 60 * MINUTE_MS);
  assertEquals([on.told, on.ticketOf(1_000)], [["CP1 1000 UploadFailure"], null]);
  await on.clock.advance(25 * 60 * MINUTE_MS);
  assertEquals([on.desk.orders(), on.ledger.size], [[], 0]);
  await on.end();
});

Deno.test("of what it has not ordered here the gateway does not hear", async () => {
  const on = bench();
  await on.desk.start();
  assertEquals(await on.says("CP1", "Uploaded"), false);
  await on.desk.take("CP2", 1_000, order(1_000));
  assertEquals(await on.says("CP2", "Uploaded", 5), false);
  assertEquals(await on.says("CP1", "Idle"), false);
  await on.end();
});

Deno.test("no site needs a hundred logs at once", async () => {
  const on = bench();
  await on.desk.start();
  for (let number = 1; number <= 100; number++) await on.desk.take("CP1", number, order());
  const outcome = await on.desk.take("CP1", 101, order());
  assume(outcome.kind === "answered", "it is answered here");
  assertEquals(outcome.message.status, "Rejected");
  assertEquals([on.calls.length, on.desk.orders().length], [100, 100]);
  await on.end();
});
