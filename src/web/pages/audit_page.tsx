import type { AuditCheck, AuditEntry } from "../../site/mod.ts";
import { type AccountText, accountTextOf } from "../account_text.ts";
import { type AuditQuery, kindOf } from "../audit_query.ts";
import { Icon } from "./icon.tsx";
import { Layout } from "./layout.tsx";
import type { Page } from "./page.ts";

interface AuditProps {
  readonly page: Page;
  readonly query: AuditQuery;
  readonly entries: readonly AuditEntry[];
  /** The cursor of the next page; null on the last one. */
  readonly before: number | null;
  /** What came of checking the chain; null where nobody asked. */
  readonly check: AuditCheck | null;
}

/** Who did what, newest first. */
export function AuditPage({ page, query, entries, before, check }: AuditProps) {
  const { text } = page;
  const words = accountTextOf(page.site.language);
  const link = (change: Partial<AuditQuery>) => `/audit${queryText({ ...query, ...change })}`;
  return (
    <Layout page={page} title={words.auditTitle}>
      <header class="page-head">
        <div>
          <h1>{words.auditTitle}</h1>
          <p class="hint">{words.auditHint}</p>
        </div>
        <a class="button" href={link({ check: "on" })}>{words.checkLog}</a>
      </header>
      {check !== null && <Check words={words} check={check} />}
      <AuditFilterForm page={page} words={words} query={query} />
      {entries.length === 0 ? <p class="nothing">{words.auditNone}</p> : (
        <div class="table-wrap">
          <table class="as-cards">
            <thead>
              <tr>
                <th>{words.when}</th>
                <th>{words.who}</th>
                <th>{words.what}</th>
                <th>{words.about}</th>
                <th>{words.outcome}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => <EntryRow page={page} words={words} entry={entry} />)}
            </tbody>
          </table>
        </div>
      )}
      <nav class="pager" aria-label={text.older}>
        {query.before !== undefined && (
          <a class="button" href={link({ before: undefined })}>{text.newest}</a>
        )}
        {before !== null && (
          <a class="button" href={link({ before, check: undefined })}>{text.older}</a>
        )}
      </nav>
    </Layout>
  );
}

function Check({ words, check }: { readonly words: AccountText; readonly check: AuditCheck }) {
  const isSound = check.kind === "sound";
  return (
    <p class="banner" role={isSound ? "status" : "alert"}>
      <Icon name={isSound ? "check" : "fault"} />
      <span class="audit-check">
        {isSound ? words.logSound(check.entries, check.hash) : words.logBroken(check.number)}
      </span>
    </p>
  );
}

function AuditFilterForm({ page, words, query }: {
  readonly page: Page;
  readonly words: AccountText;
  readonly query: AuditQuery;
}) {
  const { text } = page;
  return (
    <form method="get" action="/audit" class="filter" aria-label={text.filter}>
      <label>
        {words.who}
        <input name="who" value={query.who ?? ""} maxlength={100} autocomplete="off" />
      </label>
      <label>
        {words.what}
        <select name="what">
          <option value="">{text.filterAll}</option>
          {Object.entries(words.actions).map(([kind, name]) => (
            <option value={kind} selected={kind === query.what}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        {text.filterFrom}
        <input type="date" name="from" value={query.from ?? ""} />
      </label>
      <label>
        {text.filterTo}
        <input type="date" name="to" value={query.to ?? ""} />
      </label>
      <div class="filter-buttons">
        <button type="submit" class="button primary">{text.show}</button>
        <a class="button" href="/audit">{text.filterClear}</a>
      </div>
    </form>
  );
}

function EntryRow({ page, words, entry }: {
  readonly page: Page;
  readonly words: AccountText;
  readonly entry: AuditEntry;
}) {
  const { kind, command } = kindOf(entry.what);
  const from = [words.ways[entry.way], entry.from].filter((part) => part !== "").join(", ");
  return (
    <tr>
      <td data-label={words.when}>
        <time datetime={new Date(entry.atWallMs).toISOString()} title={`${entry.number}`}>
          {page.format.dateTime(entry.atWallMs)}
        </time>
      </td>
      <td class="is-title">
        {entry.who} <span class="quiet audit-from">{from}</span>
      </td>
      <td data-label={words.what}>{[words.actions[kind] ?? kind, command].join(" ").trim()}</td>
      {entry.about + entry.detail === ""
        ? <td></td>
        : (
          <td data-label={words.about} class="is-wide-cell">
            {entry.about} <span class="quiet audit-detail">{entry.detail}</span>
          </td>
        )}
      <td data-label={words.outcome}>
        <span class="link">
          <Icon name={entry.outcome === "done" ? "check" : "ban"} />
          <span>{words.outcomes[entry.outcome]}</span>
        </span>
      </td>
    </tr>
  );
}

function queryText(query: AuditQuery): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}
