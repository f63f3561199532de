import type { Responses21 } from "../../ocpp/messages/mod.ts";
import { type CallAnswer, type RpcError, rpcError } from "../../ocpp/mod.ts";
import { AVAILABILITY_COMMANDS_2X } from "./availability_commands.ts";
import { FILE_COMMANDS_2X } from "./file_commands.ts";
import type { Told2x, ToldAction2x } from "./messages.ts";
import type { Metering2x } from "./metering.ts";
import type { Power2x } from "./power.ts";
import { PROFILE_COMMANDS_2X } from "./profile_commands.ts";
import { REMOTE_COMMANDS_2X } from "./remote_commands.ts";
import type { Station2x } from "./station.ts";
import type { StatusReports2x } from "./status_reports.ts";
import { TOKEN_COMMANDS_2X } from "./token_commands.ts";
import type { Transactions2x } from "./transactions.ts";
import { VARIABLE_COMMANDS_2X } from "./variable_commands.ts";

/** What a command may use. */
export interface CommandDesk2x {
  readonly station: Station2x;
  readonly transactions: Transactions2x;
  readonly metering: Metering2x;
  readonly reports: StatusReports2x;
  readonly power: Power2x;
  /** Begins the heartbeat anew, at its present interval. */
  beatRegularly(): void;
}

type Answered = ToldAction2x & keyof Responses21;

/** How a command is answered, and what follows once the answer is out. */
export type CommandReply2x<A extends Answered> =
  | { readonly payload: Responses21[A]; readonly afterwards?: () => void }
  | { readonly error: RpcError };

/** The commands of a CSMS that a simulated station carries out. */
export type CommandTable2x<A extends Answered> = {
  readonly [Action in A]: (desk: CommandDesk2x, request: Told2x[Action]) => CommandReply2x<Action>;
};

const COMMANDS = {
  ...AVAILABILITY_COMMANDS_2X,
  ...FILE_COMMANDS_2X,
  ...PROFILE_COMMANDS_2X,
  ...REMOTE_COMMANDS_2X,
  ...TOKEN_COMMANDS_2X,
  ...VARIABLE_COMMANDS_2X,
};

type Command = (desk: CommandDesk2x, request: unknown) => CommandReply2x<Answered>;

/** Carries a command out. `payload` was held against the schema of its action. */
export function runCommand2x(
  desk: CommandDesk2x,
  action: string,
  payload: unknown,
): { readonly answer: CallAnswer; readonly afterwards?: () => void } {
  if (!Object.hasOwn(COMMANDS, action)) {
    const error = rpcError("NotSupported", `${action} is not supported by this station`);
    return { answer: { ok: false, error } };
  }
  // The table's types tie each action to its payload; the wire gives both as they came.
  const command = COMMANDS[action as keyof typeof COMMANDS] as Command;
  const reply = command(desk, payload);
  if ("error" in reply) return { answer: { ok: false, error: reply.error } };
  const answer: CallAnswer = { ok: true, payload: reply.payload };
  return reply.afterwards === undefined ? { answer } : { answer, afterwards: reply.afterwards };
}
