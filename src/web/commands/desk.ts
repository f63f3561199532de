import { type Clock, TIMED_OUT, within } from "../../lib/clock.ts";
import { errorText, type LogFields } from "../../lib/log.ts";
import { createRing } from "../../lib/ring.ts";
import type { AuditNote, CommandOutcome } from "../../site/mod.ts";
import type { AuditDesk } from "../audit_desk.ts";
import type { WebPorts, WebViews } from "../ports.ts";
import type { EvseView } from "../views.ts";
import { type Command, commandFields, issueCommand } from "./command.ts";
import { isInEffect } from "./effect.ts";

/** No charger takes longer than this to answer one that is still of use to the person waiting. */
const ANSWER_LIMIT_MS = 60_000;
/** An effect that has not shown by then is reported as not seen. */
export const EFFECT_LIMIT_MS = 90_000;
const RECORDS_KEPT = 200;

/** How far a command has come. */
export type CommandProgress =
  | { readonly kind: "sent" }
  | CommandOutcome
  /** Nobody knows whether it arrived. */
  | { readonly kind: "unanswered" };

/** A command and what became of it, for the pages. */
export interface CommandRecord {
  readonly id: number;
  readonly command: Command;
  /** The charger it went to; null for commands to the gateway itself. */
  readonly chargerId: string | null;
  readonly by: string;
  readonly askedAtMs: number;
  readonly progress: CommandProgress;
  /** "unseeable": there is nothing that would show. */
  readonly effect: "unseeable" | "awaited" | "seen" | "missed";
  readonly seenAtMs: number | null;
}

/** Who asks, by which way and from where, for the log. */
export type Asker = Pick<AuditNote, "who" | "way" | "from">;

/** A command on its way. */
export interface CommandUnderWay {
  readonly id: number;
  /** Resolves once the outcome is known, within a minute; never rejects. */
  readonly answered: Promise<CommandRecord>;
}

/** Issues commands, writes down who asked for what, and watches whether it happens. */
export interface CommandDesk {
  begin(command: Command, asker: Asker): CommandUnderWay;
  find(id: number): CommandRecord | undefined;
  /** The last commands to one charger, newest first. */
  recordsOf(chargerId: string): readonly CommandRecord[];
  close(): void;
}

type Entry =
  & { -readonly [Field in keyof CommandRecord]: CommandRecord[Field] }
  & { readonly transactionBefore: string | null };

/** Creates the desk; it listens to the site until `close`. `onChange` hears of each new step. */
export function createCommandDesk(
  ports: WebPorts,
  audit: Pick<AuditDesk, "note">,
  onChange: () => void,
): CommandDesk {
  const { clock, views, log } = ports;
  const entries = createRing<Entry>(RECORDS_KEPT);
  const watch = createEffectWatch(ports, onChange);
  let lastId = 0;

  async function follow(entry: Entry, asker: Asker, fields: LogFields): Promise<CommandRecord> {
    entry.progress = await outcomeOf(ports, entry);
    const { progress } = entry;
    const reason = "reason" in progress ? { reason: progress.reason } : {};
    log("info", "command_answered", { ...fields, outcome: progress.kind, ...reason });
    if (progress.kind === "accepted") watch.add(entry);
    onChange();
    await audit.note({ ...asker, ...noteOf(entry) });
    return entry;
  }

  return {
    begin(command, asker) {
      const entry = newEntry(++lastId, command, asker.who, views, clock);
      entries.push(entry);
      const fields = { ...commandFields(command), by: asker.who, address: asker.from };
      log("info", "command_asked", fields);
      onChange();
      return { id: entry.id, answered: follow(entry, asker, fields) };
    },
    find: (id) => entries.items().find((entry) => entry.id === id),
    recordsOf: (chargerId) =>
      entries.items().filter((entry) => entry.chargerId === chargerId).toReversed(),
    close: watch.close,
  };
}

/** What the audit log says of a command; tokens are masked. */
function noteOf(
  { command, chargerId, progress }: Entry,
): Omit<AuditNote, "atWallMs" | keyof Asker> {
  const { command: kind, ...fields } = commandFields(command);
  const charger = chargerIdOf(command) !== null || chargerId === null ? "" : `${chargerId} `;
  const said = "reason" in progress ? `: ${progress.reason}` : "";
  const outcome = progress.kind === "accepted"
    ? "done"
    : progress.kind === "refused"
    ? "refused"
    : "failed";
  const about = command.kind === "firmware"
    ? command.for ?? ""
    : "chargerId" in command
    ? command.chargerId
    : "slot" in command && command.slot !== null
    ? `${charger}slot ${command.slot}`
    : "";
  return {
    what: `command ${kind}`,
    about,
    outcome,
    detail: JSON.stringify(fields) + said,
  };
}

async function outcomeOf(
  { commands, clock, log }: WebPorts,
  { command, by }: Entry,
): Promise<CommandProgress> {
  try {
    const outcome = await within(clock, ANSWER_LIMIT_MS, issueCommand(commands, command, by));
    return outcome === TIMED_OUT ? { kind: "unanswered" } : outcome;
  } catch (error) {
    log("error", "command_broken", { ...commandFields(command), error: errorText(error) });
    return { kind: "failed", reason: "the gateway made a mistake", advice: "see its log" };
  }
}

function newEntry(id: number, command: Command, by: string, views: WebViews, clock: Clock): Entry {
  const evse = evseOf(command, views);
  return {
    id,
    command,
    chargerId: chargerIdOf(command) ?? evse?.chargerId ?? null,
    by,
    askedAtMs: clock.wallMs(),
    progress: { kind: "sent" },
    effect: "awaited",
    seenAtMs: null,
    transactionBefore: evse?.transaction?.id ?? null,
  };
}

function chargerIdOf(command: Command): string | null {
  if (command.kind === "firmware") return command.for;
  return "chargerId" in command ? command.chargerId : null;
}

function evseOf(command: Command, views: WebViews): EvseView | undefined {
  return "slot" in command && command.slot !== null ? views.evse(command.slot) : undefined;
}

interface EffectWatch {
  add(entry: Entry): void;
  close(): void;
}

/** Looks, whenever something happens on the site, whether accepted commands show by now. */
function createEffectWatch(
  { clock, views, events }: WebPorts,
  onChange: () => void,
): EffectWatch {
  const pending = new Map<Entry, () => void>();

  function settle(entry: Entry, effect: CommandRecord["effect"]): void {
    pending.get(entry)?.();
    pending.delete(entry);
    entry.effect = effect;
    entry.seenAtMs = effect === "seen" ? clock.wallMs() : null;
    onChange();
  }

  function look(entry: Entry): void {
    const { command, chargerId, askedAtMs, transactionBefore } = entry;
    const shows = isInEffect(command, {
      evse: evseOf(command, views),
      charger: chargerId === null ? undefined : views.charger(chargerId),
      askedAtMs,
      transactionBefore,
    });
    if (shows !== false) settle(entry, shows === null ? "unseeable" : "seen");
  }

  const lookAtAll = () => [...pending.keys()].forEach(look);
  const endings = [
    events.on("evse", lookAtAll),
    events.on("transaction", lookAtAll),
    events.on("charger", lookAtAll),
    events.on("measured", lookAtAll),
  ];
  return {
    add(entry) {
      pending.set(entry, clock.after(EFFECT_LIMIT_MS, () => settle(entry, "missed")));
      look(entry);
    },
    close() {
      for (const end of [...endings, ...pending.values()]) end();
      pending.clear();
    },
  };
}
