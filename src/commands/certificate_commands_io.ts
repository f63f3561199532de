import {
  type CertificateBook,
  certificatesIn,
  commonName,
  createCertificateBook,
  type KeyPair,
  pairProblem,
  type RollOver,
  rollOverOf,
} from "../certificates/mod.ts";
import { openOwnKeyFiles } from "../certificates/own_key_files_io.ts";
import { openRootFiles } from "../certificates/root_files_io.ts";
import type { SiteConfig } from "../config.ts";
import { AUTHORITY_FOLDER } from "../gateway_certificates_io.ts";
import { createSystemClock } from "../lib/clock_io.ts";
import { isoTime } from "../lib/clock.ts";
import { createSystemIds } from "../lib/ids_io.ts";
import type { LedgerSnapshot, LedgerWrite } from "../outbox/mod.ts";
import { AUDIT_FILE, openAuditFile } from "../telemetry/audit_file_io.ts";
import type { Command, ExitCode, Terminal } from "./command.ts";
import { CONFIG_FLAGS, configOf } from "./config_commands_io.ts";
import { openStore } from "./ledger_commands_io.ts";

const PLACE = "[--config site.yaml] [--data DIR]";
const NEXT_START = "from the next start of the gateway on";

/** `main.ts certificate show` */
export const CERTIFICATE_SHOW: Command = {
  usage: `certificate show ${PLACE}`,
  summary: "the site's own authority, who has which certificate, and until when",
  words: [],
  flags: CONFIG_FLAGS,
  async run(flags, _words, terminal) {
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    const seen = await look(config);
    const lines = [
      ...rootLines(seen),
      ...csmsLines(config, seen),
      ...listenerLines(config),
      ...chargerLines(seen),
    ];
    terminal.print(`${lines.join("\n")}\n`);
    return 0;
  },
};

/** What the commands look at. */
interface Seen {
  readonly nowMs: number;
  /** The newest first. */
  readonly roots: readonly KeyPair[];
  readonly own: readonly (KeyPair & { readonly number: number })[];
  readonly isWaiting: boolean;
  readonly snapshot: LedgerSnapshot;
  readonly book: CertificateBook;
}

async function look(config: SiteConfig): Promise<Seen> {
  await using store = await openStore(config);
  const nowMs = createSystemClock().wallMs();
  const snapshot = await store.ledger.load(nowMs);
  const folder = `${config.dataPath}/${AUTHORITY_FOLDER}`;
  const { pairs, waiting } = await openOwnKeyFiles(folder).load();
  return {
    nowMs,
    roots: [...await openRootFiles(folder).load()].reverse(),
    own: pairs.toSorted((a, b) => b.number - a.number),
    isWaiting: waiting.length > 0,
    snapshot,
    book: createCertificateBook(snapshot["issued-certificates"].values()),
  };
}

function rootLines({ roots, nowMs }: Seen): readonly string[] {
  if (roots.length === 0) {
    return ["The site has no authority of its own: a listener of profile 2 or 3 makes it"];
  }
  return roots.map(({ cert }, at) => {
    const signs = at === 0 ? "signs" : "still counts";
    return `Root, ${signs}: ${described(cert, nowMs)}`;
  });
}

function csmsLines({ csms }: SiteConfig, { own, isWaiting, nowMs }: Seen): readonly string[] {
  if (csms === null) return [];
  const inFiles = csms.tls?.().own ?? null;
  return [
    ...own.map(({ cert }) => `For the CSMS, by its order: ${described(cert, nowMs)}`),
    ...(inFiles === null ? [] : [`For the CSMS, site.yaml: ${described(inFiles.cert, nowMs)}`]),
    ...(isWaiting ? ["For the CSMS: a certificate was asked for and has not come"] : []),
  ];
}

function listenerLines({ listeners }: SiteConfig): readonly string[] {
  const nowMs = createSystemClock().wallMs();
  return listeners.flatMap(({ port, tls }) =>
    tls === null || tls.cert === "" ? [] : [`Port ${port}: ${described(tls.cert, nowMs)}`]
  );
}

function chargerLines({ book, nowMs }: Seen): readonly string[] {
  return [...book.all()]
    .toSorted((a, b) => a.chargerId.localeCompare(b.chargerId) || b.notAfterMs - a.notAfterMs)
    .map(({ chargerId, serialNumber, notAfterMs, firstUsedMs, revoked, issuer }) => {
      const by = issuer === undefined ? "" : `, by ${nameIn(issuer)}`;
      const state = revoked !== undefined
        ? `revoked ${day(revoked.atMs)}: ${revoked.reason}`
        : `${untilText(notAfterMs, nowMs)}${firstUsedMs === undefined ? ", not yet used" : ""}`;
      return `${chargerId}  ${serialNumber}  ${state}${by}`;
    });
}

