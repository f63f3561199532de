import { z } from "zod";
import { ROLES } from "../../site/mod.ts";
import type { Handlers, WebContext, WebParts } from "../web_parts.ts";
import { accountTextOf } from "../account_text.ts";
import { answerPage } from "./answer.tsx";
import { ApiTokensPage, type MadeToken } from "./api_tokens_page.tsx";
import { withForm } from "./own_form.ts";
import { pageOf } from "./page.ts";
import { note } from "./sign_in_routes.tsx";

const DAY_MS = 86_400_000;
const DAYS_MAX = 3_650;

const TokenFields = z.object({
  name: z.string().trim().min(1).max(60).regex(/^\P{C}*$/u),
  role: z.enum(ROLES),
  /** 0: until it is revoked. */
  days: z.coerce.number().int().min(0).max(DAYS_MAX),
});

/** Tokens with which scripts use the API. */
export function apiTokenRoutes(parts: WebParts) {
  const { apiTokens, ports } = parts;
  return {
    "GET /api-tokens": (context) => tokensPage(parts, context, null),
    "POST /api-tokens": (context) =>
      withForm(parts, context, TokenFields, async ({ name, role, days }, { principal }) => {
        const expiresAtMs = days === 0 ? null : ports.clock.wallMs() + days * DAY_MS;
        const made = await apiTokens.make({ name, role, expiresAtMs }, principal.name);
        await note(parts, context, {
          what: "api-token-made",
          about: name,
          outcome: made === null ? "refused" : "done",
          detail: made === null ? "too many" : `${made.token.id}, ${role}, ${days} days`,
        });
        return tokensPage(parts, context, made ?? "too-many");
      }),
    "POST /api-tokens/revoke": (context) =>
      withForm(parts, context, z.object({ id: z.string().max(20) }), async ({ id }) => {
        const token = ports.apiTokens.find(id);
        if (token !== undefined) {
          await apiTokens.revoke(id);
          await note(parts, context, {
            what: "api-token-revoked",
            about: token.name,
            outcome: "done",
            detail: id,
          });
        }
        return context.redirect("/api-tokens", 303);
      }),
  } satisfies Partial<Handlers>;
}

function tokensPage(
  parts: WebParts,
  context: WebContext,
  made: MadeToken | "too-many" | null,
): Response {
  const page = pageOf(parts, context);
  const words = accountTextOf(page.site.language);
  const newest = parts.ports.apiTokens.list().toSorted((a, b) => b.createdAtMs - a.createdAtMs);
  return answerPage(
    context,
    <ApiTokensPage
      page={page}
      tokens={newest}
      made={made === "too-many" ? null : made}
      problem={made === "too-many" ? words.tokensFull : null}
    />,
    made === "too-many" ? 422 : 200,
  );
}
