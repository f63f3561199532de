import { isForModel } from "../../site/mod.ts";
import { firmwareTextOf } from "../firmware/firmware_text.ts";
import type { ChargerView, FirmwareImageView } from "../views.ts";
import { Csrf, Layout } from "./layout.tsx";
import type { Page } from "./page.ts";

interface FormProps {
  readonly page: Page;
  readonly image: FirmwareImageView & {
    readonly meantFor: NonNullable<FirmwareImageView["meantFor"]>;
  };
  readonly chargers: readonly ChargerView[];
  /** Only those that run it are offered; "": all. */
  readonly runs: string;
}

/** Which chargers get an image, and how: the first step of a campaign. */
export function CampaignFormPage(props: FormProps) {
  const { page, image, chargers, runs } = props;
  const words = firmwareTextOf(page.site.language);
  const { meantFor } = image;
  const fitting = chargers.filter(({ vendor, model }) =>
    vendor !== null && model !== null && isForModel(meantFor, { vendor, model })
  );
  const versions = [...new Set(fitting.map(({ firmware }) => firmware ?? ""))].toSorted();
  const offered = fitting.filter(({ firmware }) => runs === "" || firmware === runs);
  return (
    <Layout page={page} title={words.newCampaign}>
      <header class="page-head">
        <div>
          <h1>{words.newCampaign}</h1>
          <p class="hint">{words.campaignHint}</p>
        </div>
        <a class="button" href="/firmware">{words.title}</a>
      </header>
      <p>
        {`${meantFor.vendor} ${meantFor.model} · ${meantFor.version}`}
      </p>
      {fitting.length === 0 ? <p class="nothing">{words.noChargerFits}</p> : (
        <>
          {versions.length > 1 && (
            <form method="get" action="/firmware/campaigns/new" class="filter">
              <input type="hidden" name="image" value={image.sha256} />
              <label>
                {words.onlyFirmware}
                <select name="firmware">
                  <option value="">{words.anyFirmware}</option>
                  {versions.filter((each) =>
                    each !== ""
                  ).map((each) => <option value={each} selected={each === runs}>{each}</option>)}
                </select>
              </label>
              <div class="filter-buttons">
                <button type="submit" class="button">{words.show}</button>
              </div>
            </form>
          )}
          <RulesForm {...props} chargers={offered} />
        </>
      )}
    </Layout>
  );
}

function RulesForm({ page, image, chargers }: FormProps) {
  const words = firmwareTextOf(page.site.language);
  const { version } = image.meantFor;
  return (
    <form method="post" action="/firmware/campaigns/preview" class="tool-form panel">
      <Csrf page={page} />
      <input type="hidden" name="image" value={image.sha256} />
      <label class="stacked">
        {words.name}
        <input name="name" required maxlength={50} value={version} autocomplete="off" />
      </label>
      <fieldset class="pick-list">
        <legend>{words.chargers}</legend>
        {chargers.map(({ id, firmware }) => (
          <label class="check">
            <input type="checkbox" name="charger[]" value={id} checked={firmware !== version} />
            <span>
              {id} <small class="quiet">{firmware ?? "–"}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <label class="stacked">
        {words.waves}
        <input name="waves" value="1, 5" maxlength={100} inputmode="numeric" autocomplete="off" />
      </label>
      <p class="hint">{words.wavesHint}</p>
      <label class="stacked">
        {words.perCircuit}
        <input type="number" name="perCircuitMax" min={1} max={1_000} />
      </label>
      <p class="hint">{words.perCircuitHint}</p>
      <label class="check">
        <input type="checkbox" name="onlyIdle" checked />
        <span>{words.onlyIdle}</span>
      </label>
      <div class="field-row">
        <label class="stacked">
          {words.from}
          <input type="time" name="from" />
        </label>
        <label class="stacked">
          {words.to}
          <input type="time" name="to" />
        </label>
      </div>
      <p class="hint">{words.windowHint(page.site.timezone)}</p>
      <label class="stacked">
        {words.failures}
        <input type="number" name="failurePercentMax" value="20" min={0} max={100} required />
      </label>
      <div class="field-row">
        <label class="stacked">
          {words.timeout}
          <input type="number" name="timeoutMinutes" value="60" min={5} max={1_440} required />
        </label>
        <label class="stacked">
          {words.tries}
          <input type="number" name="triesMax" value="2" min={1} max={5} required />
        </label>
      </div>
      <button type="submit" class="button primary">{words.preview}</button>
    </form>
  );
}
