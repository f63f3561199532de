import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { type Access, listRoutes, type Route } from "../routes.ts";
import { isForPeople, neededRole } from "../visitor.ts";
import { COMMAND_DESCRIPTIONS } from "./descriptions/command_descriptions.ts";
import {
  API_TAGS,
  type ApiDescription,
  type ApiRouteKey,
  type DescribedAnswer,
} from "./descriptions/description.ts";
import { FIRMWARE_DESCRIPTIONS } from "./descriptions/firmware_descriptions.ts";
import { REPORT_DESCRIPTIONS } from "./descriptions/report_descriptions.ts";
import { VIEW_DESCRIPTIONS } from "./descriptions/view_descriptions.ts";
import { ProblemSchema } from "./schemas/command_schema.ts";

/** What is said of each route of the API: one without words does not compile. */
export const API_DESCRIPTIONS: Readonly<Record<ApiRouteKey, ApiDescription>> = {
  ...VIEW_DESCRIPTIONS,
  ...COMMAND_DESCRIPTIONS,
  ...REPORT_DESCRIPTIONS,
  ...FIRMWARE_DESCRIPTIONS,
};

/** The document of the API, as OpenAPI 3.1 has it. */
export type ApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

const INTRODUCTION =
  `The site's own API. Errors are problem documents (RFC 9457). Times are ISO 8601 \
in UTC. A viewer sees only the end of a token's text.

Sign in with a bearer token (_API tokens_ in the menu of an administrator, or \`SANGAM_ADMIN_TOKEN\` in \
the gateway's environment), or with the cookie of a session in the browser.`;

/** Writes the document, from the table of routes and what is said of each. `version` of the gateway. */
export function apiDocument(version: string): ApiDocument {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  registry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  registry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "sid",
    description: "The cookie of somebody who signed in by the pages; __Host-sid over TLS",
  });
  for (const route of describedRoutes()) registry.registerPath(described(route));
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Sangam",
      version,
      description: INTRODUCTION,
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url: "/", description: "This gateway" }],
    tags: Object.entries(API_TAGS).map(([name, description]) => ({ name, description })),
  });
}

/** A route of the table with what is said of it. */
export interface DescribedRoute extends Route {
  readonly description: ApiDescription;
}

/** The routes of the API in the order of the table. */
export function describedRoutes(): readonly DescribedRoute[] {
  return listRoutes().flatMap((route) => {
    const description = isDescribed(route.key) ? API_DESCRIPTIONS[route.key] : undefined;
    return description === undefined ? [] : [{ ...route, description }];
  });
}

function isDescribed(key: string): key is ApiRouteKey {
  return Object.hasOwn(API_DESCRIPTIONS, key);
}

function described({ method, path, access, description }: DescribedRoute) {
  const { tag, summary, more, query, body, answer } = description;
  const params = parametersOf(path);
  return createRoute({
    method: method.toLowerCase() as "get" | "post" | "put" | "delete",
    path: path.replaceAll(/:(\w+)/g, "{$1}"),
    operationId: operationId(method, path),
    tags: [tag],
    summary,
    description: [more, roleWords(access)].filter((text) => text !== undefined).join("\n\n"),
    security: access === "anyone" ? [] : [{ bearer: [] }, { session: [] }],
    request: {
      ...headersOf(method, description),
      ...(params === null ? {} : { params }),
      ...(query === undefined ? {} : { query }),
      ...(body === undefined || method === "DELETE" ? {} : {
        body: { content: { "application/json": { schema: body.schema, example: body.example } } },
      }),
    },
    responses: {
      200: {
        description: summary,
        content: contentOf(answer),
        ...(isPaged(description) ? { headers: LINK } : {}),
      },
      ...problemsOf(access, params !== null, description),
    },
  });
}

const KEY = z.object({
  "idempotency-key": z.string().min(1).max(255).regex(/^[\x21-\x7e]+$/).optional().meta({
    description: "A text of one's own: the same key and body within a day get the same answer, " +
      "and nothing is done twice",
    example: "0b9c4f6e-start-7",
  }),
});

/** What repeats a command, and what a route has of its own. */
function headersOf(method: string, { headers }: ApiDescription) {
  if (method !== "GET") return { headers: KEY };
  return headers === undefined ? {} : { headers };
}

