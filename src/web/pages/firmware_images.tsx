import { firmwareTextOf } from "../firmware/firmware_text.ts";
import type { FirmwareImageView, FirmwareShelfView } from "../views.ts";
import { THIN } from "../format.ts";
import { AskingButton, Moment } from "./layout.tsx";
import { may, type Page } from "./page.ts";

interface ImageProps {
  readonly page: Page;
  readonly image: FirmwareImageView;
}

/** What is kept, and what is on its way. */
export function FirmwareImages(
  { page, shelf }: { readonly page: Page; readonly shelf: FirmwareShelfView },
) {
  const words = firmwareTextOf(page.site.language);
  return (
    <>
      {shelf.images.length === 0
        ? <p class="nothing">{words.noImages}</p>
        : (
          <div class="table-wrap">
            <table class="as-cards">
              <thead>
                <tr>
                  <th>{words.image}</th>
                  <th>{words.isFor}</th>
                  <th class="number">{words.size}</th>
                  <th>{words.kept}</th>
                  <th>
                    <span class="sr">{words.remove}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {shelf.images.map((image) => <ImageRow page={page} image={image} />)}
              </tbody>
            </table>
          </div>
        )}
    </>
  );
}

function ImageRow({ page, image }: ImageProps) {
  const words = firmwareTextOf(page.site.language);
  const { name, meantFor, sha256, isSigned, isInUse } = image;
  const notes = [...(isSigned ? [words.signed] : []), ...(isInUse ? [words.inUse] : [])];
  return (
    <tr>
      <td class="is-title">
        {name}
        {notes.length > 0 && <small class="quiet">{notes.join(" · ")}</small>}
        <small class="digest" title="SHA-256">{sha256}</small>
      </td>
      <td data-label={words.isFor}>
        {meantFor === null
          ? <span class="quiet">{words.forNobody}</span>
          : `${meantFor.vendor} ${meantFor.model} · ${meantFor.version}`}
      </td>
      <td data-label={words.size} class="number">{sizeText(image.bytes)}</td>
      <td data-label={words.kept}>
        {image.from} <Moment page={page} at={image.keptAt} />
      </td>
      <td class="row-buttons">
        {may(page, "installer") && <ImageButtons page={page} image={image} />}
      </td>
    </tr>
  );
}

function ImageButtons({ page, image: { name, meantFor, sha256, isInUse } }: ImageProps) {
  const words = firmwareTextOf(page.site.language);
  return (
    <div class="button-row">
      {meantFor !== null && (
        <a class="button" href={`/firmware/campaigns/new?image=${sha256}`}>{words.newCampaign}</a>
      )}
      {meantFor === null && (
        <AskingButton
          page={page}
          id={`purpose-${sha256.slice(0, 12)}`}
          label={words.sayFor}
          title={words.sayFor}
          action={`/firmware/images/${sha256}/purpose`}
          confirm={<button type="submit" class="button primary">{words.sayFor}</button>}
        >
          <PurposeFields page={page} />
        </AskingButton>
      )}
      {!isInUse && (
        <AskingButton
          page={page}
          id={`remove-${sha256.slice(0, 12)}`}
          label={words.remove}
          title={words.removeTitle(name)}
          action={`/firmware/images/${sha256}/remove`}
          confirm={<button type="submit" class="button danger">{words.remove}</button>}
        >
          <p>{words.removeExplained}</p>
        </AskingButton>
      )}
    </div>
  );
}

/** Downloads under way, and those that failed. */
export function FirmwareDownloads(
  { page, shelf: { downloads, failedFetches } }: {
    readonly page: Page;
    readonly shelf: FirmwareShelfView;
  },
) {
  const words = firmwareTextOf(page.site.language);
  return (
    <div id="firmware-downloads">
      {downloads.length + failedFetches.length > 0 && <h3>{words.downloads}</h3>}
      <ul class="plain-list">
        {downloads.map(({ from, bytes, trouble }) => (
          <li>
            {words.downloading(from, sizeText(bytes))}
            {trouble !== null && <small lang="en">{words.waitsBecause(trouble)}</small>}
          </li>
        ))}
        {failedFetches.map(({ from, at, reason }) => (
          <li>
            {words.failedFetch(from, page.format.near(at, page.nowMs))}{" "}
            <small lang="en">{reason}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** For which chargers an image is, as fields of a form. */
export function PurposeFields({ page }: { readonly page: Page }) {
  const words = firmwareTextOf(page.site.language);
  return (
    <>
      {(["vendor", "model", "version"] as const).map((name) => (
        <label class="stacked">
          {words[name]}
          <input name={name} required maxlength={50} autocomplete="off" spellcheck={false} />
        </label>
      ))}
      <p class="hint">{words.versionHint}</p>
    </>
  );
}

/** Mebibytes, as site.yaml counts them; small ones in kibibytes. */
export function sizeText(bytes: number): string {
  const [unit, size] = bytes >= 1_048_576 ? ["MiB", 1_048_576] as const : ["KiB", 1_024] as const;
  const amount = bytes / size;
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)}${THIN}${unit}`;
}
