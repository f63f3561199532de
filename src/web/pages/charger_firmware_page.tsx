import { isForModel } from "../../site/mod.ts";
import { firmwareTextOf } from "../firmware/firmware_text.ts";
import type { Drawing } from "../live/page_patches.ts";
import type { ChargerView, FirmwareImageView, FirmwareOrderView } from "../views.ts";
import type { WebParts } from "../web_parts.ts";
import { ChargerTabs } from "./charger_tabs.tsx";
import { chargerFirmwarePath, FirmwareOrders } from "./firmware_orders.tsx";
import { Csrf, Layout } from "./layout.tsx";
import { may, type Page } from "./page.ts";
import { Status } from "./status.tsx";

/** Everything that the page shows; images of null: chargers get no files from here. */
export interface ChargerFirmwareScene {
  readonly page: Page;
  readonly charger: ChargerView;
  /** Those that are for its model. */
  readonly images: readonly FirmwareImageView[] | null;
  readonly orders: readonly FirmwareOrderView[];
}

const ORDERS_SHOWN = 20;

/** Looks up what the page shows. */
export function chargerFirmwareScene(
  { ports: { firmware } }: Pick<WebParts, "ports">,
  page: Page,
  charger: ChargerView,
): ChargerFirmwareScene {
  const { vendor, model } = charger;
  const fits = ({ meantFor }: FirmwareImageView) =>
    meantFor !== null && vendor !== null && model !== null &&
    isForModel(meantFor, { vendor, model });
  const orders = firmware?.orders().filter(({ chargerId }) => chargerId === charger.id) ?? [];
  return {
    page,
    charger,
    images: firmware?.shelf().images.filter(fits) ?? null,
    orders: orders.slice(0, ORDERS_SHOWN),
  };
}

/** What a charger runs, what it is getting, and how it gets something else. */
export function ChargerFirmwarePage(
  { scene, note }: { readonly scene: ChargerFirmwareScene; readonly note: string | null },
) {
  const { page, charger, images } = scene;
  const words = firmwareTextOf(page.site.language);
  const title = words.chargerTitle(charger.id);
  const live = `/live?path=${encodeURIComponent(chargerFirmwarePath(charger.id))}`;
  return (
    <Layout page={page} title={title} live={live}>
      <header class="page-head">
        <h1>{title}</h1>
        <a class="button" href="/firmware">{words.title}</a>
      </header>
      <ChargerTabs page={page} chargerId={charger.id} here="firmware" />
      {note !== null && <p class="banner" role="status">{note}</p>}
      <Orders scene={scene} />
      {images === null && <p class="nothing">{words.noFiles}</p>}
      {images !== null && may(page, "installer") && <Update scene={scene} images={images} />}
    </Layout>
  );
}

function Orders({ scene: { page, charger, orders } }: { readonly scene: ChargerFirmwareScene }) {
  const words = firmwareTextOf(page.site.language);
  const open = orders.filter(({ stage }) => stage !== "over");
  const over = orders.filter(({ stage }) => stage === "over");
  return (
    <div id="charger-firmware">
      <p>{charger.firmware === null ? words.runsUnknown : words.runs(charger.firmware)}</p>
      {open.length > 0 && (
        <section>
          <h2>{words.underWay}</h2>
          <FirmwareOrders page={page} orders={open} isOfOne />
        </section>
      )}
      {over.length > 0 && (
        <section>
          <h2>{words.history}</h2>
          <FirmwareOrders page={page} orders={over} isOfOne />
        </section>
      )}
    </div>
  );
}

function Update({ scene: { page, charger }, images }: {
  readonly scene: ChargerFirmwareScene;
  readonly images: readonly FirmwareImageView[];
}) {
  const words = firmwareTextOf(page.site.language);
  const action = chargerFirmwarePath(charger.id);
  return (
    <div class="columns">
      <section class="panel order column">
        <h2>{words.updateFromImage}</h2>
        <p class="hint">{words.updateHint}</p>
        {images.length === 0
          ? <p>{words.noImageFits}</p>
          : (
            <form method="post" action={action} class="tool-form">
              <Csrf page={page} />
              <label class="stacked">
                {words.image}
                <select name="image">
                  {images.map(({ sha256, name, meantFor }) => (
                    <option value={sha256}>{`${meantFor?.version ?? ""} · ${name}`}</option>
                  ))}
                </select>
              </label>
              <button type="submit" class="button primary">{words.update}</button>
            </form>
          )}
      </section>
      <section class="panel order column">
        <h2>{words.updateFromAddress}</h2>
        <p class="hint">{words.fetchHint}</p>
        <form method="post" action={action} class="tool-form">
          <Csrf page={page} />
          <label class="stacked">
            {words.address}
            <input type="url" name="location" required maxlength={512} autocomplete="off" />
          </label>
          <label class="stacked">
            {words.version}
            <input name="version" maxlength={50} autocomplete="off" spellcheck={false} />
          </label>
          <p class="hint">{words.versionHint}</p>
          <button type="submit" class="button">{words.update}</button>
        </form>
      </section>
    </div>
  );
}

/** The page as parts that change by themselves. */
export function drawChargerFirmware(scene: ChargerFirmwareScene): Drawing {
  const parts = new Map([
    ["status", String(<Status page={scene.page} />)],
    ["charger-firmware", String(<Orders scene={scene} />)],
  ]);
  return { shape: "", parts, whole: null };
}
