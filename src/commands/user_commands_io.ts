import type { SiteConfig } from "../config.ts";
import { isoTime } from "../lib/clock.ts";
import { createSystemClock } from "../lib/clock_io.ts";
import { createSystemIds } from "../lib/ids_io.ts";
import { drop, put } from "../lib/write.ts";
import type { LedgerWrite } from "../outbox/mod.ts";
import { type AuditAction, type Role, ROLES, type UserRecord } from "../site/mod.ts";
import { AUDIT_FILE, openAuditFile } from "../telemetry/audit_file_io.ts";
import { hashPassword, isUserName, judgePassword, oneTimePassword, resetUser } from "../web/mod.ts";
import type { Command, ExitCode, Flags, Terminal } from "./command.ts";
import { CONFIG_FLAGS, configOf } from "./config_commands_io.ts";
import { openStore } from "./ledger_commands_io.ts";

const PLACE = "[--config site.yaml] [--data DIR]";

/** `main.ts user add` */
export const USER_ADD: Command = {
  usage: `user add NAME --role ${ROLES.join("|")} ${PLACE}`,
  summary: "an account for the pages; asks for the password",
  words: ["NAME"],
  flags: ["role", ...CONFIG_FLAGS],
  run: addUser,
};

async function addUser(
  flags: Flags,
  [name = ""]: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const role = roleOf(flags, terminal);
  if (role === null) return 2;
  const config = await configOf(flags, terminal);
  if (config === null) return 1;
  if (!isUserName(name)) {
    terminal.complain(`Cannot add "${name}": a name has up to 64 letters, digits and . _ @ -`);
    return 1;
  }
  const password = await terminal.askSecretly("Password (at least 12 characters): ") ?? "";
  const weakness = judgePassword(password, name, [config.siteName]);
  if (weakness !== null) {
    terminal.complain(`Cannot add "${name}": the password is ${weakness}`);
    return 1;
  }
  const passwordDigest = await hashPassword(password, createSystemIds());
  const createdAtMs = createSystemClock().wallMs();
  const user = { name, role, passwordDigest, mustChangePassword: false, createdAtMs };
  return await change(config, terminal, { name, what: "user-added", detail: role }, (known) => {
    if (known !== undefined) return `Cannot add "${name}": there is such a user; see user reset`;
    return { write: put("users", name, user), says: `${name} may sign in as ${role}` };
  });
}

/** `main.ts user role` */
export const USER_ROLE: Command = {
  usage: `user role NAME --role ${ROLES.join("|")} ${PLACE}`,
  summary: "another role for an account",
  words: ["NAME"],
  flags: ["role", ...CONFIG_FLAGS],
  async run(flags, [name = ""], terminal) {
    const role = roleOf(flags, terminal);
    if (role === null) return 2;
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    const about = { name, what: "user-changed", detail: role } as const;
    return await change(config, terminal, about, (user) =>
      user === undefined ? unknown(name) : {
        write: put("users", name, { ...user, role }),
        says: `${name} is ${role}`,
      });
  },
};

/** `main.ts user reset` */
export const USER_RESET: Command = {
  usage: `user reset NAME ${PLACE}`,
  summary: "a one-time password for who is locked out; ends the second factor",
  words: ["NAME"],
  flags: CONFIG_FLAGS,
  async run(flags, [name = ""], terminal) {
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    const ids = createSystemIds();
    const password = oneTimePassword(ids);
    const passwordDigest = await hashPassword(password, ids);
    const about = { name, what: "user-reset", detail: "" } as const;
    return await change(config, terminal, about, (user) =>
      user === undefined ? unknown(name) : {
        write: put("users", name, resetUser(user, passwordDigest, createSystemClock().wallMs())),
        says: `${name} signs in once, within a day, with the password ${password}`,
      });
  },
};

/** `main.ts user remove` */
export const USER_REMOVE: Command = {
  usage: `user remove NAME ${PLACE}`,
  summary: "takes an account away",
  words: ["NAME"],
  flags: CONFIG_FLAGS,
  async run(flags, [name = ""], terminal) {
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    const about = { name, what: "user-removed", detail: "" } as const;
    return await change(
      config,
      terminal,
      about,
      (user) =>
        user === undefined
          ? unknown(name)
          : { write: drop("users", name), says: `${name} is removed` },
    );
  },
};

/** `main.ts user list` */
export const USER_LIST: Command = {
  usage: `user list ${PLACE}`,
  summary: "who may sign in to the pages",
  words: [],
  flags: CONFIG_FLAGS,
  async run(flags, _words, terminal) {
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    await using store = await openStore(config);
    const { users } = await store.ledger.load(createSystemClock().wallMs());
    for (const user of [...users.values()].toSorted((a, b) => a.name.localeCompare(b.name))) {
      terminal.print(`${userLine(user)}\n`);
    }
    if (users.size === 0) terminal.print("There is no user; the next start makes one\n");
    return 0;
  },
};

function userLine({ name, role, secondFactor, mustChangePassword, createdAtMs }: UserRecord) {
  const factor = secondFactor === undefined ? "password" : "password and code";
  const state = mustChangePassword ? ", has to choose a password" : "";
  return `${name}  ${role}  ${factor}, since ${isoTime(createdAtMs).slice(0, 10)}${state}`;
}

function roleOf(flags: Flags, terminal: Terminal): Role | null {
  const role = ROLES.find((each) => each === flags["role"]);
  if (role === undefined) terminal.complain(`--role has to be one of ${ROLES.join(", ")}`);
  return role ?? null;
}

function unknown(name: string): string {
  return `There is no user "${name}"; see user list`;
}

/** What to write and to say, or why not. */
type Change = { readonly write: LedgerWrite; readonly says: string } | string;

/** Changes an account and notes it. A gateway that runs has read the accounts when it started. */
async function change(
  config: SiteConfig,
  terminal: Terminal,
  { name, what, detail }: {
    readonly name: string;
    readonly what: AuditAction;
    readonly detail: string;
  },
  decide: (user: UserRecord | undefined) => Change,
): Promise<ExitCode> {
  await using store = await openStore(config);
  const atWallMs = createSystemClock().wallMs();
  const { users } = await store.ledger.load(atWallMs);
  const decided = decide(users.get(name));
  if (typeof decided === "string") {
    terminal.complain(decided);
    return 1;
  }
  // First the note: nobody gets in unnoticed because the disk was full in between.
  const audit = openAuditFile(`${config.dataPath}/${AUDIT_FILE}`, { keepMs: config.auditKeepMs });
  const at = { atWallMs, who: "console", way: "console", from: "" } as const;
  await audit.append({ ...at, what, about: name, outcome: "done", detail });
  await audit.close();
  await store.ledger.commit([decided.write]);
  terminal.print(`${decided.says}, from the next start of the gateway on\n`);
  return 0;
}
