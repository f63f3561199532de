import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import { accountTextOf } from "../account_text.ts";
import { doerOf } from "../audit_desk.ts";
import { readFields } from "../form.ts";
import { browserCookieOptions, cookieName, cookieOptions } from "../session_cookie.ts";
import type { CodeOutcome, Refusal, SignInOutcome } from "../sign_in/sign_in.ts";
import type { Text } from "../text.ts";
import type { Handlers, WebContext, WebParts } from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { withForm } from "./own_form.ts";
import { pageOf } from "./page.ts";
import { CodePage, SignInPage } from "./sign_in_page.tsx";

const Next = z.string().max(2_000).default("/");

const SignInFields = z.object({
  name: z.string().trim().min(1).max(100),
  password: z.string().min(1).max(1_000),
  next: Next,
});

const CodeFields = z.object({
  ticket: z.string().max(100),
  code: z.string().max(100),
  next: Next,
});

/** Signing in, in one step or two, and out. */
export function signInRoutes(parts: WebParts) {
  const { sessions } = parts;
  return {
    "GET /sign-in": (context) => {
      if (context.get("visitor").kind === "person") return context.redirect("/", 303);
      const next = ownPath(context.req.query("next") ?? "/", context);
      return signInPage(parts, context, { problem: null, next, name: "" });
    },
    "POST /sign-in": (context) => trySignIn(parts, context),
    "POST /sign-in/code": (context) => tryCode(parts, context),
    "POST /sign-out": (context) =>
      withForm(parts, context, z.object({}), async (_fields, { session, principal }) => {
        sessions.close(session.key);
        parts.ports.log("info", "signed_out", { user: principal.name });
        await note(parts, context, { what: "sign-out", outcome: "done", detail: "" });
        deleteCookie(context, cookieName(parts.options, "sid"), cookieOptions(parts.options));
        return context.redirect("/sign-in", 303);
      }),
    "POST /account/presence": (context) => {
      const visitor = context.get("visitor");
      if (visitor.kind === "person") sessions.touch(visitor.session.key);
      return context.body(null, 204);
    },
  } satisfies Partial<Handlers>;
}

async function trySignIn(parts: WebParts, context: WebContext): Promise<Response> {
  const fields = SignInFields.safeParse(await readFields(context));
  if (!fields.success) return answerError(parts, context, "bad-input");
  const { name, password } = fields.data;
  const next = ownPath(fields.data.next, context);
  const mark = getCookie(context, cookieName(parts.options, "known")) ?? null;
  const outcome = await parts.signIn.tryPassword(
    name,
    password,
    context.env.remoteAddress,
    mark,
  );
  if (outcome.kind === "welcome") return await welcome(parts, context, outcome, next, "");
  if (outcome.kind === "code-needed") {
    return codePage(parts, context, { problem: null, next, ticket: outcome.ticket });
  }
  // What is no user's name may be a password, typed into the wrong field.
  const who = parts.ports.users.find(name)?.name ?? "(unknown)";
  await noteFailure(parts, context, who, outcome);
  return answerRefusal(parts, context, outcome, { name, next });
}

async function tryCode(parts: WebParts, context: WebContext): Promise<Response> {
  const fields = CodeFields.safeParse(await readFields(context));
  if (!fields.success) return answerError(parts, context, "bad-input");
  const { ticket, code } = fields.data;
  const next = ownPath(fields.data.next, context);
  const { site } = pageOf(parts, context);
  const words = accountTextOf(site.language);
  const outcome = await parts.signIn.tryCode(ticket, code, context.env.remoteAddress);
  switch (outcome.kind) {
    case "welcome":
      return await welcome(parts, context, outcome, next, outcome.by);
    case "too-late":
      return signInPage(parts, context, { problem: words.codeTooLate, next, name: "" }, 401);
    case "wrong":
      await noteFailure(parts, context, outcome.userName, outcome);
      return codePage(parts, context, { problem: words.codeWrong, next, ticket }, 401);
    case "throttled": {
      const problem = throttledInWords(parts, context, outcome.waitMs);
      return codePage(parts, context, { problem, next, ticket }, 429);
    }
  }
}

