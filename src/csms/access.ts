import { certificatesIn, type KeyPair, type OwnKeys } from "../certificates/mod.ts";
import { put } from "../lib/write.ts";
import type { OcppVersion } from "../ocpp/mod.ts";
import type { LedgerWrite } from "../outbox/mod.ts";
import type {
  CsmsAccessRecord,
  CsmsPassword,
  NetworkProfile,
  SecurityProfile,
} from "../site/mod.ts";
import { configuredAs, configuredProfile, isConfiguredAs } from "./configured_access.ts";
import type { CsmsOptions } from "./options.ts";

/** One way to reach the CSMS. */
export interface Way {
  readonly slot: number;
  readonly url: string;
  readonly identity: string;
  readonly password: CsmsPassword | null;
  /** The gateway's own certificate; only security profile 3 shows it. */
  readonly own: KeyPair | null;
  /** Of a certificate that the CSMS has had signed; null for that of site.yaml. */
  readonly ownNumber: number | null;
  readonly securityProfile: SecurityProfile;
  readonly protocols: readonly OcppVersion[];
  readonly answerTimeoutMs: number;
  /** "old": with the password and certificate from before the last change. */
  readonly credentials: "new" | "old";
}

/** What became of a connection. */
export interface Settled {
  readonly writes: readonly LedgerWrite[];
  /** The CSMS could not be reached with what it has given, and was with what was before. */
  readonly discarded: readonly ("password" | "certificate")[];
  /** Numbers of certificates that are not used any more (A02.FR.10). */
  readonly unused: readonly number[];
  /** The last connection came about by another slot (B10.FR.10). */
  readonly hasMoved: boolean;
  /** It is higher than any before. */
  readonly hasRisen: boolean;
}

/**
 * How the CSMS is reached: what site.yaml says (slot 1) and what the CSMS has made of it since. Whatever
 * changes it returns what to write.
 */
export interface Access {
  record(): CsmsAccessRecord;
  /** All ways, in the order in which they are tried; never none. */
  ways(): readonly Way[];
  /** That of the connection; before the first, the one to try first. */
  active(): Way;
  /** The way to try now, after `attempts` failures of the one before. */
  next(attempts: number): Way;
  /** The way failed. */
  failed(): void;
  /** A way has connected, and is the active one. */
  connected(way: Way): Settled;
  /** The next attempt begins with the first way again. */
  restart(): void;
  profileIn(slot: number): NetworkProfile | null;
  /** A certificate that security profile 3 can show, newest first. */
  certificates(): readonly { readonly pair: KeyPair; readonly number: number | null }[];
  setProfile(profile: NetworkProfile): readonly LedgerWrite[];
  setPriority(priority: readonly number[]): readonly LedgerWrite[];
  setPassword(password: CsmsPassword): readonly LedgerWrite[];
  setCertificate(number: number): readonly LedgerWrite[];
  setRequest(request: CsmsAccessRecord["request"]): readonly LedgerWrite[];
}

/** That of site.yaml, which nobody above can change. */
export const CONFIGURED_SLOT = 1;
/** Those that the CSMS can fill (B09.FR.06). */
export const CSMS_SLOTS: readonly number[] = [2, 3];

/** The key of the one record. */
const KEY = "access";

