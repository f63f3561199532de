import type { ErrorObject } from "ajv";
import { clip } from "../../lib/text.ts";

/**
 * A copy of `message` in which every text that is longer than its schema allows ends where it has to;
 * null where anything else is wrong with it. What a peer said too long is read all the same, and much
 * of it comes back in the answer.
 */
export function shortened(
  message: Readonly<Record<string, unknown>>,
  errors: readonly ErrorObject[],
): Record<string, unknown> | null {
  if (errors.some(({ keyword }) => keyword !== "maxLength")) return null;
  const copy = structuredClone(message);
  for (const { instancePath, params } of errors) {
    const steps = instancePath.split("/").slice(1).map(unescaped);
    const last = steps.pop();
    const owner = steps.reduce<unknown>(fieldOf, copy);
    const text = last === undefined ? undefined : fieldOf(owner, last);
    if (typeof text !== "string" || last === undefined) return null;
    Reflect.set(Object(owner), last, clip(text, Number(params["limit"])));
  }
  return copy;
}

function fieldOf(owner: unknown, name: string): unknown {
  return Object.hasOwn(Object(owner), name) ? Object(owner)[name] : undefined;
}

/** RFC 6901 §4. */
function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
