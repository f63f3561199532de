import { securityTextOf } from "../security_text.ts";
import type { ChargerCertificateView, ChargerView } from "../views.ts";
import { Moment } from "./layout.tsx";
import { may, type Page } from "./page.ts";

const DAY_MS = 86_400_000;
/** A charger is asked to renew its certificate from then on; one that has not is worth a look. */
export const ENDS_SOON_MS = 60 * DAY_MS;

/** How far a certificate is in its life. */
export type CertificateState = "in-use" | "unused" | "ends-soon" | "over" | "revoked";

/** Where a certificate stands at a moment. */
export function certificateState(
  { revoked, until, firstUsed }: ChargerCertificateView,
  nowMs: number,
): CertificateState {
  if (revoked !== null) return "revoked";
  const leftMs = Date.parse(until) - nowMs;
  if (leftMs <= 0) return "over";
  if (leftMs < ENDS_SOON_MS) return "ends-soon";
  return firstUsed === null ? "unused" : "in-use";
}

interface Props {
  readonly page: Page;
  readonly charger: ChargerView;
}

/** How a charger proves who it is, and where that is changed. */
export function ChargerSecurity({ page, charger }: Props) {
  const words = securityTextOf(page.site.language);
  return (
    <section id="security" class="panel facts">
      <h2>{words.chargerTitle}</h2>
      <SecurityFacts page={page} charger={charger} />
      {may(page, "installer") && (
        <p>
          <a href={`/chargers/${encodeURIComponent(charger.id)}/security`}>{words.changeLink}</a>
        </p>
      )}
    </section>
  );
}

/** Profile, ratchet, password and certificates. */
export function SecurityFacts({ page, charger: { security } }: Props) {
  const words = securityTextOf(page.site.language);
  const { profile, leastProfile, certificates } = security;
  return (
    <>
      <dl>
        <div>
          <dt>{words.profileNow}</dt>
          <dd>{profile === null ? words.notNow : words.profiles[profile]}</dd>
        </div>
        <div>
          <dt>{words.leastProfile}</dt>
          <dd>{words.profiles[leastProfile]}</dd>
        </div>
        <div>
          <dt>{words.password}</dt>
          <dd>
            <PasswordAge page={page} security={security} />
          </dd>
        </div>
        {certificates.length === 0 && (
          <div>
            <dt>{words.certificate}</dt>
            <dd>{words.noCertificate}</dd>
          </div>
        )}
      </dl>
      {certificates.length > 0 && (
        <ul class="certificates">
          {certificates.map((each) => <Certificate page={page} certificate={each} />)}
        </ul>
      )}
    </>
  );
}

function PasswordAge(
  { page, security: { password } }: {
    readonly page: Page;
    readonly security: ChargerView["security"];
  },
) {
  const words = securityTextOf(page.site.language);
  const { format } = page;
  const age = password.since !== null
    ? words.passwordSince(format.dateTime(Date.parse(password.since)))
    : password.kept
    ? words.passwordKept
    : words.passwordElsewhere;
  return (
    <>
      {age}
      {password.changing && <span class="hint is-block">{words.passwordChanging}</span>}
    </>
  );
}

function Certificate(
  { page, certificate }: { readonly page: Page; readonly certificate: ChargerCertificateView },
) {
  const words = securityTextOf(page.site.language);
  const { format, nowMs } = page;
  const state = certificateState(certificate, nowMs);
  const tone = state === "ends-soon" || state === "over" ? "tone-waiting" : "tone-quiet";
  return (
    <li class="certificate">
      <p class="certificate-head">
        <b>{certificate.subject ?? words.certificate}</b>
        <span class={tone}>{words.certificateStates[state]}</span>
      </p>
      <dl>
        <div>
          <dt>{words.serial}</dt>
          <dd class="token">{certificate.serialNumber}</dd>
        </div>
        <div>
          <dt>{words.counts}</dt>
          <dd>
            {words.valid(
              format.date(certificate.from),
              format.date(certificate.until),
            )}
          </dd>
        </div>
      </dl>
      {certificate.revoked !== null && (
        <p class="hint">
          {words.revokedFor(certificate.revoked.reason)} ·{" "}
          <Moment page={page} at={certificate.revoked.at} />
        </p>
      )}
    </li>
  );
}
