import type { SessionsQuery } from "../sessions_query.ts";
import { written } from "../format.ts";
import { sessionTextOf, stopWords } from "../session_text.ts";
import type { ChargerView, TransactionView } from "../views.ts";
import { Layout } from "./layout.tsx";
import { may, type Page } from "./page.ts";
import { SessionCost } from "./session_cost.tsx";

interface SessionsProps {
  readonly page: Page;
  readonly query: SessionsQuery;
  readonly sessions: readonly TransactionView[];
  /** The cursor of the next page; null on the last one. */
  readonly before: number | null;
  readonly chargers: readonly ChargerView[];
  readonly slots: readonly number[];
}

const STATES = ["running", "ended"] as const;

/** The history of charging, with a filter. */
export function SessionsPage(props: SessionsProps) {
  const { page, query, sessions, before, chargers, slots } = props;
  const { text } = page;
  const words = sessionTextOf(page.site.language);
  const isFiltered = Object.values(query).some((value) => value !== undefined);
  const hasCost = sessions.some(({ cost }) => cost !== null);
  return (
    <Layout page={page} title={text.sessionsTitle} live="/live?path=%2Fsessions">
      <header class="page-head">
        <h1>{text.sessionsTitle}</h1>
        <a
          class="button"
          href={`/sessions.csv${queryText({ ...query, before: undefined })}`}
          download
        >
          {text.exportCsv}
        </a>
      </header>
      <SessionsFilter page={page} query={query} chargers={chargers} slots={slots} />
      {sessions.length === 0
        ? <p class="nothing">{isFiltered ? words.nothingFound : text.noSessions}</p>
        : (
          <div class="table-wrap">
            <table class="as-cards">
              <SessionsHead page={page} hasCost={hasCost} />
              <tbody>
                {sessions.map((session) => (
                  <SessionRow page={page} session={session} hasCost={hasCost} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      <nav class="pager" aria-label={text.older}>
        {query.before !== undefined && (
          <a class="button" href={`/sessions${queryText({ ...query, before: undefined })}`}>
            {text.newest}
          </a>
        )}
        {before !== null && (
          <a class="button" href={`/sessions${queryText({ ...query, before })}`}>{text.older}</a>
        )}
      </nav>
    </Layout>
  );
}

function SessionsFilter(
  { page, query, chargers, slots }: Pick<SessionsProps, "page" | "query" | "chargers" | "slots">,
) {
  const { text } = page;
  const words = sessionTextOf(page.site.language);
  return (
    <form method="get" action="/sessions" class="filter" role="search" aria-label={text.filter}>
      <label>
        {text.filterFrom}
        <input type="date" name="from" value={query.from} />
      </label>
      <label>
        {text.filterTo}
        <input type="date" name="to" value={query.to} />
      </label>
      <label>
        {text.charger}
        <select name="charger">
          <option value="">{text.filterAll}</option>
          {chargers.map(({ id }) => <option value={id} selected={id === query.charger}>{id}
          </option>)}
        </select>
      </label>
      <label>
        {text.connectorTitle}
        <select name="slot">
          <option value="">{text.filterAll}</option>
          {slots.map((slot) => (
            <option value={String(slot)} selected={slot === query.slot}>{String(slot)}</option>
          ))}
        </select>
      </label>
      <label>
        {words.state}
        <select name="state">
          <option value="">{text.filterAll}</option>
          {STATES.map((state) => (
            <option value={state} selected={state === query.state}>{words.states[state]}</option>
          ))}
        </select>
      </label>
      {may(page, "operator") && (
        <label>
          {text.card}
          <input name="token" value={query.token} maxlength={36} autocomplete="off" />
        </label>
      )}
      <div class="filter-buttons">
        <button type="submit" class="button primary">{text.show}</button>
        <a class="button" href="/sessions">{text.filterClear}</a>
      </div>
    </form>
  );
}

function SessionsHead(
  { page: { text }, hasCost }: { readonly page: Page; readonly hasCost: boolean },
) {
  return (
    <thead>
      <tr>
        <th>{text.started}</th>
        <th>{text.charger}</th>
        <th>{text.card}</th>
        <th class="number">{text.durationTitle}</th>
        <th class="number">{text.energy}</th>
        {hasCost && <th class="number">{text.cost}</th>}
        <th>{text.endReason}</th>
        <th>{text.authorization}</th>
        <th>{text.upstream}</th>
        <th>{text.flags}</th>
      </tr>
    </thead>
  );
}

interface SessionProps {
  readonly page: Page;
  readonly session: TransactionView;
}

function SessionRow({ page, session, hasCost }: SessionProps & { readonly hasCost: boolean }) {
  const { text, format, nowMs } = page;
  const { stoppedAt, authorizationSource } = session;
  const endMs = stoppedAt === null ? nowMs : Date.parse(stoppedAt);
  return (
    <tr>
      <td class="is-title">
        <a href={`/sessions/${encodeURIComponent(session.id)}`}>
          <time datetime={session.startedAt} title={format.full(session.startedAt)}>
            {format.dateTime(session.startedAt)}
          </time>
        </a>
      </td>
      <td data-label={text.charger}>
        <a href={`/chargers/${encodeURIComponent(session.chargerId)}`}>{session.chargerId}</a>
        <small>{text.connector(session.slot)}</small>
      </td>
      <td data-label={text.card} class="token">{session.token}</td>
      <td data-label={text.durationTitle} class="number">
        {format.duration(endMs - Date.parse(session.startedAt))}
      </td>
      <td data-label={text.energy} class="number">{written(format.energy(session.energyWh))}</td>
      {hasCost && (
        <td data-label={text.cost} class="number">
          {session.cost !== null && (
            <SessionCost page={page} bill={session.cost} correction={session.correctionCost} />
          )}
        </td>
      )}
      <td data-label={text.endReason}>
        {stoppedAt === null ? <span class="pill">{text.running}</span> : endWords(page, session)}
      </td>
      <td data-label={text.authorization} title={session.authorizationReason}>
        {text.sources[authorizationSource] ?? authorizationSource}
        {session.authorizationStatus !== "Accepted" && <small>{session.authorizationStatus}</small>}
      </td>
      <td data-label={text.upstream}>
        <Upstream page={page} session={session} />
      </td>
      <td data-label={text.flags}>{session.remarks.join("; ")}</td>
    </tr>
  );
}

function endWords({ site }: Page, { stopReason }: TransactionView) {
  if (stopReason === null) return "–";
  return <span title={stopReason}>{stopWords(site.language, stopReason)}</span>;
}

function Upstream({ page, session }: SessionProps) {
  const word = page.text.upstreams[session.upstream];
  // Of a running session something is always still to come: no reason to look twice.
  const isBehind = session.upstream === "waiting" ||
    (session.upstream === "partly" && session.stoppedAt !== null);
  return session.upstream === "dead-letter"
    ? <a class="pill tone-fault" href="/outbox">{word}</a>
    : isBehind
    ? <span class="pill tone-waiting">{word}</span>
    : <span>{word}</span>;
}

function queryText(query: { readonly [name: string]: string | number | undefined }): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
