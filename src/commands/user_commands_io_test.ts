import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { LEDGER_FILE } from "../gateway_io.ts";
import { openLedger } from "../store/ledger_io.ts";
import { AUDIT_FILE, openAuditFile } from "../telemetry/audit_file_io.ts";
import { verifyPassword } from "../web/mod.ts";
import { fakeTerminal } from "./_fake_terminal.ts";
import { runProgram } from "./program.ts";

const PASSWORD = "three blue kites";

/** A site in a folder of its own, and what the console does to it. */
async function withSite(
  during: (
    run: (args: readonly string[], ...answers: readonly string[]) => Promise<{
      readonly code: number;
      readonly text: string;
    }>,
    data: string,
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/site.yaml`, "site: { name: Hinjewadi }\n");
  const flags = ["--config", `${folder}/site.yaml`, "--data", `${folder}/data`];
  await during(async (args, ...answers) => {
    const terminal = fakeTerminal(...answers);
    const code = await runProgram([...args, ...flags], terminal);
    return { code, text: terminal.printed() + terminal.complaints.join("\n") };
  }, `${folder}/data`);
  await Deno.remove(folder, { recursive: true });
}

async function userIn(data: string, name: string) {
  const ledger = openLedger(`${data}/${LEDGER_FILE}`);
  const { users } = await ledger.load(0);
  await ledger.close();
  return users.get(name);
}

Deno.test("who is locked out is reset at the console: a one-time password, no second factor, and a note", () =>
  withSite(async (run, data) => {
    await run(["user", "add", "meera", "--role", "admin"], PASSWORD);
    const ledger = openLedger(`${data}/${LEDGER_FILE}`);
    const before = (await ledger.load(0)).users.get("meera");
    assume(before, "the user was added");
    const secondFactor = { secret: "GEZDGNBV", sinceMs: 0, lastStep: 0, recoveryDigests: [] };
    await ledger.commit([{
      kind: "put",
      collection: "users",
      key: "meera",
      value: { ...before, secondFactor },
    }]);
    await ledger.close();
    const { code, text } = await run(["user", "reset", "meera"]);
    assertEquals(code, 0);
    const password = /password ((?:\w{5}-){3}\w{5}),/.exec(text)?.[1] ?? "";
    const after = await userIn(data, "meera");
    assume(after, "the user is still there");
    assertEquals([after.role, after.mustChangePassword, after.secondFactor], [
      "admin",
      true,
      undefined,
    ]);
    assertEquals(await verifyPassword(password, after.passwordDigest), true);
    const audit = openAuditFile(`${data}/${AUDIT_FILE}`);
    const noted = await audit.find({ limit: 9 });
    await audit.close();
    assertEquals(noted.map(({ who, way, what, about }) => [who, way, what, about]), [
      ["console", "console", "user-reset", "meera"],
      ["console", "console", "user-added", "meera"],
    ]);
    assertEquals(JSON.stringify(noted).includes(password), false);
  }));

Deno.test("accounts are listed, given another role and removed, and none is written over", () =>
  withSite(async (run, data) => {
    assertStringIncludes((await run(["user", "list"])).text, "There is no user");
    await run(["user", "add", "meera", "--role", "viewer"], PASSWORD);
    await run(["user", "add", "asha", "--role", "admin"], PASSWORD);
    const again = await run(["user", "add", "meera", "--role", "admin"], PASSWORD);
    assertEquals(again.code, 1);
    assertStringIncludes(again.text, "there is such a user; see user reset");
    assertEquals((await run(["user", "role", "meera", "--role", "installer"])).code, 0);
    assertMatch(
      (await run(["user", "list"])).text,
      /^asha {2}admin {2}password, since \d{4}-\d\d-\d\d\nmeera {2}installer {2}password/,
    );
    assertEquals((await run(["user", "remove", "meera"])).code, 0);
    assertEquals(await userIn(data, "meera"), undefined);
    for (const command of ["remove", "reset"]) {
      const { code, text } = await run(["user", command, "meera"]);
      assertEquals([code, text], [1, `There is no user "meera"; see user list`]);
    }
  }));

Deno.test("a name that is none, a password with the site's name and a missing role are refused", () =>
  withSite(async (run) => {
    assertStringIncludes(
      (await run(["user", "add", "a\nb", "--role", "viewer"], PASSWORD)).text,
      "a name has",
    );
    const easy = await run(["user", "add", "meera", "--role", "viewer"], "Hinjewadi-2026");
    assertStringIncludes(easy.text, "the password is too-easy");
    assertEquals((await run(["user", "role", "meera"])).code, 2);
    assertEquals((await run(["user"])).code, 2);
  }));