/** A new session, whatever was there before; and the browser is known from now on. */
async function welcome(
  parts: WebParts,
  context: WebContext,
  { user, mark }: Extract<SignInOutcome, { readonly kind: "welcome" }>,
  next: string,
  by: Extract<CodeOutcome, { readonly kind: "welcome" }>["by"] | "",
): Promise<Response> {
  const { options, audit } = parts;
  const visitor = context.get("visitor");
  if (visitor.kind === "person") parts.sessions.close(visitor.session.key);
  beginSession(parts, context, user.name);
  setCookie(context, cookieName(options, "known"), mark, browserCookieOptions(options));
  const from = context.env.remoteAddress;
  const done = { way: "page", from, what: "sign-in", about: "", outcome: "done" } as const;
  await audit.note({ ...done, who: user.name, detail: by });
  return context.redirect(user.mustChangePassword ? "/account/password" : next, 303);
}

/** Opens a session and hands its id to the browser. */
export function beginSession(parts: WebParts, context: WebContext, userName: string): void {
  const { id } = parts.sessions.open(userName, {
    address: context.env.remoteAddress,
    agent: context.req.header("user-agent") ?? "",
  });
  setCookie(context, cookieName(parts.options, "sid"), id, cookieOptions(parts.options));
}

/** Notes something about the person who sends this request. */
export async function note(
  parts: WebParts,
  context: WebContext,
  what: Omit<Parameters<WebParts["audit"]["note"]>[0], "who" | "way" | "from" | "about"> & {
    readonly about?: string;
  },
): Promise<void> {
  const doer = doerOf(context.get("visitor"), context.env.remoteAddress);
  await parts.audit.note({ ...doer, about: "", ...what });
}

async function noteFailure(
  parts: WebParts,
  context: WebContext,
  who: string,
  outcome: { readonly kind: string },
): Promise<void> {
  // Nothing was looked at: it would be noted as often as somebody likes.
  if (outcome.kind === "throttled" || outcome.kind === "busy") return;
  const from = context.env.remoteAddress;
  const detail = outcome.kind === "expired" ? "the one-time password is too old" : "";
  await parts.audit.noteFailure({ who, way: "page", from, what: "sign-in", about: "", detail });
}

function answerRefusal(
  parts: WebParts,
  context: WebContext,
  outcome: Refusal | { readonly kind: "expired" },
  { name, next }: { readonly name: string; readonly next: string },
): Response {
  const { text } = pageOf(parts, context);
  const problem = outcome.kind === "throttled"
    ? throttledInWords(parts, context, outcome.waitMs)
    : { wrong: text.signInWrong, expired: text.signInExpired, busy: text.signInBusy }[outcome.kind];
  return signInPage(parts, context, { problem, next, name }, REFUSAL_STATUSES[outcome.kind]);
}

const REFUSAL_STATUSES = { wrong: 401, expired: 401, throttled: 429, busy: 503 } as const;

/** Says how long to wait, in words and for programs. */
export function throttledInWords(parts: WebParts, context: WebContext, waitMs: number): string {
  context.header("retry-after", String(Math.ceil(waitMs / 1_000)));
  const { text } = pageOf(parts, context);
  return text.signInThrottled(waitInWords(text, waitMs));
}

function waitInWords(text: Text, waitMs: number): string {
  const seconds = Math.ceil(waitMs / 1_000);
  return seconds < 100 ? text.waitSeconds(seconds) : text.waitMinutes(Math.ceil(seconds / 60));
}

function signInPage(
  parts: WebParts,
  context: WebContext,
  form: { readonly problem: string | null; readonly next: string; readonly name: string },
  status: 200 | 401 | 429 | 503 = 200,
): Response {
  return answerPage(context, <SignInPage page={pageOf(parts, context)} {...form} />, status);
}

function codePage(
  parts: WebParts,
  context: WebContext,
  form: { readonly problem: string | null; readonly next: string; readonly ticket: string },
  status: 200 | 401 | 429 = 200,
): Response {
  return answerPage(context, <CodePage page={pageOf(parts, context)} {...form} />, status);
}

/** Where to go after signing in: a path of ours, whatever somebody wrote into the link. */
export function ownPath(next: string, context: WebContext): string {
  const path = pathHere(next, context);
  return path === null || /^\/sign-in($|\?)/.test(path) ? "/" : path;
}

/** A path and query of this very site; null for every other address. */
export function pathHere(next: string, context: WebContext): string | null {
  const here = new URL(context.req.url);
  const there = URL.canParse(next, here) ? new URL(next, here) : null;
  const isOurs = next.startsWith("/") && there?.origin === here.origin;
  return isOurs ? there.pathname + there.search : null;
}
