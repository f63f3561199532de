import { forEyesOf } from "../discretion.ts";
import { principalOf, type WebContext } from "../web_parts.ts";

/** Answers with what whoever asks may see of a view. */
export function show(context: WebContext, view: unknown): Response {
  return context.json(forEyesOf(principalOf(context).role, view));
}
