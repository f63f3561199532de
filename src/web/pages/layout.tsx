import type { Child, PropsWithChildren } from "hono/jsx";
import { accountTextOf } from "../account_text.ts";
import { apiTextOf } from "../api_text.ts";
import { ASSETS } from "../assets.ts";
import { loadTextOf } from "../load_text.ts";
import { metersTextOf } from "../meters_text.ts";
import { securityTextOf } from "../security_text.ts";
import { siteTimeTextOf } from "../site_time_text.ts";
import { settingsTextOf } from "../settings_text.ts";
import { reportTextOf } from "../report_text.ts";
import { faultTextOf } from "../faults/fault_text.ts";
import { Icon, type IconName, Mark } from "./icon.tsx";
import { LanguageMenu } from "./language_menu.tsx";
import { may, type Page } from "./page.ts";
import { Status } from "./status.tsx";

/** What a whole page is made of. */
export interface LayoutProps {
  readonly page: Page;
  readonly title: string;
  /** Set where the page updates itself. */
  readonly live?: string;
  /** Set where the page has charts. */
  readonly charts?: boolean;
}

/** The frame of every page of somebody signed in. */
export function Layout({ page, title, live, charts, children }: PropsWithChildren<LayoutProps>) {
  const { text, site } = page;
  return (
    <Document page={page} title={`${title} · ${site.name}`} live={live} charts={charts ?? false}>
      <a class="skip" href="#content">{text.skipToContent}</a>
      <header class="top">
        <div class="top-row">
          <a class="brand" href="/">
            <Mark />
            <span class="brand-word" lang="mr">{text.productWord}</span>
            <span class="brand-site">{site.name}</span>
          </a>
          <Status page={page} />
          <LanguageMenu page={page} />
          <UserMenu page={page} />
        </div>
        <nav class="tabs" aria-label={text.navigation}>
          {tabsOf(page).map((tab) => <Tab tab={tab} path={page.path} />)}
        </nav>
      </header>
      <p
        id="connection-lost"
        class="connection-lost"
        role="status"
        data-text={text.connectionLost}
      >
      </p>
      <main id="content" tabindex={-1}>{children}</main>
    </Document>
  );
}

/** The outermost of every page, also of those for strangers. */
export function Document(
  { page, title, live, charts = false, children }: PropsWithChildren<
    {
      readonly page: Page;
      readonly title: string;
      readonly live?: string | undefined;
      readonly charts?: boolean;
    }
  >,
) {
  return (
    <html lang={page.site.language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href={ASSETS.icon.path} type="image/svg+xml" />
        <link rel="stylesheet" href={ASSETS.stylesheet.path} />
        <script src={ASSETS.script.path} defer></script>
        {charts && (
          <>
            <link rel="stylesheet" href={ASSETS.plotStyle.path} />
            <script src={ASSETS.plot.path} defer></script>
            <script src={ASSETS.chart.path} defer></script>
          </>
        )}
      </head>
      <body data-live={live}>{children}</body>
    </html>
  );
}

interface TabEntry {
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
}

function tabsOf(page: Page): readonly TabEntry[] {
  const { text } = page;
  const tabs: TabEntry[] = [
    { path: "/", label: text.navSite, icon: "site" },
    { path: "/chargers", label: text.navChargers, icon: "charger" },
    { path: "/sessions", label: text.navSessions, icon: "list" },
    { path: "/load", label: loadTextOf(page.site.language).title, icon: "gauge" },
    { path: "/meters", label: metersTextOf(page.site.language).title, icon: "pulse" },
    { path: "/reports", label: reportTextOf(page.site.language).title, icon: "report" },
    { path: "/faults", label: faultTextOf(page.site.language).title, icon: "fault" },
    { path: "/outbox", label: text.navRecords, icon: "tray" },
  ];
  if (may(page, "operator")) tabs.push({ path: "/tokens", label: text.navTokens, icon: "card" });
  if (may(page, "admin")) {
    const label = settingsTextOf(page.site.language).title;
    tabs.push({ path: "/settings", label, icon: "gear" });
  }
  return tabs;
}

function Tab({ tab, path }: { readonly tab: TabEntry; readonly path: string }) {
  const isHere = tab.path === "/" ? path === "/" : path.startsWith(tab.path);
  return (
    <a href={tab.path} aria-current={isHere ? "page" : undefined} aria-label={tab.label}>
      <Icon name={tab.icon} />
      <span>{tab.label}</span>
    </a>
  );
}

function UserMenu({ page }: { readonly page: Page }) {
  const { text, principal, site } = page;
  const words = accountTextOf(site.language);
  return (
    <details class="user-menu">
      <summary>
        <Icon name="person" />
        <span class="sr">{text.userMenu}</span>
        <span class="user-name">{principal.name}</span>
      </summary>
      <div class="user-panel">
        <p>{text.signedInAs(principal.name, text.roles[principal.role])}</p>
        <a href="/account">{words.accountTitle}</a>
        <a href="/account/password">{text.changePassword}</a>
        {may(page, "installer") && <a href="/security">{securityTextOf(site.language).title}</a>}
        <a href="/time">{siteTimeTextOf(site.language).title}</a>
        <a href="/api/reference">{apiTextOf(site.language).title}</a>
        {may(page, "admin") && (
          <>
            <a href="/users">{words.usersTitle}</a>
            <a href="/api-tokens">{words.tokensTitle}</a>
            <a href="/audit">{words.auditTitle}</a>
            <a href="/settings">{settingsTextOf(site.language).title}</a>
          </>
        )}
        <form method="post" action="/sign-out">
          <Csrf page={page} />
          <button type="submit" class="plain">{text.signOut}</button>
        </form>
      </div>
    </details>
  );
}

/** The token that every form needs. */
export function Csrf({ page }: { readonly page: Page }) {
  return <input type="hidden" name="csrf" value={page.csrf} />;
}

/** A button that asks once before it does something; works without any script. */
export function AskingButton(
  { page, id, label, title, action, confirm, kind = "button", children }: PropsWithChildren<{
    readonly page: Page;
    readonly id: string;
    readonly label: string;
    readonly title: string;
    readonly action: string;
    readonly confirm: Child;
    readonly kind?: string;
  }>,
) {
  return (
    <>
      <button type="button" class={kind} popovertarget={id}>{label}</button>
      <div id={id} class="ask" popover="auto" role="dialog" aria-labelledby={`${id}-title`}>
        <form method="post" action={action}>
          <Csrf page={page} />
          <h2 id={`${id}-title`}>{title}</h2>
          {children}
          <div class="ask-buttons">
            <button
              type="button"
              class="button"
              popovertarget={id}
              popovertargetaction="hide"
            >
              {page.text.cancel}
            </button>
            {confirm}
          </div>
        </form>
      </div>
    </>
  );
}

/** A number and its unit, the unit smaller. */
export function Measure(
  { quantity }: { readonly quantity: { readonly value: string; readonly unit: string } },
) {
  return (
    <>
      <b>{quantity.value}</b>
      <span class="unit">{"\u202f" + quantity.unit}</span>
    </>
  );
}

/** A moment in short, with the whole of it to hover over. */
export function Moment({ page, at }: { readonly page: Page; readonly at: string }) {
  const { format, nowMs } = page;
  return <time datetime={at} title={format.full(at)}>{format.near(at, nowMs)}</time>;
}
