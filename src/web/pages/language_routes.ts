import { setCookie } from "hono/cookie";
import { z } from "zod";
import { readFields, sameSecret } from "../form.ts";
import { LANGUAGES } from "../language.ts";
import { browserCookieOptions, cookieName } from "../session_cookie.ts";
import type { Handlers, WebContext, WebParts } from "../web_parts.ts";
import { answerError } from "./answer.tsx";
import { pathHere } from "./sign_in_routes.tsx";

const Fields = z.object({
  language: z.enum(LANGUAGES),
  next: z.string().max(2_000).default("/"),
  csrf: z.string().max(100).default(""),
});

/** Choosing the language: for a person's account, and for this browser before anybody signs in. */
export function languageRoutes(parts: WebParts) {
  return {
    "POST /language": (context) => choose(parts, context),
  } satisfies Partial<Handlers>;
}

async function choose(parts: WebParts, context: WebContext): Promise<Response> {
  const { options, ports } = parts;
  const fields = Fields.safeParse(await readFields(context));
  if (!fields.success) return answerError(parts, context, "bad-input");
  const { language, next, csrf } = fields.data;
  const visitor = context.get("visitor");
  if (visitor.kind === "person") {
    if (!sameSecret(csrf, visitor.session.csrf)) return answerError(parts, context, "form-expired");
    const user = ports.users.find(visitor.principal.name);
    if (user !== undefined && user.language !== language) {
      await ports.users.save({ ...user, language });
    }
  }
  setCookie(context, cookieName(options, "lang"), language, browserCookieOptions(options));
  return context.redirect(pathHere(next, context) ?? "/", 303);
}
