import { commonName, readChain } from "../certificates/mod.ts";
import { compact } from "../lib/json.ts";
import { createRing } from "../lib/ring.ts";
import type { OcppVersion } from "../ocpp/mod.ts";
import { chargerOrNew, type ChargerRecord, newCharger } from "../site/mod.ts";
import {
  type Admission,
  admit,
  type Knock,
  type ListenerRules,
  type RefusalReason,
  type Register,
  type SecurityProfile,
  type ShownCertificate,
  type Standing,
} from "./admission.ts";
import { matchesDigest, passwordDigest } from "./credentials.ts";
import type { ModelQuirks } from "./model.ts";
import type { ChargersOptions } from "./options.ts";
import type { ChargersPorts } from "./ports.ts";
import { identityInPath } from "./identity.ts";
import { createThrottle } from "./throttle.ts";
import { createWaitingRoom, type WaitingCharger } from "./waiting_room.ts";

/** A charger that was turned away, for the installer who wonders. */
export interface Refusal {
  readonly atMs: number;
  readonly address: string;
  readonly chargerId: string | null;
  readonly reason: RefusalReason;
}

/** Who may come in: the register of chargers, passwords, and the brakes on guessing them. */
export interface Door {
  knock(request: Knock, listener: ListenerRules): Admission;
  /** A charger whose handshake lacks what makes it one; so that its installer sees why. */
  missed(request: Knock, listener: ListenerRules): void;
  /** Somebody's TLS handshake failed, before he could say who he is. */
  broken(remoteAddress: string, reason: RefusalReason): void;
  /** A connection of this address is over that came to nothing. */
  fruitless(remoteAddress: string): void;
  /** So many of its connections came to nothing lately that it is let up slowly, and not written about. */
  isWorn(remoteAddress: string): boolean;
  /** Writes down what an admitted charger showed: its first password, its security profile. */
  remember(
    admission: Admission & { kind: "admit" },
    certificate?: ShownCertificate,
  ): Promise<void>;
  /** It speaks this version, whatever it names: so from its next connection on. False where we do not. */
  heard(chargerId: string, version: OcppVersion): boolean;
  waiting(): readonly WaitingCharger[];
  /** Who was turned away lately, newest first. */
  refusals(): readonly Refusal[];
  /** Lets a charger in, from its next connection on unless otherwise said. */
  adopt(chargerId: string, from?: AdoptedFrom): Promise<void>;
  /**
   * Lets a charger come with a lower security profile again: after a factory reset it has no other.
   * Nobody but a person at the site may say so (2.x A00.FR.005).
   */
  lower(chargerId: string, profile: SecurityProfile): Promise<void>;
}

/**
 * When an adopted charger is let in: when it knocks next, or after the gateway has started anew. Where its
 * place has just been written into site.yaml it must not come before: it would be given another slot.
 */
export type AdoptedFrom = "next-knock" | "next-start";

const MINUTE_MS = 60_000;
const PER_IDENTITY = {
  failuresMax: 5,
  windowMs: MINUTE_MS,
  blockMs: 15 * MINUTE_MS,
  keysMax: 1_000,
} as const;
const PER_ADDRESS = { ...PER_IDENTITY, failuresMax: 20 } as const;
/** After so many failed handshakes of one address in a minute only every quarter of an hour is logged. */
const BROKEN_HANDSHAKES = { ...PER_IDENTITY, failuresMax: 5 } as const;
/** More than installers and chargers with a wrong password cause; soon forgiven, for it may be a router. */
const FRUITLESS = { ...PER_IDENTITY, failuresMax: 60, blockMs: MINUTE_MS } as const;
const WAITING_MAX = 64;
const REFUSALS_MAX = 32;

/** The digest that counts instead of the password of site.yaml; null once that is another one. */
function replacing(record: ChargerRecord | undefined, password: string): string | null {
  const { replacesDigest, passwordDigest: digest = null } = record ?? {};
  const isSame = replacesDigest !== undefined &&
    matchesDigest(replacesDigest, new TextEncoder().encode(password));
  return isSame ? digest : null;
}

