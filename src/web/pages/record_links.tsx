import { recordTextOf } from "../record_text.ts";
import type { ReportTime } from "../report_query.ts";
import type { TransactionView } from "../views.ts";
import { may, type Page } from "./page.ts";

/** What others can have of a session: what its meter signed, and its charge detail record. */
export function SessionRecords(
  { page, session, hasOcpi }: {
    readonly page: Page;
    readonly session: TransactionView;
    readonly hasOcpi: boolean;
  },
) {
  const words = recordTextOf(page.site.language);
  const { signedReadings } = session;
  const hasRecord = hasOcpi && session.stoppedAt !== null;
  // They name the card.
  if (!may(page, "operator") || (signedReadings === 0 && !hasRecord)) return null;
  const api = `/api/v1/transactions/${encodeURIComponent(session.id)}`;
  return (
    <section class="panel report-files">
      <h2>{signedReadings > 0 ? words.signed : words.title}</h2>
      {signedReadings > 0 && (
        <p class="hint">
          {`${words.signedCount(String(signedReadings))} ${words.signedHint}`}
        </p>
      )}
      <p class="report-nav">
        {signedReadings > 0 && (
          <>
            <a class="button" href={`${api}/signed?format=xml`} download>{words.forSoftware}</a>
            <a class="button" href={`${api}/signed?format=ocmf`} download>{words.ocmf}</a>
            <a class="button" href={`${api}/signed?format=tar`} download>{words.all}</a>
          </>
        )}
        {hasRecord && <a class="button" href={`${api}/cdr`} download>{words.cdr}</a>}
      </p>
    </section>
  );
}

/** The same of all sessions that began in a time. */
export function TimeRecords(
  { page, time, hasOcpi }: {
    readonly page: Page;
    readonly time: Pick<ReportTime, "date" | "lastDate">;
    readonly hasOcpi: boolean;
  },
) {
  if (!may(page, "operator")) return null;
  const words = recordTextOf(page.site.language);
  const query = new URLSearchParams({ from: time.date, to: time.lastDate });
  return (
    <section class="report-files">
      <h2 class="section-title">{words.title}</h2>
      <p class="report-nav">
        {hasOcpi && (
          <a class="button" href={`/api/v1/reports/cdr?${query}`} download>{words.cdrs}</a>
        )}
        <a class="button" href={`/api/v1/reports/signed?${query}`} download>{words.all}</a>
      </p>
      {!hasOcpi && <p class="hint">{words.noOcpi}</p>}
    </section>
  );
}
