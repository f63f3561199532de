import type { PropsWithChildren } from "hono/jsx";
import type { CommandRecord } from "../commands/desk.ts";
import type { SecurityOrder } from "../../site/mod.ts";
import type { Drawing } from "../live/page_patches.ts";
import { securityTextOf } from "../security_text.ts";
import type { ChargerView, ListenerView, SecurityProfile } from "../views.ts";
import { SecurityFacts } from "./charger_security.tsx";
import { ChargerTabs } from "./charger_tabs.tsx";
import { CommandList } from "./command_list.tsx";
import { AskingButton, Csrf, Layout } from "./layout.tsx";
import type { Page } from "./page.ts";
import { Status } from "./status.tsx";

/** What the page of a charger's passwords and certificates shows. */
export interface ChargerSecurityScene {
  readonly page: Page;
  readonly charger: ChargerView;
  readonly records: readonly CommandRecord[];
  readonly listeners: readonly ListenerView[];
  /** The host that the browser used: chargers may well find the gateway there too. */
  readonly host: string;
}

/** Orders about how a charger proves who it is, for who has just shown who he is himself. */
export function ChargerSecurityPage({ scene }: { readonly scene: ChargerSecurityScene }) {
  const { page, charger, records } = scene;
  const words = securityTextOf(page.site.language);
  const path = `/chargers/${encodeURIComponent(charger.id)}/security`;
  const live = `/live?path=${encodeURIComponent(path)}`;
  return (
    <Layout page={page} title={words.ordersTitle(charger.id)} live={live}>
      <header class="page-head">
        <div>
          <h1>{words.ordersTitle(charger.id)}</h1>
          <p class="hint">{words.ordersHint}</p>
        </div>
        <a class="button" href={`/chargers/${encodeURIComponent(charger.id)}`}>{page.text.back}</a>
      </header>
      <ChargerTabs page={page} chargerId={charger.id} here="security" />
      {!charger.connected && <p class="hint">{words.away}</p>}
      <div class="columns">
        <div class="column">
          <NewPassword page={page} charger={charger} />
          <RenewCertificate page={page} charger={charger} />
          <RaiseProfile scene={scene} />
          <RevokeCertificates page={page} charger={charger} />
          <AllowProfile page={page} charger={charger} />
        </div>
        <div class="column">
          <Facts page={page} charger={charger} />
          <CommandList page={page} records={ordersIn(records)} />
        </div>
      </div>
    </Layout>
  );
}

function ordersIn(records: readonly CommandRecord[]): readonly CommandRecord[] {
  return records.filter(({ command }) => command.kind === "security");
}

function Facts({ page, charger }: OrderProps) {
  const words = securityTextOf(page.site.language);
  return (
    <section id="security" class="panel facts">
      <h2>{words.chargerTitle}</h2>
      <SecurityFacts page={page} charger={charger} />
    </section>
  );
}

/** What changes by itself: how the charger stands, and what becomes of the orders. */
export function drawChargerSecurity(
  { page, charger, records }: Pick<ChargerSecurityScene, "page" | "charger" | "records">,
): Drawing {
  const parts = new Map<string, string>([
    ["status", String(<Status page={page} />)],
    ["security", String(<Facts page={page} charger={charger} />)],
    ["commands", String(<CommandList page={page} records={ordersIn(records)} />)],
  ]);
  return { shape: "", parts, whole: null };
}

interface OrderProps {
  readonly page: Page;
  readonly charger: ChargerView;
}

function actionOf({ id }: ChargerView): string {
  return `/chargers/${encodeURIComponent(id)}/security`;
}

/** An order that is asked about once, with what it needs to know. */
function AskedOrder(
  { page, charger, order, title, isDanger = false, children }: PropsWithChildren<
    OrderProps & {
      readonly order: Exclude<SecurityOrder["do"], "renew-certificate">;
      readonly title: string;
      readonly isDanger?: boolean;
    }
  >,
) {
  const label = securityTextOf(page.site.language).orders[order];
  return (
    <AskingButton
      page={page}
      id={order}
      label={label}
      title={title}
      action={actionOf(charger)}
      confirm={
        <button type="submit" class={isDanger ? "button danger" : "button primary"}>{label}</button>
      }
    >
      <input type="hidden" name="do" value={order} />
      {children}
    </AskingButton>
  );
}

