import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { WebContext, WebParts } from "../web_parts.ts";
import { ErrorPage, type PageError } from "./error_page.tsx";
import { pageOf } from "./page.ts";

const ERROR_STATUSES: Readonly<Record<PageError, ContentfulStatusCode>> = {
  "not-found": 404,
  "forbidden": 403,
  "form-expired": 403,
  "bad-input": 422,
  "too-busy": 503,
  "too-many": 429,
  "broken": 500,
};

/** Answers with a page. */
export function answerPage(
  context: WebContext,
  page: Child,
  status: ContentfulStatusCode = 200,
): Response {
  return context.body(`<!DOCTYPE html>${String(page)}`, status, {
    "content-type": "text/html; charset=utf-8",
  });
}

/** Answers with a page that says what went wrong. */
export function answerError(
  parts: WebParts,
  context: WebContext,
  error: PageError,
  status: ContentfulStatusCode = ERROR_STATUSES[error],
): Response {
  const page = pageOf(parts, context);
  const requestId = context.get("requestId");
  return answerPage(
    context,
    <ErrorPage page={page} error={error} requestId={requestId} />,
    status,
  );
}
