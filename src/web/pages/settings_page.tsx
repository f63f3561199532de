import { accountTextOf } from "../account_text.ts";
import { diffExcerpt, type DiffLine, diffLines } from "../../lib/line_diff.ts";
import type { SettingsProblem, SettingsView } from "../settings_port.ts";
import { securityTextOf } from "../security_text.ts";
import { settingsTextOf } from "../settings_text.ts";
import { firstRunTextOf } from "../first_run/first_run_text.ts";
import { Icon } from "./icon.tsx";
import { AskingButton, Csrf, Layout } from "./layout.tsx";
import { may, type Page } from "./page.ts";

/** What came of checking a text. */
export interface SettingsCheck {
  readonly text: string;
  readonly problems: readonly SettingsProblem[];
  readonly notices: readonly SettingsProblem[];
}

/** What the page shows. */
export interface SettingsScene {
  readonly page: Page;
  readonly version: string;
  /** Null where this gateway was started without a file to write to. */
  readonly settings: SettingsView | null;
  readonly check: SettingsCheck | null;
  /** What went wrong, in words. */
  readonly trouble: string | null;
  readonly hasBackup: boolean;
  readonly hasBundle: boolean;
}

/** A body has 256 KiB, and each sign of a form may take three bytes. */
export const SETTINGS_TEXT_MAX = 80_000;
const LINES_AROUND = 3;

/** The configuration, the backup, the version. */
export function SettingsPage({ scene }: { readonly scene: SettingsScene }) {
  const { page, settings, check, trouble } = scene;
  const words = settingsTextOf(page.site.language);
  return (
    <Layout page={page} title={words.title}>
      <header class="page-head">
        <div>
          <h1>{words.title}</h1>
          <p class="hint">{words.hint}</p>
        </div>
      </header>
      {trouble !== null && (
        <p class="banner" role="alert">
          <Icon name="fault" />
          <span>{trouble}</span>
        </p>
      )}
      {settings !== null && check !== null && (
        <CheckPanel page={page} settings={settings} check={check} />
      )}
      {settings !== null && <Editor page={page} settings={settings} check={check} />}
      <div class="columns is-below">
        <div class="column">
          {scene.hasBackup && may(page, "admin") && (
            <section class="panel order">
              <h2>{words.backupTitle}</h2>
              <p>{words.backupHint}</p>
              <form method="post" action="/settings/backup">
                <Csrf page={page} />
                <button type="submit" class="button">{words.download}</button>
              </form>
            </section>
          )}
          {scene.hasBundle && may(page, "admin") && (
            <section class="panel order">
              <h2>{words.bundleTitle}</h2>
              <p>{words.bundleHint}</p>
              <form method="post" action="/settings/support-bundle">
                <Csrf page={page} />
                <button type="submit" class="button">{words.bundleDownload}</button>
              </form>
            </section>
          )}
        </div>
        <div class="column">
          <Version scene={scene} />
        </div>
      </div>
    </Layout>
  );
}

function Version({ scene: { page, version } }: { readonly scene: SettingsScene }) {
  const words = settingsTextOf(page.site.language);
  const account = accountTextOf(page.site.language);
  return (
    <section class="panel order">
      <h2>{words.versionTitle}</h2>
      <p>{words.version(version)}</p>
      <p class="hint">{words.updateHint}</p>
      <h3>{words.moreTitle}</h3>
      <ul class="plain-list">
        <li>
          <a href="/start">{firstRunTextOf(page.site.language).title}</a>
        </li>
        <li>
          <a href="/security">{securityTextOf(page.site.language).title}</a>
        </li>
        {may(page, "admin") && (
          <>
            <li>
              <a href="/users">{account.usersTitle}</a>
            </li>
            <li>
              <a href="/api-tokens">{account.tokensTitle}</a>
            </li>
            <li>
              <a href="/audit">{account.auditTitle}</a>
            </li>
          </>
        )}
      </ul>
    </section>
  );
}

interface PartProps {
  readonly page: Page;
  readonly settings: SettingsView;
}