/** Opens what was on disk. A site.yaml that says something else than then is newer, and wins. */
export function createAccess(
  options: CsmsOptions,
  held: CsmsAccessRecord | undefined,
  { keys, salt }: { readonly keys: Pick<OwnKeys, "pairs">; readonly salt: () => Uint8Array },
): Access {
  const configured = configuredProfile(options);
  let record: CsmsAccessRecord = held !== undefined && isConfiguredAs(held.configured, options)
    ? held
    : {
      configured: configuredAs(options, salt()),
      profiles: [],
      priority: [CONFIGURED_SLOT],
      leastProfile: 0,
      ...kept(held),
    };
  adoptNewest();
  let failures = 0;
  let tried = 0;
  let active: Way | null = null;

  /** Its ledger is older than its keys: the newest may be what the CSMS knows. */
  function adoptNewest(): void {
    const [newest] = keys.pairs();
    if (newest === undefined || newest.number <= (record.certificate?.number ?? 0)) return;
    const { number } = newest;
    record = {
      ...record,
      certificate: { number, instead: inFiles()?.print ?? null, isProven: false },
    };
  }

  function inFiles(): { readonly pair: KeyPair; readonly print: string } | null {
    const pair = options.tls?.().own ?? null;
    return pair === null ? null : { pair, print: printOf(pair) };
  }

  function save(next: CsmsAccessRecord): readonly LedgerWrite[] {
    record = next;
    return [put("csms-access", KEY, record)];
  }

  function certificates() {
    const file = inFiles();
    const fromFiles = file === null ? [] : [{ pair: file.pair, number: null }];
    const { certificate } = record;
    if (certificate === undefined) return fromFiles;
    const given = keys.pairs().filter(({ number }) => number <= certificate.number)
      .map((pair) => ({ pair, number: pair.number }));
    const isNewer = file !== null && file.print !== certificate.instead;
    if (isNewer) return [...fromFiles, ...given];
    return certificate.isProven ? given : [...given, ...fromFiles];
  }

  function profileIn(slot: number): NetworkProfile | null {
    if (slot === CONFIGURED_SLOT) return configured;
    return record.profiles.find((each) => each.slot === slot) ?? null;
  }

  function wayBy(
    profile: NetworkProfile,
    credentials: Way["credentials"],
    { own, password }: {
      readonly own: { readonly pair: KeyPair; readonly number: number | null } | undefined;
      readonly password: CsmsPassword | null;
    },
  ): Way {
    const { slot, url, identity = options.identity, securityProfile } = profile;
    const showsPassword = securityProfile === 1 || securityProfile === 2 ||
      slot === CONFIGURED_SLOT;
    return {
      slot,
      url,
      identity,
      password: showsPassword ? profile.password ?? password : null,
      own: securityProfile === 3 ? own?.pair ?? null : null,
      ownNumber: securityProfile === 3 ? own?.number ?? null : null,
      securityProfile,
      protocols: profile.protocols ?? options.protocols,
      answerTimeoutMs: profile.answerTimeoutMs ?? options.timing.answerTimeoutMs,
      credentials,
    };
  }

  /** All slots with what is new, and only then all with what was before (A02.FR.28). */
  function ways(): readonly Way[] {
    const { now = options.password, before } = record.password ?? {};
    const [newest, older] = certificates();
    const profiles = record.priority.map(profileIn).filter((each) => each !== null);
    const fresh = profiles.map((each) => wayBy(each, "new", { own: newest, password: now }));
    const old = profiles.flatMap((each) => {
      const isOther = each.securityProfile === 3
        ? older !== undefined
        : before !== undefined && each.password === undefined;
      if (!isOther) return [];
      return [wayBy(each, "old", {
        own: older ?? newest,
        password: before === undefined ? now : before,
      })];
    });
    return [...fresh, ...old];
  }

  function turn(): Way {
    const all = ways();
    const way = all[tried % all.length];
    if (way === undefined) throw new Error("Cannot reach the CSMS: no way is left");
    return way;
  }

  return {
    record: () => record,
    ways,
    active: () => active ?? turn(),
    profileIn,
    certificates,
    next(attempts) {
      if (failures >= Math.max(1, attempts)) {
        failures = 0;
        tried = (tried + 1) % ways().length;
      }
      return turn();
    },
    failed: () => void failures++,
    restart() {
      failures = 0;
      tried = 0;
    },
    connected(way) {
      const before = record;
      active = way;
      const { discarded, unused, next } = settle(way, record, certificates());
      const risen = Math.max(record.leastProfile, way.securityProfile) as SecurityProfile;
      const isKept = (slot: number) => (profileIn(slot)?.securityProfile ?? 0) >= risen;
      const settled: CsmsAccessRecord = {
        ...next,
        leastProfile: risen,
        // A05.FR.06: those with a lower profile than one that has worked are gone.
        profiles: next.profiles.filter(({ slot }) => isKept(slot)),
        priority: next.priority.filter(isKept),
        lastSlot: way.slot,
      };
      failures = 0;
      tried = 0;
      const isSame = JSON.stringify(settled) === JSON.stringify(before);
      return {
        writes: isSame ? [] : save(settled),
        discarded,
        unused,
        hasMoved: before.lastSlot !== undefined && before.lastSlot !== way.slot,
        hasRisen: before.lastSlot !== undefined && risen > before.leastProfile,
      };
    },
    setProfile(profile) {
      const others = record.profiles.filter(({ slot }) => slot !== profile.slot);
      return save({ ...record, profiles: [...others, profile] });
    },
    setPriority: (priority) => save({ ...record, priority }),
    setPassword(password) {
      const way = active ?? turn();
      // That which the CSMS has taken last.
      const before = way.password ?? options.password;
      const profiles = record.profiles.map((each) => {
        const { password: _its, ...rest } = each;
        return each.slot === way.slot ? rest : each;
      });
      return save({ ...record, profiles, password: { now: password, before } });
    },
    setCertificate(number) {
      const instead = inFiles()?.print ?? null;
      const { request: _done, ...rest } = record;
      return save({ ...rest, certificate: { number, instead, isProven: false } });
    },
    setRequest(request) {
      const { request: _before, ...rest } = record;
      return save(request === undefined ? rest : { ...rest, request });
    },
  };
}

