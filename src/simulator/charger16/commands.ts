import type { Action16, Requests16, Responses16 } from "../../ocpp/messages/mod.ts";
import type { Reply } from "../station/obedience.ts";
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

/** How a command is answered. */
export type CommandReply<A extends Action16> = Reply<Responses16[A]>;

/** The commands of a CSMS that a simulated station carries out. */
export type CommandTable<A extends Action16> = {
  readonly [Action in A]: (
    desk: CommandDesk,
    request: Requests16[Action],
  ) => CommandReply<Action>;
};

/** All that it carries out. */
export const COMMANDS = {
  ...AVAILABILITY_COMMANDS,
  ...CONFIGURATION_COMMANDS,
  ...PROFILE_COMMANDS,
  ...REMOTE_COMMANDS,
  ...TOKEN_COMMANDS,
};
