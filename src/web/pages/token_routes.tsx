import { z } from "zod";
import { FORM_FIELDS } from "../command_fields.ts";
import type { Command } from "../commands/command.ts";
import { IMPORT_TEXT_MAX, planImport, tokenListCsv } from "../token_import.ts";
import { type Handlers, principalOf, type WebContext, type WebParts } from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { carryOut, doneAt, submit } from "./command_routes.ts";
import { withForm } from "./own_form.ts";
import { pageOf } from "./page.ts";
import { TokenImportPage } from "./token_import_page.tsx";
import { TokensPage } from "./tokens_page.tsx";
import { noteOf } from "./view_routes.tsx";

const TokensQuery = z.object({
  find: z.string().trim().max(36).catch(""),
  skipped: z.coerce.number().int().min(0).max(1_000_000).catch(0),
});

const ImportFields = z.object({ file: z.instanceof(File).optional() });
/** Forms send ends of lines as two signs. */
const ApplyFields = z.object({ text: z.string().max(IMPORT_TEXT_MAX * 2) });

/** The list of cards: one by one, and as a file. */
export function tokenRoutes(parts: WebParts) {
  const { views } = parts.ports;
  return {
    "GET /tokens": (context) => showTokens(parts, context),
    "GET /tokens.csv": (context) => {
      const seesCodes = principalOf(context).role === "admin";
      return context.body(tokenListCsv(views.tokens(), seesCodes), 200, {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="cards.csv"`,
      });
    },
    "POST /tokens": (context) => {
      const { format } = pageOf(parts, context);
      return submit(parts, context, FORM_FIELDS.token, ({ expires, ...fields }): Command => ({
        kind: "put-token",
        ...fields,
        // The last day counts as a whole.
        expires: expires === null ? null : format.dayStart(expires, 1),
      }), doneAt("/tokens"));
    },
    "POST /tokens/remove": (context) =>
      submit(
        parts,
        context,
        FORM_FIELDS.tokenName,
        ({ token }): Command => ({ kind: "delete-token", token }),
        doneAt("/tokens"),
      ),
    "POST /tokens/import": (context) =>
      withForm(parts, context, ImportFields, async ({ file }) => {
        if (file === undefined || file.size > IMPORT_TEXT_MAX) {
          return answerError(parts, context, "bad-input");
        }
        return answerPlan(parts, context, await file.text());
      }),
    "POST /tokens/import/apply": (context) =>
      withForm(parts, context, ApplyFields, async ({ text }) => {
        // What a form says was looked at is looked at again.
        const plan = planImport(text, views.tokens());
        if (plan.problems.length > 0 || plan.changes.length === 0) {
          return answerPlan(parts, context, text);
        }
        const entries = plan.changes.map(({ entry }) => entry);
        const asked = { kind: "import-tokens", entries } as const;
        return await carryOut(parts, context, asked, doneAt("/tokens"));
      }),
  } satisfies Partial<Handlers>;
}

function answerPlan(parts: WebParts, context: WebContext, text: string): Response {
  const plan = planImport(text, parts.ports.views.tokens());
  return answerPage(
    context,
    <TokenImportPage page={pageOf(parts, context)} plan={plan} text={text} />,
    plan.problems.length > 0 ? 422 : 200,
  );
}

async function showTokens(parts: WebParts, context: WebContext): Promise<Response> {
  const { views } = parts.ports;
  const usage = await views.tokenUsage();
  const page = pageOf(parts, context);
  const scene = {
    page,
    note: noteOf(parts, context, page),
    tokens: views.tokens(),
    usage: new Map(usage.map((each) => [each.token, each])),
    cached: views.cachedTokens(),
    ...TokensQuery.parse(context.req.query()),
  };
  return answerPage(context, <TokensPage scene={scene} />);
}
