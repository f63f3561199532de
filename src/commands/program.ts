import { type Command, type ExitCode, readTyped, type Terminal } from "./command.ts";
import { AUDIT_VERIFY } from "./audit_commands_io.ts";
import {
  CERTIFICATE_IMPORT,
  CERTIFICATE_REVOKE,
  CERTIFICATE_ROLL_OVER,
  CERTIFICATE_SHOW,
} from "./certificate_commands_io.ts";
import { BUNDLE } from "./bundle_command_io.ts";
import { CHECK, PERMISSIONS, SCHEMA } from "./config_commands_io.ts";
import { EXPORT_CDR, EXPORT_REPORT, EXPORT_SIGNED } from "./export_commands_io.ts";
import { BACKUP, EXPORT, MIGRATE, RESTORE } from "./ledger_commands_io.ts";
import { METER_PROBE, METER_READ } from "./meter_commands_io.ts";
import { demo, simulate } from "./simulator_commands_io.ts";
import { START } from "./start_command_io.ts";
import { USER_ADD, USER_LIST, USER_REMOVE, USER_RESET, USER_ROLE } from "./user_commands_io.ts";
import { VERSION } from "./version.ts";

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["start", START],
  ["check", CHECK],
  ["schema", SCHEMA],
  ["permissions", PERMISSIONS],
  ["user add", USER_ADD],
  ["user list", USER_LIST],
  ["user role", USER_ROLE],
  ["user reset", USER_RESET],
  ["user remove", USER_REMOVE],
  ["audit verify", AUDIT_VERIFY],
  ["certificate show", CERTIFICATE_SHOW],
  ["certificate revoke", CERTIFICATE_REVOKE],
  ["certificate roll-over", CERTIFICATE_ROLL_OVER],
  ["certificate import", CERTIFICATE_IMPORT],
  ["meter probe", METER_PROBE],
  ["meter read", METER_READ],
  ["backup", BACKUP],
  ["bundle", BUNDLE],
  ["restore", RESTORE],
  ["migrate", MIGRATE],
  ["export", EXPORT],
  ["export report", EXPORT_REPORT],
  ["export cdr", EXPORT_CDR],
  ["export signed", EXPORT_SIGNED],
]);

/** Commands with flags of their own kind. */
const SIMULATIONS: ReadonlyMap<string, typeof demo> = new Map([
  ["demo", demo],
  ["simulate", simulate],
]);

const SIMULATION_LINES: readonly (readonly [string, string])[] = [
  ["demo", "a whole simulated site; --help for its flags"],
  ["simulate charger|csms|meter", "one simulated device; --help for its flags"],
  ["simulate site", "a drawn site for a gateway that runs elsewhere; --help for its flags"],
];

/** Runs the program with its arguments. What goes wrong is said in a line, never shown as a stack. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name = "", ...rest] = args;
  if (name === "" || name === "help" || name === "--help") {
    terminal.print(helpText());
    return name === "" ? 2 : 0;
  }
  if (name === "--version") {
    terminal.print(`${VERSION}\n`);
    return 0;
  }
  const simulation = SIMULATIONS.get(name);
  const [second = "", ...more] = rest;
  const twoWords = COMMANDS.get(`${name} ${second}`);
  const command = twoWords ?? COMMANDS.get(name);
  try {
    if (simulation !== undefined) return await simulation(rest, terminal);
    if (command !== undefined) {
      return await runCommand(command, twoWords === undefined ? rest : more, terminal);
    }
  } catch (error) {
    terminal.complain(error instanceof Error ? error.message : String(error));
    return 1;
  }
  return unknownCommand(name, terminal);
}

/** A name that stands for nothing, or only before another word. */
function unknownCommand(name: string, terminal: Terminal): ExitCode {
  const longer = [...COMMANDS].filter(([each]) => each.startsWith(`${name} `));
  if (longer.length === 0) {
    terminal.complain(`There is no command "${name}"\nmain.ts --help lists the commands`);
  }
  for (const [, { usage }] of longer) terminal.complain(`Usage: main.ts ${usage}`);
  return 2;
}

async function runCommand(
  command: Command,
  args: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const typed = readTyped(args, command);
  switch (typed.kind) {
    case "help":
      terminal.print(`main.ts ${command.usage}\n  ${command.summary}\n\n${NOTES}`);
      return 0;
    case "wrong":
      terminal.complain(typed.message);
      return 2;
    case "run":
      return await command.run(typed.flags, typed.words, terminal);
  }
}

const NOTES =
  `--config names the configuration (default: site.yaml where there is one), --data the folder
of the ledger (default: store.path of the configuration). Exit codes: 0 done, 1 a problem that the
message names, 2 wrong usage.
`;

function helpText(): string {
  const lines = [
    ...[...COMMANDS.values()].map(({ usage, summary }) => [usage, summary] as const),
    ...SIMULATION_LINES,
  ];
  const listed = lines.map(([usage, summary]) => `  main.ts ${usage}\n      ${summary}\n`).join("");
  return `Sangam ${VERSION}: the gateway of an EV charging site\n\n${listed}\n${NOTES}`;
}