/** Whoever changes the address keeps the certificates: a request on its way, and what came of one. */
function kept(held: CsmsAccessRecord | undefined): Partial<CsmsAccessRecord> {
  const { certificate, request } = held ?? {};
  return {
    ...(certificate === undefined ? {} : { certificate }),
    ...(request === undefined ? {} : { request }),
  };
}

/** What a connection says about passwords and certificates of which there were two. */
function settle(
  way: Way,
  record: CsmsAccessRecord,
  certificates: ReturnType<Access["certificates"]>,
): Pick<Settled, "discarded" | "unused"> & { readonly next: CsmsAccessRecord } {
  const discarded: ("password" | "certificate")[] = [];
  let next = record;
  const { password } = record;
  // A slot with a password of its own says nothing about the gateway's.
  const isShown = way.password === password?.now || way.password === password?.before;
  if (password?.before !== undefined && isShown && way.securityProfile !== 3) {
    const isOld = way.credentials === "old";
    if (isOld) discarded.push("password");
    const { password: _both, ...rest } = record;
    next = isOld && password.before !== null
      ? { ...rest, password: { now: password.before } }
      : isOld
      ? rest
      : { ...rest, password: { now: password.now } };
  }
  if (way.securityProfile !== 3 || way.own === null) return { discarded, unused: [], next };
  const unused = certificates.map(({ number }) => number)
    .filter((number): number is number => number !== null && number !== way.ownNumber);
  const { certificate } = next;
  if (certificate === undefined) return { discarded, unused, next };
  if (way.ownNumber === null) {
    // That of the files works: it was renewed there, or the new one does not.
    if (way.credentials === "old") discarded.push("certificate");
    const { certificate: _none, ...rest } = next;
    return { discarded, unused, next: rest };
  }
  if (way.ownNumber !== certificate.number) discarded.push("certificate");
  const proven = { ...certificate, number: way.ownNumber, isProven: true };
  return { discarded, unused, next: { ...next, certificate: proven } };
}

function printOf({ cert }: KeyPair): string {
  return certificatesIn(cert)?.[0]?.fingerprint256 ?? "";
}
