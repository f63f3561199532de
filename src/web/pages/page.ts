import { type Format, formatOf } from "../format.ts";
import { type Text, textOf } from "../text.ts";
import type { Principal, SiteView } from "../views.ts";
import { mayActAs, type Role } from "../../site/mod.ts";
import type { WebContext, WebParts } from "../web_parts.ts";

/** What every page draws with: the site, the person, the language and the moment. */
export interface Page {
  readonly site: SiteView;
  readonly principal: Principal;
  readonly text: Text;
  readonly format: Format;
  readonly nowMs: number;
  /** The token that each form carries. */
  readonly csrf: string;
  /** The path, for marking where one is. */
  readonly path: string;
}

/** Gathers a page's means; `csrf` is what stands for the token of the person's session. */
export function openPage(
  parts: Pick<WebParts, "ports">,
  principal: Principal,
  path: string,
  csrf: string,
): Page {
  const site = parts.ports.views.site();
  return {
    site,
    principal,
    text: textOf(site.language),
    format: formatOf(site.language, site.timezone),
    nowMs: parts.ports.clock.wallMs(),
    csrf,
    path,
  };
}

/** The page of a request. */
export function pageOf(parts: WebParts, context: WebContext): Page {
  const visitor = context.get("visitor");
  const principal: Principal = visitor.kind === "stranger"
    ? { name: "", role: "viewer" }
    : visitor.principal;
  const csrf = visitor.kind === "person" ? visitor.session.csrf : "";
  return openPage(parts, principal, context.req.path, csrf);
}

/** True when the person may do what `role` may. */
export function may(page: Page, role: Role): boolean {
  return mayActAs(page.principal.role, role);
}
