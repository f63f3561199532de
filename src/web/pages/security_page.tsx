import { accountTextOf } from "../account_text.ts";
import type { AuditEntry } from "../../site/mod.ts";
import type { SecondFactorRule } from "../second_factor_rule.ts";
import { type SecurityText, securityTextOf } from "../security_text.ts";
import type { ChargerView, FaultView, RefusalView, SecurityView } from "../views.ts";
import { Alarms } from "./alarms.tsx";
import { certificateState, ENDS_SOON_MS } from "./charger_security.tsx";
import { Layout, Moment } from "./layout.tsx";
import { may, type Page } from "./page.ts";

/** What the page of the site's security shows. */
export interface SecurityScene {
  readonly page: Page;
  readonly security: SecurityView;
  readonly chargers: readonly ChargerView[];
  readonly refusals: readonly RefusalView[];
  /** Sign-ins that failed, newest first. */
  readonly failures: readonly AuditEntry[];
  /** Faults about certificates and identities that stand. */
  readonly faults: readonly FaultView[];
  readonly people: {
    readonly all: number;
    readonly withSecondFactor: number;
    readonly rule: SecondFactorRule;
  };
  /** Until when the certificate of the pages counts; null where they have none. */
  readonly pagesUntil: string | null;
}

/** What the site's security stands on, and what needs somebody's eye. */
export function SecurityPage({ scene }: { readonly scene: SecurityScene }) {
  const { page, faults, people } = scene;
  const words = securityTextOf(page.site.language);
  return (
    <Layout page={page} title={words.title}>
      <header class="page-head">
        <div>
          <h1>{words.title}</h1>
          <p class="hint">{words.hint}</p>
        </div>
        {may(page, "admin") && <a class="button" href="/audit">{words.seeAudit}</a>}
      </header>
      <Alarms page={page} faults={faults} meters={[]} />
      <div class="columns">
        <div class="column">
          <WeakChargers scene={scene} />
          <EndingCertificates scene={scene} />
          <section class="panel">
            <h2>{words.usersTitle}</h2>
            <p>{words.secondFactorCount(people.withSecondFactor, people.all)}</p>
            <p class="hint">{words.secondFactorRules[people.rule]}</p>
          </section>
        </div>
        <div class="column">
          <Listeners scene={scene} />
          <Authority page={page} security={scene.security} />
        </div>
      </div>
      <Failures scene={scene} />
    </Layout>
  );
}

function ChargerLink({ id }: { readonly id: string }) {
  return <a href={`/chargers/${encodeURIComponent(id)}/security`}>{id}</a>;
}

