import { assertEquals } from "@std/assert";
import {
  CONDITIONS,
  type Conditions,
  type Happening,
  HAPPENINGS,
  sequenceCount,
} from "./happening.ts";
import { judge } from "./judge_site.ts";
import { after, atRest, type ModelSite, QUIET_SITE } from "./model_site.ts";

/** Judges a beginning and all that can follow it; how many sequences that were. */
function judgeFrom(
  site: ModelSite,
  begun: readonly Happening[],
  given: Conditions & { readonly lengthMax: number },
): number {
  const findings = judge(atRest(site, given));
  if (findings.length > 0) {
    const { link, afterReboot } = given;
    assertEquals(findings, [], `${begun.join(", ")} (${link} link, charger ${afterReboot})`);
  }
  if (begun.length === given.lengthMax) return 1;
  return HAPPENINGS.reduce(
    (sum, next) => sum + judgeFrom(after(site, next, given), [...begun, next], given),
    1,
  );
}

for (const given of CONDITIONS) {
  const { link, afterReboot, lengthMax } = given;
  const count = sequenceCount(lengthMax);
  const facts = `${link} link breaks, charger ${afterReboot} after a reboot`;
  Deno.test(`A8: all ${count} orders of up to ${lengthMax} happenings at a connector end well: ${facts}`, () => {
    assertEquals(judgeFrom(QUIET_SITE, [], given), count);
  });
}
