import type { WebOptions } from "./ports.ts";

/** The name of the cookie; `__Host-` makes browsers insist on TLS, our host and the whole path. */
export function sessionCookieName({ tls }: WebOptions): string {
  return tls === null ? "sid" : "__Host-sid";
}

/** Not for scripts, not for other sites, and gone when the browser is. */
export function cookieOptions({ tls }: WebOptions) {
  return { path: "/", httpOnly: true, sameSite: "Strict", secure: tls !== null } as const;
}
