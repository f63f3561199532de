/** How files travel. */
export type FileScheme = "https" | "http" | "ftps" | "ftp" | "sftp";

/** From where, and to where, the CSMS may have files fetched and brought. */
export interface FileRules {
  readonly schemes: readonly FileScheme[];
  /**
   * Names, "*.example.com" for all below one, or addresses. Empty: whatever is not on a network of
   * somebody's own.
   */
  readonly hosts: readonly string[];
}

/** What is encrypted, and to the internet. */
export const FILE_RULES: FileRules = { schemes: ["https", "ftps", "sftp"], hosts: [] };

/**
 * What speaks against an address of a file; null where nothing does. No word of the address itself is
 * in the answer but its host: it may hold a password.
 */
export function addressProblem(location: string, { schemes, hosts }: FileRules): string | null {
  const url = URL.parse(location);
  if (url === null) return "Its location is no address";
  const scheme = url.protocol.slice(0, -1);
  if (!schemes.some((each) => each === scheme)) {
    return `Files go by ${schemes.join(", ")}, not by ${scheme}`;
  }
  const host = hostOf(url);
  if (host === "") return "Its location names no host";
  const isFine = hosts.length === 0 ? !isInternal(host) : hosts.some((rule) => fits(host, rule));
  return isFine ? null : `Files do not go to or come from ${host}`;
}

/**
 * What speaks against the addresses that a name stands for now; null where nothing does. What is not
 * routed on the internet counts only where site.yaml names it: a network of somebody's own for a name
 * that is listed itself, anything else only as the address. So a name that turns over from one to
 * another between two questions ("DNS rebinding") gains nothing.
 */
export function resolvedProblem(
  location: string,
  addresses: readonly string[],
  { hosts }: FileRules,
): string | null {
  const url = URL.parse(location);
  const host = url === null ? "" : hostOf(url);
  if (addresses.length === 0) return `Nobody knows the address of ${host}`;
  const isListed = hosts.some((rule) => rule.toLowerCase() === host);
  const isFine = (address: string) =>
    hosts.includes(address) || !isInternal(address) || isListed && isPrivate(address);
  return addresses.every(isFine) ? null : `${host} is not where files come from or go to`;
}

/**
 * The host of an address in its one spelling, without brackets. Only for addresses of the web does the
 * parser find it ("0x7f.1", "LOCALHOST").
 */
export function hostOf({ host, hostname, port }: URL): string {
  const name = port === "" ? host : hostname;
  const plain = URL.parse(`http://${name}/`)?.hostname ?? "";
  return plain.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

function fits(host: string, rule: string): boolean {
  const wanted = rule.toLowerCase();
  return wanted.startsWith("*.") ? host.endsWith(wanted.slice(1)) : host === wanted;
}

/** Names that nobody outside knows, and addresses that are not routed on the internet. */
function isInternal(host: string): boolean {
  if (host.includes(":")) return isInternal6(host);
  const parts = octets(host);
  if (parts !== null) {
    const [first = 0, second = 0] = parts;
    return first === 0 || first === 127 || first >= 224 ||
      first === 169 && second === 254 ||
      first === 192 && second === 0 ||
      first === 198 && (second === 18 || second === 19) ||
      isPrivate(host);
  }
  return !host.includes(".") ||
    /\.(local|internal|lan|home|localdomain|localhost|arpa)$/.test(host);
}

/** Global unicast only, and no address of the old internet that hides in one (6to4, Teredo). */
function isInternal6(host: string): boolean {
  return !/^[23]/.test(host) || /^(2002:|2001:0{0,4}:)/.test(host);
}

/** On a network of somebody's own (RFC 1918, 6598, 4193). */
function isPrivate(address: string): boolean {
  if (address.includes(":")) return /^f[cd][0-9a-f]{2}:/.test(address);
  const [first = 0, second = 0] = octets(address) ?? [];
  return first === 10 ||
    first === 100 && second >= 64 && second < 128 ||
    first === 172 && second >= 16 && second < 32 ||
    first === 192 && second === 168;
}

function octets(host: string): readonly number[] | null {
  const parts = host.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return null;
  return parts.map(Number);
}
