import { findingWords } from "../findings/finding_words.ts";
import type { FaultView, MeterView } from "../views.ts";
import { Icon } from "./icon.tsx";
import { Moment } from "./layout.tsx";
import type { Page } from "./page.ts";

/** The order in which people should look at them. */
const SEVERITIES = ["alarm", "warning", "info"] as const;
const LOOKS = {
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
  const { tone, icon } = LOOKS[fault.severity];
  return (
    <li class={`alarm ${tone}`}>
      <Icon name={icon} />
      <span class="alarm-text">
        <b>{fault.subject}</b> <AlarmText page={page} fault={fault} meters={meters} />
      </span>
      <span class="alarm-when">
        <span class="sr">{text.severities[fault.severity]}</span>
        <Moment page={page} at={fault.since} />
        {fault.count > 1 && <span>{" · " + text.times(fault.count)}</span>}
      </span>
    </li>
  );
}

/** A meter's trouble is told in the site's language, on the way to what to do about it. */
function AlarmText({ page, fault, meters }: AlarmProps) {
  const isMeter = fault.kind === "meter-failing" || fault.kind === "meter-wiring";
  const [finding] = meters.find(({ id }) => isMeter && id === fault.subject)?.findings ?? [];
  if (finding === undefined) return <>{fault.text}</>;
  return <a href="/meters">{findingWords(page.site.language, finding).seen}</a>;
}
