import type { Child } from "hono/jsx";
import { faultTextOf } from "../faults/fault_text.ts";
import { faultWords } from "../faults/fault_words.ts";
import type { FaultView } from "../views.ts";
import { FAULT_LOOKS } from "./alarms.tsx";
import { FaultPlaceLink } from "./fault_place.tsx";
import { lastedText, PastFaults } from "./faults_page.tsx";
import { Icon } from "./icon.tsx";
import { AskingButton, Csrf, Layout, Moment } from "./layout.tsx";
import { may, type Page } from "./page.ts";

interface FaultProps {
  readonly page: Page;
  readonly fault: FaultView;
}

/** One fault: what it means, what to do, and all that is known of it. */
export function FaultPage(
  { page, fault, earlier, note }: FaultProps & {
    /** The same at the same place before, newest first. */
    readonly earlier: readonly FaultView[];
    readonly note: string | null;
  },
) {
  const words = faultTextOf(page.site.language);
  const said = faultWords(page.site.language, fault.code);
  const { tone, icon } = FAULT_LOOKS[fault.severity];
  return (
    <Layout page={page} title={said.title}>
      <header class="page-head">
        <div>
          <h1>{said.title}</h1>
          <p class={`link ${fault.state === "over" ? "tone-quiet" : tone}`}>
            <Icon name={fault.state === "over" ? "check" : icon} />
            <span>
              <FaultPlaceLink page={page} fault={fault} />
            </span>
          </p>
        </div>
        {may(page, "operator") && fault.state === "raised" && (
          <FaultButtons page={page} fault={fault} />
        )}
      </header>
      {note !== null && <p class="banner" role="status">{note}</p>}
      {!fault.isConfirmed && <p class="banner" role="status">{words.unconfirmed}</p>}
      <div class="columns">
        <div class="column">
          <section class="panel">
            <h2>{words.meaning}</h2>
            <p>{said.meaning}</p>
          </section>
          <section class="panel">
            <h2>{words.remedy}</h2>
            <p>{said.remedy}</p>
          </section>
          <AidList page={page} fault={fault} />
        </div>
        <div class="column">
          <FaultFacts page={page} fault={fault} />
        </div>
      </div>
      {earlier.length > 0 && (
        <section>
          <h2>{words.earlier}</h2>
          <PastFaults page={page} faults={earlier} />
        </section>
      )}
      <p>
        <a href="/faults">{words.all}</a>
      </p>
    </Layout>
  );
}

function FaultButtons({ page, fault }: FaultProps) {
  const words = faultTextOf(page.site.language);
  return (
    <div class="button-row">
      {fault.acknowledged === null && (
        <form method="post" action={`/faults/${fault.id}/acknowledge`}>
          <Csrf page={page} />
          <button type="submit" class="button primary" title={words.acknowledgeHint}>
            {words.acknowledge}
          </button>
        </form>
      )}
      <AskingButton
        page={page}
        id="close-fault"
        label={words.close}
        title={words.closeTitle}
        action={`/faults/${fault.id}/close`}
        confirm={<button type="submit" class="button primary">{words.close}</button>}
      >
        <p>{words.closeExplained}</p>
      </AskingButton>
    </div>
  );
}

function AidList({ page, fault }: FaultProps) {
  const words = faultTextOf(page.site.language);
  if (fault.aid.length === 0) return null;
  return (
    <section class="panel">
      <h2>{words.aid}</h2>
      <ul class="plain-list">
        {fault.aid.map(({ at, action, outcome }) => (
          <li>
            <Moment page={page} at={at} /> <b>{action}</b> <span lang="en">{outcome}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function FaultFacts({ page, fault }: FaultProps) {
  const words = faultTextOf(page.site.language);
  return (
    <section class="panel facts">
      <h2>{words.facts}</h2>
      <dl>
        {factsOf(page, fault).map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="last-fault">{seenText(page, fault)}</p>
    </section>
  );
}

function seenText(page: Page, { acknowledged }: FaultView): string {
  const words = faultTextOf(page.site.language);
  return acknowledged === null
    ? words.seenByNobody
    : words.seenBy(acknowledged.by, page.format.full(acknowledged.at));
}

function factsOf(page: Page, fault: FaultView): readonly (readonly [string, Child])[] {
  const { text } = page;
  const words = faultTextOf(page.site.language);
  const { vendorId, vendorErrorCode, info } = fault.reported ?? {};
  const said = [
    [words.vendor, vendorId],
    [words.vendorCode, vendorErrorCode],
    [words.vendorInfo, info],
  ] as const;
  return [
    [words.severity, text.severities[fault.severity]],
    [words.since, <Moment page={page} at={fault.since} />],
    [words.lastSeen, <Moment page={page} at={fault.lastSeen} />],
    [words.lasted, lastedText(page, fault)],
    [words.times, String(fault.count)],
    [words.over, <OverText page={page} fault={fault} />],
    ...said.filter((each): each is readonly [string, string] =>
      each[1] !== undefined && each[1] !== ""
    ),
    [words.told, <span lang="en">{fault.text}</span>],
    [words.kind, <code>{fault.kind}</code>],
  ];
}

function OverText({ page, fault: { over, ending } }: FaultProps) {
  const words = faultTextOf(page.site.language);
  if (over === null) return <>{words.stillStands}</>;
  return (
    <>
      <Moment page={page} at={over} />
      {ending !== null && `, ${words.endings[ending]}`}
    </>
  );
}
