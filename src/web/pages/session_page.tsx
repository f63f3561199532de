import type { Child } from "hono/jsx";
import { written } from "../format.ts";
import { loadTextOf } from "../load_text.ts";
import type { LimitChangeView, TransactionView } from "../views.ts";
import { Layout } from "./layout.tsx";
import { LimitCurve } from "./limit_curve.tsx";
import type { Page } from "./page.ts";

interface SessionProps {
  readonly page: Page;
  readonly session: TransactionView;
  readonly limits: readonly LimitChangeView[];
}

/** One session: what it came to, and why it had the current it had. */
export function SessionPage({ page, session, limits }: SessionProps) {
  const { text, format, nowMs } = page;
  const words = loadTextOf(page.site.language);
  const { startedAt, stoppedAt } = session;
  const endMs = stoppedAt === null ? nowMs : Date.parse(stoppedAt);
  return (
    <Layout page={page} title={`${text.session} ${session.number}`} live="/live?path=%2Fsessions">
      <header class="page-head">
        <h1>{`${text.session} ${session.number}`}</h1>
        <a class="button" href="/sessions">{text.sessionsTitle}</a>
      </header>
      <section class="panel facts">
        <dl>
          <Fact name={text.charger}>
            <a href={`/chargers/${encodeURIComponent(session.chargerId)}`}>{session.chargerId}</a>
            {`, ${text.connector(session.slot)}`}
          </Fact>
          <Fact name={text.started}>{format.dateTime(startedAt)}</Fact>
          <Fact name={text.ended}>
            {stoppedAt === null ? text.running : format.dateTime(stoppedAt)}
          </Fact>
          <Fact name={text.durationTitle}>{format.duration(endMs - Date.parse(startedAt))}</Fact>
          <Fact name={text.energy}>{written(format.energy(session.energyWh))}</Fact>
          <Fact name={text.card}>{session.token}</Fact>
        </dl>
      </section>
      <section class="panel session-limits">
        <h2>{words.limitsTitle}</h2>
        <LimitCurve page={page} session={session} limits={limits} />
        {limits.length === 0
          ? <p class="nothing">{words.limitsNone}</p>
          : <LimitTable page={page} limits={limits} />}
      </section>
    </Layout>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function LimitTable({ page, limits }: Pick<SessionProps, "page" | "limits">) {
  const { text, format } = page;
  const words = loadTextOf(page.site.language);
  return (
    <div class="table-wrap">
      <table class="as-cards">
        <thead>
          <tr>
            <th>{words.from}</th>
            <th class="number">{text.setLimit}</th>
            <th>{words.why}</th>
          </tr>
        </thead>
        <tbody>
          {limits.map(({ at, limitAmps, why }) => (
            <tr>
              <td class="is-title">
                <time datetime={at} title={format.full(at)}>{format.clockSeconds(at)}</time>
              </td>
              <td data-label={text.setLimit} class="number">
                {limitAmps === null ? "–" : format.current(limitAmps)}
              </td>
              <td data-label={words.why}>{why.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
