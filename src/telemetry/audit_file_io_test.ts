import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { AuditNote } from "../site/mod.ts";
import { openAuditFile } from "./audit_file_io.ts";
import { createMemoryAudit } from "./memory_audit.ts";

function note(who: string, what: AuditNote["what"] = "sign-in", atWallMs = 1_000): AuditNote {
  return { atWallMs, who, way: "page", from: "::1", what, about: "", outcome: "done", detail: "" };
}

async function withFile(during: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  await during(`${folder}/audit.db`);
  await Deno.remove(folder, { recursive: true });
}

Deno.test("entries are there after a restart, newest first, for their owner's eyes only", () =>
  withFile(async (path) => {
    const before = openAuditFile(path);
    for (const who of ["asha", "ravi", "asha"]) await before.append(note(who));
    await before.close();
    const after = openAuditFile(path);
    await after.append(note("meera"));
    const found = await after.find({ limit: 10 });
    assertEquals(found.map(({ number, who }) => [number, who]), [
      [4, "meera"],
      [3, "asha"],
      [2, "ravi"],
      [1, "asha"],
    ]);
    assertEquals((await after.check()).kind, "sound");
    await after.close();
    if (Deno.build.os !== "windows") {
      assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    }
  }));

for (
  const [name, open] of [["file", openAuditFile], ["memory", () => createMemoryAudit()]] as const
) {
  Deno.test(`the log in ${name} finds by person, action, time and place`, () =>
    withFile(async (path) => {
      const log = open(path);
      await log.append(note("asha", "sign-in", 1_000));
      await log.append(note("ravi", "command start", 2_000));
      await log.append(note("asha", "command stop", 3_000));
      const numbers = async (filter: Parameters<typeof log.find>[0]) =>
        (await log.find(filter)).map(({ number }) => number);
      assertEquals(await numbers({ limit: 2 }), [3, 2]);
      assertEquals(await numbers({ who: "asha", limit: 9 }), [3, 1]);
      assertEquals(await numbers({ what: "command", limit: 9 }), [3, 2]);
      assertEquals(await numbers({ what: "c*", limit: 9 }), []);
      assertEquals(await numbers({ what: "command stop", who: "asha", limit: 9 }), [3]);
      assertEquals(await numbers({ fromMs: 2_000, toMs: 3_000, limit: 9 }), [2]);
      assertEquals(await numbers({ beforeNumber: 2, limit: 9 }), [1]);
      await log.close();
    }));
}

Deno.test("the oldest entries go, and the chain of the others hangs on the hash of the last that went", () =>
  withFile(async (path) => {
    const log = openAuditFile(path, { entriesMax: 10, entriesMin: 3, dropped: 4 });
    for (let count = 1; count <= 25; count++) await log.append(note(`user ${count}`));
    const check = await log.check();
    if (check.kind !== "sound") throw new Error("Expected a sound chain");
    assertEquals(check.last, 25);
    assertEquals(check.entries <= 10 && check.entries >= 6, true, String(check.entries));
    assertEquals(check.first, 25 - check.entries + 1);
    await log.close();
    // Without its anchor nobody could tell whether more was taken away.
    const database = new DatabaseSync(path);
    database.exec("UPDATE anchor SET hash = 'ff'");
    database.close();
    const robbed = openAuditFile(path);
    assertEquals(await robbed.check(), { kind: "broken", number: check.first });
    await robbed.close();
  }));

const DAY_MS = 86_400_000;

Deno.test("entries stay for as long as they are kept, however many, and then go; the newest stay", () =>
  withFile(async (path) => {
    const bounds = { keepMs: 180 * DAY_MS, entriesMin: 5, entriesMax: 1_000, dropped: 10 };
    const log = openAuditFile(path, bounds);
    const entries = async () => {
      const check = await log.check();
      return check.kind === "sound" ? check.entries : check;
    };
    for (let count = 0; count < 100; count++) await log.append(note("asha", "sign-in", DAY_MS));
    assertEquals(await entries(), 100);
    await log.append(note("asha", "sign-in", 181 * DAY_MS));
    assertEquals(await entries(), 101, "180 days are not over");
    // From now on each note takes ten of the old ones along, but for the newest.
    for (let count = 0; count < 20; count++) {
      await log.append(note("ravi", "sign-in", 181 * DAY_MS + 1));
    }
    assertEquals(await entries(), 21);
    // A clock that runs years ahead empties nothing.
    for (let count = 0; count < 40; count++) {
      await log.append(note("meera", "sign-in", 9_000 * DAY_MS));
    }
    const left = await entries();
    assertEquals(typeof left === "number" && left >= 40, true, JSON.stringify(left));
    await log.close();
  }));

Deno.test("SQLite itself refuses to change an entry, and what is changed all the same is found", () =>
  withFile(async (path) => {
    const log = openAuditFile(path);
    for (const who of ["asha", "ravi", "meera"]) await log.append(note(who));
    const database = new DatabaseSync(path);
    assertThrows(
      () => database.exec("UPDATE entry SET who = 'nobody' WHERE number = 2"),
      Error,
      "never changed",
    );
    database.exec("DROP TRIGGER entry_stays; UPDATE entry SET who = 'nobody' WHERE number = 2");
    assertEquals(await log.check(), { kind: "broken", number: 2 });
    database.exec("UPDATE entry SET who = 'ravi' WHERE number = 2");
    assertEquals((await log.check()).kind, "sound");
    database.exec("DELETE FROM entry WHERE number = 1");
    assertEquals(await log.check(), { kind: "broken", number: 1 });
    database.close();
    await log.close();
  }));

Deno.test("two processes that write at once make one chain", () =>
  withFile(async (path) => {
    const [gateway, consoleLog] = [openAuditFile(path), openAuditFile(path)];
    for (let count = 0; count < 5; count++) {
      await gateway.append(note("asha"));
      await consoleLog.append(note("root"));
    }
    assertEquals((await gateway.check()).kind, "sound");
    assertEquals((await consoleLog.find({ limit: 20 })).length, 10);
    await Promise.all([gateway.close(), consoleLog.close()]);
    await assertRejects(() => gateway.append(note("asha")), Error, "closed");
  }));

Deno.test("a file that is no database is kept aside, and the new log begins by saying so", () =>
  withFile(async (path) => {
    await Deno.writeTextFile(path, "this is no database, and longer than its header ".repeat(100));
    const log = openAuditFile(path);
    await log.append(note("asha"));
    const found = await log.find({ limit: 9 });
    assertEquals(found.map(({ what }) => what), ["sign-in", "audit-begun"]);
    assertEquals(found[1]?.detail.endsWith(".damaged-1"), true);
    assertEquals((await Deno.readTextFile(`${path}.damaged-1`)).startsWith("this is no"), true);
    await log.close();
  }));
