import { firmwareTextOf } from "../firmware/firmware_text.ts";
import type { Drawing } from "../live/page_patches.ts";
import type { CampaignView, FirmwareOrderView, FirmwareShelfView } from "../views.ts";
import type { WebParts } from "../web_parts.ts";
import { FirmwareDownloads, FirmwareImages, PurposeFields, sizeText } from "./firmware_images.tsx";
import { FirmwareOrders } from "./firmware_orders.tsx";
import { Csrf, Layout, Moment } from "./layout.tsx";
import { may, type Page } from "./page.ts";
import { Status } from "./status.tsx";

/** Everything that the page of firmware shows; a shelf of null: chargers get no files from here. */
export interface FirmwareScene {
  readonly page: Page;
  readonly shelf: FirmwareShelfView | null;
  readonly orders: readonly FirmwareOrderView[];
  readonly campaigns: readonly CampaignView[];
}

/** What became of an upload, or of a command. */
export interface FirmwareNote {
  readonly text: string;
  readonly isTrouble: boolean;
}

const ORDERS_SHOWN = 50;
const CAMPAIGNS_SHOWN = 20;

/** Looks up what the page shows. */
export function firmwareScene(
  { ports: { firmware } }: Pick<WebParts, "ports">,
  page: Page,
): FirmwareScene {
  return {
    page,
    shelf: firmware?.shelf() ?? null,
    orders: (firmware?.orders() ?? []).slice(0, ORDERS_SHOWN),
    campaigns: (firmware?.campaigns() ?? []).slice(0, CAMPAIGNS_SHOWN),
  };
}

/** Images for chargers, who gets them, and how far they are. */
export function FirmwarePage(
  { scene, note }: { readonly scene: FirmwareScene; readonly note: FirmwareNote | null },
) {
  const { page, shelf } = scene;
  const words = firmwareTextOf(page.site.language);
  return (
    <Layout page={page} title={words.title} live="/live?path=%2Ffirmware">
      <header class="page-head">
        <div>
          <h1>{words.title}</h1>
          <p class="hint">{words.hint}</p>
        </div>
        <a class="button" href="/chargers">{page.text.chargersTitle}</a>
      </header>
      {note !== null && <p class="banner" role={note.isTrouble ? "alert" : "status"}>{note.text}
      </p>}
      {shelf === null ? <p class="nothing">{words.noFiles}</p> : (
        <>
          <section>
            <h2>{words.images}</h2>
            <FirmwareImages page={page} shelf={shelf} />
            <FirmwareDownloads page={page} shelf={shelf} />
          </section>
          <Campaigns scene={scene} />
          <Orders scene={scene} />
          {may(page, "installer") && <Bring page={page} shelf={shelf} />}
        </>
      )}
    </Layout>
  );
}

function Campaigns({ scene: { page, campaigns } }: { readonly scene: FirmwareScene }) {
  const words = firmwareTextOf(page.site.language);
  return (
    <section id="firmware-campaigns">
      <h2>{words.campaigns}</h2>
      {campaigns.length === 0
        ? <p class="nothing">{words.noCampaigns}</p>
        : (
          <div class="table-wrap">
            <table class="as-cards">
              <thead>
                <tr>
                  <th>{words.name}</th>
                  <th>{words.isFor}</th>
                  <th>{words.state}</th>
                  <th>{words.chargers}</th>
                  <th>{words.since}</th>
                </tr>
              </thead>
              <tbody>
                {campaigns.map((campaign) => (
                  <tr>
                    <td class="is-title">
                      <a href={`/firmware/campaigns/${campaign.id}`}>{campaign.name}</a>
                    </td>
                    <td data-label={words.isFor}>
                      {`${campaign.vendor} ${campaign.model} · ${campaign.version}`}
                    </td>
                    <td data-label={words.state}>{words.campaignStates[campaign.state]}</td>
                    <td data-label={words.chargers}>{countsText(page, campaign)}</td>
                    <td data-label={words.since}>
                      <Moment page={page} at={campaign.stateSince} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
    </section>
  );
}

/** "4 done · 1 failed · 7 waits". */
export function countsText({ site }: Page, { chargers }: CampaignView): string {
  const words = firmwareTextOf(site.language);
  const counts = new Map<keyof typeof words.chargerStates, number>();
  for (const { state } of chargers) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${words.chargerStates[state]}`).join(" · ");
}

function Orders({ scene: { page, orders } }: { readonly scene: FirmwareScene }) {
  const words = firmwareTextOf(page.site.language);
  return (
    <section id="firmware-orders">
      <h2>{words.orders}</h2>
      {orders.length === 0
        ? <p class="nothing">{words.noOrders}</p>
        : <FirmwareOrders page={page} orders={orders} />}
    </section>
  );
}

/** How an image comes here. */
function Bring({ page, shelf }: { readonly page: Page; readonly shelf: FirmwareShelfView }) {
  const words = firmwareTextOf(page.site.language);
  return (
    <div class="columns">
      <section class="panel order column">
        <h2>{words.upload}</h2>
        <p class="hint">{words.uploadHint(sizeText(shelf.bytesMax))}</p>
        <form method="post" action="/firmware" enctype="multipart/form-data" class="tool-form">
          <Csrf page={page} />
          <PurposeFields page={page} />
          <label class="stacked">
            {words.checksum}
            <input name="checksum" maxlength={64} autocomplete="off" spellcheck={false} />
          </label>
          <p class="hint">{words.ifGiven}</p>
          <label class="stacked">
            {words.signature}
            <textarea name="signature" rows={2} maxlength={800} spellcheck={false}></textarea>
          </label>
          <label class="stacked">
            {words.certificate}
            <textarea name="certificate" rows={3} maxlength={16_000} spellcheck={false}></textarea>
          </label>
          {/* Last: what comes after it is not read. */}
          <label class="stacked">
            {words.file}
            <input type="file" name="file" required />
          </label>
          <button type="submit" class="button primary">{words.upload}</button>
        </form>
      </section>
      <section class="panel order column">
        <h2>{words.fetch}</h2>
        <p class="hint">{words.fetchHint}</p>
        <form method="post" action="/firmware/fetch" class="tool-form">
          <Csrf page={page} />
          <label class="stacked">
            {words.address}
            <input type="url" name="location" required maxlength={512} autocomplete="off" />
          </label>
          <PurposeFields page={page} />
          <label class="stacked">
            {words.md5}
            <input name="md5" maxlength={32} autocomplete="off" spellcheck={false} />
          </label>
          <button type="submit" class="button">{words.fetch}</button>
        </form>
      </section>
    </div>
  );
}

/** The page as parts that change by themselves; forms stay as they are. */
export function drawFirmware(scene: FirmwareScene): Drawing {
  const { page, shelf } = scene;
  const parts = new Map([["status", String(<Status page={page} />)]]);
  if (shelf !== null) {
    parts.set("firmware-downloads", String(<FirmwareDownloads page={page} shelf={shelf} />));
    parts.set("firmware-campaigns", String(<Campaigns scene={scene} />));
    parts.set("firmware-orders", String(<Orders scene={scene} />));
  }
  return { shape: "", parts, whole: null };
}