/** The next page has to be found from the page before. */
const LINK = z.object({
  link: z.string().optional().meta({
    description: "Where the next page is (RFC 8288); absent on the last one",
    example: '</api/v1/transactions?limit=100&cursor=WyJ0IiwxMTVd>; rel="next"',
  }),
});

function isPaged({ query }: ApiDescription): boolean {
  return query !== undefined && "cursor" in query.shape;
}

/** "getEvsesSlotHistory" for "GET /api/v1/evses/:slot/history". */
function operationId(method: string, path: string): string {
  const words = path.replace("/api/v1", "").split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return method.toLowerCase() + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}

const PARAMETERS: Readonly<Record<string, z.ZodType>> = {
  slot: z.int().min(1).meta({ description: "The number of an EVSE", example: 3 }),
  "chargers/id": z.string().meta({ description: "The identity of a charger", example: "CP01" }),
  "circuits/id": z.string().meta({ description: "The id of a circuit", example: "row-a" }),
  "reports/name": z.string().meta({ description: "The name of a report", example: "energy" }),
  "firmware/sha256": z.string().regex(/^[0-9a-f]{64}$/).meta({
    description: "The SHA-256 of a kept image",
  }),
  "firmware-orders/number": z.int().meta({ description: "The number of an order" }),
  "campaigns/id": z.string().meta({ description: "The id of a campaign" }),
  "signals/id": z.string().meta({ description: "The id of a signal", example: "box" }),
  "meters/id": z.string().meta({ description: "The id of a meter", example: "main" }),
  "transactions/id": z.string().meta({ description: "The id of a session" }),
  "tokens/id": z.string().meta({ description: "The text of a token", example: "04A1B2C3" }),
  "outbox/id": z.int().meta({ description: "The number of a record", example: 871 }),
  "orphan-stops/id": z.string().meta({ description: "The id of such an end" }),
};

function parametersOf(path: string): z.ZodObject | null {
  const found = [...path.matchAll(/([\w-]+)\/:(\w+)/g)].map(([, before = "", name = ""]) => {
    const schema = PARAMETERS[`${before}/${name}`] ?? PARAMETERS[name] ?? z.string();
    return [name, schema] as const;
  });
  return found.length === 0 ? null : z.object(Object.fromEntries(found));
}

function roleWords(access: Access): string {
  if (access === "anyone") return "For anyone.";
  if (access === "viewer-or-loopback") return "Needs the role viewer.";
  return isForPeople(access)
    ? "For people, not for tokens."
    : `Needs the role ${neededRole(access)}.`;
}

function contentOf(answer: DescribedAnswer) {
  const content: Record<string, { schema: z.ZodType; example?: unknown }> = {};
  if (answer.json !== undefined) {
    const example = "example" in answer ? { example: answer.example } : {};
    content["application/json"] = { schema: answer.json, ...example };
  }
  for (const media of "media" in answer ? answer.media : []) {
    content[media] = { schema: z.string() };
  }
  return content;
}

const PROBLEM = { "application/problem+json": { schema: ProblemSchema } };

/** The errors that follow from who may use a route and what it is told, and those of its own. */
function problemsOf(access: Access, hasPath: boolean, description: ApiDescription) {
  const { query, body, isCommand, problems } = description;
  const mayBeWrong = query !== undefined || body !== undefined || isCommand === true;
  const words: Record<number, string> = {
    ...(body === undefined ? {} : {
      400: "The body is not JSON",
      413: "The body is too large",
      415: "The body does not say that it is JSON",
    }),
    ...(access === "anyone" ? {} : {
      401: "Nobody has signed in",
      403: "The role is not enough",
    }),
    ...(hasPath ? { 404: "There is no such thing" } : {}),
    ...(mayBeWrong ? { 422: "A field is wrong" } : {}),
    ...(isCommand === undefined ? {} : {
      409: "The charger, or the site, said no; or the command with this key is not done yet",
      502: "It did not get through",
      504: "No answer came in time: nobody knows whether it arrived",
    }),
    429: "Too many requests",
    ...problems,
  };
  const isText = "media" in description.answer && access === "anyone";
  return Object.fromEntries(
    Object.entries(words).map(([status, text]) => [status, {
      description: text,
      content: isText && Number(status) === 503
        ? { "text/plain": { schema: z.string() } }
        : PROBLEM,
    }]),
  );
}
