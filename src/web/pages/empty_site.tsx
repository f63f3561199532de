import { firstRunTextOf } from "../first_run/first_run_text.ts";
import type { ListenerView, RefusalView } from "../views.ts";
import { Icon } from "./icon.tsx";
import { Moment } from "./layout.tsx";
import { may, type Page } from "./page.ts";
import { QrCode } from "./qr_code.tsx";

/** What it takes to point the first charger here. */
export interface EmptySiteProps {
  readonly page: Page;
  readonly listeners: readonly ListenerView[];
  readonly refusals: readonly RefusalView[];
  /** The host under which the browser reached us: chargers may well reach us there too. */
  readonly host: string;
}

/** No charger yet: the address to give it, and who was turned away. */
export function EmptySite({ page, listeners, refusals, host }: EmptySiteProps) {
  const { text } = page;
  return (
    <section class="empty">
      <h2>{text.emptyTitle}</h2>
      <p>{text.emptyHint}</p>
      {may(page, "installer") && (
        <p>
          <a class="button primary" href="/start">
            {firstRunTextOf(page.site.language).emptyLink}
          </a>
        </p>
      )}
      {listeners.length === 0 && <p class="banner tone-waiting">{text.noListener}</p>}
      <ul class="addresses">
        {listeners.map((listener, index) => (
          <Address page={page} listener={listener} host={host} id={`address-${index}`} />
        ))}
      </ul>
      <Refusals page={page} refusals={refusals} />
    </section>
  );
}

/** Where a charger connects: to copy, and as a picture. */
export function Address(
  { page, listener, host, id }: {
    readonly page: Page;
    readonly listener: ListenerView;
    readonly host: string;
    readonly id: string;
  },
) {
  const { text } = page;
  const address = reachableAddress(listener.url, host);
  return (
    <li class="address">
      <QrCode content={address} label={text.qrOf(address)} />
      <div>
        <p class="address-url">
          <code id={id}>{address}</code>
          <wbr />
          <code class="quiet">/{text.identityPlaceholder}</code>
        </p>
        <p class="hint">{text.securityProfiles[listener.securityProfile]}</p>
        <button
          type="button"
          class="button"
          data-copy={address}
          data-copy-from={id}
          data-copied={text.copied}
        >
          <Icon name="copy" />
          <span>{text.copy}</span>
        </button>
      </div>
    </li>
  );
}

/**
 * The listener's address as a charger can use it: a listener on every interface is reached at the
 * host that the browser used.
 */
export function reachableAddress(url: string, host: string): string {
  const trimmed = url.replace(/\/(<identity>)?$/, "");
  return trimmed.replace(
    /^(wss?:\/\/)(0\.0\.0\.0|\[::\]|\*)(?=[:/]|$)/,
    (_, scheme) => scheme + host,
  );
}

function Refusals(
  { page, refusals }: { readonly page: Page; readonly refusals: readonly RefusalView[] },
) {
  const { text } = page;
  return (
    <div class="refusals">
      <h3>{text.refusalsTitle}</h3>
      {refusals.length === 0 ? <p class="hint">{text.noRefusals}</p> : (
        <div class="table-wrap">
          <table class="as-cards">
            <thead>
              <tr>
                <th>{text.at}</th>
                <th>{text.name}</th>
                <th>{text.from}</th>
                <th>{text.reason}</th>
              </tr>
            </thead>
            <tbody>
              {refusals.map((refusal) => (
                <tr>
                  <td class="is-title">
                    <Moment page={page} at={refusal.at} />
                  </td>
                  <td data-label={text.name}>{refusal.chargerId}</td>
                  <td data-label={text.from}>{refusal.address}</td>
                  <td data-label={text.reason} class="is-wide-cell">{refusal.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
