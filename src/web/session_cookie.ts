import type { WebOptions } from "./ports.ts";

const YEAR_S = 365 * 86_400;

/**
 * Our cookies: the session, the mark of a browser in which somebody signed in before, and the language
 * that was chosen in it.
 */
export type CookieKind = "sid" | "known" | "lang";

/** The name of a cookie; `__Host-` makes browsers insist on TLS, our host and the whole path. */
export function cookieName({ tls }: WebOptions, kind: CookieKind): string {
  return tls === null ? kind : `__Host-${kind}`;
}

/** Not for scripts, not for other sites, and gone when the browser is. */
export function cookieOptions({ tls }: WebOptions) {
  return { path: "/", httpOnly: true, sameSite: "Strict", secure: tls !== null } as const;
}

/** The same, and kept for a year after it was last used to sign in. */
export function browserCookieOptions(options: WebOptions) {
  return { ...cookieOptions(options), maxAge: YEAR_S } as const;
}
