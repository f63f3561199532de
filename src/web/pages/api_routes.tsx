import type { Handlers, WebParts } from "../web_parts.ts";
import { answerPage } from "./answer.tsx";
import { ApiPage } from "./api_page.tsx";
import { pageOf } from "./page.ts";

/** The page that shows the document of the API to people. */
export function apiRoutes(parts: WebParts) {
  return {
    "GET /api/reference": async (context) => {
      const document = await parts.apiDocument();
      return answerPage(context, <ApiPage page={pageOf(parts, context)} document={document} />);
    },
  } satisfies Partial<Handlers>;
}