function NewPassword({ page, charger }: OrderProps) {
  const words = securityTextOf(page.site.language);
  const title = words.ask.newPassword(charger.id);
  return (
    <section class="panel order">
      <h2>{words.orders["new-password"]}</h2>
      <p>{words.explained.newPassword}</p>
      <AskedOrder page={page} charger={charger} order="new-password" title={title}>
        <p>{words.explained.newPassword}</p>
      </AskedOrder>
    </section>
  );
}

function RenewCertificate({ page, charger }: OrderProps) {
  const words = securityTextOf(page.site.language);
  return (
    <section class="panel order">
      <h2>{words.orders["renew-certificate"]}</h2>
      <p>{words.explained.renew}</p>
      <form method="post" action={actionOf(charger)}>
        <Csrf page={page} />
        <input type="hidden" name="do" value="renew-certificate" />
        <button type="submit" class="button">{words.orders["renew-certificate"]}</button>
      </form>
    </section>
  );
}

function RaiseProfile({ scene }: { readonly scene: ChargerSecurityScene }) {
  const { page, charger } = scene;
  const words = securityTextOf(page.site.language);
  const now = charger.security.profile ?? charger.security.leastProfile;
  const higher = ([1, 2, 3] as const).filter((profile) => profile > now);
  return (
    <section class="panel order">
      <h2>{words.orders["raise-profile"]}</h2>
      {higher.length === 0 ? <p class="hint">{words.nothingHigher}</p> : (
        <>
          <p>{words.explained.raise}</p>
          <AskedOrder
            page={page}
            charger={charger}
            order="raise-profile"
            title={words.ask.raise(charger.id)}
          >
            <ProfileField page={page} id="raise-to" profiles={higher} />
            <label class="stacked" for="raise-url">{words.address}</label>
            <input
              id="raise-url"
              name="url"
              type="text"
              inputmode="url"
              maxlength={512}
              pattern="wss?://[^\\s?#@]+"
              value={addressFor(scene, higher)}
              autocomplete="off"
              spellcheck={false}
            />
            <p class="hint">{words.addressHint}</p>
          </AskedOrder>
        </>
      )}
    </section>
  );
}

/** Where a charger may find a listener of one of these profiles; empty where none listens. */
export function addressFor(
  { listeners, host }: Pick<ChargerSecurityScene, "listeners" | "host">,
  profiles: readonly SecurityProfile[],
): string {
  const found = listeners.find(({ securityProfile }) => profiles.includes(securityProfile));
  return found?.url.replace(/\/\/(0\.0\.0\.0|\[::\])(?=[:/])/, `//${host}`) ?? "";
}

function RevokeCertificates({ page, charger }: OrderProps) {
  const words = securityTextOf(page.site.language);
  const { certificates, profile } = charger.security;
  const isNone = certificates.every(({ revoked }) => revoked !== null);
  return (
    <section class="panel order">
      <h2>{words.orders["revoke-certificates"]}</h2>
      {isNone ? <p class="hint">{words.noCertificate}</p> : (
        <AskedOrder
          page={page}
          charger={charger}
          order="revoke-certificates"
          title={words.ask.revoke(charger.id)}
          isDanger
        >
          <p>{words.explained.revoke(charger.id, profile === 3)}</p>
          <label class="stacked" for="revoke-reason">{words.reason}</label>
          <input id="revoke-reason" name="reason" maxlength={200} autocomplete="off" />
        </AskedOrder>
      )}
    </section>
  );
}

function AllowProfile({ page, charger }: OrderProps) {
  const words = securityTextOf(page.site.language);
  const lower = ([2, 1, 0] as const).filter((each) => each < charger.security.leastProfile);
  return (
    <section class="panel order">
      <h2>{words.orders["allow-profile"]}</h2>
      {lower.length === 0 ? <p class="hint">{words.nothingLower}</p> : (
        <AskedOrder
          page={page}
          charger={charger}
          order="allow-profile"
          title={words.ask.allow(charger.id)}
          isDanger
        >
          <p>{words.explained.allow(charger.id)}</p>
          <ProfileField page={page} id="allow-down-to" profiles={lower} />
        </AskedOrder>
      )}
    </section>
  );
}

function ProfileField(
  { page, id, profiles }: {
    readonly page: Page;
    readonly id: string;
    readonly profiles: readonly SecurityProfile[];
  },
) {
  const words = securityTextOf(page.site.language);
  return (
    <>
      <label class="stacked" for={id}>{words.wantedProfile}</label>
      <select id={id} name="profile">
        {profiles.map((profile) => (
          <option value={String(profile)}>{words.profiles[profile]}</option>
        ))}
      </select>
    </>
  );
}
