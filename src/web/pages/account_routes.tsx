import { deleteCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import { readForm } from "../form.ts";
import type { PasswordChangeOutcome, SignInOutcome } from "../sign_in/sign_in.ts";
import { cookieOptions, sessionCookieName } from "../session_cookie.ts";
import type { Text } from "../text.ts";
import type { Handlers, WebContext, WebParts } from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { pageOf } from "./page.ts";
import { PasswordPage, SignInPage } from "./sign_in_page.tsx";

const SignInFields = z.object({
  name: z.string().trim().min(1).max(100),
  password: z.string().min(1).max(1_000),
  next: z.string().max(2_000).default("/"),
});

const PasswordFields = z.object({
  old: z.string().max(1_000),
  new: z.string().max(1_000),
  repeat: z.string().max(1_000),
});

/** Signing in and out, and the password. */
export function accountRoutes(parts: WebParts) {
  const { sessions } = parts;
  return {
    "GET /sign-in": (context) => {
      if (context.get("visitor").kind === "person") return context.redirect("/", 303);
      const next = ownPath(context.req.query("next") ?? "/", context);
      return signInPage(parts, context, { problem: null, next, name: "" });
    },
    "POST /sign-in": (context) => trySignIn(parts, context),
    "POST /sign-out": async (context) => {
      const form = await readForm(context, z.object({}));
      const visitor = context.get("visitor");
      if (form.kind !== "fields" || visitor.kind !== "person") {
        return answerError(parts, context, "form-expired");
      }
      sessions.close(visitor.session.key);
      parts.ports.log("info", "signed_out", { user: visitor.principal.name });
      deleteCookie(context, sessionCookieName(parts.options), cookieOptions(parts.options));
      return context.redirect("/sign-in", 303);
    },
    "POST /account/presence": (context) => {
      const visitor = context.get("visitor");
      if (visitor.kind === "person") sessions.touch(visitor.session.key);
      return context.body(null, 204);
    },
    "GET /account/password": (context) => passwordPage(parts, context, null),
    "POST /account/password": (context) => tryPasswordChange(parts, context),
  } satisfies Partial<Handlers>;
}

async function trySignIn(parts: WebParts, context: WebContext): Promise<Response> {
  const fields = SignInFields.safeParse(await context.req.parseBody());
  if (!fields.success) return answerError(parts, context, "bad-input");
  const { name, password } = fields.data;
  const next = ownPath(fields.data.next, context);
  const outcome = await parts.signIn.tryPassword(name, password, context.env.remoteAddress);
  if (outcome.kind !== "welcome") return answerRefusal(parts, context, outcome, { name, next });
  const visitor = context.get("visitor");
  if (visitor.kind === "person") parts.sessions.close(visitor.session.key);
  const { id } = parts.sessions.open(outcome.user.name);
  setCookie(context, sessionCookieName(parts.options), id, cookieOptions(parts.options));
  return context.redirect(outcome.user.mustChangePassword ? "/account/password" : next, 303);
}

function answerRefusal(
  parts: WebParts,
  context: WebContext,
  outcome: Exclude<SignInOutcome, { readonly kind: "welcome" }>,
  { name, next }: { readonly name: string; readonly next: string },
): Response {
  if (outcome.kind === "throttled") {
    context.header("retry-after", String(Math.ceil(outcome.waitMs / 1_000)));
  }
  const { text } = pageOf(parts, context);
  const problem = refusalInWords(text, outcome);
  return signInPage(parts, context, { problem, next, name }, REFUSAL_STATUSES[outcome.kind]);
}

const REFUSAL_STATUSES = { wrong: 401, expired: 401, throttled: 429, busy: 503 } as const;

function refusalInWords(
  text: Text,
  outcome: Exclude<SignInOutcome, { readonly kind: "welcome" }>,
): string {
  switch (outcome.kind) {
    case "wrong":
      return text.signInWrong;
    case "expired":
      return text.signInExpired;
    case "busy":
      return text.signInBusy;
    case "throttled":
      return text.signInThrottled(waitInWords(text, outcome.waitMs));
  }
}

function waitInWords(text: Text, waitMs: number): string {
  const seconds = Math.ceil(waitMs / 1_000);
  return seconds < 100 ? text.waitSeconds(seconds) : text.waitMinutes(Math.ceil(seconds / 60));
}

async function tryPasswordChange(parts: WebParts, context: WebContext): Promise<Response> {
  const { sessions, ports } = parts;
  const form = await readForm(context, PasswordFields);
  const visitor = context.get("visitor");
  if (form.kind === "not-ours" || visitor.kind !== "person") {
    return answerError(parts, context, "form-expired");
  }
  if (form.kind === "bad-input") return answerError(parts, context, "bad-input");
  const { text } = pageOf(parts, context);
  const user = ports.users.find(visitor.principal.name);
  if (user === undefined) return answerError(parts, context, "forbidden");
  if (form.fields.new !== form.fields.repeat) {
    return passwordPage(parts, context, text.passwordProblems.different, 422);
  }
  const address = context.env.remoteAddress;
  const outcome = await parts.signIn.changePassword(user, form.fields, address);
  if (outcome.kind !== "changed") {
    const problem = changeProblem(text, outcome);
    return passwordPage(parts, context, problem, outcome.kind === "throttled" ? 429 : 422);
  }
  // Whoever knew the old password is out; the person here goes on with a new session.
  sessions.closeOthers(user.name, null);
  const { id } = sessions.open(user.name);
  setCookie(context, sessionCookieName(parts.options), id, cookieOptions(parts.options));
  return context.redirect("/", 303);
}

function changeProblem(
  text: Text,
  outcome: Exclude<PasswordChangeOutcome, { readonly kind: "changed" }>,
): string {
  switch (outcome.kind) {
    case "problem":
      return text.passwordProblems[outcome.problem];
    case "wrong":
      return text.oldPasswordWrong;
    case "busy":
      return text.signInBusy;
    case "throttled":
      return text.signInThrottled(waitInWords(text, outcome.waitMs));
  }
}

function signInPage(
  parts: WebParts,
  context: WebContext,
  form: { readonly problem: string | null; readonly next: string; readonly name: string },
  status: 200 | 401 | 429 | 503 = 200,
): Response {
  return answerPage(context, <SignInPage page={pageOf(parts, context)} {...form} />, status);
}

function passwordPage(
  parts: WebParts,
  context: WebContext,
  problem: string | null,
  status: 200 | 422 | 429 = 200,
): Response {
  const visitor = context.get("visitor");
  const isForced = visitor.kind === "person" && visitor.mustChangePassword;
  const page = pageOf(parts, context);
  return answerPage(
    context,
    <PasswordPage page={page} problem={problem} isForced={isForced} />,
    status,
  );
}

/** Where to go after signing in: a path of ours, whatever somebody wrote into the link. */
export function ownPath(next: string, context: WebContext): string {
  const here = new URL(context.req.url);
  const there = URL.canParse(next, here) ? new URL(next, here) : here;
  const isOurs = next.startsWith("/") && there.origin === here.origin;
  return isOurs && there.pathname !== "/sign-in" ? there.pathname + there.search : "/";
}
