import { readCoverage } from "./coverage.ts";
import { COVERAGE_PAGE, coveragePage } from "./coverage_page.ts";

await Deno.writeTextFile(COVERAGE_PAGE, coveragePage(await readCoverage()));
