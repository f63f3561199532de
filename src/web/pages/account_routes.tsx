import { z } from "zod";
import { accountTextOf } from "../account_text.ts";
import { languageOf } from "../language.ts";
import type { PasswordChangeOutcome } from "../sign_in/sign_in.ts";
import { enrolmentUri } from "../sign_in/second_factor.ts";
import { wantsSecondFactor } from "../second_factor_rule.ts";
import type { Text } from "../text.ts";
import { type Handlers, principalOf, type WebContext, type WebParts } from "../web_parts.ts";
import { AccountPage, EnrolmentPage, RecoveryPage } from "./account_page.tsx";
import { answerError, answerPage } from "./answer.tsx";
import { withForm } from "./own_form.ts";
import { pageOf } from "./page.ts";
import { ConfirmPage, PasswordPage } from "./sign_in_page.tsx";
import { beginSession, note, ownPath, throttledInWords } from "./sign_in_routes.tsx";

const PasswordFields = z.object({
  old: z.string().max(1_000),
  new: z.string().max(1_000),
  repeat: z.string().max(1_000),
});

const ConfirmFields = z.object({
  password: z.string().max(1_000),
  code: z.string().max(100).default(""),
  next: z.string().max(2_000).default("/"),
});

const CodeFields = z.object({
  code: z.string().max(100),
  anew: z.literal("on").optional(),
});
const EndFields = z.object({ session: z.string().max(100) });

/** A person's own account: password, second factor, sessions. */
export function accountRoutes(parts: WebParts) {
  return {
    "GET /account": (context) => accountPage(parts, context),
    "GET /account/password": (context) => passwordPage(parts, context, null),
    "POST /account/password": (context) => tryPasswordChange(parts, context),
    "GET /account/confirm": (context) => {
      const next = ownPath(context.req.query("next") ?? "/", context);
      return confirmPage(parts, context, next, null);
    },
    "POST /account/confirm": (context) => tryConfirm(parts, context),
    "POST /account/sessions/end": (context) =>
      withForm(parts, context, EndFields, async ({ session: key }, { session, principal }) => {
        const own = parts.sessions.list(principal.name);
        if (key === "others") parts.sessions.closeOthers(principal.name, session.key);
        // A key of somebody else's session is nobody's business.
        else if (own.some((each) => each.key === key)) parts.sessions.close(key);
        const detail = key === "others" ? "all others" : "";
        await note(parts, context, { what: "session-ended", outcome: "done", detail });
        return context.redirect("/account", 303);
      }),
    ...secondFactorRoutes(parts),
  } satisfies Partial<Handlers>;
}

function secondFactorRoutes(parts: WebParts) {
  const { enrolment, sessions } = parts;
  return {
    "GET /account/second-factor": (context) =>
      enrolmentPage(parts, context, { isAnew: context.req.query("anew") === "on" }),
    "POST /account/second-factor": (context) =>
      withForm(parts, context, CodeFields, async ({ code, anew }, { session, principal }) => {
        const isAnew = anew === "on";
        if (!mayEnrol(parts, principal.name, isAnew)) return context.redirect("/account", 303);
        const codes = await enrolment.confirm(session.key, principal.name, code);
        const { codeWrong } = accountTextOf(languageOf(parts, context));
        if (codes === null) {
          return enrolmentPage(parts, context, { isAnew, problem: codeWrong, status: 422 });
        }
        // Whoever came in with the password alone is out.
        sessions.closeOthers(principal.name, session.key);
        await note(parts, context, { what: "second-factor-on", outcome: "done", detail: "" });
        return recoveryPage(parts, context, codes);
      }),
    "POST /account/second-factor/remove": (context) =>
      withForm(parts, context, z.object({}), async (_fields, { principal }) => {
        // Where the site wants one it is replaced by another, never taken away.
        if (wantsSecondFactor(parts.options.secondFactor ?? "optional", principal.role)) {
          return answerError(parts, context, "forbidden");
        }
        await enrolment.remove(principal.name);
        await note(parts, context, { what: "second-factor-off", outcome: "done", detail: "" });
        return context.redirect("/account", 303);
      }),
    "POST /account/recovery-codes": (context) =>
      withForm(parts, context, z.object({}), async (_fields, { principal }) => {
        const codes = await enrolment.renewCodes(principal.name);
        if (codes === null) return context.redirect("/account", 303);
        await note(parts, context, { what: "recovery-codes-made", outcome: "done", detail: "" });
        return recoveryPage(parts, context, codes);
      }),
  } satisfies Partial<Handlers>;
}

