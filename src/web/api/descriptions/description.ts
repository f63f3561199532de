import type { z } from "zod";
import type { RouteKey } from "../../routes.ts";

/** The routes that are described: all of the API, and what watches over the gateway. */
export type ApiRouteKey = Extract<
  RouteKey,
  `${string} /api/v1/${string}` | "GET /healthz" | "GET /readyz" | "GET /metrics"
>;

/** What an answer's body is. */
export type DescribedAnswer =
  | { readonly json: z.ZodType; readonly example?: unknown }
  /** Media types of what is no JSON. */
  | { readonly media: readonly string[]; readonly json?: z.ZodType };

/**
 * What the API's document says of a route. Its method, its path, who may use it and the errors that
 * follow from those are not said here: they come from the table of routes.
 */
export interface ApiDescription {
  readonly tag: ApiTag;
  readonly summary: string;
  /** In CommonMark. */
  readonly more?: string;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: { readonly schema: z.ZodType; readonly example: unknown };
  readonly answer: DescribedAnswer;
  /** It does something: it may be refused, not get through, or not be answered. */
  readonly isCommand?: true;
  /** Answers of its own, by status. */
  readonly problems?: Readonly<Record<number, string>>;
}

/** What the routes are about, in the order in which they are shown. */
export const API_TAGS = {
  "Site": "The site as a whole, and limits on all of it",
  "Chargers": "Charging stations",
  "Firmware": "Images for chargers, who gets them, and campaigns",
  "EVSEs": "Where one EV charges, under the site's number for it: its slot",
  "Circuits": "The wiring, its limits, and who else limits it",
  "Meters": "Meters of the site and what they measured",
  "Sessions": "Transactions, and what is odd about them",
  "Reports": "What an office wants to know of a time",
  "Tokens": "The site's list of who may charge",
  "Records": "What waits for the CSMS, what happened, who did what",
  "Events": "What changes, as it changes",
  "Health": "For service managers and Prometheus",
} as const;

/** A name of `API_TAGS`. */
export type ApiTag = keyof typeof API_TAGS;
