/** An identity as chargers may have it: what OCPP allows, and the blanks that some put into it. */
const IDENTITY = /^[A-Za-z0-9*\-_=:+|@. ]{1,48}$/;

/**
 * The charger's identity in the path of its connection: the last segment that is not empty,
 * percent-decoded once. So `//`, a slash at the end, an identity given twice and even a whole address
 * in the path come out right. Null where there is none, or one with characters OCPP does not know.
 */
export function identityInPath(url: string, prefix: string): string | null {
  const path = url.split(/[?#]/, 1)[0] ?? "";
  const segments = path.split("/").filter((segment) => segment !== "");
  const own = prefix.split("/").filter((segment) => segment !== "");
  const isOnlyPrefix = segments.length <= own.length &&
    segments.every((segment, index) => segment === own[index]);
  const last = isOnlyPrefix ? undefined : decoded(segments.at(-1));
  return last !== undefined && IDENTITY.test(last) ? last : null;
}

function decoded(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** True for the path that the specification wants: the prefix, and the identity in it once. */
export function isPlainPath(url: string, prefix: string, identity: string): boolean {
  const own = prefix.replace(/\/+$/, "");
  return url === `${own}/${identity}` || url === `${own}/${encodeURIComponent(identity)}`;
}
