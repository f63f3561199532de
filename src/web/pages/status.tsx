import { Icon } from "./icon.tsx";
import type { Page } from "./page.ts";

/** The line at the top of each page: time, cloud, what waits, alarms. */
export function Status({ page }: { readonly page: Page }) {
  const { site, text, format, nowMs } = page;
  const { csms } = site;
  return (
    <ul id="status" class="status">
      <li class="status-time">
        <time>{format.clock(nowMs)}</time>
        <span class="zone">{format.zoneName(nowMs)}</span>
      </li>
      <CloudStatus page={page} />
      {csms.configured && csms.outbox.rows > 0 && (
        <li>
          <a href="/outbox" class="status-waiting">
            <Icon name="tray" />
            <span>{text.recordsWaiting(csms.outbox.rows)}</span>
          </a>
        </li>
      )}
      <Trouble page={page} />
    </ul>
  );
}

/** The worst of what stands; that nothing does is said only where there is no warning either. */
function Trouble({ page }: { readonly page: Page }) {
  const { text, site: { alarms, warnings } } = page;
  if (alarms === 0 && warnings === 0) {
    return (
      <li class="status-calm">
        <Icon name="check" />
        <span>{text.noAlarms}</span>
      </li>
    );
  }
  const [tone, icon, word] = alarms > 0
    ? ["tone-fault", "fault", text.alarms(alarms)] as const
    : ["tone-waiting", "bell", text.warnings(warnings)] as const;
  return (
    <li>
      <a href="/faults" class={`status-alarm ${tone}`}>
        <Icon name={icon} />
        <span>{word}</span>
      </a>
    </li>
  );
}

function CloudStatus({ page }: { readonly page: Page }) {
  const { text, site: { csms } } = page;
  if (!csms.configured) return <li class="status-calm">{text.cloudNone}</li>;
  const [tone, word] = csms.online
    ? ["plain", text.cloudOnline] as const
    : csms.connected
    ? ["waiting", text.cloudPending] as const
    : ["unreachable", text.cloudUnreachable] as const;
  return (
    <li class={`status-cloud tone-${tone}`} title={csms.protocol ?? undefined}>
      <Icon name={csms.connected ? "cloud" : "cloudOff"} />
      <span>{word}</span>
    </li>
  );
}
