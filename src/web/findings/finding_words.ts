import type { FindingKind, MeterFinding } from "../../meters/mod.ts";
import type { SiteView } from "../views.ts";
import { ENGLISH } from "./english.ts";
import { HINDI } from "./hindi.ts";
import { MARATHI } from "./marathi.ts";

/** A finding in words. */
export interface FindingWords {
  /** What is seen. */
  readonly seen: string;
  /** What it probably is. */
  readonly cause: string;
  /** What to do next. */
  readonly next: string;
}

/** The words of one language: what is seen, what it probably is, and what to do next. */
export type FindingTexts = {
  readonly [Kind in FindingKind]: (
    finding: Extract<MeterFinding, { kind: Kind }>,
  ) => readonly [seen: string, cause: string, next: string];
};

const TEXTS: Readonly<Record<SiteView["language"], FindingTexts>> = {
  en: ENGLISH,
  hi: HINDI,
  mr: MARATHI,
};

/** What is to be said of a finding in that language. */
export function findingWords(
  language: SiteView["language"],
  finding: MeterFinding,
): FindingWords {
  // The kind chooses the function that takes it, which TypeScript cannot follow.
  const textOf = TEXTS[language][finding.kind] as (
    finding: MeterFinding,
  ) => readonly [seen: string, cause: string, next: string];
  const [seen, cause, next] = textOf(finding);
  return { seen, cause, next };
}
