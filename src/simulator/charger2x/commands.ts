import type { Responses21 } from "../../ocpp/messages/mod.ts";
import type { Reply } from "../station/obedience.ts";
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

/** How a command is answered. */
export type CommandReply2x<A extends Answered> = Reply<Responses21[A]>;

/** The commands of a CSMS that a simulated station carries out. */
export type CommandTable2x<A extends Answered> = {
  readonly [Action in A]: (desk: CommandDesk2x, request: Told2x[Action]) => CommandReply2x<Action>;
};

/** All that it carries out. */
export const COMMANDS_2X = {
  ...AVAILABILITY_COMMANDS_2X,
  ...FILE_COMMANDS_2X,
  ...PROFILE_COMMANDS_2X,
  ...REMOTE_COMMANDS_2X,
  ...TOKEN_COMMANDS_2X,
  ...VARIABLE_COMMANDS_2X,
};
