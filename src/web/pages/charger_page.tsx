import type { CommandRecord } from "../commands/desk.ts";
import type { Drawing } from "../live/page_patches.ts";
import type { MessageNote } from "../message_notes.ts";
import type { SessionReadingView } from "../session_story.ts";
import type { ChargerView, EvseView, FaultView, MessageView } from "../views.ts";
import { Alarms } from "./alarms.tsx";
import { ChargerFacts } from "./charger_facts.tsx";
import { ChargerFaults } from "./charger_faults.tsx";
import { ChargerSession, sessionPanelId } from "./charger_session.tsx";
import { ChargerTabs } from "./charger_tabs.tsx";
import { ChargerSecurity } from "./charger_security.tsx";
import { CommandList } from "./command_list.tsx";
import { evseElementId } from "./evse_card.tsx";
import { EvsePanel } from "./evse_panel.tsx";
import { HeldPanel } from "./held_panel.tsx";
import { Icon } from "./icon.tsx";
import { AskingButton, Csrf, Layout } from "./layout.tsx";
import { MessageList } from "./message_list.tsx";
import { may, type Page } from "./page.ts";
import { QuirkList } from "./quirk_list.tsx";
import { Status } from "./status.tsx";

/** Everything that a charger's page shows. */
export interface ChargerScene {
  readonly page: Page;
  readonly charger: ChargerView;
  readonly evses: readonly EvseView[];
  readonly records: readonly CommandRecord[];
  /** The newest readings of the session at each slot, oldest first. */
  readonly readings: ReadonlyMap<number, readonly SessionReadingView[]>;
  /** What is wrong with it, and what was. */
  readonly faults: readonly FaultView[];
  /** Empty for those who may not read frames. */
  readonly messages: readonly MessageView[];
  readonly notes: ReadonlyMap<number, readonly MessageNote[]>;
}

/** A charger: how it is, what it is, what was asked of it and what it said. */
export function ChargerPage({ scene }: { readonly scene: ChargerScene }) {
  const { page, charger } = scene;
  const live = `/live?path=${encodeURIComponent(`/chargers/${encodeURIComponent(charger.id)}`)}`;
  return (
    <Layout page={page} title={charger.id} live={live} charts>
      <ChargerContent scene={scene} />
    </Layout>
  );
}

/** What is wrong with it now: that stands on top. */
function standingOf({ faults }: ChargerScene): readonly FaultView[] {
  return faults.filter(({ state }) => state === "raised");
}

function ChargerContent({ scene }: { readonly scene: ChargerScene }) {
  const { page, charger, evses, records } = scene;
  return (
    <div id="charger" class="charger">
      <ChargerHead page={page} charger={charger} evses={evses} />
      <ChargerTabs page={page} chargerId={charger.id} here="overview" />
      <Alarms page={page} faults={standingOf(scene)} meters={[]} />
      <HeldPanel page={page} charger={charger} />
      <div class="columns">
        <div class="column">
          {evses.map((evse) => (
            <>
              <EvsePanel page={page} evse={evse} />
              <SessionPanel scene={scene} evse={evse} />
            </>
          ))}
          {!may(page, "operator") && <p class="hint">{page.text.notYourRole}</p>}
        </div>
        <div class="column">
          <ChargerFaults page={page} faults={scene.faults} />
          <CommandList page={page} records={records} />
          <ChargerFacts page={page} charger={charger} />
          <ChargerSecurity page={page} charger={charger} />
          <QuirkList page={page} charger={charger} />
          {may(page, "operator") && <LastMessages scene={scene} />}
        </div>
      </div>
    </div>
  );
}

function SessionPanel({ scene, evse }: {
  readonly scene: ChargerScene;
  readonly evse: EvseView;
}) {
  const readings = scene.readings.get(evse.slot) ?? [];
  return <ChargerSession page={scene.page} evse={evse} readings={readings} />;
}

function LastMessages({ scene: { page, charger, messages, notes } }: {
  readonly scene: ChargerScene;
}) {
  const href = `/chargers/${encodeURIComponent(charger.id)}/messages`;
  return <MessageList page={page} messages={messages} notes={notes} href={href} />;
}

interface HeadProps {
  readonly page: Page;
  readonly charger: ChargerView;
  readonly evses: readonly EvseView[];
}

function ChargerHead({ page, charger, evses }: HeadProps) {
  const { text, format, nowMs } = page;
  const { connectedSince } = charger;
  return (
    <header id="charger-head" class="page-head">
      <div>
        <h1>{charger.id}</h1>
        <p class={charger.connected ? "link" : "link tone-unreachable"}>
          <Icon name={charger.connected ? "check" : "unlink"} />
          <span>
            {!charger.connected
              ? text.notConnected
              : connectedSince === null
              ? text.connected
              : text.connectedSince(format.since(connectedSince, nowMs))}
          </span>
        </p>
      </div>
      {may(page, "operator") && <ChargerCommands page={page} charger={charger} evses={evses} />}
    </header>
  );
}

function ChargerCommands({ page, charger, evses }: HeadProps) {
  const { text } = page;
  const path = `/chargers/${encodeURIComponent(charger.id)}`;
  const running = evses.filter(({ transaction }) => transaction !== null).length;
  return (
    <div class="button-row">
      <form method="post" action={`${path}/trigger`}>
        <Csrf page={page} />
        <button type="submit" name="message" value="StatusNotification" class="button">
          {text.askStatus}
        </button>
      </form>
      <AskingButton
        page={page}
        id="restart"
        label={text.restart}
        title={text.restartTitle(charger.id)}
        action={`${path}/reset`}
        confirm={
          <>
            <button type="submit" name="type" value="hard" class="button">
              {text.restartHard}
            </button>
            <button type="submit" name="type" value="soft" class="button danger">
              {text.restartSoft}
            </button>
          </>
        }
      >
        <p>{text.restartExplained(running)}</p>
        <p class="hint">{text.restartHardHint}</p>
      </AskingButton>
    </div>
  );
}

/** A charger's page as parts that change by themselves. */
export function drawCharger(scene: ChargerScene): Drawing {
  const { page, charger, evses } = scene;
  const parts = new Map<string, string>([
    ["status", String(<Status page={page} />)],
    ["charger-head", String(<ChargerHead page={page} charger={charger} evses={evses} />)],
    ["alarms", String(<Alarms page={page} faults={standingOf(scene)} meters={[]} />)],
    ["held", String(<HeldPanel page={page} charger={charger} />)],
    ["faults", String(<ChargerFaults page={page} faults={scene.faults} />)],
    ["commands", String(<CommandList page={page} records={scene.records} />)],
    ["facts", String(<ChargerFacts page={page} charger={charger} />)],
    ["security", String(<ChargerSecurity page={page} charger={charger} />)],
    ["quirks", String(<QuirkList page={page} charger={charger} />)],
  ]);
  for (const evse of evses) {
    parts.set(evseElementId(evse.slot), String(<EvsePanel page={page} evse={evse} />));
    const panel = String(<SessionPanel scene={scene} evse={evse} />);
    parts.set(sessionPanelId(evse.slot), panel);
  }
  if (may(page, "operator")) {
    parts.set("messages", String(<LastMessages scene={scene} />));
  }
  return {
    shape: JSON.stringify(evses.map(({ slot }) => slot)),
    parts,
    whole: { id: "charger", html: () => String(<ChargerContent scene={scene} />) },
  };
}
