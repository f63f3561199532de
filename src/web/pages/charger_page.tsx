import type { CommandRecord } from "../commands/desk.ts";
import type { Drawing } from "../live/page_patches.ts";
import type { ChargerView, EvseView, MessageView } from "../views.ts";
import { ChargerFacts } from "./charger_facts.tsx";
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
  /** Empty for those who may not read frames. */
  readonly messages: readonly MessageView[];
}

/** A charger: how it is, what it is, what was asked of it and what it said. */
export function ChargerPage({ scene }: { readonly scene: ChargerScene }) {
  const { page, charger } = scene;
  const live = `/live?path=${encodeURIComponent(`/chargers/${encodeURIComponent(charger.id)}`)}`;
  return (
    <Layout page={page} title={charger.id} live={live}>
      <ChargerContent scene={scene} />
    </Layout>
  );
}

function ChargerContent({ scene }: { readonly scene: ChargerScene }) {
  const { page, charger, evses, records, messages } = scene;
  return (
    <div id="charger" class="charger">
      <ChargerHead page={page} charger={charger} evses={evses} />
      <HeldPanel page={page} charger={charger} />
      <div class="columns">
        <div class="column">
          {evses.map((evse) => <EvsePanel page={page} evse={evse} />)}
          {!may(page, "operator") && <p class="hint">{page.text.notYourRole}</p>}
        </div>
        <div class="column">
          <CommandList page={page} records={records} />
          <ChargerFacts page={page} charger={charger} />
          <ChargerSecurity page={page} charger={charger} />
          <QuirkList page={page} charger={charger} />
          {may(page, "operator") && <MessageList page={page} messages={messages} />}
        </div>
      </div>
    </div>
  );
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
    ["held", String(<HeldPanel page={page} charger={charger} />)],
    ["commands", String(<CommandList page={page} records={scene.records} />)],
    ["facts", String(<ChargerFacts page={page} charger={charger} />)],
    ["security", String(<ChargerSecurity page={page} charger={charger} />)],
    ["quirks", String(<QuirkList page={page} charger={charger} />)],
  ]);
  for (const evse of evses) {
    parts.set(evseElementId(evse.slot), String(<EvsePanel page={page} evse={evse} />));
  }
  if (may(page, "operator")) {
    parts.set("messages", String(<MessageList page={page} messages={scene.messages} />));
  }
  return {
    shape: JSON.stringify(evses.map(({ slot }) => slot)),
    parts,
    whole: { id: "charger", html: () => String(<ChargerContent scene={scene} />) },
  };
}
