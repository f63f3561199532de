import { assert, assertEquals, assertRejects } from "@std/assert";
import { createTarPacker } from "modern-tar";
import { outboxRow } from "../test/contract/sessions.ts";
import { archiveOrder, type ArchivePlaces, restoreBackup } from "./gateway_archive_io.ts";
import { put } from "./lib/write.ts";
import { ArchiveDamaged, writeArchive } from "./store/archive_io.ts";
import { MANIFEST_FILE, readManifest } from "./store/archive_manifest.ts";
import { writeArchiveAside } from "./store/backup_thread_io.ts";
import { backUpLedger, LedgerInUse } from "./store/backup_io.ts";
import { openLedger } from "./store/ledger_io.ts";
import { openAuditFile } from "./telemetry/audit_file_io.ts";
import { openHistoryFile } from "./telemetry/history_file_io.ts";
import { openTelemetryFile } from "./telemetry/telemetry_file_io.ts";

const MADE = { program: "1.2.3", madeMs: Date.UTC(2026, 4, 1, 3) };
const NOTE = {
  atWallMs: 1_000,
  who: "asha",
  way: "page",
  from: "::1",
  what: "sign-in",
  about: "",
  outcome: "done",
  detail: "",
} as const;

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A site with something in each of its files; `about` stands in all of them. */
async function fill(folder: string, about: number): Promise<ArchivePlaces> {
  const dataPath = `${folder}/data`;
  await Deno.mkdir(`${dataPath}/certificates`, { recursive: true });
  const ledger = openLedger(`${dataPath}/ledger.db`);
  await ledger.commit([put("outbox", about, outboxRow({ id: about }))]);
  await ledger.close();
  const audit = openAuditFile(`${dataPath}/audit.db`);
  await audit.append({ ...NOTE, who: `asha ${about}` });
  await audit.close();
  const telemetry = openTelemetryFile(`${dataPath}/telemetry.db`);
  await telemetry.write({
    decisions: [],
    summaries: [{ ...MINUTE, minuteMs: about * 60_000 }],
    limits: [],
  }, 0);
  await telemetry.close();
  const history = openHistoryFile(`${dataPath}/history.db`);
  await history.positions();
  await history.close();
  for (const name of ["certificates/root-1.pem", "certificates/root-1.key", "web-key.pem"]) {
    await Deno.writeTextFile(`${dataPath}/${name}`, `${name} ${about}`);
  }
  for (const name of ["first-password", "ballast", "ledger.db.damaged-1"]) {
    await Deno.writeTextFile(`${dataPath}/${name}`, "not for the archive");
  }
  await Deno.writeTextFile(`${folder}/site.yaml`, `site: { name: Depot ${about} }\n`);
  return { dataPath, configPath: `${folder}/site.yaml` };
}

const MINUTE = { subject: "meter main", quantity: "powerW", min: 1, mean: 2, max: 3, count: 4 };

/** What can be read in a folder of data, as one text a file. */
async function contents({ dataPath, configPath }: ArchivePlaces) {
  const ledger = openLedger(`${dataPath}/ledger.db`);
  const outbox = (await ledger.load(0)).outbox.map(({ id }) => id);
  await ledger.close();
  const audit = openAuditFile(`${dataPath}/audit.db`);
  const check = await audit.check();
  const who = (await audit.find({ limit: 9 })).map((each) => each.who);
  await audit.close();
  const telemetry = openTelemetryFile(`${dataPath}/telemetry.db`);
  const period = { fromMs: 0, toMs: 1e12, limit: 9 };
  const minutes = (await telemetry.summaries({ subject: "meter main", ...period }))
    .map(({ minuteMs }) => minuteMs / 60_000);
  await telemetry.close();
  const text = (path: string) => Deno.readTextFile(path).catch(() => null);
  return {
    outbox,
    audit: [check.kind, ...who],
    minutes,
    root: await text(`${dataPath}/certificates/root-1.pem`),
    key: await text(`${dataPath}/certificates/root-1.key`),
    web: await text(`${dataPath}/web-key.pem`),
    config: configPath === null ? null : await text(configPath),
  };
}

