import type { z } from "zod";
import { problem } from "../problem.ts";
import type { WebContext } from "../web_parts.ts";

/** What came of reading a body or a query: what it says, or the answer that says what is wrong. */
export type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly answer: Response };

/** Reads a JSON body. A missing body counts as `{}`. */
export async function readJson<Schema extends z.ZodType>(
  context: WebContext,
  schema: Schema,
): Promise<Reading<z.output<Schema>>> {
  const text = await context.req.text();
  const type = context.req.header("content-type") ?? "";
  // A browser sends JSON to another site only after asking, and we never say yes.
  if (text !== "" && !/^application\/(.+\+)?json\b/i.test(type)) {
    return refusal(problem(context, 415, "Send a JSON body with content-type application/json."));
  }
  const body = parse(text === "" ? "{}" : text);
  if (body === undefined) return refusal(problem(context, 400, "The body is not JSON."));
  return read(context, schema, body);
}

/** Reads the query of the address; a name that is not known is an error, for it may be a slip. */
export function readQuery<Schema extends z.ZodType>(
  context: WebContext,
  schema: Schema,
): Reading<z.output<Schema>> {
  return read(context, schema, context.req.query());
}

function read<Schema extends z.ZodType>(
  context: WebContext,
  schema: Schema,
  input: unknown,
): Reading<z.output<Schema>> {
  const reading = schema.safeParse(input);
  if (reading.success) return { ok: true, value: reading.data };
  const errors = reading.error.issues.map(({ path, message }) => ({
    path: path.join("."),
    message,
  }));
  const detail = errors.map(({ path, message }) => path === "" ? message : `${path}: ${message}`)
    .join("; ");
  return refusal(problem(context, 422, detail, { type: "invalid-input", members: { errors } }));
}

function refusal(answer: Response): { readonly ok: false; readonly answer: Response } {
  return { ok: false, answer };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
