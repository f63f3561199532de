import { Buffer } from "node:buffer";
import { z } from "zod";
import type { WebContext } from "../web_parts.ts";

/** The lists that are read page by page. */
export type PagedList = "transactions" | "decisions" | "messages" | "audit" | "outbox";

/** Where a page ended, in numbers that only the list itself understands. */
export type Position = readonly [number, ...number[]];

const Sealed = z.tuple([z.string(), z.int()], z.int());

/** Writes where a page ended as a text that nobody has to understand. */
export function cursorText(list: PagedList, position: Position): string {
  return Buffer.from(JSON.stringify([list, ...position])).toString("base64url");
}

/** The field of a query that says where the page before ended: only what the same list gave. */
export function cursorField(list: PagedList) {
  return z.string().max(200).transform((text, context): Position => {
    const position = positionIn(list, text);
    if (position !== null) return position;
    context.addIssue({
      code: "custom",
      message: "Expected what the Link header of the page before has",
    });
    return z.NEVER;
  }).optional().meta({
    description: "Where the page before ended: take it from the `Link` header of that page",
  });
}

function positionIn(list: PagedList, text: string): Position | null {
  try {
    const sealed = Sealed.safeParse(JSON.parse(Buffer.from(text, "base64url").toString()));
    if (!sealed.success) return null;
    const [of, first, ...others] = sealed.data;
    return of === list ? [first, ...others] : null;
  } catch {
    return null;
  }
}

/** One page of a list that was asked for one item more, which says whether there are others. */
export function onePage<Item>(found: readonly Item[], limit: number): {
  readonly items: readonly Item[];
  /** The last item where others follow; null on the last page. */
  readonly last: Item | null;
} {
  const items = found.slice(0, limit);
  return { items, last: found.length > limit ? items.at(-1) ?? null : null };
}

/** Tells where the next page is (RFC 8288). */
export function linkNext(context: WebContext, cursor: string): void {
  const { before: _before, ...query } = context.req.query();
  const search = new URLSearchParams({ ...query, cursor });
  context.header("link", `<${context.req.path}?${search}>; rel="next"`);
}
