import type { z } from "zod";
import type { ConfigPath } from "./config_text.ts";

/** Something that a schema does not like, at its place. */
export interface Issue {
  readonly path: ConfigPath;
  readonly message: string;
}

type ZodIssue = z.core.$ZodIssue;

/**
 * What an issue comes to. Where one of several forms was wanted, the form that the value was meant to
 * have says what is wrong with it: "price" of the second row, not "Invalid input" of the whole list.
 */
export function issuesOf(issue: ZodIssue, base: ConfigPath = []): Issue[] {
  const path = [
    ...base,
    ...issue.path.map((step) => typeof step === "symbol" ? String(step) : step),
  ];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], message: "Unknown key" }));
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map(({ message }) => ({ path, message }));
  }
  const meant = issue.code === "invalid_union" ? issue.errors.find(isMeant) : undefined;
  return meant?.flatMap((each) => issuesOf(each, path)) ?? [{ path, message: issue.message }];
}

/** A form is meant when the value is of its kind: then not all that is wrong is the kind itself. */
function isMeant(issues: readonly ZodIssue[]): boolean {
  return issues.some((issue) =>
    issue.path.length > 0 ||
    (issue.code === "invalid_union" ? issue.errors.some(isMeant) : issue.code !== "invalid_type")
  );
}
