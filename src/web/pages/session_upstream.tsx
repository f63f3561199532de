import type { SessionUpstreamView } from "../session_story.ts";
import { sessionTextOf } from "../session_text.ts";
import type { OutboxRowView, TransactionView } from "../views.ts";
import { Moment } from "./layout.tsx";
import type { Page } from "./page.ts";

interface UpstreamProps {
  readonly page: Page;
  readonly session: TransactionView;
  /** Null for a site that stands alone. */
  readonly upstream: SessionUpstreamView | null;
}

/** More of them say nothing new. */
const ROWS_MAX = 20;

/** What of a session the CSMS has confirmed, what waits, and what it has said. */
export function SessionUpstream({ page, session, upstream }: UpstreamProps) {
  const { format, site } = page;
  const words = sessionTextOf(site.language);
  return (
    <section class="panel session-upstream">
      <h2>{words.upstreamTitle}</h2>
      <p>{words.upstreams[session.upstream]}</p>
      {upstream !== null && (
        <>
          {upstream.number !== null && <p>{words.upstreamNumber(upstream.number)}</p>}
          {upstream.cost !== null && (
            <p>
              {words.upstreamCost(
                String(upstream.cost.amount),
                format.near(upstream.cost.at, page.nowMs),
              )}
            </p>
          )}
          <WaitingRows page={page} rows={upstream.rows} />
          {upstream.givenUp.map(({ kind, by, at, error }) => (
            <p>
              {words.givenUp(words.rowKinds[kind], by, format.near(at, page.nowMs))}
              {error !== null && <small lang="en">{error}</small>}
            </p>
          ))}
        </>
      )}
    </section>
  );
}

function WaitingRows(
  { page, rows }: { readonly page: Page; readonly rows: readonly OutboxRowView[] },
) {
  const words = sessionTextOf(page.site.language);
  if (rows.length === 0) return null;
  return (
    <>
      <h3>{page.text.withCount(words.waitingRows, rows.length)}</h3>
      <ul class="waiting-rows">
        {rows.slice(0, ROWS_MAX).map((row) => (
          <li>
            <Moment page={page} at={row.createdAt} />
            {`: ${words.rowKinds[row.kind]}, `}
            {row.lastError === null ? words.rowWaits : (
              <span class="row-refused">
                {words.rowRefused(row.refusals, row.lastError)}
              </span>
            )}
          </li>
        ))}
      </ul>
      <p class="more">
        <a href="/outbox">{page.text.seeRecords}</a>
      </p>
    </>
  );
}