function WeakChargers({ scene: { page, chargers } }: { readonly scene: SecurityScene }) {
  const words = securityTextOf(page.site.language);
  const weak = chargers.filter(({ security: { profile } }) => profile !== null && profile < 2);
  return (
    <section class="panel">
      <h2>{page.text.withCount(words.weakTitle, weak.length)}</h2>
      {weak.length === 0 ? <p class="hint">{words.weakNone}</p> : (
        <ul class="plain-list">
          {weak.map(({ id, security }) => (
            <li>
              <ChargerLink id={id} />{" "}
              <span class="quiet">{words.profiles[security.profile ?? 0]}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function EndingCertificates({ scene: { page, chargers } }: { readonly scene: SecurityScene }) {
  const words = securityTextOf(page.site.language);
  const { format, nowMs } = page;
  const ending = chargers.flatMap(({ id, security: { certificates } }) => {
    // One that has been followed by another may end.
    const [newest] = certificates.filter(({ revoked }) => revoked === null);
    const state = newest === undefined ? null : certificateState(newest, nowMs);
    return newest !== undefined && (state === "ends-soon" || state === "over")
      ? [{ id, until: newest.until, state }]
      : [];
  });
  return (
    <section class="panel">
      <h2>{page.text.withCount(words.soonTitle, ending.length)}</h2>
      {ending.length === 0 ? <p class="hint">{words.soonNone}</p> : (
        <ul class="plain-list">
          {ending.map(({ id, until, state }) => (
            <li>
              <ChargerLink id={id} />{" "}
              <span class="tone-waiting">
                {words.certificateStates[state]}, {words.until(format.date(until))}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Listeners({ scene }: { readonly scene: SecurityScene }) {
  const { page, security: { listeners }, pagesUntil } = scene;
  const words = securityTextOf(page.site.language);
  return (
    <section class="panel">
      <h2>{words.listenersTitle}</h2>
      <table class="as-cards">
        <thead>
          <tr>
            <th>{words.listener}</th>
            <th>{words.profile}</th>
            <th>{words.certificate}</th>
          </tr>
        </thead>
        <tbody>
          {listeners.map((listener) => (
            <tr>
              <td class="is-title token">{listener.url}</td>
              <td data-label={words.profile}>{words.profiles[listener.securityProfile]}</td>
              <td data-label={words.certificate}>
                {listener.isOwn
                  ? words.renewsItself
                  : listener.certificateUntil !== null
                  ? <Until page={page} at={listener.certificateUntil} />
                  : listener.url.startsWith("wss:")
                  ? words.byFront
                  : words.noTls}
              </td>
            </tr>
          ))}
          <tr>
            <td class="is-title">{words.pages}</td>
            <td></td>
            <td data-label={words.certificate}>
              {pagesUntil === null ? words.pagesPlain : <Until page={page} at={pagesUntil} />}
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

function Until({ page, at }: { readonly page: Page; readonly at: string }) {
  const words = securityTextOf(page.site.language);
  const isSoon = Date.parse(at) - page.nowMs < ENDS_SOON_MS;
  return (
    <span class={isSoon ? "tone-waiting" : undefined}>{words.until(page.format.date(at))}</span>
  );
}

function Authority(
  { page, security: { roots } }: { readonly page: Page; readonly security: SecurityView },
) {
  const words = securityTextOf(page.site.language);
  return (
    <section class="panel">
      <h2>{words.authorityTitle}</h2>
      {roots.length === 0 ? <p class="hint">{words.noAuthority}</p> : (
        <>
          <p class="hint">{words.authorityHint}</p>
          <ul class="certificates">
            {roots.map(({ subject, fingerprint, from, until }) => (
              <li class="certificate">
                <p class="certificate-head">
                  <b>{subject}</b>
                  <span class="quiet">
                    {words.valid(page.format.date(from), page.format.date(until))}
                  </span>
                </p>
                <p class="hint">{words.fingerprint}</p>
                <p class="token fingerprint">{fingerprint}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface Failure {
  readonly at: string;
  readonly who: string;
  readonly address: string;
  readonly where: string;
  readonly reason: string;
}

function Failures({ scene }: { readonly scene: SecurityScene }) {
  const { page } = scene;
  const { text } = page;
  const words = securityTextOf(page.site.language);
  const failures = failuresOf(scene, words);
  return (
    <section class="panel is-below">
      <h2>{words.failuresTitle}</h2>
      <p class="hint">{failures.length === 0 ? words.failuresNone : words.failuresHint}</p>
      {failures.length > 0 && (
        <div class="table-wrap">
          <table class="as-cards">
            <thead>
              <tr>
                <th>{text.at}</th>
                <th>{text.name}</th>
                <th>{text.from}</th>
                <th>{text.reason}</th>
              </tr>
            </thead>
            <tbody>
              {failures.map(({ at, who, address, where, reason }) => (
                <tr>
                  <td data-label={text.at}>
                    <Moment page={page} at={at} />
                  </td>
                  <td class="is-title">
                    {who || "–"} <span class="quiet">{where}</span>
                  </td>
                  <td data-label={text.from}>{address}</td>
                  <td data-label={text.reason}>{reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** Of chargers and people together, newest first. */
function failuresOf(
  { page, refusals, failures }: SecurityScene,
  words: SecurityText,
): readonly Failure[] {
  const account = accountTextOf(page.site.language);
  return [
    ...refusals.map(({ at, chargerId, address, reason }) => ({
      at,
      who: chargerId ?? "",
      address,
      where: words.atCharger,
      reason: reason as string,
    })),
    ...failures.map(({ atWallMs, who, from, what, detail }) => ({
      at: new Date(atWallMs).toISOString(),
      who,
      address: from,
      where: words.atPages,
      reason: [account.actions[what as "sign-in"] ?? what, detail].filter((part) => part !== "")
        .join(": "),
    })),
  ].toSorted((left, right) => right.at.localeCompare(left.at));
}
