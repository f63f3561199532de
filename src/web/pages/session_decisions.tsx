import { sessionTextOf } from "../session_text.ts";
import type { DecisionView, TransactionView } from "../views.ts";
import type { Page } from "./page.ts";

interface DecisionsProps {
  readonly page: Page;
  readonly session: TransactionView;
  readonly decisions: readonly DecisionView[];
}

/** Why a session was allowed, in words, and each decision about its card. */
export function SessionDecisions({ page, session, decisions }: DecisionsProps) {
  const words = sessionTextOf(page.site.language);
  const { authorizationSource, authorizationReason, authorizationStatus } = session;
  const isIn = authorizationStatus === "Accepted";
  return (
    <section class="panel session-decisions">
      <h2>{words.allowedTitle}</h2>
      <p>
        {isIn
          ? words.allowedBy[authorizationSource] ?? authorizationReason
          : words.turnedAway(statusWords(page, authorizationStatus))}
      </p>
      <p class="hint" lang="en">{authorizationReason}</p>
      <h3>{words.decisionsTitle}</h3>
      {decisions.length === 0
        ? <p class="hint">{words.decisionsNone}</p>
        : <DecisionTable page={page} decisions={decisions} />}
    </section>
  );
}

function DecisionTable({ page, decisions }: Pick<DecisionsProps, "page" | "decisions">) {
  const { text, format } = page;
  const words = sessionTextOf(page.site.language);
  return (
    <div class="table-wrap">
      <table class="as-cards">
        <thead>
          <tr>
            <th scope="col">{text.at}</th>
            <th scope="col">{words.what}</th>
            <th scope="col">{text.card}</th>
            <th scope="col">{words.result}</th>
            <th scope="col">{text.authorization}</th>
            <th scope="col">{words.reason}</th>
            <th scope="col" class="number">{words.waited}</th>
          </tr>
        </thead>
        <tbody>
          {decisions.map((each) => (
            <tr>
              <td class="is-title">
                <time datetime={each.at} title={format.full(each.at)}>
                  {format.clockSeconds(each.at)}
                </time>
              </td>
              <td data-label={words.what}>{words.decisions[each.what]}</td>
              <td data-label={text.card} class="token">{each.token}</td>
              <td data-label={words.result} title={each.status}>
                {statusWords(page, each.status)}
              </td>
              <td data-label={text.authorization}>{text.sources[each.source] ?? each.source}</td>
              <td data-label={words.reason} lang="en">{each.reason}</td>
              <td data-label={words.waited} class="number">
                {`${(each.waitedMs / 1_000).toFixed(1)}\u202fs`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function statusWords({ site }: Page, status: string): string {
  return sessionTextOf(site.language).statuses[status] ?? status;
}
