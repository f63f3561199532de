import type { Child } from "hono/jsx";
import { siteTimeTextOf } from "../site_time_text.ts";
import type { ChargerTimeView, SiteTimeView } from "../views.ts";
import type { Handlers, WebParts } from "../web_parts.ts";
import { answerPage } from "./answer.tsx";
import { clockInWords } from "./charger_facts.tsx";
import { Icon } from "./icon.tsx";
import { Layout } from "./layout.tsx";
import { type Page, pageOf } from "./page.ts";

/** What time it is, who says so, and how far the chargers are off. */
export function siteTimeRoutes(parts: WebParts) {
  return {
    "GET /time": (context) =>
      answerPage(
        context,
        <SiteTimePage page={pageOf(parts, context)} time={parts.ports.siteTime()} />,
      ),
  } satisfies Partial<Handlers>;
}

function SiteTimePage({ page, time }: { readonly page: Page; readonly time: SiteTimeView }) {
  const words = siteTimeTextOf(page.site.language);
  return (
    <Layout page={page} title={words.title}>
      <header class="page-head">
        <div>
          <h1>{words.title}</h1>
          <p class="hint">{words.hint}</p>
        </div>
      </header>
      <section class="panel time-facts">
        <dl class="sheet-facts">
          {factsOf(page, time).map(([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      <h2>{words.chargersTitle}</h2>
      <p class="hint">{words.chargersHint}</p>
      {time.chargers.length > 0 && <Clocks page={page} chargers={time.chargers} />}
    </Layout>
  );
}

function factsOf(page: Page, time: SiteTimeView): readonly (readonly [string, Child])[] {
  const { format } = page;
  const words = siteTimeTextOf(page.site.language);
  const { ntp, since, csmsOffsetMs } = time;
  return [
    [words.title, format.full(time.time)],
    [words.source, words.sources[time.source]],
    ...since === null ? [] : [[words.since, format.dateTime(since)] as const],
    [words.csms, csmsOffsetMs === null ? words.never : clockInWords(page, csmsOffsetMs)],
    [
      words.ntp,
      ntp === null
        ? words.ntpUnknown
        : ntp.synchronized
        ? words.ntpGood(ntp.service)
        : words.ntpLost(ntp.service),
    ],
  ];
}

function Clocks(
  { page, chargers }: { readonly page: Page; readonly chargers: readonly ChargerTimeView[] },
) {
  const words = siteTimeTextOf(page.site.language);
  return (
    <div class="table-wrap">
      <table class="as-cards">
        <thead>
          <tr>
            <th>{words.charger}</th>
            <th>{words.clock}</th>
            <th>{words.told}</th>
          </tr>
        </thead>
        <tbody>
          {chargers.map((each) => (
            <tr>
              <td class="is-title">
                <a href={`/chargers/${encodeURIComponent(each.chargerId)}`}>{each.chargerId}</a>
              </td>
              <td data-label={words.clock}>
                {each.connected ? clockInWords(page, each.offsetMs) : words.away}
                {each.isOff && (
                  <>
                    {" "}
                    <Icon name="fault" /> <b>{words.off}</b>
                  </>
                )}
              </td>
              <td data-label={words.told}>
                {each.toldSince === null ? words.never : page.format.dateTime(each.toldSince)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
