import { FINDING_EXAMPLES } from "../../src/web/findings/finding_examples.ts";
import { findingWords } from "../../src/web/findings/finding_words.ts";

/** The page that holds the chapter, and the lines it stands between. */
export const FINDINGS_PAGE = new URL("../../hardware/meters/README.md", import.meta.url);
const BEGIN = "<!-- findings: written by `deno task findings` -->";
const END = "<!-- findings end -->";

/** All findings, each with its name for programs, as Markdown. */
function chapter(): string {
  const items = Object.values(FINDING_EXAMPLES).map((finding) => {
    const { seen, cause, next } = findingWords("en", finding);
    return `- **${seen}** (\`${finding.kind}\`) ${cause} _${next}_`;
  });
  return items.join("\n");
}

/** The page with the chapter as it has to be now. */
export function withChapter(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) throw new Error(`no ${BEGIN} … ${END}`);
  return `${before}${BEGIN}\n\n${chapter()}\n\n${END}${after}`;
}
