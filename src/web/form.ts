import type { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import type { z } from "zod";
import type { WebContext } from "./web_parts.ts";

/** What came of reading a form. */
export type FormReading<Fields> =
  | { readonly kind: "fields"; readonly fields: Fields }
  /** It does not carry the token of this session: it is old, or another site made it. */
  | { readonly kind: "not-ours" }
  | { readonly kind: "bad-input" };

/** What a form says; nothing where the body is none, such as a part that never ends. */
export async function readFields(
  context: WebContext,
): Promise<Awaited<ReturnType<typeof context.req.parseBody>>> {
  try {
    return await context.req.parseBody({ all: true });
  } catch (error) {
    // Other errors are about the wire, or about its length.
    if (error instanceof TypeError) return {};
    throw error;
  }
}

/** Reads a form of somebody signed in. Nothing in it counts unless it carries the session's token. */
export async function readForm<Schema extends z.ZodType>(
  context: WebContext,
  schema: Schema,
): Promise<FormReading<z.output<Schema>>> {
  const body = await readFields(context);
  const visitor = context.get("visitor");
  const isOurs = visitor.kind === "person" && typeof body.csrf === "string" &&
    sameSecret(body.csrf, visitor.session.csrf);
  if (!isOurs) return { kind: "not-ours" };
  const reading = schema.safeParse(body);
  return reading.success ? { kind: "fields", fields: reading.data } : { kind: "bad-input" };
}

/** Compares two secrets in a time that tells nothing about where they differ, or how long they are. */
export function sameSecret(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
