import { alertTextOf } from "../faults/alert_text.ts";
import type { AlertDeliveryView, AlertRuleView } from "../views.ts";
import { Csrf, Moment } from "./layout.tsx";
import { may, type Page } from "./page.ts";

/** So many of the newest stand on the page; the API has more. */
const SHOWN_MAX = 5;

/** Who is told of faults, and whether that arrives. */
export function AlertPanel(
  { page, rules }: { readonly page: Page; readonly rules: readonly AlertRuleView[] },
) {
  const words = alertTextOf(page.site.language);
  return (
    <section id="alert-rules">
      <h2>{words.title}</h2>
      <p class="hint">{rules.length === 0 ? words.none : words.hint}</p>
      {rules.map((rule) => <Rule page={page} rule={rule} />)}
    </section>
  );
}

function Rule({ page, rule }: { readonly page: Page; readonly rule: AlertRuleView }) {
  const words = alertTextOf(page.site.language);
  return (
    <div class="panel">
      <h3>{rule.id}</h3>
      <p>{factsOf(page, rule).join(" · ")}</p>
      {rule.deliveries.length === 0 ? <p class="nothing">{words.nothingSent}</p> : (
        <>
          <h4>{words.last}</h4>
          <ul class="plain-list">
            {rule.deliveries.slice(0, SHOWN_MAX).map((each) => (
              <Delivery page={page} delivery={each} />
            ))}
          </ul>
        </>
      )}
      {may(page, "admin") && (
        <form method="post" action="/alerts/test">
          <Csrf page={page} />
          <input type="hidden" name="rule" value={rule.id} />
          <button type="submit">{words.test}</button>
        </form>
      )}
    </div>
  );
}

function Delivery(
  { page, delivery }: { readonly page: Page; readonly delivery: AlertDeliveryView },
) {
  const words = alertTextOf(page.site.language);
  const { kind, faults, outcome, reason } = delivery;
  const what = faults > 1
    ? `${words.kinds[kind]} (${words.faultsOf(String(faults))})`
    : words.kinds[kind];
  return (
    <li>
      <Moment page={page} at={delivery.at} /> {what}:{" "}
      <span class={outcome === "delivered" ? "quiet" : "report-failed"}>
        {words.outcomes[outcome]}
      </span>
      {reason !== "" && (
        <>
          {" "}
          <span lang="en">({reason})</span>
        </>
      )}
    </li>
  );
}

function factsOf(page: Page, rule: AlertRuleView): readonly string[] {
  const words = alertTextOf(page.site.language);
  const { to, severity, quiet, perHour, waiting, undelivered } = rule;
  const hours = quiet === null ? [] : [
    [
      words.quietHours(quiet.from, quiet.to),
      ...(quiet.exceptAlarms ? [words.exceptAlarms] : []),
    ].join(" "),
    ...(quiet.isNow ? [words.isQuiet] : []),
  ];
  return [
    words.ways[to],
    words.from(words.severities[severity]),
    ...hours,
    words.perHour(String(perHour)),
    ...(waiting > 0 ? [words.waiting(String(waiting))] : []),
    ...(undelivered > 0 ? [words.undelivered(String(undelivered))] : []),
  ];
}
