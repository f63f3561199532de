import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { decisionAt, summaryAt } from "../../test/contract/telemetry_store.ts";
import { openTelemetryFile } from "./telemetry_file_io.ts";

function test(name: string, body: (path: string) => Promise<void>): void {
  Deno.test(`openTelemetryFile() ${name}`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await body(`${folder}/telemetry.db`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

const filesBeside = (path: string) =>
  [...Deno.readDirSync(path.slice(0, -"telemetry.db".length))].map(({ name }) => name).toSorted();

const ONE = { decisions: [decisionAt(1)], summaries: [summaryAt(0)], limits: [] };

test("keeps what was written until it is opened again, for its owner only", async (path) => {
  const first = openTelemetryFile(path);
  assertEquals(filesBeside(path), [], "nothing is opened before it is needed");
  await first.write(ONE, 0);
  if (Deno.build.os !== "windows") {
    for (const suffix of ["", "-wal", "-shm"]) {
      assertEquals((Deno.statSync(path + suffix).mode ?? 0) & 0o777, 0o600, suffix);
    }
  }
  await first.close();
  assertEquals(filesBeside(path), ["telemetry.db"]);
  const second = openTelemetryFile(path);
  assertEquals(await second.decisions({ limit: 10 }), ONE.decisions);
  await second.close();
  await assertRejects(() => second.write(ONE, 0), Error, "closed");
  await second.close();
});

test("syncs not every write, through a log of bounded size", async (path) => {
  const heard: string[] = [];
  const original = DatabaseSync.prototype.exec;
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
    heard.push(sql);
    return original.call(this, sql);
  };
  try {
    const store = openTelemetryFile(path);
    await store.write(ONE, 0);
    await store.close();
  } finally {
    DatabaseSync.prototype.exec = original;
  }
  assert(/journal_mode = WAL/.test(heard[0] ?? "") && /synchronous = NORMAL/.test(heard[0] ?? ""));
  assertEquals(heard.filter((sql) => sql === "COMMIT").length, 2, "its shape, and the batch");
});

test("puts aside what it cannot read, whatever is wrong with it, and begins anew", async (path) => {
  const damages: readonly (readonly [string, () => Promise<void> | void])[] = [
    ["no database", () => Deno.writeTextFile(path, "no database ".repeat(1_000))],
    ["torn pages", () => Deno.writeFile(path, Deno.readFileSync(path).fill(0xa5, 100))],
    ["another version", () => {
      const database = new DatabaseSync(path);
      database.exec("PRAGMA user_version = 99");
      database.close();
    }],
  ];
  for (const [name, damage] of damages) {
    const before = openTelemetryFile(path);
    await before.write(ONE, 0);
    await before.close();
    await damage();
    const store = openTelemetryFile(path);
    await store.write({ decisions: [decisionAt(7)], summaries: [], limits: [] }, 0);
    assertEquals((await store.decisions({ limit: 9 })).map(({ atWallMs }) => atWallMs), [7], name);
    assertEquals([store.begunAnew(), store.begunAnew()], [`${path}.damaged`, null], name);
    await store.close();
    assertEquals(filesBeside(path), ["telemetry.db", "telemetry.db.damaged"], name);
  }
});

test("begins anew where its file was deleted under it", async (path) => {
  const store = openTelemetryFile(path);
  await store.write(ONE, 0);
  for (const suffix of ["", "-wal", "-shm"]) await Deno.remove(path + suffix).catch(() => {});
  await store.write({ decisions: [decisionAt(2)], summaries: [], limits: [] }, 0);
  assertEquals((await store.decisions({ limit: 9 })).map(({ atWallMs }) => atWallMs), [2]);
  await store.close();
  assertEquals([filesBeside(path), store.begunAnew()], [["telemetry.db"], null]);
});

test("rejects where nothing can be written, and works when it can", async (path) => {
  await Deno.mkdir(path);
  const store = openTelemetryFile(path);
  await assertRejects(() => store.write(ONE, 0));
  await Deno.remove(path);
  await store.write(ONE, 0);
  assertEquals((await store.decisions({ limit: 9 })).length, 1);
  await store.close();
});

test("stays below its bytes: the oldest minutes go", async (path) => {
  const bytesMax = 200_000;
  const store = openTelemetryFile(path, { decisionsMax: 100, limitsMax: 100, bytesMax });
  for (let minute = 0; minute < 400; minute++) {
    const summaries = Array.from(
      { length: 40 },
      (_, index) => summaryAt(minute * 60_000, { quantity: `quantity ${index}` }),
    );
    await store.write({ decisions: [], summaries, limits: [] }, 0);
  }
  const range = { subject: "meter grid", fromMs: 0, toMs: 1e15, limit: 1e6 };
  const kept = await store.summaries(range);
  assertEquals(kept.at(-1)?.minuteMs, 399 * 60_000);
  assert(kept.length < 400 * 40 && (kept[0]?.minuteMs ?? 0) > 0);
  await store.close();
  assert(Deno.statSync(path).size < bytesMax * 1.3, `${Deno.statSync(path).size}`);
});
