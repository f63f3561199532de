import { mayActAs, type Role } from "../site/mod.ts";
import type { ApiTokens } from "./api_tokens.ts";
import type { Access } from "./routes.ts";
import type { UserStore } from "./ports.ts";
import type { Session, SessionStore } from "./sign_in/sessions.ts";
import type { Principal } from "./views.ts";

/** Who sends a request. */
export type Visitor =
  | { readonly kind: "stranger" }
  /** A script with a token; the id is null for the one of the environment. */
  | { readonly kind: "bearer"; readonly principal: Principal; readonly tokenId: string | null }
  | {
    readonly kind: "person";
    readonly principal: Principal;
    readonly session: Session;
    readonly mustChangePassword: boolean;
    /** The site wants a second factor of it, and it has none. */
    readonly mustEnrol: boolean;
    /** It has shown only minutes ago who it is. */
    readonly isProved: boolean;
  };

/** Whether a request may go on. */
export type Admission =
  | "enter"
  | "sign-in-first"
  | "change-password-first"
  | "enrol-first"
  /** Show again who you are: this is delicate. */
  | "prove-first"
  | "forbidden";

/** Decides at the door; `isLoopback` says whether the request comes from this machine itself. */
export function admit(visitor: Visitor, access: Access, isLoopback: boolean): Admission {
  if (access === "anyone") return "enter";
  if (access === "viewer-or-loopback" && isLoopback) return "enter";
  if (visitor.kind === "stranger") return "sign-in-first";
  if (visitor.kind === "bearer") {
    return isForPeople(access) || !mayActAs(visitor.principal.role, neededRole(access))
      ? "forbidden"
      : "enter";
  }
  if (access === "signed-in") return "enter";
  if (visitor.mustChangePassword) return "change-password-first";
  if (visitor.mustEnrol && access !== "enrolling") return "enrol-first";
  if (!mayActAs(visitor.principal.role, neededRole(access))) return "forbidden";
  const mustProve = isDelicate(access) || access === "admin-carefully";
  return mustProve && !visitor.isProved ? "prove-first" : "enter";
}

/** The least role that a route needs. */
export function neededRole(access: Exclude<Access, "anyone">): Role {
  switch (access) {
    case "signed-in":
    case "person":
    case "enrolling":
    case "person-proved":
    case "viewer-or-loopback":
      return "viewer";
    case "installer-proved":
      return "installer";
    case "admin-proved":
    case "admin-carefully":
      return "admin";
    default:
      return access;
  }
}

/** True for what is about accounts: no script may do that, whatever its role. */
export function isForPeople(access: Access): boolean {
  return access === "signed-in" || access === "person" || isDelicate(access);
}

function isDelicate(access: Access): boolean {
  return access === "enrolling" || access.endsWith("-proved");
}

/** True for an address of this machine itself, in IPv4, IPv6 or IPv4 written as IPv6. */
export function isLoopbackAddress(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address);
}

/** True while a visitor may stay: a stream outlives the request that opened it. */
export function isWelcome(
  visitor: Visitor,
  { sessions, users, apiTokens }: {
    readonly sessions: Pick<SessionStore, "isOpen">;
    readonly users: Pick<UserStore, "find">;
    readonly apiTokens: Pick<ApiTokens, "isGood">;
  },
): boolean {
  switch (visitor.kind) {
    case "stranger":
      return false;
    case "bearer":
      return visitor.tokenId === null || apiTokens.isGood(visitor.tokenId);
    case "person": {
      const user = users.find(visitor.principal.name);
      // Whoever has lost a role would go on seeing what only that role may see.
      return user?.role === visitor.principal.role && sessions.isOpen(visitor.session.key);
    }
  }
}
