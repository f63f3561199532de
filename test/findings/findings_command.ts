import { FINDINGS_PAGE, withChapter } from "./findings_page.ts";

/** `deno task findings`: writes the chapter of what a meter's troubles mean; format it afterwards. */
Deno.writeTextFileSync(FINDINGS_PAGE, withChapter(Deno.readTextFileSync(FINDINGS_PAGE)));
