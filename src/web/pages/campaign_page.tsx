import type { CampaignWish } from "../../site/mod.ts";
import { firmwareTextOf } from "../firmware/firmware_text.ts";
import type { Drawing } from "../live/page_patches.ts";
import type { CampaignChargerView, CampaignPreviewView, CampaignView } from "../views.ts";
import { countsText } from "./firmware_page.tsx";
import { chargerFirmwarePath } from "./firmware_orders.tsx";
import { AskingButton, Csrf, Layout, Moment } from "./layout.tsx";
import { may, type Page } from "./page.ts";
import { Status } from "./status.tsx";

interface CampaignProps {
  readonly page: Page;
  readonly campaign: CampaignView;
}

/** One campaign: each charger, how far it is and why. */
export function CampaignPage(
  { page, campaign, note }: CampaignProps & { readonly note: string | null },
) {
  const words = firmwareTextOf(page.site.language);
  const live = `/live?path=${encodeURIComponent(`/firmware/campaigns/${campaign.id}`)}`;
  return (
    <Layout page={page} title={campaign.name} live={live}>
      <header class="page-head">
        <div>
          <h1>{campaign.name}</h1>
          <p class="hint">
            {`${campaign.vendor} ${campaign.model} · ${campaign.version} · `}
            {words.begunBy(campaign.by, page.format.dateTime(campaign.begunAt))}
          </p>
        </div>
        <a class="button" href="/firmware">{words.title}</a>
      </header>
      {note !== null && <p class="banner" role="status">{note}</p>}
      <CampaignContent page={page} campaign={campaign} />
    </Layout>
  );
}

function CampaignContent({ page, campaign }: CampaignProps) {
  const words = firmwareTextOf(page.site.language);
  const waves = [...new Set(campaign.chargers.map(({ wave }) => wave))];
  return (
    <div id="campaign">
      <p>
        <b>{words.campaignStates[campaign.state]}</b> · {countsText(page, campaign)}
      </p>
      {campaign.state === "stopped" && <p class="banner" role="status">{words.stoppedHint}</p>}
      {may(page, "operator") && <CampaignButtons page={page} campaign={campaign} />}
      {waves.map((wave) => (
        <section>
          <h2>{words.wave(wave)}</h2>
          <WaveTable
            page={page}
            chargers={campaign.chargers.filter((charger) => charger.wave === wave)}
          />
        </section>
      ))}
      <section class="panel">
        <h2>{words.rules}</h2>
        <RuleList page={page} rules={campaign.rules} />
      </section>
    </div>
  );
}

function CampaignButtons({ page, campaign: { id, name, state, chargers } }: CampaignProps) {
  const words = firmwareTextOf(page.site.language);
  const action = `/firmware/campaigns/${id}/state`;
  const hasFailed = chargers.some((each) => each.state === "failed" || each.state === "refused");
  const may = {
    pause: state === "running",
    resume: state === "paused" || state === "stopped",
    retry: hasFailed && state !== "cancelled",
  };
  return (
    <div class="button-row">
      {(["pause", "resume", "retry"] as const).filter((word) => may[word]).map((word) => (
        <form method="post" action={action}>
          <Csrf page={page} />
          <button type="submit" name="do" value={word} class="button">{words.words[word]}</button>
        </form>
      ))}
      {state !== "over" && state !== "cancelled" && (
        <AskingButton
          page={page}
          id="cancel-campaign"
          label={words.words.cancel}
          title={words.cancelCampaignTitle(name)}
          action={action}
          confirm={
            <button type="submit" name="do" value="cancel" class="button danger">
              {words.words.cancel}
            </button>
          }
        >
          <p>{words.cancelCampaign}</p>
        </AskingButton>
      )}
    </div>
  );
}

