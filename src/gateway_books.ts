import { createHmac } from "node:crypto";
import {
  type AuthorizationOptions,
  createTokenAliases,
  createTokenBook,
  type TokenBook,
} from "./authorization/mod.ts";
import { gatewayVariables } from "./csms/mod.ts";
import type { Clock } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { Ids } from "./lib/ids.ts";
import { put } from "./lib/write.ts";
import type { Aliases, IdToken } from "./ocpp/mod.ts";
import type { Journal, LedgerSnapshot, LedgerWrite } from "./outbox/mod.ts";
import {
  createSiteBook,
  createVariables,
  type EvsePlace,
  LIST_CONFLICT,
  reconcileSlots,
  sameToken,
  type SiteBook,
  type SiteEvents,
  type SiteFault,
  type SlotConflict,
  type SlotRecord,
  tokenKey,
  type Variables,
} from "./site/mod.ts";
import { openTransactions, type TransactionBook } from "./transactions/mod.ts";

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
  readonly authorization: AuthorizationOptions;
}

const LOCAL_LIST_MAX = 10_000;
const CACHE_MAX = 10_000;
/** More than the list can hold, so that strangers never crowd its tokens out. */
const ALIASES_MAX = 20_000;
const ADOPTED_MAX_AMPS = 16;

/**
 * The site as it was, laid over the places of site.yaml. The stored numbers win; `tell` hears of those
 * that an operator has bound otherwise.
 */
export async function openSite(
  options: BookOptions,
  snapshot: LedgerSnapshot,
  journal: Journal,
  tell: (conflict: SlotConflict) => void,
): Promise<SiteBook> {
  const stored = new Map([...snapshot.slots.values()].map((record) => [record.slot, record]));
  const { added, conflicts } = reconcileSlots(stored, options.places);
  const conflict = conflicts.find(({ isRebound }) => !isRebound);
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
  // A number that was planned for an EVSE that has another by now was never given.
  const places = options.places.filter(({ slot }) => slots.has(`${slot}`));
  for (const each of conflicts) tell(each);
  return createSiteBook({ ...snapshot, slots }, places, adoptedPlace(options));
}

/** What an operator has bound stands; whoever reads site.yaml should know that it says otherwise. */
export function reboundFault({ slot, stored, planned }: SlotConflict): SiteFault {
  const place = stored.removed
    ? `slot ${stored.slot} was taken out of use`
    : `slot ${stored.slot} was bound to EVSE ${stored.evseId} of "${stored.chargerId}"`;
  return {
    kind: "slot-rebound",
    severity: "warning",
    subject: `slot ${slot}`,
    text: `site.yaml gives slot ${slot} to EVSE ${planned.evseId} of "${planned.chargerId}", but ` +
      `${place} by an operator, which stands. Change site.yaml`,
    state: "raised",
  };
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

/** The local list and the cache, whose digests are keyed with a secret of this gateway's own. */
export async function openTokens(
  options: Pick<BookOptions, "authorization">,
  variables: Variables,
  snapshot: LedgerSnapshot,
  journal: Journal,
  ids: Ids,
  events: Events<SiteEvents>,
): Promise<TokenBook> {
  const key = await secretOf("cache-digest", snapshot, journal, ids);
  const { unknownSessionsMax } = options.authorization;
  return createTokenBook({
    policy: () => ({
      localPreAuthorize: variables.flag("AuthCtrlr.LocalPreAuthorize"),
      localAuthorizeOffline: variables.flag("AuthCtrlr.LocalAuthorizeOffline"),
      unknownOffline: variables.flag("AuthCtrlr.OfflineTxForUnknownIdEnabled"),
      ...(unknownSessionsMax === undefined ? {} : { unknownSessionsMax }),
      authorizeRemoteStart: variables.flag("AuthCtrlr.AuthorizeRemoteStart"),
      masterPassGroup: variables.value("AuthCtrlr.MasterPassGroupId"),
      freeVend: options.authorization.freeVend !== null,
      listEnabled: variables.flag("LocalAuthListCtrlr.Enabled"),
      listExpires: variables.flag("LocalAuthListCtrlr.SupportsExpiryDateTime"),
      cacheEnabled: variables.flag("AuthCacheCtrlr.Enabled"),
      cacheLifetimeMs: variables.integer("AuthCacheCtrlr.LifeTime") * 1000,
    }),
    digest: keyedDigest(key),
    cacheCapacity: CACHE_MAX,
    listCapacity: LOCAL_LIST_MAX,
    heard: {
      listChanged: () => events.emit("local-list", {}),
      conflict: (state) => events.emit("fault", listConflict(state)),
    },
  }, {
    listed: snapshot["local-list"],
    listVersion: snapshot["local-list-version"].get("csms") ?? 0,
    cached: snapshot["authorization-cache"],
  });
}

function listConflict(state: SiteFault["state"]): SiteFault {
  return {
    kind: LIST_CONFLICT,
    severity: "warning",
    subject: "site",
    text: "The CSMS answered otherwise about a token than its own local list says",
    state,
  };
}

/** What the two edges call tokens that 1.6 cannot say. */
export async function openAliases(
  { tokens, transactions, clock }: {
    readonly tokens: TokenBook;
    readonly transactions: TransactionBook;
    readonly clock: Clock;
  },
  snapshot: LedgerSnapshot,
  journal: Journal,
  ids: Ids,
): Promise<Aliases> {
  const key = await secretOf("alias-digest", snapshot, journal, ids);
  const charges = (idToken: IdToken) =>
    openTransactions(transactions.state()).some((each) => sameToken(each.idToken, idToken));
  return createTokenAliases({
    digest: keyedDigest(key),
    isToken: (idToken) => tokens.knows(idToken) || charges(idToken),
    isNeeded: (idToken) => tokens.list().tokens.has(tokenKey(idToken)) || charges(idToken),
    commit: (writes) => journal.commit(writes),
    wallMs: () => clock.wallMs(),
    capacity: ALIASES_MAX,
  }, snapshot["token-aliases"]);
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
    masterPassGroup: authorization.masterPassGroup,
    meterIntervalS: options.meterIntervalS,
    retryIntervalS: options.retryIntervalS,
    pingIntervalS: Math.round((options.csms?.timing.pingIntervalMs ?? 30_000) / 1000),
  });
  return createVariables(definitions, snapshot.variables);
}

/** A random key of the gateway's own, made when it is first asked for. */
async function secretOf(
  purpose: string,
  { secrets }: LedgerSnapshot,
  journal: Journal,
  ids: Ids,
): Promise<string> {
  const known = secrets.get(purpose);
  const key = known ?? toHex(ids.secret(32));
  // Written once only: a gateway that starts on a full disk would wait here, and chargers before it.
  if (known === undefined) await journal.commit([put("secrets", purpose, key)]);
  return key;
}

function keyedDigest(key: string): (text: string) => string {
  return (text) => createHmac("sha256", key).update(text).digest("hex");
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
