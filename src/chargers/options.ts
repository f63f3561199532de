import type { OcppVersion } from "../ocpp/mod.ts";
import type { EvsePlace } from "../site/mod.ts";
import type { ListenerRules } from "./admission.ts";
import type { ChargerModel, ModelQuirks } from "./model.ts";

/** A charger that site.yaml names. */
export interface KnownCharger {
  readonly id: string;
  /** Null: none is asked for, and it may come from `addresses` only (security profile 0). */
  readonly password: string | null;
  /** IPv4 or IPv6 addresses, or IPv4 networks as "192.168.7.0/24". */
  readonly addresses: readonly string[];
  /** It has a place and comes in once somebody adopts it, as one that nobody knew; absent: it does not. */
  readonly isByAdoption?: true;
  /** What it does its own way; absent: as what it says of itself fits one of `models`. */
  readonly model?: ChargerModel;
  /** What it does its own way, as site.yaml says: each wins over what its model has. */
  readonly quirks?: ModelQuirks;
}

/** Where the gateway waits for chargers. */
export interface ListenerOptions extends ListenerRules {
  readonly host: string;
  readonly port: number;
  readonly compression: boolean;
  /** Null where there is none, or TLS ends in a front, or the certificate is the gateway's own. */
  readonly tls: ListenerTls | null;
  /** The names in a certificate of the gateway's own; absent: it has another, or none. */
  readonly names?: readonly string[];
  /** Roots besides the site's own whose certificates chargers may show, PEM. */
  readonly clientRoots?: readonly string[];
  /** TLS ends in a front on this machine, which shows this secret; absent: chargers come themselves. */
  readonly front?: string;
}

/** How a listener speaks TLS, as PEM texts. */
export interface ListenerTls {
  /** Its own certificate, with what stands between it and its root. */
  readonly cert: string;
  readonly key: string;
  /** Chargers are asked for theirs; absent: they are not. */
  readonly asksCertificate?: boolean;
  /** The pair as it is in its files now, which somebody renews; absent: it is in none. */
  readonly reread?: () => { readonly cert: string; readonly key: string } | null;
}

/** How the charger edge behaves. */
export interface ChargersOptions {
  readonly known: readonly KnownCharger[];
  /** Models of which something is known; absent: none. */
  readonly models?: readonly ChargerModel[];
  /** What happens to an unknown identity (ruling 12). */
  readonly adopt: "ask" | "accept" | "refuse";
  readonly places: readonly EvsePlace[];
  /** Versions spoken, in no order: the charger chooses. */
  readonly versions: readonly OcppVersion[];
  readonly nominalVoltageV: number;
  /** Vendors whose DataTransfer goes up to the CSMS. */
  readonly dataTransferVendors: readonly string[];
  readonly timing: ChargersTiming;
}

/** The charger edge's patience, in milliseconds. */
export interface ChargersTiming {
  /** How long a charger may take to answer a call. */
  readonly answerTimeoutMs: number;
  readonly pingIntervalMs: number;
  /** Nothing at all for so long: the connection is dead. */
  readonly silenceMaxMs: number;
  /** The interval that chargers are told for their heartbeats. */
  readonly heartbeatIntervalMs: number;
  /** No call to a charger for so long after it booted: some choke on an early one. */
  readonly settleMs: number;
  /** A charger that connected and does not boot is asked to, or taken as booted before. */
  readonly bootPatienceMs: number;
  /** How long a command waits for a charger that has connected and may not be called yet. */
  readonly callPatienceMs: number;
  /** How long an old connection has to answer a ping when a second one comes (ruling 13). */
  readonly probeMs: number;
  /** How long a driver waits for the CSMS before the site decides itself (ruling 1). */
  readonly askTimeoutMs: number;
  /** How long an Authorize counts for the start that follows it (ruling 1). */
  readonly authorizeLastsMs: number;
}

/** Values that suit a real site. */
export const CHARGERS_TIMING: ChargersTiming = {
  answerTimeoutMs: 30_000,
  pingIntervalMs: 30_000,
  silenceMaxMs: 120_000,
  heartbeatIntervalMs: 300_000,
  settleMs: 1_000,
  bootPatienceMs: 30_000,
  callPatienceMs: 5_000,
  probeMs: 5_000,
  // He has an answer within 2 s, with the way to the disk.
  askTimeoutMs: 1_800,
  authorizeLastsMs: 60_000,
};