function WaveTable(
  { page, chargers }: { readonly page: Page; readonly chargers: readonly CampaignChargerView[] },
) {
  const words = firmwareTextOf(page.site.language);
  return (
    <div class="table-wrap">
      <table class="as-cards">
        <thead>
          <tr>
            <th>{words.charger}</th>
            <th>{words.state}</th>
            <th>{words.since}</th>
          </tr>
        </thead>
        <tbody>
          {chargers.map((charger) => (
            <tr>
              <td class="is-title">
                <a href={chargerFirmwarePath(charger.chargerId)}>{charger.chargerId}</a>
              </td>
              <td data-label={words.state}>
                <ChargerState page={page} charger={charger} />
              </td>
              <td data-label={words.since}>
                <Moment page={page} at={charger.since} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ChargerState(
  { page, charger }: { readonly page: Page; readonly charger: CampaignChargerView },
) {
  const words = firmwareTextOf(page.site.language);
  const { state, status, reason, detail, tries } = charger;
  const more = [
    ...(state === "updating" && status !== null ? [words.statuses[status]] : []),
    ...(reason === null ? [] : [words.reasons[reason]]),
    ...(tries > 1 ? [words.triesOf(tries)] : []),
  ];
  return (
    <>
      <b>{words.chargerStates[state]}</b>
      {more.length > 0 && <small class="quiet">{more.join(" · ")}</small>}
      {detail !== "" && <small lang="en">{detail}</small>}
    </>
  );
}

function RuleList(
  { page, rules }: { readonly page: Page; readonly rules: CampaignView["rules"] },
) {
  const words = firmwareTextOf(page.site.language);
  const { window, perCircuitMax, failurePercentMax } = rules;
  const said = [
    ...(rules.onlyIdle ? [words.onlyIdle] : []),
    ...(window === null ? [] : [words.ruleAt(window.from, window.to)]),
    ...(perCircuitMax === null ? [] : [words.rulePerCircuit(perCircuitMax)]),
    ...(failurePercentMax >= 100 ? [] : [words.ruleFailures(failurePercentMax)]),
    words.ruleTimeout(rules.timeoutMinutes, rules.triesMax),
  ];
  return (
    <ul class="plain-list">
      {said.map((each) => <li>{each}</li>)}
    </ul>
  );
}

/** What a campaign would do, before it begins. */
export function CampaignPreviewPage({ page, wish, preview, form }: {
  readonly page: Page;
  readonly wish: CampaignWish;
  readonly preview: CampaignPreviewView;
  /** The fields as they came, to be sent again. */
  readonly form: readonly (readonly [string, string])[];
}) {
  const words = firmwareTextOf(page.site.language);
  const { timeoutMs, ...rules } = wish.rules;
  return (
    <Layout page={page} title={words.previewTitle}>
      <header class="page-head">
        <h1>{words.previewTitle}</h1>
        <a class="button" href={`/firmware/campaigns/new?image=${wish.image}`}>{words.back}</a>
      </header>
      {preview.kind === "refused"
        ? (
          <p class="banner" role="alert" lang="en">
            {`${preview.reason}: ${preview.advice}`}
          </p>
        )
        : (
          <>
            <p>
              {words.previewed(
                wish.chargers.length,
                preview.waves.map(({ length }) => String(length)).join(", "),
              )}
            </p>
            {preview.waves.map((chargers, index) => (
              <section class="panel">
                <h2>{words.wave(index + 1)}</h2>
                <ul class="plain-list">
                  {chargers.map((id) => {
                    const remark = preview.remarks.find(({ chargerId }) => chargerId === id);
                    return (
                      <li>
                        {id}
                        {remark !== undefined && (
                          <small class="quiet">{words.remarks[remark.kind]}</small>
                        )}
                      </li>
                    );
                  })}
                </ul>
              </section>
            ))}
            <section class="panel">
              <h2>{words.rules}</h2>
              <RuleList
                page={page}
                rules={{ ...rules, timeoutMinutes: Math.round(timeoutMs / 60_000) }}
              />
            </section>
            <form method="post" action="/firmware/campaigns">
              <Csrf page={page} />
              {form.map(([name, value]) => <input type="hidden" name={name} value={value} />)}
              <button type="submit" class="button primary">{words.begin}</button>
            </form>
          </>
        )}
    </Layout>
  );
}

/** The page as parts that change by themselves. */
export function drawCampaign(page: Page, campaign: CampaignView): Drawing {
  const parts = new Map([
    ["status", String(<Status page={page} />)],
    ["campaign", String(<CampaignContent page={page} campaign={campaign} />)],
  ]);
  return { shape: "", parts, whole: null };
}