/** The common name in a name as node writes it. */
function nameIn(issuer: string): string {
  return /^CN=(.*)$/m.exec(issuer)?.[1] ?? issuer.replaceAll("\n", ", ");
}

function described(pem: string, nowMs: number): string {
  const [leaf] = certificatesIn(pem) ?? [];
  if (leaf === undefined) return "not readable";
  const name = commonName(leaf) ?? leaf.subject.replaceAll("\n", ", ");
  const until = untilText(Date.parse(leaf.validTo), nowMs);
  return `${name}, ${until}, SHA-256 ${leaf.fingerprint256}`;
}

function untilText(notAfterMs: number, nowMs: number): string {
  const days = Math.floor((notAfterMs - nowMs) / 86_400_000);
  return days < 0 ? `ended ${day(notAfterMs)}` : `until ${day(notAfterMs)} (${days} days)`;
}

function day(atMs: number): string {
  return isoTime(atMs).slice(0, 10);
}

/** `main.ts certificate revoke` */
export const CERTIFICATE_REVOKE: Command = {
  usage: `certificate revoke CHARGER --reason TEXT ${PLACE}`,
  summary: "none of a charger's certificates counts any more; it comes back with a new password",
  words: ["CHARGER"],
  flags: ["reason", ...CONFIG_FLAGS],
  async run(flags, [chargerId = ""], terminal) {
    const { reason } = flags;
    if (reason === undefined) {
      terminal.complain(`--reason is missing. Usage: main.ts ${CERTIFICATE_REVOKE.usage}`);
      return 2;
    }
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    const { book, nowMs } = await look(config);
    const writes = book.revoke(chargerId, reason.slice(0, 200), nowMs);
    if (writes.length === 0) {
      terminal.complain(`${chargerId} has no certificate that counts; see certificate show`);
      return 1;
    }
    await change(config, writes, { what: "command revoke-certificates", about: chargerId, reason });
    terminal.print(`${writes.length} certificates of ${chargerId} count no more, ${NEXT_START}\n`);
    return 0;
  },
};

/** First the note: nothing changes unnoticed because the disk was full in between. */
async function change(
  config: SiteConfig,
  writes: readonly LedgerWrite[],
  note: { readonly what: `command ${string}`; readonly about: string; readonly reason: string },
): Promise<void> {
  const { what, about, reason: detail } = note;
  const audit = openAuditFile(`${config.dataPath}/${AUDIT_FILE}`, { keepMs: config.auditKeepMs });
  const at = { atWallMs: createSystemClock().wallMs(), who: "console", way: "console", from: "" };
  await audit.append({ ...at, way: "console", what, about, outcome: "done", detail });
  await audit.close();
  if (writes.length === 0) return;
  await using store = await openStore(config);
  await store.ledger.commit(writes);
}

/** `main.ts certificate roll-over` */
export const CERTIFICATE_ROLL_OVER: Command = {
  usage: `certificate roll-over start|state|finish [--force yes] ${PLACE}`,
  summary: "a new root for chargers' certificates: begin with it, see who has it, end the old ones",
  words: ["STEP"],
  flags: ["force", ...CONFIG_FLAGS],
  async run(flags, [step = ""], terminal) {
    const steps: Readonly<Record<string, typeof startRollOver>> = {
      start: startRollOver,
      state: tellRollOver,
      finish: (config, seen, to) => finishRollOver(config, seen, to, flags["force"] === "yes"),
    };
    const run = Object.hasOwn(steps, step) ? steps[step] : undefined;
    if (run === undefined) {
      terminal.complain(`Usage: main.ts ${CERTIFICATE_ROLL_OVER.usage}`);
      return 2;
    }
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    const seen = await look(config);
    if (seen.roots.length === 0) {
      terminal.complain("The site has no authority of its own: there is no root to follow");
      return 1;
    }
    return await run(config, seen, terminal);
  },
};

async function startRollOver(
  config: SiteConfig,
  seen: Seen,
  terminal: Terminal,
): Promise<ExitCode> {
  if (stateOf(seen) !== null) {
    terminal.complain("A roll-over has begun already; see certificate roll-over state");
    return 1;
  }
  await change(config, [], { what: "command root-roll-over", about: "site", reason: "started" });
  const { openAuthority } = await import("../certificates/authority_io.ts");
  const store = openRootFiles(`${config.dataPath}/${AUTHORITY_FOLDER}`);
  const tools = { clock: createSystemClock(), ids: createSystemIds(), store };
  const authority = await openAuthority({ siteName: config.siteName }, tools);
  await authority.rollOver();
  const [newest = ""] = authority.roots();
  terminal.print(
    `A new root signs, ${NEXT_START}: ${described(newest, seen.nowMs)}\n` +
      "Chargers are given it and asked for new requests as they connect; the old root still counts\n",
  );
  return 0;
}

