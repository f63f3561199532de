import { commissioningTextOf } from "../commissioning/commissioning_text.ts";
import { configurationTextOf } from "../configuration_text.ts";
import { firmwareTextOf } from "../firmware/firmware_text.ts";
import type { ChargerView, EvseView, WaitingView } from "../views.ts";
import { EvseStateBadge } from "./evse_card.tsx";
import { STATE_LOOKS } from "./evse_tone.ts";
import { Icon } from "./icon.tsx";
import { Layout } from "./layout.tsx";
import { may, type Page } from "./page.ts";
import { Waiting } from "./waiting.tsx";

/** Every charger of the site, with what its connectors do. */
export function ChargersPage(
  { page, chargers, evses, waiting, note }: {
    readonly page: Page;
    readonly chargers: readonly ChargerView[];
    readonly evses: readonly EvseView[];
    readonly waiting: readonly WaitingView[];
    readonly note: string | null;
  },
) {
  const { text } = page;
  return (
    <Layout page={page} title={text.chargersTitle} live="/live?path=%2Fchargers">
      <header class="page-head">
        <h1>{text.chargersTitle}</h1>
        <div class="button-row">
          <a class="button" href="/firmware">{firmwareTextOf(page.site.language).title}</a>
          {may(page, "installer") && (
            <a class="button" href="/commissioning">
              {commissioningTextOf(page.site.language).link}
            </a>
          )}
          {may(page, "installer") && (
            <a class="button" href="/configuration">
              {configurationTextOf(page.site.language).link}
            </a>
          )}
        </div>
      </header>
      {note !== null && <p class="banner" role="status">{note}</p>}
      <Waiting page={page} waiting={waiting} />
      {chargers.length === 0
        ? (
          <p class="nothing">
            {text.emptyTitle}. <a href="/">{text.goToSite}</a>
          </p>
        )
        : (
          <div class="table-wrap">
            <table class="as-cards">
              <thead>
                <tr>
                  <th>{text.charger}</th>
                  <th>{text.connectors}</th>
                  <th>{text.state}</th>
                  <th>{text.model}</th>
                  <th>{text.firmware}</th>
                  <th>{text.protocol}</th>
                  <th>{text.address}</th>
                </tr>
              </thead>
              <tbody>
                {chargers.map((charger) => (
                  <ChargerRow
                    page={page}
                    charger={charger}
                    evses={evses.filter(({ chargerId }) => chargerId === charger.id)}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
    </Layout>
  );
}

function ChargerRow(
  { page, charger, evses }: {
    readonly page: Page;
    readonly charger: ChargerView;
    readonly evses: readonly EvseView[];
  },
) {
  const { text, format, nowMs } = page;
  const model = [charger.vendor, charger.model].filter((part) => part !== null).join(" ");
  return (
    <tr>
      <td class="is-title">
        <a href={`/chargers/${encodeURIComponent(charger.id)}`}>{charger.id}</a>
      </td>
      <td data-label={text.connectors} class="is-wide-cell">
        <ul class="badges">
          {evses.map((evse) => (
            <li class={`tone-${STATE_LOOKS[evse.state].tone}`}>
              <span class="slot">{String(evse.slot)}</span>
              <EvseStateBadge page={page} evse={evse} />
            </li>
          ))}
        </ul>
      </td>
      <td data-label={text.state}>
        <span class={charger.connected ? "link" : "link tone-unreachable"}>
          <Icon name={charger.connected ? "check" : "unlink"} />
          <span>{charger.connected ? text.connected : text.notConnected}</span>
        </span>
        {charger.connectedSince !== null && charger.connected && (
          <small title={format.full(charger.connectedSince)}>
            {text.since(format.since(charger.connectedSince, nowMs))}
          </small>
        )}
      </td>
      <td data-label={text.model}>{model === "" ? "–" : model}</td>
      <td data-label={text.firmware}>{charger.firmware ?? "–"}</td>
      <td data-label={text.protocol}>{charger.protocol ?? "–"}</td>
      <td data-label={text.address}>{charger.address ?? "–"}</td>
    </tr>
  );
}
