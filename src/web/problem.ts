import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { WebContext } from "./web_parts.ts";

/** A problem document (RFC 9457) as it goes out; further members say more about some types. */
export interface ProblemDocument {
  /** "about:blank" where the status says it all. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Names this one occurrence: the id under which the log has it. */
  readonly instance: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** What a problem says beyond its status. */
export interface ProblemExtras {
  /** The last part of a `urn:sangam:problem:` type. */
  readonly type?: string;
  readonly title?: string;
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers with a problem document. */
export function problem(
  context: WebContext,
  status: ContentfulStatusCode,
  detail: string,
  extras: ProblemExtras = {},
): Response {
  const document: ProblemDocument = {
    type: extras.type === undefined ? "about:blank" : `urn:sangam:problem:${extras.type}`,
    title: extras.title ?? TITLES[status] ?? "Problem",
    status,
    detail,
    instance: `urn:uuid:${context.get("requestId")}`,
  };
  return context.body(JSON.stringify({ ...document, ...extras.members }), status, {
    "content-type": "application/problem+json",
    ...extras.headers,
  });
}

/** True where the answer should be for a program and not for a person. */
export function isForProgram(path: string): boolean {
  if (path === "/api/reference") return false;
  return path === "/api" || path.startsWith("/api/") || path === "/metrics" ||
    path === "/healthz" || path === "/readyz";
}
