import {
  type Authority,
  certificatesIn,
  type KeyPair,
  type OwnKeys,
  pairProblem as brokenPair,
} from "./certificates/mod.ts";
import type { ChargerListener, ListenerOptions, ListenerTls } from "./chargers/mod.ts";
import { ALARMED_DAYS, WARNED_DAYS } from "./gateway_expiry.ts";
import { type Clock, every } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { Ids } from "./lib/ids.ts";
import type { Log } from "./lib/log.ts";
import { createSpawner } from "./lib/spawn.ts";
import type { SiteEvents } from "./site/mod.ts";

/** The certificates that listeners show and take: from files, or from the site's own authority. */
export interface CertificateKeeper {
  /** Null where no listener needs one. */
  readonly authority: Authority | null;
  tlsOf(listener: ListenerOptions): Promise<ListenerTls | null>;
  /** Puts renewed certificates and roots in force while the listeners run. Returns how to end that. */
  keepFresh(listening: readonly Listening[], events: Events<SiteEvents>): () => void;
}

interface Listening {
  readonly listener: ChargerListener;
  readonly options: ListenerOptions;
}

interface Tools {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

const LOOK_MS = 60_000;
const DAY_MS = 86_400_000;
/** A certificate of our own is made anew so long before its end… */
const RENEWED_MS = 60 * DAY_MS;
/** … and one from files is asked for so long before. */
const WARNED_MS = WARNED_DAYS * DAY_MS;

/** The folder of the site's own authority, beside the ledger. */
export const AUTHORITY_FOLDER = "certificates";

/**
 * Opens what the listeners need.
 *
 * @throws what reading or writing the authority's keys throws
 */
export async function openCertificates(
  { dataPath, siteName, listeners }: {
    readonly dataPath: string;
    readonly siteName: string;
    readonly listeners: readonly ListenerOptions[];
  },
  tools: Tools,
): Promise<CertificateKeeper> {
  const { clock, log } = tools;
  const isNeeded = listeners.some(({ securityProfile, names }) =>
    securityProfile === 3 || names !== undefined
  );
  const authority = isNeeded ? await ownAuthority(dataPath, siteName, tools) : null;
  const own = new Map<string, KeyPair>();
  const told = new Map<number, string>();

  async function tlsOf(options: ListenerOptions): Promise<ListenerTls | null> {
    const pair = options.names === undefined || authority === null
      ? pairInFiles(options)
      : await ownPair(options.names, authority);
    if (pair === null) return null;
    const { reread } = options.tls ?? {};
    return {
      cert: pair.cert,
      key: pair.key,
      asksCertificate: options.securityProfile === 3,
      ...(reread === undefined ? {} : { reread }),
    };
  }

  /** It lives in memory alone: its root is what chargers know. */
  async function ownPair(names: readonly string[], by: Authority): Promise<KeyPair> {
    const before = own.get(names.join());
    if (before !== undefined && endsInMs(before.cert, clock) > RENEWED_MS) return before;
    const pair = await by.server(names);
    own.set(names.join(), pair);
    return pair;
  }

  function tell(
    port: number,
    problem: string | null,
    isUrgent: boolean,
    events: Events<SiteEvents>,
  ): void {
    if ((told.get(port) ?? null) === problem) return;
    if (problem === null) told.delete(port);
    else told.set(port, problem);
    events.emit("fault", {
      kind: "listener-certificate",
      severity: isUrgent ? "alarm" : "warning",
      subject: `port ${port}`,
      text: problem ?? "The certificate for chargers is in order",
      state: problem === null ? "over" : "raised",
    });
  }

  async function freshen(
    { listener, options }: Listening,
    before: ListenerTls,
    events: Events<SiteEvents>,
  ): Promise<ListenerTls> {
    const now = await tlsOf(options);
    if (now === null) return before;
    const isUrgent = endsInMs(now.cert, clock) < ALARMED_DAYS * DAY_MS;
    tell(options.port, pairProblem(now, clock), isUrgent, events);
    if (isSame(now, before) || brokenPair(now) !== null) return before;
    listener.renew?.(now);
    log("info", "certificate_renewed", { port: options.port });
    return now;
  }

  return {
    authority,
    tlsOf,
    keepFresh(listening, events) {
      const inForce = new Map(
        listening.flatMap((each) =>
          each.options.tls === null ? [] : [[each, each.options.tls] as const]
        ),
      );
      const spawn = createSpawner(log);
      return every(clock, LOOK_MS, () => {
        spawn("keep certificates fresh", async () => {
          if (await authority?.look()) log("warning", "charger_root_followed");
          for (const [each, before] of inForce) {
            inForce.set(each, await freshen(each, before, events));
          }
        });
      });
    },
  };
}

/**
 * Opens the gateway's own keys towards the CSMS, beside those of the authority.
 *
 * @throws what reading them throws
 */
export async function openOwnCertificates(
  { dataPath }: { readonly dataPath: string },
): Promise<OwnKeys> {
  const { openOwnKeys } = await import("./certificates/own_keys_io.ts");
  const { openOwnKeyFiles } = await import("./certificates/own_key_files_io.ts");
  return await openOwnKeys(openOwnKeyFiles(`${dataPath}/${AUTHORITY_FOLDER}`));
}

async function ownAuthority(dataPath: string, siteName: string, tools: Tools): Promise<Authority> {
  // Loaded where it is needed: many gateways sign nothing.
  const { openAuthority } = await import("./certificates/authority_io.ts");
  const { openRootFiles } = await import("./certificates/root_files_io.ts");
  const store = openRootFiles(`${dataPath}/${AUTHORITY_FOLDER}`);
  return await openAuthority({ siteName }, { ...tools, store });
}

/** As it is in its files now; where they are gone, as it was read at the start. */
function pairInFiles({ tls }: ListenerOptions): KeyPair | null {
  return tls === null ? null : tls.reread?.() ?? tls;
}

function pairProblem(pair: KeyPair, clock: Clock): string | null {
  if (brokenPair(pair) !== null) {
    return "The certificate for chargers and its key do not belong together";
  }
  const days = Math.floor(endsInMs(pair.cert, clock) / DAY_MS);
  if (days < 0) return "The certificate for chargers has expired: chargers refuse it";
  return days * DAY_MS < WARNED_MS ? `The certificate for chargers ends in ${days} days` : null;
}

function endsInMs(cert: string, clock: Clock): number {
  const leaf = certificatesIn(cert)?.[0];
  return leaf === undefined ? 0 : Date.parse(leaf.validTo) - clock.wallMs();
}

function isSame(left: ListenerTls, right: ListenerTls): boolean {
  return left.cert === right.cert && left.key === right.key;
}
