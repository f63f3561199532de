import { z } from "zod";
import { forEyesOf } from "../discretion.ts";
import { principalOf, type WebContext } from "../web_parts.ts";

/** Any offset comes in; ports get UTC, in which text sorts like time. */
export const Moment = z.iso.datetime({ offset: true })
  .transform((text) => new Date(text).toISOString());

/** Answers with what whoever asks may see of a view. */
export function show(context: WebContext, view: unknown): Response {
  return context.json(forEyesOf(principalOf(context).role, view));
}