const FIRST = {
  outbox: [1],
  audit: ["sound", "asha 1"],
  minutes: [1],
  root: "certificates/root-1.pem 1",
  key: "certificates/root-1.key 1",
  web: "web-key.pem 1",
  config: "site: { name: Depot 1 }\n",
};

Deno.test("an archive brings a whole site back into a fresh folder, and says what it has not", () =>
  inFolder(async (folder) => {
    const places = await fill(`${folder}/before`, 1);
    const file = `${folder}/site.tar.gz`;
    const manifest = await writeArchive(file, archiveOrder(places, MADE));
    assertEquals(manifest.files.map(({ name }) => name), [
      "ledger.db",
      "audit.db",
      "history.db",
      "telemetry.db",
      "certificates/root-1.key",
      "certificates/root-1.pem",
      "web-key.pem",
      "config/site.yaml",
    ]);
    assertEquals([manifest.program, manifest.madeAt], ["1.2.3", "2026-05-01T03:00:00.000Z"]);
    assert(manifest.leftOut.some(({ name }) => name === "first-password"));
    const after = { dataPath: `${folder}/after/data`, configPath: `${folder}/after/site.yaml` };
    const restored = await restoreBackup(file, after);
    assertEquals(await contents(after), FIRST);
    assertEquals([restored.replaced, restored.kept], [[], []]);
    assertEquals(restored.files.length, manifest.files.length);
    const left = [...Deno.readDirSync(after.dataPath)].map(({ name }) => name);
    for (const name of ["first-password", "ballast", ".restore"]) {
      assertEquals(left.includes(name), false, name);
    }
    if (Deno.build.os === "windows") return;
    for (const path of [file, `${after.dataPath}/certificates/root-1.key`]) {
      assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600, path);
    }
  }));

Deno.test("tar and gzip of the machine read an archive too", () =>
  inFolder(async (folder) => {
    const places = await fill(folder, 1);
    await writeArchive(`${folder}/site.tar.gz`, archiveOrder(places, MADE));
    const { success, stdout } = await new Deno.Command("tar", {
      args: ["-xzOf", `${folder}/site.tar.gz`, MANIFEST_FILE],
    }).output();
    assertEquals(success, true);
    assertEquals(readManifest(new TextDecoder().decode(stdout)).ok, true);
  }));

Deno.test("what stood there before is kept, newer roots and a site.yaml stay", () =>
  inFolder(async (folder) => {
    const file = `${folder}/site.tar.gz`;
    await writeArchive(file, archiveOrder(await fill(`${folder}/one`, 1), MADE));
    const places = await fill(`${folder}/two`, 2);
    await Deno.writeTextFile(`${places.dataPath}/certificates/root-2.pem`, "newer");
    const restored = await restoreBackup(file, places);
    assertEquals(await contents(places), { ...FIRST, config: "site: { name: Depot 2 }\n" });
    assertEquals(restored.kept, ["config/site.yaml"]);
    assertEquals(await Deno.readTextFile(`${places.dataPath}/certificates/root-2.pem`), "newer");
    const before = restored.replaced.map((path) => path.slice(places.dataPath.length + 1));
    assertEquals(before, [
      "ledger.db.replaced",
      "audit.db.replaced",
      "history.db.replaced",
      "telemetry.db.replaced",
      "certificates/root-1.key.replaced",
      "certificates/root-1.pem.replaced",
      "web-key.pem.replaced",
    ]);
    const audit = openAuditFile(`${places.dataPath}/audit.db.replaced`);
    assertEquals((await audit.find({ limit: 9 })).map(({ who }) => who), ["asha 2"]);
    await audit.close();
    // Files that are the same are left alone: a second time moves databases only.
    const again = await restoreBackup(file, places);
    assertEquals(again.replaced.every((path) => path.includes(".db.replaced")), true);
  }));

