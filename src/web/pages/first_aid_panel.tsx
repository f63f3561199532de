import { faultWords } from "../faults/fault_words.ts";
import { firstAidTextOf } from "../faults/first_aid_text.ts";
import type { FirstAidRuleView } from "../views.ts";
import { Moment } from "./layout.tsx";
import type { Page } from "./page.ts";

/** So many of the newest stand on the page; the API has more. */
const SHOWN_MAX = 8;

/** What is done about faults by itself, and what was done. */
export function FirstAidPanel(
  { page, rules }: { readonly page: Page; readonly rules: readonly FirstAidRuleView[] },
) {
  const words = firstAidTextOf(page.site.language);
  return (
    <section id="first-aid">
      <h2>{words.title}</h2>
      <p class="hint">{rules.length === 0 ? words.none : words.hint}</p>
      {rules.map((rule) => <Rule page={page} rule={rule} />)}
    </section>
  );
}

function Rule({ page, rule }: { readonly page: Page; readonly rule: FirstAidRuleView }) {
  const words = firstAidTextOf(page.site.language);
  const faults = rule.codes.map((code) => faultWords(page.site.language, code).title);
  return (
    <div class="panel">
      <h3>{rule.id}</h3>
      <p>
        {faults.join(", ")}: {rule.steps.map((step) => words.actions[step]).join(" → ")}
      </p>
      <p class="quiet">{factsOf(page, rule).join(" · ")}</p>
      {rule.done.length === 0 ? <p class="nothing">{words.nothingDone}</p> : (
        <>
          <h4>{words.done}</h4>
          <ul class="plain-list">
            {rule.done.slice(0, SHOWN_MAX).map((deed) => (
              <li>
                <Moment page={page} at={deed.at} />{" "}
                <a href={`/faults/${deed.faultId}`}>{deed.chargerId}</a>:{" "}
                {words.actions[deed.action]} <span lang="en">({deed.outcome})</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function factsOf(page: Page, rule: FirstAidRuleView): readonly string[] {
  const words = firstAidTextOf(page.site.language);
  const time = (seconds: number) => page.format.duration(seconds * 1_000);
  return [
    words.after(time(rule.forSeconds)),
    words.pause(time(rule.cooldownSeconds)),
    words.perDay(String(rule.perDay)),
    words.whileCharging[rule.whileCharging ? "true" : "false"],
    ...(rule.about.length === 0 ? [] : [words.only(rule.about.join(", "))]),
  ];
}
