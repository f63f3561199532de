import { chargerTextOf } from "../charger_text.ts";
import { faultWords } from "../faults/fault_words.ts";
import type { FaultView } from "../views.ts";
import { Icon } from "./icon.tsx";
import { Moment } from "./layout.tsx";
import type { Page } from "./page.ts";

const LOOKS = {
  alarm: { tone: "tone-fault", icon: "fault" },
  warning: { tone: "tone-waiting", icon: "bell" },
  info: { tone: "tone-quiet", icon: "info" },
} as const;

/** More of them are in the report. */
const SHOWN_MAX = 20;

/** What is wrong with one charger, and what was, since the gateway started. */
export function ChargerFaults(
  { page, faults }: { readonly page: Page; readonly faults: readonly FaultView[] },
) {
  const { text } = page;
  const words = chargerTextOf(page.site.language);
  return (
    <section id="faults" class="panel charger-faults">
      <h2>{words.faultsTitle}</h2>
      {faults.length === 0 ? <p>{words.faultsNone}</p> : (
        <ul>
          {faults.slice(0, SHOWN_MAX).map((fault) => {
            const isOver = fault.state === "over";
            const { tone, icon } = LOOKS[isOver ? "info" : fault.severity];
            return (
              <li class={`alarm ${tone}`}>
                <Icon name={icon} />
                <span class="alarm-text">
                  <b>
                    <a href={`/faults/${fault.id}`}>
                      {faultWords(page.site.language, fault.code).title}
                    </a>
                  </b>{" "}
                  <span lang="en">{fault.text}</span>
                </span>
                <span class="alarm-when">
                  <span>{isOver ? words.faultOver : text.severities[fault.severity]}</span>
                  {" · "}
                  <Moment page={page} at={fault.since} />
                  {fault.count > 1 && <span>{` · ${text.times(fault.count)}`}</span>}
                </span>
              </li>
            );
          })}
        </ul>
      )}
      <p class="hint more">
        <a href="/reports/faults">{words.faultsKept}</a>
      </p>
    </section>
  );
}
