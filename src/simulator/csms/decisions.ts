import type { SimulatedCsmsOptions } from "../csms.ts";
import type { BookKeeper, TokenRecord } from "./books.ts";

/** What an answer depends on, in any version. */
export interface AnswerCase {
  readonly options: SimulatedCsmsOptions;
  readonly books: BookKeeper;
  readonly nowMs: number;
}

/** What the CSMS says of a token. */
export function tokenOf(
  idTag: string,
  { tokens, unknownTokens }: SimulatedCsmsOptions,
): TokenRecord {
  const known = Object.entries(tokens).find(([own]) => sameTag(own, idTag));
  return known?.[1] ?? { status: unknownTokens };
}

/** What it says as a transaction of that token begins, which the message dates. */
export function infoAtStart(
  idTag: string,
  startedAt: string,
  options: SimulatedCsmsOptions,
  books: BookKeeper,
): TokenRecord {
  const token = tokenOf(idTag, options);
  if (token.status !== "Accepted") return token;
  if (options.lies.includes("good-card-invalid")) return { status: "Invalid" };
  const isElsewhere = books.open().some((each) =>
    sameTag(each.idTag, idTag) && each.startedAt !== startedAt
  );
  return isElsewhere && !options.allowsConcurrent ? { ...token, status: "ConcurrentTx" } : token;
}

/** What makes a message fail: its name, or that of what 1.6 has for it. */
export function namesOf(action: string, payload: unknown): readonly string[] {
  if (action !== "TransactionEvent") return [action];
  const { eventType } = payload as { readonly eventType: keyof typeof NAMES_16 };
  return [action, NAMES_16[eventType]];
}

const NAMES_16 = {
  Started: "StartTransaction",
  Updated: "MeterValues",
  Ended: "StopTransaction",
} as const;

function sameTag(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
