import { getCookie } from "hono/cookie";
import { sameSecret } from "./form.ts";
import { answerError } from "./pages/answer.tsx";
import { isForProgram, problem } from "./problem.ts";
import type { Access, Route } from "./routes.ts";
import { needsSecondFactor } from "./second_factor_rule.ts";
import { cookieName } from "./session_cookie.ts";
import { admit, isForPeople, isLoopbackAddress, neededRole, type Visitor } from "./visitor.ts";
import type { Handler, WebContext, WebParts } from "./web_parts.ts";

/** Finds out who sends a request. Streams open by themselves, so they do not prolong a session. */
export function identify(parts: WebParts, context: WebContext): Visitor {
  const { options, ports, sessions } = parts;
  const bearer = bearerIn(context);
  if (bearer !== null) return bearerOf(parts, context, bearer);
  const id = getCookie(context, cookieName(options, "sid"));
  const session = id === undefined ? null : sessions.find(id);
  const user = session === null ? undefined : ports.users.find(session.userName);
  if (session === null || user === undefined) return { kind: "stranger" };
  const isStream = context.req.path === "/live" || context.req.path === "/api/v1/events";
  if (!isStream) sessions.touch(session.key);
  const { name, role, mustChangePassword } = user;
  return {
    kind: "person",
    principal: { name, role },
    session,
    mustChangePassword,
    mustEnrol: needsSecondFactor(options.secondFactor ?? "optional", user),
    isProved: sessions.isProved(session.key),
  };
}

function bearerIn(context: WebContext): string | null {
  return /^bearer +(\S+) *$/i.exec(context.req.header("authorization") ?? "")?.[1] ?? null;
}

function bearerOf(parts: WebParts, context: WebContext, bearer: string): Visitor {
  const { adminToken } = parts.options;
  if (adminToken !== null && sameSecret(bearer, adminToken)) {
    return { kind: "bearer", principal: { name: "admin token", role: "admin" }, tokenId: null };
  }
  const token = parts.apiTokens.find(bearer);
  if (token === null) return { kind: "stranger" };
  const { id, name, role } = token;
  parts.ports.spawn("note use of token", () => parts.apiTokens.used(id, context.env.remoteAddress));
  return { kind: "bearer", principal: { name: `token ${name}`, role }, tokenId: id };
}

/**
 * True for what changes nothing, and for what one of our own pages sends. Browsers say where a request
 * comes from; a script that shows a token cannot be tricked into it.
 */
export function isOurs(context: WebContext): boolean {
  const { method, url } = context.req;
  if (method === "GET" || method === "HEAD") return true;
  // One whose token is no good is nobody, whatever cookie comes along, and is told that.
  if (bearerIn(context) !== null) return true;
  const site = context.req.header("sec-fetch-site");
  // Behind a tunnel our own address is not the one in the browser: what the browser says counts.
  if (site !== undefined) return site === "same-origin";
  return context.req.header("origin") === new URL(url).origin;
}

/** Holds back who sends too many requests; null for everybody else. */
export function slowDown(parts: WebParts, context: WebContext): Response | null {
  const visitor = context.get("visitor");
  const nowMs = parts.ports.clock.monoMs();
  const waitMs = visitor.kind === "stranger"
    ? parts.strangerRate.take(context.env.remoteAddress, nowMs)
    : parts.knownRate.take(rateKey(visitor), nowMs);
  if (waitMs === 0) return null;
  const headers = { "retry-after": String(Math.ceil(waitMs / 1_000)) };
  if (wantsProgram(context)) return problem(context, 429, "Too many requests.", { headers });
  const answer = answerError(parts, context, "too-many");
  answer.headers.set("retry-after", headers["retry-after"]);
  return answer;
}

function rateKey(visitor: Exclude<Visitor, { readonly kind: "stranger" }>): string {
  return visitor.kind === "person" ? visitor.session.key : `token ${visitor.tokenId ?? ""}`;
}

/** Lets a request through to its handler, or answers for it. */
export function guard(parts: WebParts, { access }: Route, handler: Handler): Handler {
  return (context) => {
    const isLoopback = isLoopbackAddress(context.env.remoteAddress);
    switch (admit(context.get("visitor"), access, isLoopback)) {
      case "enter":
        return handler(context);
      case "sign-in-first":
        return strangerAnswer(parts, context);
      case "change-password-first":
        return wantsProgram(context)
          ? problem(context, 403, "Choose a new password first, on the sign-in page.")
          : context.redirect("/account/password", 303);
      case "enrol-first":
        return wantsProgram(context)
          ? problem(context, 403, "Set up a second factor first, on the pages.")
          : context.redirect("/account/second-factor", 303);
      case "prove-first":
        return wantsProgram(context)
          ? problem(context, 403, "Show again who you are first: open /account/confirm.")
          : proofAnswer(context);
      case "forbidden":
        return forbiddenAnswer(parts, context, access);
    }
  };
}

function strangerAnswer(parts: WebParts, context: WebContext): Response {
  if (wantsProgram(context)) {
    return problem(context, 401, "Sign in, or send a bearer token.", {
      headers: { "www-authenticate": `Bearer realm="sangam"` },
    });
  }
  if (context.req.method !== "GET") return answerError(parts, context, "form-expired", 401);
  const { pathname, search } = new URL(context.req.url);
  const next = pathname === "/" ? "" : `?next=${encodeURIComponent(pathname + search)}`;
  return context.redirect(`/sign-in${next}`, 303);
}

/** A form that comes too late is lost; the page that it stood on is shown again. */
function proofAnswer(context: WebContext): Response {
  const { path } = context.req;
  const length = path.startsWith("/account/second-factor")
    ? 3
    : path.startsWith("/chargers/")
    ? 4
    : 2;
  const page = path.split("/").slice(0, length).join("/");
  return context.redirect(`/account/confirm?next=${encodeURIComponent(page)}`, 303);
}

function forbiddenAnswer(parts: WebParts, context: WebContext, access: Access): Response {
  if (!wantsProgram(context)) return answerError(parts, context, "forbidden");
  if (access === "anyone" || isForPeople(access)) {
    return problem(context, 403, "This is for people who sign in, not for tokens.");
  }
  return problem(context, 403, `This needs the role ${neededRole(access)}.`);
}

/** The stream of a page is read by its script, which can do nothing with a page. */
export function wantsProgram(context: WebContext): boolean {
  const { path } = context.req;
  return isForProgram(path) || path === "/live" || path === "/account/presence";
}
