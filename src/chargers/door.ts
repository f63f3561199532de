import { compact } from "../lib/json.ts";
import { createRing } from "../lib/ring.ts";
import type { OcppVersion } from "../ocpp/mod.ts";
import { chargerOrNew, newCharger } from "../site/mod.ts";
import {
  type Admission,
  admit,
  type Knock,
  type ListenerRules,
  type RefusalReason,
  type Standing,
} from "./admission.ts";
import { passwordDigest } from "./credentials.ts";
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
  /** Writes down what an admitted charger showed: its first password. */
  remember(admission: Admission & { kind: "admit" }): Promise<void>;
  /** It speaks this version, whatever it names: so from its next connection on. False where we do not. */
  heard(chargerId: string, version: OcppVersion): boolean;
  waiting(): readonly WaitingCharger[];
  /** Who was turned away lately, newest first. */
  refusals(): readonly Refusal[];
  /** Lets a charger in from its next connection on. */
  adopt(chargerId: string): Promise<void>;
}

const MINUTE_MS = 60_000;
const PER_IDENTITY = {
  failuresMax: 5,
  windowMs: MINUTE_MS,
  blockMs: 15 * MINUTE_MS,
  keysMax: 1_000,
} as const;
const PER_ADDRESS = { ...PER_IDENTITY, failuresMax: 20 } as const;
const WAITING_MAX = 64;
const REFUSALS_MAX = 32;

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
  /** Of admitted chargers only. It is heard again after a restart. */
  const heard = new Map<string, OcppVersion>();
  const perIdentity = createThrottle(PER_IDENTITY);
  const perAddress = createThrottle(PER_ADDRESS);

  function standing(chargerId: string): Standing {
    const configured = known.get(chargerId);
    if (configured !== undefined) {
      const { password, addresses } = configured;
      const proof = password === null
        ? { kind: "address", addresses } as const
        : { kind: "password", password } as const;
      return { kind: "known", proof, ...versionsOf(chargerId) };
    }
    const record = site.charger(chargerId);
    const isAdopted = record?.admittedBy === "operator";
    if (isAdopted || options.adopt === "accept") {
      const digest = record?.passwordDigest ?? null;
      const proof = digest === null
        ? { kind: "first" } as const
        : { kind: "digest", digest } as const;
      return { kind: "known", proof, ...versionsOf(chargerId) };
    }
    return { kind: "unknown" };
  }

  function versionsOf(chargerId: string) {
    return compact({ versions: quirks(chargerId).versions, speaks: heard.get(chargerId) });
  }

  function knock(request: Knock, listener: ListenerRules): Admission {
    const { remoteAddress } = request;
    const nowMs = clock.monoMs();
    const admission = admit(request, listener, options.versions, standing);
    const { chargerId } = admission;
    const key = chargerId ?? "";
    const isBlocked = perIdentity.isBlocked(`${key}@${remoteAddress}`, nowMs) ||
      (admission.kind !== "admit" && perAddress.isBlocked(remoteAddress, nowMs));
    if (isBlocked) {
      const reason = "too many failures";
      refusals.push({ atMs: clock.wallMs(), address: remoteAddress, chargerId, reason });
      return { kind: "refuse", status: 401, chargerId, reason };
    }
    if (admission.kind === "refuse") noteRefusal(admission, request, nowMs);
    else perIdentity.succeed(`${key}@${remoteAddress}`);
    return admission;
  }

  function noteRefusal(
    { chargerId, reason, status }: Admission & { kind: "refuse" },
    { remoteAddress, protocols }: Knock,
    nowMs: number,
  ): void {
    refusals.push({ atMs: clock.wallMs(), address: remoteAddress, chargerId, reason });
    log("info", "charger_refused", { charger: chargerId, address: remoteAddress, reason });
    if (status === 401) {
      perIdentity.fail(`${chargerId ?? ""}@${remoteAddress}`, nowMs);
      perAddress.fail(remoteAddress, nowMs);
    }
    if (reason === "unknown identity" && chargerId !== null && options.adopt === "ask") {
      waiting.knock({ chargerId, remoteAddress, protocols }, clock.wallMs());
      events.emit("knock", { chargerId });
    }
  }

  async function remember({ chargerId, firstPassword, version }: Admission & { kind: "admit" }) {
    const record = site.charger(chargerId) ??
      newCharger(chargerId, known.has(chargerId) ? "site.yaml" : "operator");
    const digest = firstPassword === null
      ? record.passwordDigest
      : passwordDigest(firstPassword, ports.ids.secret(16));
    const saved = { ...record, version, passwordDigest: digest };
    await ports.journal.commit(site.saveCharger(saved));
  }

  async function adopt(chargerId: string): Promise<void> {
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
    remember,
    adopt,
    heard: (chargerId, version) => {
      if (!options.versions.includes(version)) return false;
      heard.set(chargerId, version);
      return true;
    },
    waiting: () => waiting.list(),
    refusals: () => refusals.items().toReversed(),
  };
}