function Editor(
  { page, settings, check }: PartProps & { readonly check: SettingsCheck | null },
) {
  const words = settingsTextOf(page.site.language);
  const text = check?.text ?? settings.text;
  return (
    <section class="panel settings">
      <h2>{words.file(settings.file)}</h2>
      <LastTrial page={page} settings={settings} />
      <p class="hint">{words.fileHint}</p>
      <p class="hint">{words.secretsHint}</p>
      {settings.cannotWrite !== null && <p class="hint">{words.readOnly(settings.cannotWrite)}</p>}
      {text.length > SETTINGS_TEXT_MAX
        ? <p>{words.tooLarge}</p>
        : (
          <form method="post" action="/settings/check">
            <Csrf page={page} />
            <input type="hidden" name="base" value={settings.digest} />
            <textarea
              name="text"
              class="code"
              rows={24}
              maxlength={SETTINGS_TEXT_MAX}
              spellcheck={false}
              autocomplete="off"
              autocapitalize="off"
              aria-label={words.file(settings.file)}
            >
              {"\n" + text}
            </textarea>
            <div class="button-row">
              <button type="submit" class="button primary">{words.check}</button>
            </div>
          </form>
        )}
    </section>
  );
}

function LastTrial({ page, settings: { trial } }: PartProps) {
  const words = settingsTextOf(page.site.language).trials;
  if (trial === null) return null;
  const at = page.format.dateTime(Date.parse(trial.at));
  if (trial.state === "running") return <p>{words.running}</p>;
  return trial.state === "kept"
    ? <p class="hint">{words.kept(at)}</p>
    : <p class="banner" role="alert">{words["rolled-back"](at, trial.reason)}</p>;
}

function CheckPanel(
  { page, settings, check }: PartProps & { readonly check: SettingsCheck },
) {
  const words = settingsTextOf(page.site.language);
  const { problems, notices, text } = check;
  const isSame = text === settings.text;
  return (
    <section class="panel settings" aria-live="polite">
      <h2>
        {problems.length > 0
          ? words.problems(problems.length)
          : isSame
          ? words.unchanged
          : words.diffTitle}
      </h2>
      <Problems page={page} problems={problems} />
      {notices.length > 0 && (
        <>
          <h3>{words.remarks}</h3>
          <Problems page={page} problems={notices} />
        </>
      )}
      {problems.length === 0 && <p class="hint">{words.fine}</p>}
      {!isSame && <Diff page={page} before={settings.text} after={text} />}
      {problems.length === 0 && !isSame && settings.cannotWrite === null && (
        <AskingButton
          page={page}
          id="apply-settings"
          label={words.apply}
          kind="button primary"
          title={words.applyTitle}
          action="/settings/apply"
          confirm={<button type="submit" class="button danger">{words.apply}</button>}
        >
          <p>{words.applyExplained}</p>
          <input type="hidden" name="base" value={settings.digest} />
          <input type="hidden" name="text" value={text} />
        </AskingButton>
      )}
    </section>
  );
}

/** What is wrong with a configuration, by line. */
export function Problems(
  { page, problems }: { readonly page: Page; readonly problems: readonly SettingsProblem[] },
) {
  const words = settingsTextOf(page.site.language);
  if (problems.length === 0) return null;
  return (
    <ul class="plain-list">
      {problems.map(({ path, line, message }) => (
        <li>
          {line !== null && <b>{words.line(line)}</b>}{" "}
          {path !== "" && <span class="token">{path}</span>} {message}
        </li>
      ))}
    </ul>
  );
}

const MARKS: Readonly<Record<DiffLine["kind"], string>> = { same: " ", gone: "−", new: "+" };

function Diff(
  { page, before, after }: {
    readonly page: Page;
    readonly before: string;
    readonly after: string;
  },
) {
  const { diffKinds, diffTitle } = settingsTextOf(page.site.language);
  return (
    // Long lines are scrolled to, by keys too.
    <ol class="diff" tabindex={0} aria-label={diffTitle}>
      {diffExcerpt(diffLines(before, after), LINES_AROUND).map((line) =>
        line === null
          ? <li class="diff-gap" aria-hidden="true">…</li>
          : (
            <li class={`diff-line is-${line.kind}`}>
              {line.kind !== "same" && <span class="sr">{diffKinds[line.kind]}</span>}
              <span class="diff-number" aria-hidden="true">{MARKS[line.kind]}{line.line}</span>
              <code>{line.text}</code>
            </li>
          )
      )}
    </ol>
  );
}

/** The gateway starts anew now. */
export function SettingsAppliedPage({ page }: { readonly page: Page }) {
  const words = settingsTextOf(page.site.language);
  return (
    <Layout page={page} title={words.title}>
      <section class="panel order">
        <h1>{words.applied}</h1>
        <p>{words.appliedHint}</p>
        <a class="button" href="/settings">{words.title}</a>
      </section>
    </Layout>
  );
}
