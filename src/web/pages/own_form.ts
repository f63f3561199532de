import type { z } from "zod";
import { readForm } from "../form.ts";
import type { Visitor } from "../visitor.ts";
import type { WebContext, WebParts } from "../web_parts.ts";
import { answerError } from "./answer.tsx";

type Person = Extract<Visitor, { readonly kind: "person" }>;

/** Does something with a form of somebody signed in, or answers why not. */
export async function withForm<Schema extends z.ZodType>(
  parts: WebParts,
  context: WebContext,
  schema: Schema,
  work: (fields: z.output<Schema>, person: Person) => Response | Promise<Response>,
): Promise<Response> {
  const form = await readForm(context, schema);
  const visitor = context.get("visitor");
  if (form.kind === "not-ours" || visitor.kind !== "person") {
    return answerError(parts, context, "form-expired");
  }
  if (form.kind === "bad-input") return answerError(parts, context, "bad-input");
  return await work(form.fields, visitor);
}