Deno.test("a gateway that runs there keeps everything as it is", () =>
  inFolder(async (folder) => {
    const file = `${folder}/site.tar.gz`;
    await writeArchive(file, archiveOrder(await fill(`${folder}/one`, 1), MADE));
    const places = await fill(`${folder}/two`, 2);
    const running = openLedger(`${places.dataPath}/ledger.db`);
    await running.load(0);
    await assertRejects(() => restoreBackup(file, places), LedgerInUse, "a gateway has it open");
    await running.close();
    assertEquals((await contents(places)).audit, ["sound", "asha 2"]);
    assertEquals((await contents(places)).key, "certificates/root-1.key 2");
  }));

Deno.test("a ledger alone, as older versions made it, is still restored", () =>
  inFolder(async (folder) => {
    const one = await fill(`${folder}/one`, 1);
    const file = `${folder}/old.db`;
    await backUpLedger(`${one.dataPath}/ledger.db`, file);
    const places = await fill(`${folder}/two`, 2);
    const restored = await restoreBackup(file, places);
    assertEquals(restored.files, ["ledger.db"]);
    const now = await contents(places);
    assertEquals([now.outbox, now.audit], [[1], ["sound", "asha 2"]]);
  }));

Deno.test("a damaged archive is refused with what is wrong, and nothing has changed", () =>
  inFolder(async (folder) => {
    const file = `${folder}/site.tar.gz`;
    await writeArchive(file, archiveOrder(await fill(`${folder}/one`, 1), MADE));
    const places = await fill(`${folder}/two`, 2);
    const before = await contents(places);
    const bytes = await Deno.readFile(file);
    const bad = `${folder}/bad.tar.gz`;
    const refused = async (content: Uint8Array, why: RegExp) => {
      await Deno.writeFile(bad, content);
      const error = await assertRejects(() => restoreBackup(bad, places), ArchiveDamaged);
      assert(why.test(error.message), error.message);
      assert(error.message.includes(bad));
      assertEquals(await contents(places), before);
    };
    await refused(new Uint8Array(), /no backup of Sangam/);
    await refused(new TextEncoder().encode("no backup at all"), /no backup of Sangam/);
    for (const share of [0.1, 0.5, 0.9, 0.999]) {
      const cut = bytes.slice(0, Math.floor(bytes.length * share));
      await refused(cut, /damaged|ends too early|missing|empty/);
    }
    for (const share of [0.3, 0.6, 0.95]) {
      const turned = bytes.slice();
      const at = Math.floor(bytes.length * share);
      turned[at] = (turned[at] ?? 0) ^ 0xff;
      await refused(turned, /damaged|not what its manifest says|missing/);
    }
  }));

/** An archive as somebody might forge it. */
async function forged(
  entries: readonly {
    readonly name: string;
    readonly text: string;
    readonly type?: "file" | "symlink";
  }[],
): Promise<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const packed = new Response(readable.pipeThrough(new CompressionStream("gzip"))).bytes();
  for (const { name, text, type = "file" } of entries) {
    const body = new TextEncoder().encode(type === "symlink" ? "" : text);
    const link = type === "symlink" ? { linkname: text } : {};
    const writer = controller.add({ name, size: body.length, type, ...link }).getWriter();
    await writer.write(body);
    await writer.close();
  }
  controller.finalize();
  return await packed;
}

