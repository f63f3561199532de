import type { Action16, Requests16, Responses16 } from "../../ocpp/messages/mod.ts";
import { type CallAnswer, type RpcError, rpcError } from "../../ocpp/mod.ts";
import { AVAILABILITY_COMMANDS } from "./availability_commands.ts";
import { CONFIGURATION_COMMANDS } from "./configuration_commands.ts";
import type { Metering } from "./metering.ts";
import type { Power16 } from "./power.ts";
import { PROFILE_COMMANDS } from "./profile_commands.ts";
import { REMOTE_COMMANDS } from "./remote_commands.ts";
import type { Station16 } from "./station.ts";
import type { StatusReports } from "./status_reports.ts";
import { TOKEN_COMMANDS } from "./token_commands.ts";
import type { Transactions16 } from "./transactions.ts";

/** What a command may use. */
export interface CommandDesk {
  readonly station: Station16;
  readonly transactions: Transactions16;
  readonly metering: Metering;
  readonly reports: StatusReports;
  readonly power: Power16;
  /** Begins the heartbeat anew, at its present interval. */
  beatRegularly(): void;
}

/** How a command is answered, and what follows once the answer is out. */
export type CommandReply<A extends Action16> =
  | { readonly payload: Responses16[A]; readonly afterwards?: () => void }
  | { readonly error: RpcError };

/** The commands of a CSMS that a simulated station carries out. */
export type CommandTable<A extends Action16> = {
  readonly [Action in A]: (
    desk: CommandDesk,
    request: Requests16[Action],
  ) => CommandReply<Action>;
};

const COMMANDS = {
  ...AVAILABILITY_COMMANDS,
  ...CONFIGURATION_COMMANDS,
  ...PROFILE_COMMANDS,
  ...REMOTE_COMMANDS,
  ...TOKEN_COMMANDS,
};

type Command = (desk: CommandDesk, request: unknown) => CommandReply<Action16>;

/** Carries a command out. `payload` was held against the schema of its action. */
export function runCommand(
  desk: CommandDesk,
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
