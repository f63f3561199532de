import { createHmac } from "node:crypto";
import { createTokenBook, type TokenBook } from "./authorization/mod.ts";
import { gatewayVariables } from "./csms/mod.ts";
import type { Ids } from "./lib/ids.ts";
import { put } from "./lib/write.ts";
import type { Journal, LedgerSnapshot, LedgerWrite } from "./outbox/mod.ts";
import {
  createSiteBook,
  createVariables,
  type EvsePlace,
  reconcileSlots,
  type SiteBook,
  type SlotRecord,
  type Variables,
} from "./site/mod.ts";

/** Thrown where site.yaml contradicts numbers that are given for life (ruling 9). */
export class SlotContradiction extends Error {
  override readonly name = "SlotContradiction";
}

/** The part of the gateway's options that the books are opened with. */
export interface BookOptions {
  readonly places: readonly EvsePlace[];
  readonly adoptInto: string;
  readonly nominalVoltageV: number;
  readonly meterIntervalS: number;
  readonly retryIntervalS: number;
  readonly csms: { readonly timing: { readonly pingIntervalMs: number } } | null;
  readonly authorization: {
    readonly knownOffline: boolean;
    readonly unknownOffline: boolean;
    readonly cacheLifetimeMs: number;
  };
}

const LOCAL_LIST_MAX = 10_000;
const CACHE_MAX = 10_000;
const ADOPTED_MAX_AMPS = 16;

/** The site as it was, laid over the places of site.yaml. The stored numbers win. */
export async function openSite(
  options: BookOptions,
  snapshot: LedgerSnapshot,
  journal: Journal,
): Promise<SiteBook> {
  const stored = new Map([...snapshot.slots.values()].map((record) => [record.slot, record]));
  const { added, conflicts } = reconcileSlots(stored, options.places);
  const [conflict] = conflicts;
  if (conflict !== undefined) {
    const { slot, stored: known, planned } = conflict;
    throw new SlotContradiction(
      `Cannot start: slot ${known.slot} is EVSE ${known.evseId} of "${known.chargerId}" for life, ` +
        `site.yaml gives slot ${slot} to EVSE ${planned.evseId} of "${planned.chargerId}"`,
    );
  }
  await journal.commit(added.map((record): LedgerWrite => put("slots", record.slot, record)));
  const slots = new Map([
    ...snapshot.slots,
    ...added.map((each) => [`${each.slot}`, each] as const),
  ]);
  return createSiteBook({ ...snapshot, slots }, options.places, adoptedPlace(options));
}

/** A charger that nobody placed charges carefully, and has no fail-safe current to count with. */
function adoptedPlace(options: BookOptions): (slot: SlotRecord) => EvsePlace {
  return ({ slot, chargerId, evseId }) => ({
    slot,
    chargerId,
    evseId,
    circuitId: options.adoptInto,
    lines: ["L1", "L2", "L3"],
    minCurrentAmps: 6,
    maxCurrentAmps: ADOPTED_MAX_AMPS,
    failSafeAmps: 0,
    priority: 5,
  });
}

const DIGEST_KEY = "cache-digest";

/** The local list and the cache, whose digests are keyed with a secret of this gateway's own. */
export async function openTokens(
  variables: Variables,
  snapshot: LedgerSnapshot,
  journal: Journal,
  ids: Ids,
): Promise<TokenBook> {
  const known = snapshot.secrets.get(DIGEST_KEY);
  const key = known ?? toHex(ids.secret(32));
  // Written once only: a gateway that starts on a full disk would wait here, and chargers before it.
  if (known === undefined) await journal.commit([put("secrets", DIGEST_KEY, key)]);
  return createTokenBook({
    policy: () => ({
      localPreAuthorize: variables.flag("AuthCtrlr.LocalPreAuthorize"),
      localAuthorizeOffline: variables.flag("AuthCtrlr.LocalAuthorizeOffline"),
      unknownOffline: variables.flag("AuthCtrlr.OfflineTxForUnknownIdEnabled"),
      listEnabled: variables.flag("LocalAuthListCtrlr.Enabled"),
      cacheEnabled: variables.flag("AuthCacheCtrlr.Enabled"),
      cacheLifetimeMs: variables.integer("AuthCacheCtrlr.LifeTime") * 1000,
    }),
    digest: (text) => createHmac("sha256", key).update(text).digest("hex"),
    cacheCapacity: CACHE_MAX,
    listCapacity: LOCAL_LIST_MAX,
  }, {
    listed: snapshot["local-list"],
    listVersion: snapshot["local-list-version"].get("csms") ?? 0,
    cached: snapshot["authorization-cache"],
  });
}

/** The gateway's own device model, with the values that somebody changed. */
export function openVariables(
  options: BookOptions,
  site: SiteBook,
  snapshot: LedgerSnapshot,
): Variables {
  const { authorization } = options;
  const definitions = gatewayVariables({
    connectors: site.slots().size,
    nominalVoltageV: options.nominalVoltageV,
    localListMax: LOCAL_LIST_MAX,
    offline: {
      knownTokens: authorization.knownOffline,
      unknownTokens: authorization.unknownOffline,
      cacheLifetimeS: Math.round(authorization.cacheLifetimeMs / 1000),
    },
    meterIntervalS: options.meterIntervalS,
    retryIntervalS: options.retryIntervalS,
    pingIntervalS: Math.round((options.csms?.timing.pingIntervalMs ?? 30_000) / 1000),
  });
  return createVariables(definitions, snapshot.variables);
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
