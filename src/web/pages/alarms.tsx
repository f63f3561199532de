import type { FaultView } from "../views.ts";
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
  { page, faults }: { readonly page: Page; readonly faults: readonly FaultView[] },
) {
  const { text } = page;
  const sorted = faults.toSorted((left, right) =>
    SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity)
  );
  return (
    <section id="alarms" class="alarms" aria-live="polite" aria-label={text.alarmsTitle}>
      {sorted.length > 0 && (
        <ul>
          {sorted.map((fault) => <Alarm page={page} fault={fault} />)}
        </ul>
      )}
    </section>
  );
}

function Alarm({ page, fault }: { readonly page: Page; readonly fault: FaultView }) {
  const { text } = page;
  const { tone, icon } = LOOKS[fault.severity];
  return (
    <li class={`alarm ${tone}`}>
      <Icon name={icon} />
      <span class="alarm-text">
        <b>{fault.subject}</b> {fault.text}
      </span>
      <span class="alarm-when">
        <span class="sr">{text.severities[fault.severity]}</span>
        <Moment page={page} at={fault.since} />
        {fault.count > 1 && <span>{" · " + text.times(fault.count)}</span>}
      </span>
    </li>
  );
}