/** Creates the door. */
export function createDoor(
  options: ChargersOptions,
  ports: ChargersPorts,
  quirks: (chargerId: string) => ModelQuirks,
): Door {
  const { clock, site, events, log } = ports;
  const known = new Map(options.known.map((charger) => [charger.id, charger]));
  const waiting = createWaitingRoom(WAITING_MAX);
  const refusals = createRing<Refusal>(REFUSALS_MAX);
  /** Adopted, and to be let in when their places are read: at the next start. */
  const fromNextStart = new Set<string>();
  /** Of admitted chargers only. It is heard again after a restart. */
  const heard = new Map<string, OcppVersion>();
  const perIdentity = createThrottle(PER_IDENTITY);
  const perAddress = createThrottle(PER_ADDRESS);
  const brokenHandshakes = createThrottle(BROKEN_HANDSHAKES);
  const fruitless = createThrottle(FRUITLESS);

  function standing(chargerId: string): Standing {
    const configured = known.get(chargerId);
    const record = site.charger(chargerId);
    const facts = compact({
      ...versionsOf(chargerId),
      leastProfile: record?.leastProfile,
      nextDigest: record?.nextPasswordDigest,
    });
    if (configured !== undefined && configured.isByAdoption !== true) {
      const { password, addresses } = configured;
      const replaced = password === null ? null : replacing(record, password);
      const proof = password === null
        ? { kind: "address", addresses } as const
        : replaced === null
        ? { kind: "password", password } as const
        : { kind: "digest", digest: replaced } as const;
      return { kind: "known", proof, ...facts };
    }
    const isAdopted = record?.admittedBy === "operator" && !fromNextStart.has(chargerId);
    if (isAdopted || options.adopt === "accept") {
      const digest = record?.passwordDigest ?? null;
      const proof = digest === null
        ? { kind: "first" } as const
        : { kind: "digest", digest } as const;
      return { kind: "known", proof, ...facts };
    }
    return { kind: "unknown" };
  }

  function certificateProblem(shown: ShownCertificate, chargerId: string): RefusalReason | null {
    const chain = readChain(shown.chain, ports.certificates.roots(), clock.wallMs());
    if (!chain.ok) return chain.problem;
    if (ports.certificates.book.isRevoked(chain.leaf)) return "certificate revoked";
    return commonName(chain.leaf) === chargerId ? null : "certificate of another charger";
  }

  function versionsOf(chargerId: string) {
    return compact({ versions: quirks(chargerId).versions, speaks: heard.get(chargerId) });
  }

  const register: Register = { standing, certificateProblem };

  function knock(request: Knock, listener: ListenerRules): Admission {
    const { remoteAddress } = request;
    const nowMs = clock.monoMs();
    const chargerId = identityInPath(request.url, listener.path);
    const key = `${chargerId ?? ""}@${remoteAddress}`;
    const isTired = perAddress.isBlocked(remoteAddress, nowMs);
    // Before anything is reckoned: neither a digest nor a certificate is looked at for who is braked.
    const isBlocked = perIdentity.isBlocked(key, nowMs) ||
      (isTired && (chargerId === null || standing(chargerId).kind === "unknown"));
    if (isBlocked) return tooMany(chargerId, remoteAddress);
    const admission = admit(request, listener, options.versions, register);
    if (admission.kind !== "refuse") {
      perIdentity.succeed(key);
      return admission;
    }
    // Who knows his password is let in, whatever others do who share his address.
    noteRefusal(admission, request, nowMs);
    return isTired ? tooMany(chargerId, remoteAddress) : admission;
  }

  function tooMany(chargerId: string | null, address: string): Admission {
    const reason = "too many failures";
    if (!fruitless.isBlocked(address, clock.monoMs())) {
      refusals.push({ atMs: clock.wallMs(), address, chargerId, reason });
    }
    return { kind: "refuse", status: 401, chargerId, reason };
  }

  function noteRefusal(
    { chargerId, reason, status }: Admission & { kind: "refuse" },
    { remoteAddress, protocols }: Knock,
    nowMs: number,
  ): void {
    if (status === 401) {
      perIdentity.fail(`${chargerId ?? ""}@${remoteAddress}`, nowMs);
      perAddress.fail(remoteAddress, nowMs);
    }
    // A flood fills neither the log nor the list of those who wait.
    if (fruitless.isBlocked(remoteAddress, nowMs)) return;
    refusals.push({ atMs: clock.wallMs(), address: remoteAddress, chargerId, reason });
    log("info", "charger_refused", { charger: chargerId, address: remoteAddress, reason });
    if (reason === "unknown identity" && chargerId !== null && options.adopt === "ask") {
      waiting.knock({ chargerId, remoteAddress, protocols }, clock.wallMs());
      events.emit("knock", { chargerId });
    }
  }

  async function remember(
    admission: Admission & { kind: "admit" },
    certificate?: ShownCertificate,
  ): Promise<void> {
    const { chargerId, firstPassword, version, securityProfile, hasNewPassword } = admission;
    const record = site.charger(chargerId) ??
      newCharger(chargerId, known.has(chargerId) ? "site.yaml" : "operator");
    const digest = firstPassword === null
      ? record.passwordDigest
      : passwordDigest(firstPassword, ports.ids.secret(16));
    const leastProfile = Math.max(record.leastProfile ?? 0, securityProfile) as SecurityProfile;
    const before = {
      ...record,
      version,
      passwordDigest: digest,
      leastProfile,
      ...(firstPassword === null ? {} : { passwordSinceMs: clock.wallMs() }),
    };
    const saved = hasNewPassword === true ? promoted(before) : before;
    await ports.journal.commit([
      ...site.saveCharger(saved),
      ...used(chargerId, securityProfile === 3 ? certificate : undefined),
    ]);
  }

  /** From now on the new password alone; a new one in site.yaml counts again. */
  function promoted(
    { nextPasswordDigest, replacesDigest: _, ...record }: ChargerRecord,
  ): ChargerRecord {
    if (nextPasswordDigest === undefined) return record;
    log("info", "charger_password_changed", { charger: record.id });
    const password = known.get(record.id)?.password ?? null;
    const replacesDigest = password === null
      ? undefined
      : passwordDigest(new TextEncoder().encode(password), ports.ids.secret(16));
    return compact({
      ...record,
      passwordDigest: nextPasswordDigest,
      passwordSinceMs: clock.wallMs(),
      replacesDigest,
    });
  }

  function used(chargerId: string, certificate: ShownCertificate | undefined) {
    const { book, roots } = ports.certificates;
    const chain = certificate === undefined
      ? null
      : readChain(certificate.chain, roots(), clock.wallMs());
    return chain?.ok ? book.used(chain.leaf, chargerId, clock.wallMs()) : [];
  }

  async function adopt(chargerId: string, from: AdoptedFrom = "next-knock"): Promise<void> {
    if (from === "next-start") fromNextStart.add(chargerId);
    const record = { ...chargerOrNew(site, chargerId), admittedBy: "operator" } as const;
    await ports.journal.commit(site.saveCharger(record));
    waiting.leave(chargerId);
    log("info", "charger_adopted", { charger: chargerId });
  }

  return {
    knock,
    missed(request, listener) {
      noteRefusal(
        {
          kind: "refuse",
          status: 404,
          chargerId: identityInPath(request.url, listener.path),
          reason: "no Connection: Upgrade in its handshake",
        },
        request,
        clock.monoMs(),
      );
    },
    broken(remoteAddress, reason) {
      if (fruitless.isBlocked(remoteAddress, clock.monoMs())) return;
      refusals.push({ atMs: clock.wallMs(), address: remoteAddress, chargerId: null, reason });
      // One who tries again and again says the same: the log is not his.
      const isNew = !brokenHandshakes.isBlocked(remoteAddress, clock.monoMs());
      brokenHandshakes.fail(remoteAddress, clock.monoMs());
      if (isNew) log("warning", "tls_handshake_failed", { address: remoteAddress, reason });
    },
    fruitless(remoteAddress) {
      const nowMs = clock.monoMs();
      if (fruitless.isBlocked(remoteAddress, nowMs)) return;
      if (fruitless.fail(remoteAddress, nowMs)) {
        log("warning", "charger_flood", { address: remoteAddress });
      }
    },
    isWorn: (remoteAddress) => fruitless.isBlocked(remoteAddress, clock.monoMs()),
    remember,
    adopt,
    async lower(chargerId, profile) {
      const record = chargerOrNew(site, chargerId);
      const leastProfile = Math.min(record.leastProfile ?? 0, profile) as SecurityProfile;
      await ports.journal.commit(site.saveCharger({ ...record, leastProfile }));
      log("warning", "security_profile_lowered", { charger: chargerId, profile });
    },
    heard: (chargerId, version) => {
      if (!options.versions.includes(version)) return false;
      heard.set(chargerId, version);
      return true;
    },
    waiting: () => waiting.list(),
    refusals: () => refusals.items().toReversed(),
  };
}
