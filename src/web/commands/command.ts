import { unreachable } from "../../lib/assert.ts";
import { withoutSecrets } from "../../ocpp/mod.ts";
import {
  type CommandOutcome,
  type FirmwareAction,
  isSecretSetting,
  plainAction,
  type SecurityOrder,
  type SettingName,
  settingText,
} from "../../site/mod.ts";
import type { WebCommands } from "../ports.ts";

/** A token of the list as an operator wants it. */
export interface TokenEntry {
  readonly token: string;
  /** A kind of token of 2.1. */
  readonly type: string;
  readonly status: string;
  readonly expires: string | null;
  readonly group: string | null;
  readonly priority: number | null;
  readonly departure: string | null;
  readonly energyKwh: number | null;
}

/** What a person, or a script, wants done. */
export type Command =
  | { readonly kind: "start"; readonly slot: number; readonly idToken: string }
  | { readonly kind: "stop"; readonly slot: number }
  | { readonly kind: "unlock"; readonly slot: number }
  | { readonly kind: "reconnect"; readonly slot: number }
  | { readonly kind: "availability"; readonly slot: number; readonly operational: boolean }
  | {
    readonly kind: "limit";
    readonly slot: number;
    readonly amps: number;
    readonly minutes: number;
  }
  | CircuitLimitCommand
  | { readonly kind: "circuit-source"; readonly circuitId: string; readonly source: string }
  | {
    readonly kind: "signal";
    readonly id: string;
    readonly limit: CircuitLimitCommand["limit"];
    readonly minutes: number | null;
    readonly until: string | null;
    readonly reason: string;
  }
  | {
    readonly kind: "priority";
    readonly slot: number;
    readonly class: number | "first" | null;
    readonly minutes: number | null;
  }
  | {
    readonly kind: "demand";
    readonly slot: number;
    readonly departure: string | null;
    readonly energyKwh: number | null;
    readonly urgent: boolean;
  }
  | { readonly kind: "reset"; readonly chargerId: string; readonly type: "soft" | "hard" }
  | {
    readonly kind: "trigger";
    readonly chargerId: string;
    readonly message: string;
    readonly slot: number | null;
  }
  | {
    readonly kind: "adopt";
    readonly chargerId: string;
    /** It is let in when the gateway has started anew; absent: when it knocks next. */
    readonly from?: "next-start";
  }
  | {
    readonly kind: "security";
    readonly chargerId: string;
    readonly order: SecurityOrder;
  }
  | {
    readonly kind: "message";
    readonly chargerId: string;
    readonly action: string;
    readonly payload: Readonly<Record<string, unknown>>;
  }
  | {
    readonly kind: "configure";
    readonly chargerId: string;
    readonly setting: SettingName;
    readonly value: string;
  }
  | {
    readonly kind: "rebind";
    readonly chargerId: string;
    /** By EVSE; those that are not named keep theirs, or get new ones. */
    readonly slots: Readonly<Record<string, number>>;
  }
  | { readonly kind: "put-token" } & TokenEntry
  | { readonly kind: "import-tokens"; readonly entries: readonly TokenEntry[] }
  | { readonly kind: "delete-token"; readonly token: string }
  | { readonly kind: "close-session"; readonly transactionId: string }
  | { readonly kind: "retry-row"; readonly id: number }
  | { readonly kind: "discard-row"; readonly id: number }
  | {
    readonly kind: "dismiss-orphan";
    readonly id: string;
    readonly chargerId: string;
    readonly registerWh: number;
  }
  | { readonly kind: "test-alert"; readonly rule: string }
  /** `for`: one charger; null: for the shelf, or for many. */
  | { readonly kind: "firmware"; readonly action: FirmwareAction; readonly for: string | null }
  | { readonly kind: "acknowledge-fault" | "close-fault"; readonly id: number }
  | { readonly kind: "believe-meter"; readonly id: string }
  | { readonly kind: "test-rotation" | "end-rotation-test"; readonly slot: number };

/** A limit on all chargers below a circuit, or of the site. */
export interface CircuitLimitCommand {
  readonly kind: "circuit-limit";
  readonly circuitId: string | null;
  readonly source: "signal" | "operator";
  /** Ends what this signal wants; absent: all that the source wants. */
  readonly signal?: string | undefined;
  /** Null ends it. */
  readonly limit: { readonly unit: "A" | "W"; readonly amount: number } | null;
  readonly minutes: number | null;
  readonly until: string | null;
  readonly reason: string;
}

/** The end of such a limit. */
export function liftCommand(
  circuitId: string | null,
  { source, signal }: Pick<CircuitLimitCommand, "source" | "signal">,
): CircuitLimitCommand {
  const none = { limit: null, minutes: null, until: null, reason: "" };
  const named = signal === undefined ? {} : { signal };
  return { kind: "circuit-limit", circuitId, source, ...named, ...none };
}

