import { note } from "./pages/sign_in_routes.tsx";
import type { WebContext, WebParts } from "./web_parts.ts";

/** A support bundle as a download, noted in the audit log; null where there can be none now. */
export async function answerBundle(parts: WebParts, context: WebContext): Promise<Response | null> {
  const made = parts.ports.support?.make() ?? null;
  if (made === null) return null;
  await note(parts, context, { what: "support-bundle-made", outcome: "done", detail: made.name });
  return context.body(made.content, 200, {
    "content-type": "application/gzip",
    "content-disposition": `attachment; filename="${made.name}"`,
  });
}
