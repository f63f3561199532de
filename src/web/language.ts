import { getCookie } from "hono/cookie";
import type { Language } from "../site/mod.ts";
import { cookieName } from "./session_cookie.ts";
import { methodsOf } from "./routes.ts";
import type { WebContext, WebParts } from "./web_parts.ts";

/** Each language in its own name, as its readers look for it. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  mr: "मराठी",
  hi: "हिन्दी",
};

/** In the order of the menu. */
export const LANGUAGES = ["en", "mr", "hi"] as const satisfies readonly Language[];

/** The language that a text names; null for any other text. */
export function languageNamed(text: string | undefined): Language | null {
  return LANGUAGES.find((language) => language === text) ?? null;
}

/** A person's own language, else what was chosen in this browser, else the site's. */
export function languageOf(
  { options, ports }: Pick<WebParts, "options" | "ports">,
  context: WebContext,
): Language {
  const visitor = context.get("visitor");
  const own = visitor.kind === "person"
    ? ports.users.find(visitor.principal.name)?.language ?? null
    : null;
  return own ?? languageNamed(getCookie(context, cookieName(options, "lang"))) ??
    ports.views.site().language;
}

/**
 * Where the page that is shown can be read again: what answers a form has no address of its own, so the
 * page that the form stands on is meant.
 */
export function addressOf(context: WebContext): string {
  const { pathname, search } = new URL(context.req.url);
  // What a stranger asked for is not handed back, but where the stranger is to sign in.
  if (context.get("visitor").kind === "stranger" && pathname !== "/sign-in") return "/";
  if (context.req.method === "GET") return pathname + search;
  const parts = pathname.split("/");
  for (let length = parts.length; length > 1; length--) {
    const path = parts.slice(0, length).join("/");
    if (methodsOf(path).includes("GET")) return path;
  }
  return "/";
}
