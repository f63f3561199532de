import { Icon } from "./icon.tsx";
import type { Page } from "./page.ts";

/** What everybody should know, said calmly: a site without its cloud is a normal site. */
export function Banners({ page }: { readonly page: Page }) {
  const { text, site } = page;
  const { csms } = site;
  const { deadLetters } = csms.outbox;
  return (
    <div id="banners" class="banners" aria-live="polite">
      {csms.configured && !csms.online && <CloudBanner page={page} />}
      {deadLetters > 0 && (
        <p class="banner tone-waiting">
          <Icon name="tray" />
          <span>
            <b>{text.deadLetters(deadLetters)}</b> <a href="/outbox">{text.seeRecords}</a>
          </span>
        </p>
      )}
      {site.clock === "untrusted" && (
        <p class="banner tone-waiting">
          <Icon name="info" />
          <span>{text.clockUntrusted}</span>
        </p>
      )}
      {site.openListener && (
        <p class="banner">
          <Icon name="info" />
          <span>{text.openListener}</span>
        </p>
      )}
    </div>
  );
}

function CloudBanner({ page }: { readonly page: Page }) {
  const { text, format, nowMs, site: { csms } } = page;
  const since = format.since(csms.since, nowMs);
  const { rows } = csms.outbox;
  return (
    <p class="banner">
      <Icon name="cloudOff" />
      <span>
        <b>{csms.connected ? text.pendingSince(since) : text.offlineSince(since)}</b>{" "}
        {rows > 0 ? text.offlineCalm(text.recordsWaitingLong(rows)) : text.offlineNothingWaits}
        {csms.trouble !== null && <span class="banner-trouble">{csms.trouble}</span>}
      </span>
    </p>
  );
}
