import { getCookie } from "hono/cookie";
import { sameSecret } from "./form.ts";
import { answerError } from "./pages/answer.tsx";
import { isForProgram, problem } from "./problem.ts";
import type { Access, Route } from "./routes.ts";
import { sessionCookieName } from "./session_cookie.ts";
import { admit, isLoopbackAddress, type Visitor } from "./visitor.ts";
import type { Handler, WebContext, WebParts } from "./web_parts.ts";

/** Finds out who sends a request. Streams open by themselves, so they do not prolong a session. */
export function identify({ options, ports, sessions }: WebParts, context: WebContext): Visitor {
  const bearer = /^bearer +(\S+) *$/i.exec(context.req.header("authorization") ?? "")?.[1];
  if (bearer !== undefined) {
    return options.adminToken !== null && sameSecret(bearer, options.adminToken)
      ? { kind: "bearer", principal: { name: "admin token", role: "admin" } }
      : { kind: "stranger" };
  }
  const id = getCookie(context, sessionCookieName(options));
  const session = id === undefined ? null : sessions.find(id);
  const user = session === null ? undefined : ports.users.find(session.userName);
  if (session === null || user === undefined) return { kind: "stranger" };
  const isStream = context.req.path === "/live" || context.req.path === "/api/v1/events";
  if (!isStream) sessions.touch(session.key);
  const { name, role, mustChangePassword } = user;
  return { kind: "person", principal: { name, role }, session, mustChangePassword };
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

function forbiddenAnswer(parts: WebParts, context: WebContext, access: Access): Response {
  if (!wantsProgram(context)) return answerError(parts, context, "forbidden");
  const needed = access === "viewer-or-loopback" ? "viewer" : access;
  return problem(context, 403, `This needs the role ${needed}.`);
}

/** The stream of a page is read by its script, which can do nothing with a page. */
export function wantsProgram(context: WebContext): boolean {
  const { path } = context.req;
  return isForProgram(path) || path === "/live" || path === "/account/presence";
}
