import type { PropsWithChildren } from "hono/jsx";
import { unreachable } from "../../lib/assert.ts";
import { type Command, maskToken } from "../commands/command.ts";
import type { CommandRecord } from "../commands/desk.ts";
import { type FirmwareAction, settingText } from "../../site/mod.ts";
import { configurationTextOf } from "../configuration_text.ts";
import { written } from "../format.ts";
import { type FirmwareText, firmwareTextOf } from "../firmware/firmware_text.ts";
import { securityTextOf } from "../security_text.ts";
import { Icon, type IconName } from "./icon.tsx";
import type { Page } from "./page.ts";

/** How many of the last commands a charger's page shows. */
const SHOWN_MAX = 6;

/** The last commands to a charger, each with how far it came. */
export function CommandList(
  { page, records }: { readonly page: Page; readonly records: readonly CommandRecord[] },
) {
  const { text } = page;
  return (
    <section id="commands" class="panel commands" aria-live="polite">
      <h2>{text.commandsTitle}</h2>
      {records.length === 0 && <p class="hint">{text.noCommands}</p>}
      <ol class="command-items">
        {records.slice(0, SHOWN_MAX).map((record) => <CommandItem page={page} record={record} />)}
      </ol>
    </section>
  );
}

/** One command with how far it came, and what else there is to say of it. */
export function CommandItem({ page, record, children }: PropsWithChildren<{
  readonly page: Page;
  readonly record: CommandRecord;
}>) {
  const { text, format } = page;
  const advice = adviceOf(page, record);
  return (
    <li id={`command-${record.id}`} class="command">
      <p class="command-name">
        <b>{commandName(page, record.command)}</b>
        <span class="quiet">{text.askedBy(record.by, format.clockSeconds(record.askedAtMs))}</span>
      </p>
      <ol class="steps">
        {stepsOf(page, record).map((step) => (
          <li class={`step is-${step.state}`}>
            <Icon name={STEP_ICONS[step.state]} />
            <span>{step.label}</span>
          </li>
        ))}
      </ol>
      {advice !== null && <p class="advice">{advice}</p>}
      {children}
    </li>
  );
}

interface Step {
  readonly label: string;
  readonly state: "done" | "going" | "no" | "unknown";
}

const STEP_ICONS: Readonly<Record<Step["state"], IconName>> = {
  done: "check",
  going: "hourglass",
  no: "cross",
  unknown: "question",
};

/** Asked, sent, accepted, seen: as far as it came, and no further. */
export function stepsOf({ text, format }: Page, record: CommandRecord): readonly Step[] {
  const asked: Step = { label: text.stepAsked, state: "done" };
  const sent: Step = { label: text.stepSent, state: "done" };
  switch (record.progress.kind) {
    case "sent":
      return [asked, { label: text.sendingNow, state: "going" }];
    case "unanswered":
      return [asked, sent, { label: text.stepUnanswered, state: "unknown" }];
    case "failed":
      return [asked, { label: text.stepFailed, state: "no" }];
    case "refused":
      return [asked, sent, { label: text.stepRefused, state: "no" }];
    case "accepted": {
      const seen = record.seenAtMs === null
        ? text.stepSeen
        : `${text.stepSeen}, ${format.clockSeconds(record.seenAtMs)}`;
      const last: Readonly<Record<CommandRecord["effect"], Step>> = {
        seen: { label: seen, state: "done" },
        awaited: { label: text.stepAwaited, state: "going" },
        missed: { label: text.stepMissed, state: "unknown" },
        unseeable: { label: text.stepUnseeable, state: "unknown" },
      };
      return [asked, sent, { label: text.stepAccepted, state: "done" }, last[record.effect]];
    }
    default:
      return unreachable(record.progress);
  }
}

/** What to try next; null where nothing is left to do. */
function adviceOf(
  { text, site }: Page,
  { command, progress, effect }: CommandRecord,
): string | null {
  switch (progress.kind) {
    case "refused":
    case "failed":
      return `${sentence(progress.reason)} ${sentence(progress.advice)}`.trim();
    case "unanswered":
      return text.unansweredAdvice;
    case "accepted":
      if (progress.needsRestart === true) return configurationTextOf(site.language).needsRestart;
      if (effect !== "missed") return null;
      return command.kind === "security"
        ? securityTextOf(site.language).notSeenYet
        : text.missedAdvice;
    default:
      return null;
  }
}

