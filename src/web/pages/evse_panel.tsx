import { maskToken } from "../commands/command.ts";
import { written } from "../format.ts";
import type { EvseView } from "../views.ts";
import { DemandForm, FirstForm } from "./demand_forms.tsx";
import { elementId } from "./element_id.ts";
import { EvseBody, evseElementId, EvseStateBadge } from "./evse_card.tsx";
import { STATE_LOOKS } from "./evse_tone.ts";
import { AskingButton, Csrf } from "./layout.tsx";
import { may, type Page } from "./page.ts";
import { PreviewButton } from "./preview_forms.tsx";

interface PanelProps {
  readonly page: Page;
  readonly evse: EvseView;
}

/** One connector on its charger's page: its state, and what can be done with it. */
export function EvsePanel({ page, evse }: PanelProps) {
  const { tone } = STATE_LOOKS[evse.state];
  return (
    <article id={evseElementId(evse.slot)} class={`evse is-wide tone-${tone}`}>
      <header>
        <span class="slot">{String(evse.slot)}</span>
        <h2 class="evse-name">{page.text.connector(evse.slot)}</h2>
        <EvseStateBadge page={page} evse={evse} />
      </header>
      <EvseBody page={page} evse={evse} />
      {may(page, "operator") && <EvseCommands page={page} evse={evse} />}
    </article>
  );
}

function EvseCommands({ page, evse }: PanelProps) {
  return (
    <div class="evse-commands">
      {evse.transaction === null
        ? <StartForm page={page} evse={evse} />
        : <StopButton page={page} evse={evse} />}
      {evse.transaction !== null && <DemandForm page={page} evse={evse} />}
      <LimitForm page={page} evse={evse} />
      <div class="button-row">
        {evse.transaction !== null && <FirstForm page={page} evse={evse} />}
        {evse.isCut && <ReconnectButton page={page} evse={evse} />}
        <UnlockButton page={page} evse={evse} />
        {evse.operative
          ? <TakeOutButton page={page} evse={evse} />
          : <PutBackForm page={page} evse={evse} />}
      </div>
    </div>
  );
}

function StartForm({ page, evse }: PanelProps) {
  const { text } = page;
  const field = elementId("start", evse.slot);
  return (
    <form method="post" action={`/evses/${evse.slot}/start`} class="inline-form">
      <Csrf page={page} />
      <label for={field}>{text.startHint}</label>
      <div class="field-row">
        <input
          id={field}
          name="idToken"
          required
          maxlength={36}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          placeholder={text.cardNumber}
        />
        <button type="submit" class="button primary">{text.start}</button>
      </div>
    </form>
  );
}

function StopButton({ page, evse }: PanelProps) {
  const { text, format, nowMs } = page;
  const { transaction } = evse;
  return (
    <AskingButton
      page={page}
      id={elementId("stop", evse.slot)}
      label={text.stop}
      kind="button primary wide"
      title={text.stopTitle(evse.slot)}
      action={`/evses/${evse.slot}/stop`}
      confirm={<button type="submit" class="button danger">{text.stop}</button>}
    >
      <p>
        {transaction === null ? text.stopNobody : text.stopExplained(
          maskToken(transaction.token),
          written(format.energy(evse.energyWh ?? transaction.energyWh)),
          format.duration(nowMs - Date.parse(transaction.startedAt)),
        )}
      </p>
    </AskingButton>
  );
}

/** Caps an EVSE for some minutes. */
export function LimitForm({ page, evse }: PanelProps) {
  const { text } = page;
  const [amps, minutes] = [elementId("amps", evse.slot), elementId("minutes", evse.slot)];
  return (
    <form method="post" action={`/evses/${evse.slot}/limit`} class="inline-form">
      <Csrf page={page} />
      <div class="field-row">
        <label for={amps} class="stacked">
          {text.limitAmps}
          <input
            id={amps}
            name="amps"
            type="number"
            required
            min="0"
            max={evse.maxCurrentAmps ?? 500}
            step="1"
            inputmode="numeric"
          />
        </label>
        <label for={minutes} class="stacked">
          {text.limitMinutes}
          <input
            id={minutes}
            name="minutes"
            type="number"
            required
            min="1"
            max="1440"
            value="60"
            inputmode="numeric"
          />
        </label>
        <button type="submit" class="button">{text.setLimit}</button>
        <PreviewButton page={page} change="limit" subject={evse} />
      </div>
      <p class="hint">{text.limitHint}</p>
    </form>
  );
}

function UnlockButton({ page, evse }: PanelProps) {
  const { text } = page;
  const { transaction } = evse;
  return (
    <AskingButton
      page={page}
      id={elementId("unlock", evse.slot)}
      label={text.unlock}
      title={text.unlockTitle(evse.slot)}
      action={`/evses/${evse.slot}/unlock`}
      confirm={<button type="submit" class="button danger">{text.unlock}</button>}
    >
      <p>
        {transaction === null
          ? text.unlockNobody
          : text.unlockExplained(maskToken(transaction.token))}
      </p>
    </AskingButton>
  );
}

function ReconnectButton({ page, evse }: PanelProps) {
  const { text } = page;
  return (
    <AskingButton
      page={page}
      id={elementId("reconnect", evse.slot)}
      label={text.reconnect}
      title={text.reconnectTitle(evse.slot)}
      action={`/evses/${evse.slot}/reconnect`}
      confirm={<button type="submit" class="button danger">{text.reconnect}</button>}
    >
      <p>{text.reconnectExplained}</p>
    </AskingButton>
  );
}

function TakeOutButton({ page, evse }: PanelProps) {
  const { text } = page;
  return (
    <AskingButton
      page={page}
      id={elementId("take-out", evse.slot)}
      label={text.takeOut}
      title={text.takeOutTitle(evse.slot)}
      action={`/evses/${evse.slot}/availability`}
      confirm={
        <button type="submit" name="operational" value="false" class="button danger">
          {text.takeOut}
        </button>
      }
    >
      <p>{text.takeOutExplained}</p>
    </AskingButton>
  );
}

function PutBackForm({ page, evse }: PanelProps) {
  return (
    <form method="post" action={`/evses/${evse.slot}/availability`}>
      <Csrf page={page} />
      <button type="submit" name="operational" value="true" class="button">
        {page.text.putBack}
      </button>
    </form>
  );
}
