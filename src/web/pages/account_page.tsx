import { accountTextOf } from "../account_text.ts";
import { agentName } from "../agent_name.ts";
import type { SecondFactor } from "../../site/mod.ts";
import type { SessionView } from "../sign_in/sessions.ts";
import { Icon } from "./icon.tsx";
import { AskingButton, Csrf, Document, Layout } from "./layout.tsx";
import { LanguageRow } from "./language_menu.tsx";
import type { Page } from "./page.ts";
import { QrCode } from "./qr_code.tsx";
import { CodeField, GateBrand, Problem } from "./sign_in_page.tsx";

interface AccountProps {
  readonly page: Page;
  readonly secondFactor: SecondFactor | null;
  /** The site wants one of this person. */
  readonly isWanted: boolean;
  readonly sessions: readonly SessionView[];
  /** The key of the session that looks. */
  readonly here: string;
}

/** A person's own account. */
export function AccountPage({ page, secondFactor, isWanted, sessions, here }: AccountProps) {
  const { text, principal } = page;
  const words = accountTextOf(page.site.language);
  return (
    <Layout page={page} title={words.accountTitle}>
      <header class="page-head">
        <div>
          <h1>{words.accountTitle}</h1>
          <p class="hint">{text.signedInAs(principal.name, words.roles[principal.role])}</p>
        </div>
        <a class="button" href="/account/password">{text.changePassword}</a>
      </header>
      <SecondFactorPanel page={page} secondFactor={secondFactor} isWanted={isWanted} />
      <section class="panel account-part">
        <h2>{words.sessionsTitle}</h2>
        <p class="hint">{words.sessionsHint}</p>
        <SessionTable page={page} sessions={sessions} here={here} />
      </section>
    </Layout>
  );
}

function SecondFactorPanel(
  { page, secondFactor, isWanted }: Pick<AccountProps, "page" | "secondFactor" | "isWanted">,
) {
  const { format } = page;
  const words = accountTextOf(page.site.language);
  return (
    <section class="panel account-part">
      <h2>{words.secondFactor}</h2>
      {secondFactor === null
        ? (
          <>
            <p>{words.secondFactorOff}</p>
            <div class="button-row">
              <a class="button primary" href="/account/second-factor">{words.setUp}</a>
            </div>
          </>
        )
        : (
          <>
            <p>
              {words.secondFactorOn(
                format.dateTime(secondFactor.sinceMs),
                secondFactor.recoveryDigests.length,
              )}
            </p>
            <div class="button-row">
              <form method="post" action="/account/recovery-codes">
                <Csrf page={page} />
                <button type="submit" class="button">{words.newCodes}</button>
              </form>
              <a class="button" href="/account/second-factor?anew=on">{words.otherApp}</a>
              {!isWanted && <TurnOffButton page={page} />}
            </div>
            {isWanted && <p class="hint">{words.secondFactorWanted}</p>}
          </>
        )}
    </section>
  );
}

function TurnOffButton({ page }: { readonly page: Page }) {
  const words = accountTextOf(page.site.language);
  return (
    <AskingButton
      page={page}
      id="turn-off"
      label={words.turnOff}
      title={words.turnOffTitle}
      action="/account/second-factor/remove"
      confirm={<button type="submit" class="button danger">{words.turnOff}</button>}
    >
      <p>{words.turnOffExplained}</p>
    </AskingButton>
  );
}

function SessionTable({ page, sessions, here }: Omit<AccountProps, "secondFactor" | "isWanted">) {
  const { format, nowMs } = page;
  const words = accountTextOf(page.site.language);
  return (
    <form method="post" action="/account/sessions/end">
      <Csrf page={page} />
      <div class="table-wrap">
        <table class="as-cards">
          <thead>
            <tr>
              <th>{words.browser}</th>
              <th>{words.address}</th>
              <th>{words.signedInAt}</th>
              <th>{words.lastUsed}</th>
              <th></th>
            </tr>
          </thead>
          <tbody>
            {sessions.map(({ key, agent, address, openedAtMs, usedAtMs }) => (
              <tr>
                <td class="is-title">{agentName(agent) || "–"}</td>
                <td data-label={words.address}>{address}</td>
                <td data-label={words.signedInAt}>{format.dateTime(openedAtMs)}</td>
                <td data-label={words.lastUsed}>{format.near(usedAtMs, nowMs)}</td>
                <td class="row-buttons">
                  {key === here
                    ? <span class="quiet">{words.thisSession}</span>
                    : (
                      <button type="submit" name="session" value={key} class="button">
                        {words.end}
                      </button>
                    )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sessions.length > 1 && (
        <button type="submit" name="session" value="others" class="button">
          {words.endOthers}
        </button>
      )}
    </form>
  );
}

/** The secret for the person's app, and the first code of it. */
export function EnrolmentPage(
  { page, secret, uri, problem, why }: {
    readonly page: Page;
    readonly secret: string;
    readonly uri: string;
    readonly problem: string | null;
    /** The site wants it before anything else; or it takes the place of another. */
    readonly why: "wanted" | "anew" | null;
  },
) {
  const { text, site, format, nowMs } = page;
  const words = accountTextOf(site.language);
  return (
    <Document page={page} title={`${words.enrolTitle} · ${site.name}`}>
      <main class="gate">
        <GateBrand page={page} />
        <form method="post" action="/account/second-factor" class="gate-card">
          <Csrf page={page} />
          <h1>{words.enrolTitle}</h1>
          {problem !== null && <Problem text={problem} />}
          {why !== null && (
            <p>{why === "wanted" ? words.secondFactorWanted : words.otherAppExplained}</p>
          )}
          {why === "anew" && <input type="hidden" name="anew" value="on" />}
          <p>{words.enrolScan}</p>
          <QrCode content={uri} label={words.enrolQr} />
          <p class="hint">{words.enrolType}</p>
          <p class="token secret-text">{secret.match(/.{1,4}/g)?.join(" ")}</p>
          <CodeField label={words.enrolCode} isFirst={problem !== null} />
          <button type="submit" class="button primary wide">{words.turnOn}</button>
          <p class="hint">{words.enrolClock(format.clockSeconds(nowMs))}</p>
          {why !== "wanted" && <a class="button wide" href="/account">{text.cancel}</a>}
        </form>
        {why === "wanted" && (
          <form method="post" action="/sign-out" class="gate-after">
            <Csrf page={page} />
            <button type="submit" class="plain">{text.signOut}</button>
          </form>
        )}
        <LanguageRow page={page} />
      </main>
    </Document>
  );
}

/** Recovery codes, the only time they can be read. */
export function RecoveryPage(
  { page, codes }: { readonly page: Page; readonly codes: readonly string[] },
) {
  const { site } = page;
  const words = accountTextOf(site.language);
  return (
    <Document page={page} title={`${words.recoveryTitle} · ${site.name}`}>
      <main class="gate">
        <GateBrand page={page} />
        <div class="gate-card">
          <h1>{words.recoveryTitle}</h1>
          <p>{words.recoveryHint}</p>
          <ul class="recovery-codes">{codes.map((code) => <li class="token">{code}</li>)}</ul>
          <a class="button primary wide" href="/account">
            <Icon name="check" />
            <span>{words.recoveryKept}</span>
          </a>
        </div>
      </main>
    </Document>
  );
}
