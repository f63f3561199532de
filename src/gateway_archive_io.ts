import { AUTHORITY_FOLDER } from "./gateway_certificates_io.ts";
import { LEDGER_FILE } from "./gateway_io.ts";
import {
  ArchiveDamaged,
  type ArchiveOrder,
  type ArchivePart,
  backupKind,
  unpackArchive,
} from "./store/archive_io.ts";
import { restoreLedger } from "./store/backup_io.ts";
import { exists, SIDE_FILES } from "./store/database_file_io.ts";
import { AUDIT_FILE } from "./telemetry/audit_file_io.ts";
import { HISTORY_FILE } from "./telemetry/history_file_io.ts";
import { TELEMETRY_FILE } from "./telemetry/telemetry_file_io.ts";

const DATABASES = [LEDGER_FILE, AUDIT_FILE, HISTORY_FILE, TELEMETRY_FILE] as const;
/** Of the pages, where the gateway makes its certificate itself. */
const WEB_FILES = ["web-certificate.pem", "web-key.pem"] as const;
/** The configuration, under its own name whatever it is called on this machine. */
const CONFIG_NAME = "config/site.yaml";

const LEFT_OUT = [
  { name: "backups/", why: "copies of the ledger, which is here itself" },
  { name: "ballast", why: "room that is kept free, with nothing in it" },
  { name: "first-password", why: "it opens nothing any more, or must not be in two places" },
  { name: "*.damaged*, *.replaced*", why: "what was set aside stays where it is" },
  {
    name: "files that site.yaml names",
    why: "passwords and certificates of your own are where you keep them",
  },
] as const;

/** Where the data and the configuration are. `configPath` null: there is no site.yaml. */
export interface ArchivePlaces {
  readonly dataPath: string;
  readonly configPath: string | null;
}

/** What an archive of this gateway is made of. It holds keys and the secrets of second factors. */
export function archiveOrder(
  { dataPath, configPath }: ArchivePlaces,
  { program, madeMs }: Pick<ArchiveOrder, "program" | "madeMs">,
): ArchiveOrder {
  const file = (name: string): ArchivePart => ({ name, path: `${dataPath}/${name}`, kind: "file" });
  return {
    parts: [
      ...DATABASES.map((name) => ({
        name,
        path: `${dataPath}/${name}`,
        kind: "database" as const,
        isVital: name === LEDGER_FILE,
      })),
      ...filesBelow(dataPath, AUTHORITY_FOLDER).map(file),
      ...WEB_FILES.map(file),
      ...(configPath === null
        ? []
        : [{ name: CONFIG_NAME, path: configPath, kind: "file" as const }]),
    ],
    leftOut: LEFT_OUT,
    program,
    madeMs,
  };
}

/** Names of the files in a folder and those below it; not what is half written. */
function filesBelow(root: string, folder: string): readonly string[] {
  if (!exists(`${root}/${folder}`)) return [];
  return [...Deno.readDirSync(`${root}/${folder}`)]
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .flatMap(({ name, isDirectory, isFile }) => {
      const path = `${folder}/${name}`;
      if (isDirectory) return filesBelow(root, path);
      return isFile && /^[\w-][\w.-]*$/.test(name) && !/\.new$|\.replaced/.test(name) ? [path] : [];
    });
}

/** What a restore did. */
export interface Restored {
  /** Names of what stands in its place now. */
  readonly files: readonly string[];
  /** Where what stood there before is kept. */
  readonly replaced: readonly string[];
  /** In the archive and left alone, because there is one already. */
  readonly kept: readonly string[];
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

/**
 * Puts a backup in the place of the data, which no gateway may have open: an archive, or a ledger alone
 * as older versions made them. All of it is looked at before anything changes. What stood there stays
 * beside it as "….replaced". Where the power goes out on the way, the same command finishes it.
 *
 * @throws {ArchiveDamaged | LedgerDamaged | LedgerTooNew | LedgerInUse} nothing has changed
 */
export async function restoreBackup(
  from: string,
  { dataPath, configPath }: ArchivePlaces,
): Promise<Restored> {
  const kind = backupKind(from);
  if (kind === "unknown") {
    throw new ArchiveDamaged(`Cannot restore "${from}": it is no backup of Sangam`);
  }
  const ledger = `${dataPath}/${LEDGER_FILE}`;
  if (kind === "ledger") {
    const { replaced } = await restoreLedger(from, ledger);
    const kept = replaced === null ? [] : [replaced];
    return { files: [LEDGER_FILE], replaced: kept, kept: [], leftOut: [] };
  }
  const folder = `${dataPath}/.restore`;
  if (exists(folder)) Deno.removeSync(folder, { recursive: true });
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    const manifest = await unpackArchive(from, folder);
    if (!manifest.files.some(({ name }) => name === LEDGER_FILE)) {
      throw new ArchiveDamaged(`Cannot restore "${from}": there is no ledger in it`);
    }
    // First, for it knows whether a gateway runs here: then nothing has changed yet.
    const { replaced: ledgerBefore } = await restoreLedger(`${folder}/${LEDGER_FILE}`, ledger);
    const places = manifest.files.map(({ name }) => name).filter((name) => name !== LEDGER_FILE)
      .map((name) => ({
        name,
        from: `${folder}/${name}`,
        to: name === CONFIG_NAME ? configPath : `${dataPath}/${name}`,
      }));
    const kept: string[] = [];
    const replaced = ledgerBefore === null ? [] : [ledgerBefore];
    for (const { name, from: source, to } of places) {
      if (to === null || name === CONFIG_NAME && exists(to)) kept.push(name);
      else replaced.push(...place(source, to));
    }
    return {
      files: manifest.files.map(({ name }) => name).filter((name) => !kept.includes(name)),
      replaced,
      kept,
      leftOut: manifest.leftOut,
    };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Puts a file in its place; says where what stood there is kept, unless it was the same. */
function place(from: string, to: string): readonly string[] {
  Deno.mkdirSync(to.slice(0, to.lastIndexOf("/")) || "/", { recursive: true, mode: 0o700 });
  if (exists(to) && isSame(from, to)) return [];
  const aside = exists(to) ? freeName(`${to}.replaced`) : null;
  if (aside !== null) {
    for (const suffix of ["", ...SIDE_FILES]) {
      if (exists(to + suffix)) Deno.renameSync(to + suffix, aside + suffix);
    }
  }
  // Elsewhere than the folder of data there may be another disk.
  const near = `${to}.new`;
  Deno.copyFileSync(from, near);
  Deno.chmodSync(near, 0o600);
  using file = Deno.openSync(near, { read: true, write: true });
  file.syncSync();
  Deno.renameSync(near, to);
  return aside === null ? [] : [aside];
}

/** Of small files only: a database in use has more beside it. */
function isSame(from: string, to: string): boolean {
  if (to.endsWith(".db")) return false;
  const [left, right] = [Deno.readFileSync(from), Deno.readFileSync(to)];
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function freeName(path: string): string {
  let name = path;
  for (let count = 2; exists(name); count++) name = `${path}-${count}`;
  return name;
}
