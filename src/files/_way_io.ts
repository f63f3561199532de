import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { addressProblem, type FileRules, hostOf, resolvedProblem } from "./file_rules.ts";

/** How names become addresses. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** What decides where files may come from and go to. */
export interface WayOptions {
  readonly rules: () => FileRules;
  /** Roots of servers instead of those that browsers know, as PEM; null: those. */
  readonly ca: () => string | null;
  /** Nothing comes or goes for so long: the connection is given up. */
  readonly idleMs: number;
  readonly resolve?: Resolve;
}

/** A server that may be spoken to, at the one address that was looked at. */
export type Way =
  | { readonly kind: "open"; readonly url: URL; readonly address: string; readonly host: string }
  | { readonly kind: "closed"; readonly outcome: "broken" | "refused"; readonly reason: string };

/** Name and password in an address of the web hide where it leads ("https://good.example@evil.example"). */
const NO_CREDENTIALS = "No name and password belong into an address of the web";

/**
 * Looks at an address, and at what its name stands for now. Who connects takes the address that is given
 * here: asked a second time the name may stand for another ("DNS rebinding").
 */
export async function findWay(location: string, options: WayOptions): Promise<Way> {
  const rules = options.rules();
  const problem = addressProblem(location, rules);
  if (problem !== null) return refused(problem);
  const url = new URL(location);
  if (url.protocol === "sftp:") return refused("The gateway does not speak sftp");
  const isWeb = url.protocol.startsWith("http");
  if (isWeb && url.username + url.password !== "") return refused(NO_CREDENTIALS);
  const host = hostOf(url);
  const addresses = await (options.resolve ?? resolveNow)(host).catch(() => []);
  if (addresses.length === 0) {
    return { kind: "closed", outcome: "broken", reason: `Nobody knows the address of ${host}` };
  }
  const resolved = resolvedProblem(location, addresses, rules);
  const [address] = addresses;
  return resolved !== null || address === undefined
    ? refused(resolved ?? "It has no address")
    : { kind: "open", url, address, host };
}

function refused(reason: string): Way {
  return { kind: "closed", outcome: "refused", reason };
}

async function resolveNow(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** By which a server knows which certificate to show; addresses are none. */
export function serverName(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

/** The port that is meant where none is said. */
export function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : protocol === "http:" ? 80 : 21;
}
