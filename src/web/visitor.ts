import { mayActAs, type Role } from "../site/mod.ts";
import type { Access } from "./routes.ts";
import type { UserStore } from "./ports.ts";
import type { Session, SessionStore } from "./sign_in/sessions.ts";
import type { Principal } from "./views.ts";

/** Who sends a request. */
export type Visitor =
  | { readonly kind: "stranger" }
  /** A script with the token of the environment. */
  | { readonly kind: "bearer"; readonly principal: Principal }
  | {
    readonly kind: "person";
    readonly principal: Principal;
    readonly session: Session;
    readonly mustChangePassword: boolean;
  };

/** Whether a request may go on. */
export type Admission = "enter" | "sign-in-first" | "change-password-first" | "forbidden";

/** Decides at the door; `isLoopback` says whether the request comes from this machine itself. */
export function admit(visitor: Visitor, access: Access, isLoopback: boolean): Admission {
  if (access === "anyone") return "enter";
  if (access === "viewer-or-loopback" && isLoopback) return "enter";
  if (visitor.kind === "stranger") return "sign-in-first";
  if (access === "signed-in") return visitor.kind === "person" ? "enter" : "forbidden";
  if (visitor.kind === "person" && visitor.mustChangePassword) return "change-password-first";
  return mayActAs(visitor.principal.role, neededRole(access)) ? "enter" : "forbidden";
}

function neededRole(access: Role | "viewer-or-loopback"): Role {
  return access === "viewer-or-loopback" ? "viewer" : access;
}

/** True for an address of this machine itself, in IPv4, IPv6 or IPv4 written as IPv6. */
export function isLoopbackAddress(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address);
}

/** True while a visitor may stay: a stream outlives the request that opened it. */
export function isWelcome(visitor: Visitor, sessions: SessionStore, users: UserStore): boolean {
  switch (visitor.kind) {
    case "stranger":
      return false;
    case "bearer":
      return true;
    case "person": {
      const user = users.find(visitor.principal.name);
      // Whoever has lost a role would go on seeing what only that role may see.
      return user?.role === visitor.principal.role && sessions.isOpen(visitor.session.key);
    }
  }
}
