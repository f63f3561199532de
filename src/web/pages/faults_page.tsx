import { faultTextOf } from "../faults/fault_text.ts";
import { faultWords } from "../faults/fault_words.ts";
import type { Drawing } from "../live/page_patches.ts";
import type { AlertRuleView, FaultView, FirstAidRuleView, MeterView } from "../views.ts";
import type { WebParts } from "../web_parts.ts";
import { AlertPanel } from "./alert_panel.tsx";
import { FirstAidPanel } from "./first_aid_panel.tsx";
import { Alarms, FAULT_LOOKS } from "./alarms.tsx";
import { FaultPlaceLink } from "./fault_place.tsx";
import { Icon } from "./icon.tsx";
import { Layout, Moment } from "./layout.tsx";
import { may, type Page } from "./page.ts";
import { ReportTableView, type ShownTable } from "./report_table.tsx";
import { Status } from "./status.tsx";

/** Everything that the page of faults shows. */
export interface FaultsScene {
  readonly page: Page;
  readonly standing: readonly FaultView[];
  readonly past: readonly FaultView[];
  readonly meters: readonly MeterView[];
  /** How much each connector could be used; null while it is not read. */
  readonly reliability: ShownTable | null;
  /** Who is told; null for whom that is no matter of. */
  readonly alerts: readonly AlertRuleView[] | null;
  /** What is done by itself; null for whom that is no matter of. */
  readonly firstAid: readonly FirstAidRuleView[] | null;
}

/** More of the past nobody reads on a page. */
const PAST_SHOWN = 100;

/** Looks up what the page shows, without what takes reading. */
export function faultsScene(
  { ports: { views, alerts, firstAid } }: Pick<WebParts, "ports">,
  page: Page,
): FaultsScene {
  const all = views.faults();
  return {
    page,
    standing: all.filter(({ state }) => state === "raised"),
    past: all.filter(({ state }) => state === "over").slice(0, PAST_SHOWN),
    meters: views.meters(),
    reliability: null,
    alerts: may(page, "operator") ? alerts.rules() : null,
    firstAid: may(page, "operator") ? firstAid.rules() : null,
  };
}

/** What is wrong, what was, and how well each connector does. */
export function FaultsPage(
  { scene, note }: { readonly scene: FaultsScene; readonly note: string | null },
) {
  const { page, reliability } = scene;
  const words = faultTextOf(page.site.language);
  return (
    <Layout page={page} title={words.title} live="/live?path=%2Ffaults">
      <header class="page-head">
        <h1>{words.title}</h1>
      </header>
      {note !== null && <p class="banner" role="status">{note}</p>}
      <Standing scene={scene} />
      {reliability !== null && (
        <section>
          <h2>{words.reliability}</h2>
          <p class="hint">
            {words.reliabilityHint} <a href="/reports/availability">{words.allReports}</a>
          </p>
          <ReportTableView page={page} table={reliability} />
        </section>
      )}
      <Past scene={scene} />
      {scene.firstAid !== null && <FirstAidPanel page={page} rules={scene.firstAid} />}
      {scene.alerts !== null && <AlertPanel page={page} rules={scene.alerts} />}
    </Layout>
  );
}

function Standing({ scene: { page, standing, meters } }: { readonly scene: FaultsScene }) {
  const words = faultTextOf(page.site.language);
  return (
    <section id="faults-standing">
      <h2>{page.text.withCount(words.standing, standing.length)}</h2>
      {standing.length === 0
        ? <p class="nothing">{words.nothingStands}</p>
        : <Alarms page={page} faults={standing} meters={meters} />}
    </section>
  );
}

function Past({ scene: { page, past } }: { readonly scene: FaultsScene }) {
  const words = faultTextOf(page.site.language);
  return (
    <section id="faults-past">
      <h2>{words.history}</h2>
      {past.length === 0 ? <p class="nothing">{words.nothingPast}</p> : (
        <>
          {past.length === PAST_SHOWN && (
            <p class="hint">{words.historyHint(String(past.length))}</p>
          )}
          <PastFaults page={page} faults={past} />
        </>
      )}
    </section>
  );
}

/** Faults that are over, as a table. */
export function PastFaults(
  { page, faults }: { readonly page: Page; readonly faults: readonly FaultView[] },
) {
  const words = faultTextOf(page.site.language);
  return (
    <div class="table-wrap">
      <table class="as-cards">
        <thead>
          <tr>
            <th>{words.what}</th>
            <th>{words.where}</th>
            <th>{words.from}</th>
            <th>{words.lasted}</th>
            <th class="number">{words.times}</th>
          </tr>
        </thead>
        <tbody>
          {faults.map((fault) => (
            <tr>
              <td class="is-title">
                <span class={FAULT_LOOKS[fault.severity].tone}>
                  <Icon name={FAULT_LOOKS[fault.severity].icon} />
                </span>{" "}
                <a href={`/faults/${fault.id}`}>
                  {faultWords(page.site.language, fault.code).title}
                </a>
              </td>
              <td data-label={words.where}>
                <FaultPlaceLink page={page} fault={fault} />
              </td>
              <td data-label={words.from}>
                <Moment page={page} at={fault.since} />
              </td>
              <td data-label={words.lasted}>{lastedText(page, fault)}</td>
              <td data-label={words.times} class="number">{String(fault.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How long it stood, or stands. */
export function lastedText({ format, nowMs }: Page, { since, over }: FaultView): string {
  const endMs = over === null ? nowMs : Date.parse(over);
  return format.duration(Math.max(0, endMs - Date.parse(since)));
}

/** The page as parts that change by themselves. */
export function drawFaults(scene: FaultsScene): Drawing {
  const { page } = scene;
  return {
    shape: "",
    parts: new Map([
      ["status", String(<Status page={page} />)],
      ["faults-standing", String(<Standing scene={scene} />)],
      ["faults-past", String(<Past scene={scene} />)],
    ]),
    whole: null,
  };
}