/** What became of a command, in a sentence; null while it is under way. */
export function outcomeNote(page: Page, record: CommandRecord): string | null {
  const { text } = page;
  const name = commandName(page, record.command);
  switch (record.progress.kind) {
    case "accepted":
      return text.outcomeAccepted(name);
    case "refused":
      return `${text.outcomeRefused(name, record.progress.reason)} ${adviceSentence(record)}`;
    case "failed":
      return `${text.outcomeFailed(name, record.progress.reason)} ${adviceSentence(record)}`;
    case "unanswered":
      return text.outcomeUnanswered(name);
    case "sent":
      return null;
  }
}

function adviceSentence({ progress }: CommandRecord): string {
  return "advice" in progress ? sentence(progress.advice) : "";
}

/** A phrase of another room as a sentence. */
export function sentence(phrase: string): string {
  if (phrase === "") return "";
  const capital = phrase.slice(0, 1).toUpperCase() + phrase.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** A command in words. */
export function commandName({ text, format, site }: Page, command: Command): string {
  const names = text.commandNames;
  switch (command.kind) {
    case "start":
      return names.start(command.slot, maskToken(command.idToken));
    case "stop":
      return names.stop(command.slot);
    case "unlock":
      return names.unlock(command.slot);
    case "reconnect":
      return names.reconnect(command.slot);
    case "availability":
      return command.operational ? names.putBack(command.slot) : names.takeOut(command.slot);
    case "limit":
      return names.limit(command.slot, format.current(command.amps), command.minutes);
    case "circuit-limit": {
      const { limit, circuitId } = command;
      if (limit === null) return names.liftCircuit(circuitId);
      const amount = limit.unit === "A"
        ? format.current(limit.amount)
        : written(format.power(limit.amount));
      return names.limitCircuit(circuitId, amount);
    }
    case "signal":
      return names.signal(command.id);
    case "circuit-source":
      return names.circuitSource(command.circuitId, command.source);
    case "priority":
      return command.class === "first"
        ? names.first(command.slot)
        : command.class === null
        ? names.asOthers(command.slot)
        : names.priority(command.slot, command.class);
    case "demand":
      return names.demand(command.slot);
    case "reset":
      return names.reset(command.type);
    case "trigger":
      return names.trigger(command.message);
    case "adopt":
      return names.adopt;
    case "security":
      return securityTextOf(site.language).orders[command.order.do];
    case "message":
      return names.message(command.action);
    case "configure":
      return names.configure(settingText(command.setting));
    case "rebind":
      return names.rebind;
    case "put-token":
      return names.putToken(maskToken(command.token));
    case "import-tokens":
      return names.importTokens(command.entries.length);
    case "delete-token":
      return names.deleteToken(maskToken(command.token));
    case "close-session":
      return names.closeSession;
    case "retry-row":
      return names.retryRow(command.id);
    case "discard-row":
      return names.discardRow(command.id);
    case "dismiss-orphan":
      return names.dismissOrphan(command.chargerId);
    case "test-alert":
      return names.testAlert(command.rule);
    case "firmware":
      return firmwareName(firmwareTextOf(site.language).commands, command.action);
    case "acknowledge-fault":
      return names.acknowledgeFault(command.id);
    case "close-fault":
      return names.closeFault(command.id);
    case "believe-meter":
      return names.believeMeter(command.id);
    case "test-rotation":
      return names.testRotation(command.slot);
    case "end-rotation-test":
      return names.endRotationTest(command.slot);
    default:
      return unreachable(command);
  }
}

function firmwareName(names: FirmwareText["commands"], action: FirmwareAction): string {
  switch (action.do) {
    case "update":
    case "update-from":
      return names.update(action.chargerId);
    case "cancel-order":
      return names.cancelOrder(action.number);
    case "retry-order":
      return names.retryOrder(action.number);
    case "fetch":
    case "describe":
    case "remove":
      return names[action.do];
    case "begin-campaign":
      return names.beginCampaign(action.wish.name);
    default:
      return names.campaign;
  }
}