function stateOf({ roots, book, snapshot, nowMs }: Seen): RollOver | null {
  const texts = roots.map(({ cert }) => cert);
  return rollOverOf(texts, book.all(), snapshot.chargers.values(), nowMs);
}

function tellRollOver(_config: SiteConfig, seen: Seen, terminal: Terminal): Promise<ExitCode> {
  const state = stateOf(seen);
  const lines = state === null ? ["There is one root: nothing rolls over"] : stateLines(state);
  terminal.print(`${[...rootLines(seen), ...lines].join("\n")}\n`);
  return Promise.resolve(0);
}

function stateLines({ withOldCertificate, withoutRoot }: RollOver): readonly string[] {
  if (withOldCertificate.length + withoutRoot.length === 0) {
    return ["Every charger is done: certificate roll-over finish ends the old roots"];
  }
  return [
    ...withoutRoot.map((id) => `${id} has not taken the new root`),
    ...withOldCertificate.map((id) => `${id} comes with a certificate of an old root`),
  ];
}

async function finishRollOver(
  config: SiteConfig,
  seen: Seen,
  terminal: Terminal,
  isForced: boolean,
): Promise<ExitCode> {
  const state = stateOf(seen);
  if (state === null) {
    terminal.complain("There is one root: nothing rolls over");
    return 1;
  }
  const isDone = state.withOldCertificate.length + state.withoutRoot.length === 0;
  if (!isDone && !isForced) {
    for (const line of stateLines(state)) terminal.complain(line);
    terminal.complain(
      "They could not connect any more; --force yes ends the old roots all the same",
    );
    return 1;
  }
  const detail = isDone ? "finished" : "finished by force";
  await change(config, [], { what: "command root-roll-over", about: "site", reason: detail });
  const store = openRootFiles(`${config.dataPath}/${AUTHORITY_FOLDER}`);
  for (const root of seen.roots.slice(1)) await store.retire?.(root);
  terminal.print(`${state.older.length} old roots count no more, ${NEXT_START}\n`);
  return 0;
}

/** `main.ts certificate import` */
export const CERTIFICATE_IMPORT: Command = {
  usage: `certificate import CERT KEY ${PLACE}`,
  summary: "a certificate of this gateway for its CSMS, from PEM files; the key is copied, 0600",
  words: ["CERT", "KEY"],
  flags: CONFIG_FLAGS,
  async run(flags, [certPath = "", keyPath = ""], terminal) {
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    if (config.csms === null) {
      terminal.complain("This site has no CSMS: site.yaml has no csms");
      return 1;
    }
    const pair = { cert: await Deno.readTextFile(certPath), key: await Deno.readTextFile(keyPath) };
    const seen = await look(config);
    const problem = importProblem(pair, config.csms.identity, seen.nowMs);
    if (problem !== null) {
      terminal.complain(`Cannot import ${certPath}: ${problem}`);
      return 1;
    }
    await importPair(config, pair, seen);
    terminal.print(`For the CSMS: ${described(pair.cert, seen.nowMs)}, ${NEXT_START}\n`);
    if ((config.csms.tls?.().own ?? null) === null) {
      terminal.print("It is shown once the CSMS raises the security profile to 3\n");
    }
    return 0;
  },
};

function importProblem(pair: KeyPair, identity: string, nowMs: number): string | null {
  switch (pairProblem(pair)) {
    case "no certificate":
      return "it holds no certificate (PEM)";
    case "no key":
      return "there is no private key (PEM, without a pass phrase) in the other file";
    case "another":
      return "the key is not its own";
    case null:
  }
  const [leaf] = certificatesIn(pair.cert) ?? [];
  if (leaf === undefined) return "it holds no certificate (PEM)";
  const name = commonName(leaf);
  if (name !== identity) {
    return `its common name is ${JSON.stringify(name)} instead of "${identity}"`;
  }
  if (Date.parse(leaf.validTo) <= nowMs) return "it has expired";
  return Date.parse(leaf.validFrom) > nowMs ? "it is not valid yet" : null;
}

async function importPair(config: SiteConfig, pair: KeyPair, seen: Seen): Promise<void> {
  await change(config, [], { what: "command import-certificate", about: "CSMS", reason: "" });
  const files = openOwnKeyFiles(`${config.dataPath}/${AUTHORITY_FOLDER}`);
  const { waiting } = await files.load();
  const numbers = [...seen.own, ...waiting].map(({ number }) => number);
  const number = Math.max(0, ...numbers) + 1;
  await files.saveKey({ number, key: pair.key });
  await files.saveCertificate(number, pair.cert);
}
