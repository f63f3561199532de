import { assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { AuditNote } from "../site/mod.ts";
import { AUDIT_FILE, openAuditFile } from "../telemetry/audit_file_io.ts";
import { fakeTerminal } from "./_fake_terminal.ts";
import { runProgram } from "./program.ts";

const NOTE: AuditNote = {
  atWallMs: 0,
  who: "asha",
  way: "page",
  from: "::1",
  what: "sign-in",
  about: "",
  outcome: "done",
  detail: "",
};

Deno.test("audit verify says what it read, names the entry that is wrong, and misses a log that is not there", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/site.yaml`, "site: { name: Test }\n");
  const run = async () => {
    const terminal = fakeTerminal();
    const flags = ["--config", `${folder}/site.yaml`, "--data", folder];
    const code = await runProgram(["audit", "verify", ...flags], terminal);
    return { code, text: terminal.printed() + terminal.complaints.join("\n") };
  };
  const missing = await run();
  assertEquals(missing.code, 1);
  assertStringIncludes(missing.text, "There is no audit log at");
  const log = openAuditFile(`${folder}/${AUDIT_FILE}`);
  await log.append(NOTE);
  const { hash } = await log.append(NOTE);
  const sound = await run();
  assertEquals(sound.code, 0);
  assertStringIncludes(sound.text, `sound: 2 entries, 1 to 2\nLast hash ${hash}`);
  const database = new DatabaseSync(`${folder}/${AUDIT_FILE}`);
  database.exec("DROP TRIGGER entry_stays; UPDATE entry SET detail = 'x' WHERE number = 2");
  database.close();
  assertEquals(await run(), {
    code: 1,
    text: "The audit log is broken: entry 2 is not what was written",
  });
  await log.close();
  await Deno.remove(folder, { recursive: true });
});