/** Hands a command to whoever can do it. */
export function issueCommand(
  commands: WebCommands,
  command: Command,
  by: string,
): Promise<CommandOutcome> {
  switch (command.kind) {
    case "start":
      return commands.start(command.slot, command.idToken, by);
    case "stop":
      return commands.stop(command.slot, by);
    case "unlock":
      return commands.unlock(command.slot, by);
    case "reconnect":
      return commands.reconnect(command.slot, by);
    case "availability":
      return commands.availability(command.slot, command.operational, by);
    case "limit":
      return commands.limit(command.slot, command.amps, command.minutes, by);
    case "circuit-limit": {
      const { kind: _kind, circuitId, ...word } = command;
      return commands.limitCircuit(circuitId, word, by);
    }
    case "signal": {
      const { kind: _kind, id, ...order } = command;
      return commands.tellSignal(id, order, by);
    }
    case "circuit-source":
      return commands.switchSource(command.circuitId, command.source, by);
    case "priority": {
      const { class: wanted, minutes } = command;
      return commands.priority(command.slot, { class: wanted, minutes }, by);
    }
    case "demand": {
      const { departure, energyKwh, urgent } = command;
      return commands.demand(command.slot, { departure, energyKwh, urgent }, by);
    }
    case "reset":
      return commands.reset(command.chargerId, command.type, by);
    case "trigger":
      return commands.trigger(command.chargerId, command.message, command.slot, by);
    case "adopt":
      return command.from === undefined
        ? commands.adopt(command.chargerId, by)
        : commands.adopt(command.chargerId, by, command.from);
    case "security":
      return commands.secure(command.chargerId, command.order, by);
    case "message":
      return commands.say(command.chargerId, command.action, command.payload, by);
    case "configure":
      return commands.configure(command.chargerId, command.setting, command.value, by);
    case "rebind":
      return commands.rebind(command.chargerId, command.slots, by);
    case "put-token":
      return commands.putToken(command.token, tokenFields(command), by);
    case "import-tokens":
      return commands.putTokens(command.entries, by);
    case "delete-token":
      return commands.deleteToken(command.token, by);
    case "close-session":
      return commands.closeTransaction(command.transactionId, by);
    case "retry-row":
      return commands.retryRow(command.id, by);
    case "discard-row":
      return commands.discardRow(command.id, by);
    case "dismiss-orphan":
      return commands.dismissOrphan(command.id, by);
    case "test-alert":
      return commands.testAlert(command.rule, by);
    case "firmware":
      return commands.firmware(command.action, by);
    case "acknowledge-fault":
      return commands.acknowledgeFault(command.id, by);
    case "close-fault":
      return commands.closeFault(command.id, by);
    case "believe-meter":
      return commands.believeMeter(command.id, by);
    case "test-rotation":
      return commands.testRotation(command.slot, by);
    case "end-rotation-test":
      return commands.endRotationTest(command.slot, by);
    default:
      return unreachable(command);
  }
}

function tokenFields(command: Command & { kind: "put-token" }) {
  const { kind: _kind, token: _token, ...fields } = command;
  return fields;
}

/** The first few say which file it was. */
function importFields({ kind, entries }: Command & { kind: "import-tokens" }) {
  const tokens = entries.slice(0, 20).map(({ token }) => maskToken(token));
  return { command: kind, count: entries.length, tokens };
}

/** The end of a token, for a log or a screen that others see. */
export function maskToken(token: string): string {
  const shown = token.length > 6 ? 4 : token.length > 3 ? 2 : 0;
  return "••••" + token.slice(token.length - shown);
}

/** The command as fields of a log line; tokens are masked. */
export function commandFields(command: Command): Readonly<Record<string, unknown>> {
  const { kind, ...fields } = command;
  if (command.kind === "message") return messageFields(command);
  if (command.kind === "configure") return settingFields(command);
  if (command.kind === "firmware") return { command: kind, ...plainAction(command.action) };
  if (command.kind === "import-tokens") return importFields(command);
  if ("idToken" in fields) return { command: kind, ...fields, idToken: maskToken(fields.idToken) };
  if ("token" in fields) return { command: kind, ...fields, token: maskToken(fields.token) };
  return { command: kind, ...fields };
}

/** Longer ones, as of a local list, are cut: a log is no place for them. */
const PAYLOAD_NOTED_MAX = 2_000;
const TOKEN_FIELDS: ReadonlySet<string> = new Set(["idTag", "idToken", "parentIdTag"]);

function messageFields(
  { kind, chargerId, action, payload }: Command & { kind: "message" },
): Readonly<Record<string, unknown>> {
  const frame = JSON.stringify(
    [2, "", action, payload],
    (name, value: unknown) =>
      TOKEN_FIELDS.has(name) && typeof value === "string"
        ? maskToken(value)
        : isSecretSetting(name) && typeof value === "string"
        ? "…"
        : value,
  );
  const said = withoutSecrets(frame).slice('[2,"",'.length, -1);
  return { command: kind, chargerId, said: said.slice(0, PAYLOAD_NOTED_MAX) };
}

function settingFields(
  { kind, chargerId, setting, value }: Command & { kind: "configure" },
): Readonly<Record<string, unknown>> {
  const name = settingText(setting);
  return { command: kind, chargerId, name, value: isSecretSetting(name) ? "…" : value };
}
