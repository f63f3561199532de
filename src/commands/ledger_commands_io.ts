import type { SiteConfig } from "../config.ts";
import { archiveOrder, type ArchivePlaces, restoreBackup } from "../gateway_archive_io.ts";
import { LEDGER_FILE } from "../gateway_io.ts";
import { createSystemClock } from "../lib/clock_io.ts";
import { exportSessions } from "../operations/mod.ts";
import { writeArchive } from "../store/archive_io.ts";
import { openLedger } from "../store/ledger_io.ts";
import { costOf, type Transaction } from "../transactions/mod.ts";
import type { Command, ExitCode, Flags, Terminal } from "./command.ts";
import { CONFIG_FLAGS, configOf } from "./config_commands_io.ts";
import { VERSION } from "./version.ts";

/** `main.ts backup` */
export const BACKUP: Command = {
  usage: "backup FILE [--config site.yaml] [--data DIR]",
  summary: "ledger, logs, history, keys and site.yaml in one file, also while the gateway runs",
  words: ["FILE"],
  flags: CONFIG_FLAGS,
  async run(flags, [file = ""], terminal) {
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    const madeMs = createSystemClock().wallMs();
    const order = archiveOrder(placesOf(config, flags), { program: VERSION, madeMs });
    const { files, leftOut } = await writeArchive(file, order);
    const lines = [
      `${file} holds ${files.map(({ name }) => name).join(", ")}`,
      ...leftOut.map(({ name, why }) => `not in it: ${name} (${why})`),
      "Keep it like a key: it holds passwords' digests, private keys and who charged when",
    ];
    terminal.print(`${lines.join("\n")}\n`);
    return 0;
  },
};

/** `main.ts restore` */
export const RESTORE: Command = {
  usage: "restore FILE [--config site.yaml] [--data DIR]",
  summary: "puts a backup back; what was there is kept",
  words: ["FILE"],
  flags: CONFIG_FLAGS,
  async run(flags, [file = ""], terminal) {
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    await Deno.mkdir(config.dataPath, { recursive: true, mode: 0o700 });
    const { files, replaced, kept } = await restoreBackup(file, placesOf(config, flags));
    const before = replaced.length === 0 ? "" : `; what was there is in ${replaced.join(", ")}`;
    const lines = [
      `Restored ${files.join(", ")}${before}`,
      ...kept.map((name) => `left alone, for there is one: ${name}`),
    ];
    terminal.print(`${lines.join("\n")}\n`);
    return 0;
  },
};

function placesOf({ dataPath }: SiteConfig, { config }: Flags): ArchivePlaces {
  return { dataPath, configPath: config ?? "site.yaml" };
}

/** `main.ts migrate` */
export const MIGRATE: Command = {
  usage: "migrate [--config site.yaml] [--data DIR]",
  summary: "brings the ledger to the form of this version",
  words: [],
  flags: CONFIG_FLAGS,
  async run(flags, _words, terminal) {
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    await (await openStore(config)).ledger.close();
    terminal.print("The ledger is up to date\n");
    return 0;
  },
};

/** `main.ts export` */
export const EXPORT: Command = {
  usage: "export sessions [--from DATE] [--to DATE] [--format csv|json] [--config …] [--data DIR]",
  summary: "charging sessions as a table",
  words: ["sessions"],
  flags: ["from", "to", "format", ...CONFIG_FLAGS],
  run: exportTable,
};

async function exportTable(
  flags: Flags,
  _words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const { from, to, format = "csv" } = flags;
  if (format !== "csv" && format !== "json") {
    terminal.complain(`--format has to be csv or json, not "${format}"`);
    return 2;
  }
  for (const [name, text] of [["from", from], ["to", to]]) {
    if (text === undefined || !Number.isNaN(Date.parse(text))) continue;
    terminal.complain(`--${name} has to be a date such as 2026-03-31, not "${text}"`);
    return 2;
  }
  const config = await configOf(flags, terminal);
  if (config === null) return 1;
  const period = {
    ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
    ...(to === undefined ? {} : { toMs: Date.parse(to) }),
  };
  await using store = await openStore(config);
  const { tariffs } = await store.ledger.load(createSystemClock().wallMs());
  const tariff = (key: string) => tariffs.get(key);
  const cost = (transaction: Transaction) => costOf(transaction, { tariff });
  for await (const text of exportSessions(store.ledger.transactions, period, format, cost)) {
    terminal.print(text);
  }
  return 0;
}

/** The ledger of a configuration, closed when it goes out of scope. */
export async function openStore({ dataPath }: SiteConfig) {
  await Deno.mkdir(dataPath, { recursive: true, mode: 0o700 });
  const ledger = await openLedger(`${dataPath}/${LEDGER_FILE}`);
  return { ledger, [Symbol.asyncDispose]: () => ledger.close() };
}
