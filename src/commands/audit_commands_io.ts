import { exists } from "../store/database_file_io.ts";
import { AUDIT_FILE, openAuditFile } from "../telemetry/audit_file_io.ts";
import type { Command } from "./command.ts";
import { CONFIG_FLAGS, configOf } from "./config_commands_io.ts";

/** `main.ts audit verify` */
export const AUDIT_VERIFY: Command = {
  usage: "audit verify [--config site.yaml] [--data DIR]",
  summary: "checks that nobody changed the log of who did what",
  words: [],
  flags: CONFIG_FLAGS,
  async run(flags, _words, terminal) {
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    const path = `${config.dataPath}/${AUDIT_FILE}`;
    if (!exists(path)) {
      terminal.complain(`There is no audit log at ${path}`);
      return 1;
    }
    const log = openAuditFile(path, { keepMs: config.auditKeepMs });
    const check = await log.check();
    await log.close();
    if (check.kind === "broken") {
      terminal.complain(`The audit log is broken: entry ${check.number} is not what was written`);
      return 1;
    }
    const { entries, first, last, hash } = check;
    terminal.print(
      entries === 0
        ? "The audit log is empty\n"
        : `The audit log is sound: ${entries} entries, ${first} to ${last}\nLast hash ${hash}\n`,
    );
    return 0;
  },
};
