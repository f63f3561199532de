import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { transactionRecord } from "../../test/contract/sessions.ts";
import { LEDGER_FILE } from "../gateway_io.ts";
import { put } from "../lib/write.ts";
import { openLedger } from "../store/ledger_io.ts";
import { fakeTerminal } from "./_fake_terminal.ts";
import { runProgram } from "./program.ts";

const PASSWORD = "correct horse battery staple";

/** A folder with an empty site.yaml and a ledger in `data`. */
async function withFolder(during: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/site.yaml`, "site: { name: Test }\n");
  await during(folder);
  await Deno.remove(folder, { recursive: true });
}

async function run(folder: string, args: readonly string[], ...answers: readonly string[]) {
  const terminal = fakeTerminal(...answers);
  const flags = ["--config", `${folder}/site.yaml`, "--data", `${folder}/data`];
  const code = await runProgram([...args, ...flags], terminal);
  return { code, terminal };
}

async function usersIn(folder: string) {
  const ledger = await openLedger(`${folder}/data/${LEDGER_FILE}`);
  const { users } = await ledger.load(0);
  await ledger.close();
  return users;
}

Deno.test("user add asks for a password and keeps its digest only", () =>
  withFolder(async (folder) => {
    const { code, terminal } = await run(
      folder,
      ["user", "add", "meera", "--role", "operator"],
      PASSWORD,
    );
    assertEquals(code, 0);
    assertEquals(terminal.questions.length, 1);
    const user = (await usersIn(folder)).get("meera");
    assertEquals([user?.role, user?.mustChangePassword], ["operator", false]);
    assert(!JSON.stringify(user).includes(PASSWORD));
    assert(!terminal.printed().includes(PASSWORD));
  }));

Deno.test("user add refuses a weak password, no password, and a role that does not exist", () =>
  withFolder(async (folder) => {
    const short = await run(folder, ["user", "add", "meera", "--role", "admin"], "short");
    assertEquals(short.code, 1);
    assertStringIncludes(short.terminal.complaints.join(), 'Cannot add "meera": the password is');
    assertEquals((await run(folder, ["user", "add", "meera", "--role", "admin"])).code, 1);
    const king = await run(folder, ["user", "add", "meera", "--role", "king"], PASSWORD);
    assertEquals([king.code, king.terminal.questions], [2, []]);
    assertStringIncludes(king.terminal.complaints.join(), "viewer, operator, installer, admin");
  }));

Deno.test("backup and restore bring back what was there, and keep what is replaced", () =>
  withFolder(async (folder) => {
    await run(folder, ["user", "add", "first", "--role", "admin"], PASSWORD);
    const copy = `${folder}/copy.db`;
    assertEquals((await run(folder, ["backup", copy])).code, 0);
    await run(folder, ["user", "add", "second", "--role", "admin"], PASSWORD);
    const { code, terminal } = await run(folder, ["restore", copy]);
    assertEquals(code, 0);
    assertEquals([...(await usersIn(folder)).keys()], ["first"]);
    const kept = /what was there is in ([^,\n]+)/.exec(terminal.printed())?.[1] ?? "";
    assert((await Deno.stat(kept)).isFile);
  }));

Deno.test("restore refuses a file that is no ledger, and leaves the ledger alone", () =>
  withFolder(async (folder) => {
    await run(folder, ["user", "add", "first", "--role", "admin"], PASSWORD);
    const { code, terminal } = await run(folder, ["restore", `${folder}/site.yaml`]);
    assertEquals([code, terminal.complaints.length], [1, 1]);
    assertEquals([...(await usersIn(folder)).keys()], ["first"]);
  }));

Deno.test("migrate creates a ledger where there is none, readable by its owner alone", () =>
  withFolder(async (folder) => {
    assertEquals((await run(folder, ["migrate"])).code, 0);
    const { mode } = await Deno.stat(`${folder}/data/${LEDGER_FILE}`);
    assertEquals((mode ?? 0) & 0o077, 0);
  }));

Deno.test("export prints the sessions of a period as a table or as JSON", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/data`);
    const ledger = await openLedger(`${folder}/data/${LEDGER_FILE}`);
    const record = transactionRecord({ id: "tx-1" });
    await ledger.commit([put("transactions", record.id, record)]);
    await ledger.close();
    const csv = (await run(folder, ["export", "sessions"])).terminal.printed();
    assertEquals(csv.trim().split("\r\n").length, 2, csv);
    const json = (await run(folder, ["export", "sessions", "--format", "json"])).terminal.printed();
    assertEquals(JSON.parse(json).length, 1);
    const later = await run(folder, ["export", "sessions", "--from", "2090-01-01"]);
    assertEquals(later.terminal.printed().trim().split("\r\n").length, 1);
  }));

for (
  const [what, flags, message] of [
    ["a form that it does not know", ["--format", "pdf"], "--format has to be csv or json"],
    ["a day that is none", ["--from", "yesterday"], "--from has to be a date"],
  ] as const
) {
  Deno.test(`export refuses ${what}`, () =>
    withFolder(async (folder) => {
      const { code, terminal } = await run(folder, ["export", "sessions", ...flags]);
      assertEquals(code, 2);
      assertStringIncludes(terminal.complaints.join(), message);
    }));
}
