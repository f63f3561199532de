import { findingWords } from "../findings/finding_words.ts";
import { faultTextOf } from "../faults/fault_text.ts";
import { faultWords } from "../faults/fault_words.ts";
import type { FaultView, MeterView } from "../views.ts";
import { FaultPlaceLink } from "./fault_place.tsx";
import { Icon } from "./icon.tsx";
import { Moment } from "./layout.tsx";
import type { Page } from "./page.ts";

/** The order in which people should look at them. */
const SEVERITIES = ["alarm", "warning", "info"] as const;

/** How each severity looks. */
export const FAULT_LOOKS = {
  alarm: { tone: "tone-fault", icon: "fault" },
  warning: { tone: "tone-waiting", icon: "bell" },
  info: { tone: "tone-quiet", icon: "info" },
} as const;

/** What is wrong now, in words that a person can act on, the worst first. */
export function Alarms(
  { page, faults, meters }: {
    readonly page: Page;
    readonly faults: readonly FaultView[];
    readonly meters: readonly MeterView[];
  },
) {
  const { text } = page;
  const sorted = faults.toSorted((left, right) =>
    SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity)
  );
  return (
    <section id="alarms" class="alarms" aria-live="polite" aria-label={text.alarmsTitle}>
      {sorted.length > 0 && (
        <ul>
          {sorted.map((fault) => <Alarm page={page} fault={fault} meters={meters} />)}
        </ul>
      )}
    </section>
  );
}

interface AlarmProps {
  readonly page: Page;
  readonly fault: FaultView;
  readonly meters: readonly MeterView[];
}

function Alarm({ page, fault, meters }: AlarmProps) {
  const { text } = page;
  const { tone, icon } = FAULT_LOOKS[fault.severity];
  return (
    <li class={`alarm ${tone}`}>
      <Icon name={icon} />
      <div class="alarm-text">
        <p>
          <b>
            <FaultPlaceLink page={page} fault={fault} />
          </b>{" "}
          <AlarmText page={page} fault={fault} meters={meters} />
        </p>
        <SaidMore page={page} fault={fault} />
      </div>
      <span class="alarm-when">
        <span class="sr">{text.severities[fault.severity]}</span>
        <Moment page={page} at={fault.since} />
        {fault.count > 1 && <span>{" · " + text.times(fault.count)}</span>}
        {fault.acknowledged !== null && <span>{" · " + fault.acknowledged.by}</span>}
      </span>
    </li>
  );
}

/** A meter's trouble is told as what was found there; the way leads to what to do about it. */
function AlarmText({ page, fault, meters }: AlarmProps) {
  const { language } = page.site;
  const isMeter = fault.kind === "meter-failing" || fault.kind === "meter-wiring";
  const [finding] = meters.find(({ id }) => isMeter && id === fault.subject)?.findings ?? [];
  if (finding !== undefined) return <a href="/meters">{findingWords(language, finding).seen}</a>;
  return <a href={`/faults/${fault.id}`}>{faultWords(language, fault.code).title}</a>;
}

/** What the charger said itself, and what is not known for certain, in small. */
function SaidMore({ page, fault }: { readonly page: Page; readonly fault: FaultView }) {
  const { vendorErrorCode, info } = fault.reported ?? {};
  const said = [vendorErrorCode, info].filter((part) => part !== undefined && part !== "");
  return (
    <>
      <p class="hint">{faultWords(page.site.language, fault.code).meaning}</p>
      {said.length > 0 && <p class="hint" lang="en">{said.join(" · ")}</p>}
      {!fault.isConfirmed && <p class="hint">{faultTextOf(page.site.language).unconfirmed}</p>}
    </>
  );
}