Deno.test("a forged archive reaches nothing outside of the folder of data", () =>
  inFolder(async (folder) => {
    const places = await fill(`${folder}/two`, 2);
    const before = await contents(places);
    const manifest = (more: Record<string, unknown>) => ({
      name: MANIFEST_FILE,
      text: JSON.stringify({
        format: "sangam-backup",
        version: 1,
        madeAt: "2026-05-01T03:00:00.000Z",
        program: "1.2.3",
        files: [],
        leftOut: [],
        ...more,
      }),
    });
    const file = (name: string) => ({ name, bytes: 1, sha256: "0".repeat(64) });
    const cases: readonly (readonly [Parameters<typeof forged>[0], RegExp])[] = [
      [[], /empty/],
      [[{ name: "ledger.db", text: "x" }], /no archive of Sangam/],
      [[{ name: MANIFEST_FILE, text: "{}" }], /no archive of Sangam/],
      [[manifest({ version: 2 })], /newer version/],
      [[manifest({ files: [file("../evil")] })], /manifest is damaged/],
      [[manifest({ files: [file("/etc/evil")] })], /manifest is damaged/],
      [[manifest({ files: [file("a/../../evil")] })], /manifest is damaged/],
      [[manifest({}), { name: "../evil", text: "x" }], /not what its manifest says/],
      [[manifest({ files: [file("ledger.db")] })], /"ledger.db" is missing/],
      [
        [manifest({ files: [file("ledger.db")] }), { name: "ledger.db", text: "x" }],
        /"ledger.db" is damaged/,
      ],
      [
        [
          manifest({ files: [file("ledger.db")] }),
          { name: "ledger.db", text: "/etc/passwd", type: "symlink" },
        ],
        /no plain file/,
      ],
      [[manifest({})], /there is no ledger in it/],
    ];
    for (const [entries, why] of cases) {
      await Deno.writeFile(`${folder}/bad.tar.gz`, await forged(entries));
      const error = await assertRejects(
        () => restoreBackup(`${folder}/bad.tar.gz`, places),
        ArchiveDamaged,
      );
      assert(why.test(error.message), `${why}: ${error.message}`);
    }
    assertEquals(await contents(places), before);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).toSorted(), [
      "bad.tar.gz",
      "two",
    ]);
  }));

Deno.test("a damaged history is left out and named; a damaged ledger makes no archive", () =>
  inFolder(async (folder) => {
    const places = await fill(folder, 1);
    const file = `${folder}/site.tar.gz`;
    await Deno.writeTextFile(`${places.dataPath}/history.db`, "no database ".repeat(1_000));
    const { files, leftOut } = await writeArchive(file, archiveOrder(places, MADE));
    assertEquals(files.some(({ name }) => name === "history.db"), false);
    assert(leftOut.some(({ name, why }) => name === "history.db" && why.includes("damaged")));
    const before = await Deno.readFile(file);
    await Deno.writeTextFile(`${places.dataPath}/ledger.db`, "no database ".repeat(1_000));
    await assertRejects(() => writeArchive(file, archiveOrder(places, MADE)), Error, "ledger.db");
    assertEquals(await Deno.readFile(file), before);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).toSorted(), [
      "data",
      "site.tar.gz",
      "site.yaml",
    ]);
  }));

Deno.test("a thread of its own packs while the gateway writes", () =>
  inFolder(async (folder) => {
    const places = await fill(folder, 1);
    const ledger = openLedger(`${places.dataPath}/ledger.db`);
    const rows = Array.from({ length: 10_000 }, (_, at) => outboxRow({ id: at + 2 }));
    await ledger.commit(rows.map((row) => put("outbox", row.id, row)));
    let isMade = false;
    const file = `${folder}/site.tar.gz`;
    const making = writeArchiveAside(file, archiveOrder(places, MADE))
      .finally(() => isMade = true);
    let commits = 0;
    while (!isMade) {
      await ledger.commit([put("secrets", "last", `${++commits}`)]);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await making;
    await ledger.close();
    assert(commits > 3, `${commits} commits`);
    const after = { dataPath: `${folder}/after`, configPath: null };
    await restoreBackup(file, after);
    assertEquals((await contents(after)).outbox.length, 10_001);
    await assertRejects(
      () => writeArchiveAside(file, archiveOrder({ ...places, dataPath: "/nowhere" }, MADE)),
      Error,
      "/nowhere/ledger.db",
    );
  }));