async function tryConfirm(parts: WebParts, context: WebContext): Promise<Response> {
  return await withForm(parts, context, ConfirmFields, async (fields, { session, principal }) => {
    const next = ownPath(fields.next, context);
    const user = parts.ports.users.find(principal.name);
    if (user === undefined) return answerError(parts, context, "forbidden");
    const outcome = await parts.signIn.confirm(user, fields, context.env.remoteAddress);
    const { text } = pageOf(parts, context);
    switch (outcome.kind) {
      case "confirmed":
        parts.sessions.prove(session.key);
        await note(parts, context, { what: "identity-confirmed", outcome: "done", detail: "" });
        return context.redirect(next, 303);
      case "wrong":
        await note(parts, context, { what: "identity-confirmed", outcome: "failed", detail: "" });
        return confirmPage(parts, context, next, wrongProof(parts, context, user), 422);
      case "busy":
        return confirmPage(parts, context, next, text.signInBusy, 503);
      case "throttled": {
        const problem = throttledInWords(parts, context, outcome.waitMs);
        return confirmPage(parts, context, next, problem, 429);
      }
    }
  });
}

function wrongProof(
  parts: WebParts,
  context: WebContext,
  user: { readonly secondFactor?: unknown },
): string {
  const words = accountTextOf(languageOf(parts, context));
  return user.secondFactor === undefined ? words.passwordWrong : words.proofWrong;
}

async function tryPasswordChange(parts: WebParts, context: WebContext): Promise<Response> {
  const { sessions, ports } = parts;
  return await withForm(parts, context, PasswordFields, async (fields, { principal }) => {
    const { text, site } = pageOf(parts, context);
    const user = ports.users.find(principal.name);
    if (user === undefined) return answerError(parts, context, "forbidden");
    if (fields.new !== fields.repeat) {
      return passwordPage(parts, context, text.passwordProblems.different, 422);
    }
    const siteWords = [site.name, ...ports.views.chargers().map(({ id }) => id)];
    const address = context.env.remoteAddress;
    const outcome = await parts.signIn.changePassword(user, fields, address, siteWords);
    if (outcome.kind !== "changed") {
      if (outcome.kind === "wrong") {
        await note(parts, context, { what: "password-changed", outcome: "failed", detail: "" });
      }
      const problem = changeProblem(parts, context, text, outcome);
      return passwordPage(parts, context, problem, outcome.kind === "throttled" ? 429 : 422);
    }
    // Whoever knew the old password is out; the person here goes on with a new session.
    sessions.closeOthers(user.name, null);
    beginSession(parts, context, user.name);
    await note(parts, context, { what: "password-changed", outcome: "done", detail: "" });
    return context.redirect("/", 303);
  });
}

function changeProblem(
  parts: WebParts,
  context: WebContext,
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
      return throttledInWords(parts, context, outcome.waitMs);
  }
}

function accountPage(parts: WebParts, context: WebContext): Response {
  const page = pageOf(parts, context);
  const { name } = principalOf(context);
  const visitor = context.get("visitor");
  return answerPage(
    context,
    <AccountPage
      page={page}
      secondFactor={parts.ports.users.find(name)?.secondFactor ?? null}
      isWanted={wantsSecondFactor(parts.options.secondFactor ?? "optional", page.principal.role)}
      sessions={parts.sessions.list(name)}
      here={visitor.kind === "person" ? visitor.session.key : ""}
    />,
  );
}

/** Setting up another app over the one that is there would be turning it off without saying so. */
function mayEnrol(parts: WebParts, name: string, isAnew: boolean): boolean {
  return isAnew || parts.ports.users.find(name)?.secondFactor === undefined;
}

function enrolmentPage(
  parts: WebParts,
  context: WebContext,
  { isAnew, problem = null, status = 200 }: {
    readonly isAnew: boolean;
    readonly problem?: string | null;
    readonly status?: 200 | 422;
  },
): Response {
  const visitor = context.get("visitor");
  const { name } = principalOf(context);
  if (visitor.kind !== "person" || !mayEnrol(parts, name, isAnew)) {
    return context.redirect("/account", 303);
  }
  const page = pageOf(parts, context);
  const secret = parts.enrolment.pending(visitor.session.key);
  const uri = enrolmentUri(secret, name, page.site.name);
  const why = visitor.mustEnrol ? "wanted" : isAnew ? "anew" : null;
  return answerPage(
    context,
    <EnrolmentPage page={page} secret={secret} uri={uri} problem={problem} why={why} />,
    status,
  );
}

function recoveryPage(
  parts: WebParts,
  context: WebContext,
  codes: readonly string[],
): Response {
  return answerPage(context, <RecoveryPage page={pageOf(parts, context)} codes={codes} />);
}

function confirmPage(
  parts: WebParts,
  context: WebContext,
  next: string,
  problem: string | null,
  status: 200 | 422 | 429 | 503 = 200,
): Response {
  const page = pageOf(parts, context);
  const { name } = principalOf(context);
  const hasSecondFactor = parts.ports.users.find(name)?.secondFactor !== undefined;
  const fields = { page, problem, next, hasSecondFactor };
  return answerPage(context, <ConfirmPage {...fields} />, status);
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
