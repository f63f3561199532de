import { type Format, formatOf } from "../format.ts";
import { type Text, textOf } from "../text.ts";
import { addressOf, languageOf } from "../language.ts";
import type { Principal, SiteView } from "../views.ts";
import { type Language, mayActAs, type Role } from "../../site/mod.ts";
import type { WebContext, WebParts } from "../web_parts.ts";

/** What every page draws with: the site, the person, the language and the moment. */
export interface Page {
  /** With the language that this page speaks, which need not be the site's. */
  readonly site: SiteView;
  readonly principal: Principal;
  readonly text: Text;
  readonly format: Format;
  readonly nowMs: number;
  /** The token that each form carries. */
  readonly csrf: string;
  /** The path, for marking where one is. */
  readonly path: string;
  /** Path and query under which this page, or the one its form stands on, can be read again. */
  readonly address: string;
}

/** How somebody looks at a page. */
export interface PageManner {
  readonly path: string;
  /** Absent: the path. */
  readonly address?: string;
  /** What stands for the token of the person's session. */
  readonly csrf: string;
  /** Absent: the site's. */
  readonly language?: Language;
}

/** Gathers a page's means. */
export function openPage(
  parts: Pick<WebParts, "ports">,
  principal: Principal,
  { path, address = path, csrf, language: wanted }: PageManner,
): Page {
  const site = parts.ports.views.site();
  const language = wanted ?? site.language;
  return {
    site: { ...site, language },
    principal,
    text: textOf(language),
    format: formatOf(language, site.timezone),
    nowMs: parts.ports.clock.wallMs(),
    csrf,
    path,
    address,
  };
}

/** The page of a request. */
export function pageOf(parts: WebParts, context: WebContext): Page {
  const visitor = context.get("visitor");
  const principal: Principal = visitor.kind === "stranger"
    ? { name: "", role: "viewer" }
    : visitor.principal;
  const csrf = visitor.kind === "person" ? visitor.session.csrf : "";
  return openPage(parts, principal, {
    path: context.req.path,
    address: addressOf(context),
    csrf,
    language: languageOf(parts, context),
  });
}

/** True when the person may do what `role` may. */
export function may(page: Page, role: Role): boolean {
  return mayActAs(page.principal.role, role);
}
