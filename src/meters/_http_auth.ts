import { createHash } from "node:crypto";

/** One way in which a server lets somebody prove who he is (RFC 9110, §11.3). */
export interface Challenge {
  readonly scheme: "basic" | "digest";
  readonly params: ReadonlyMap<string, string>;
}

/** What an answer to a challenge is made of. */
export interface AuthRequest {
  readonly username: string;
  readonly password: string;
  readonly method: "GET";
  /** Path and query as they go over the wire. */
  readonly uri: string;
  /** Chosen by us, new for each challenge. */
  readonly clientNonce: string;
  /** The how-manieth use of the server's nonce, from 1. */
  readonly uses: number;
}

const HASHES: Readonly<Record<string, "md5" | "sha256">> = { "md5": "md5", "sha-256": "sha256" };

const PART = /\s*,?\s*(?:([A-Za-z][\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|([A-Za-z]+))/y;
/** More than any meter says, and a bound. */
const HEADER_MAX = 4_096;

/** The ways that we know of, as a `WWW-Authenticate` header offers them. */
export function readChallenges(header: string): readonly Challenge[] {
  const text = header.slice(0, HEADER_MAX);
  const found: { scheme: string; params: Map<string, string> }[] = [];
  for (let at = 0; at < text.length;) {
    PART.lastIndex = at;
    const match = PART.exec(text);
    if (match === null) break;
    at = PART.lastIndex;
    const [, name, quoted, plain, scheme] = match;
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), params: new Map() });
    else if (name !== undefined) {
      const value = quoted?.replaceAll(/\\(.)/g, "$1") ?? plain ?? "";
      found.at(-1)?.params.set(name.toLowerCase(), value);
    }
  }
  return found.flatMap(({ scheme, params }): Challenge[] =>
    scheme === "basic" || scheme === "digest" ? [{ scheme, params }] : []
  );
}

/** The challenge that gives away least; null where there is none that we can answer. */
export function bestChallenge(challenges: readonly Challenge[]): Challenge | null {
  const ranked = challenges.filter((each) => rank(each) > 0)
    .toSorted((left, right) => rank(right) - rank(left));
  return ranked[0] ?? null;
}

function rank({ scheme, params }: Challenge): number {
  if (scheme === "basic") return 1;
  const qop = params.get("qop");
  const isAnswerable = params.has("nonce") &&
    (qop === undefined || qop.split(",").some((each) => each.trim() === "auth"));
  if (!isAnswerable) return 0;
  switch (hashOf(params)) {
    case "sha256":
      return 3;
    case "md5":
      return 2;
    default:
      return 0;
  }
}

function hashOf(params: ReadonlyMap<string, string>): "md5" | "sha256" | undefined {
  return HASHES[(params.get("algorithm") ?? "MD5").toLowerCase()];
}

/** The `Authorization` header that answers a challenge (RFC 7617 §2; RFC 7616 §3.4). */
export function authorizationFor({ scheme, params }: Challenge, request: AuthRequest): string {
  const { username, password, method, uri, clientNonce } = request;
  if (scheme === "basic") {
    const bytes = new TextEncoder().encode(`${username}:${password}`);
    return `Basic ${bytes.toBase64()}`;
  }
  const hash = hashOf(params) ?? "md5";
  const digest = (text: string) => createHash(hash).update(text).digest("hex");
  const realm = params.get("realm") ?? "";
  const nonce = params.get("nonce") ?? "";
  const count = request.uses.toString(16).padStart(8, "0");
  const hasQop = params.has("qop");
  const secret = digest(`${username}:${realm}:${password}`);
  const what = digest(`${method}:${uri}`);
  const response = hasQop
    ? digest(`${secret}:${nonce}:${count}:${clientNonce}:auth:${what}`)
    : digest(`${secret}:${nonce}:${what}`);
  const opaque = params.get("opaque");
  const fields = [
    `username="${quoted(username)}"`,
    `realm="${quoted(realm)}"`,
    `nonce="${quoted(nonce)}"`,
    `uri="${quoted(uri)}"`,
    ...(params.has("algorithm") ? [`algorithm=${params.get("algorithm")}`] : []),
    ...(hasQop ? ["qop=auth", `nc=${count}`, `cnonce="${clientNonce}"`] : []),
    `response="${response}"`,
    ...(opaque === undefined ? [] : [`opaque="${quoted(opaque)}"`]),
  ];
  return `Digest ${fields.join(", ")}`;
}

function quoted(text: string): string {
  return text.replaceAll(/["\\]/g, "\\$&");
}
