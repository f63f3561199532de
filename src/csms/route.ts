import type {
  CsmsAction,
  Enveloped,
  Handlings,
  InsideCall,
  InsideResponse,
  OcppVersion,
  RpcError,
  SpokenAnswer,
} from "../ocpp/mod.ts";
import type { SlotRecord } from "../site/mod.ts";
import type { Access } from "./access.ts";
import type { CommandNotes } from "./audited_commands.ts";
import type { Numbering } from "./numbering.ts";
import type { CsmsOptions } from "./options.ts";
import type { FollowUps } from "./follow_ups.ts";
import type { OwnCertificate } from "./own_certificate.ts";
import type { CsmsPorts } from "./ports.ts";

/** The desk at which commands of the CSMS are worked on. */
export interface CommandDesk extends Omit<CsmsPorts, "access" | "audit"> {
  readonly options: CsmsOptions;
  /** How the CSMS is reached. */
  readonly access: Access;
  readonly ownCertificate: OwnCertificate;
  /** Closes the connection after the answer to this command, and dials anew. */
  reconnect(): void;
  /** What the CSMS speaks on this connection. */
  readonly version: OcppVersion;
  readonly numbering: Numbering;
  /** Orders that went to one charger, and what it still says of them. */
  readonly followUps: FollowUps;
  /** False, with an alarm, where too many commands of the kind were carried out lately. */
  mayDisrupt(call: InsideCall): boolean;
  /** What it did, for the log of who did what. */
  readonly notes: CommandNotes;
  /** The CSMS accepted us (and is not just pending). */
  readonly isAccepted: boolean;
  /** Has slots announced again, after the answer to this command. */
  repeatStatus(slot: number | null): void;
  /** Has open transactions of a slot, or (null) of all, told anew; false where there are none. */
  triggerTransactions(slot: number | null): boolean;
  /** Has a message go up after the answer to this command. */
  follow(key: string, call: InsideCall<FollowAction>): void;
  /** BootNotification is due at once. */
  bootAgain(): void;
}

export type FollowAction =
  | "FirmwareStatusNotification"
  | "Heartbeat"
  | "LogStatusNotification"
  | "MeterValues"
  | "NotifyCustomerInformation"
  | "NotifyReport"
  | "ReportChargingProfiles";

/** An answer, or an error where the specification wants one. */
export type CommandAnswer<A extends CsmsAction> =
  | Enveloped<InsideResponse<A>>
  | { readonly error: RpcError };

/** One line of the table: how a message is handled, and by what. */
export interface Route<A extends CsmsAction> {
  readonly handling: Handlings;
  /**
   * One charger can be meant: through the tunnel in 1.6 (ruling 11), by `customData` or an EVSE in 2.x.
   * Never what moves energy or money: transactions, profiles, reservations and availability are the
   * gateway's, under the CSMS's own numbers.
   */
  readonly isForOne?: true;
  /** Only chargers of 2.x are asked, for a CSMS of 2.x: 1.6 has no word for what is in it. */
  readonly fansOutIn2x?: true;
  /** What a charger is asked for it, where that is not the same message. */
  readonly asked?: readonly CsmsAction[];
  run(call: InsideCall<A>, desk: CommandDesk): Promise<CommandAnswer<A>>;
}

/** The whole table: a new message does not compile until it has a line. */
export type CsmsRoutes = { readonly [A in CsmsAction]: Route<A> };

/** Puts an answer into the form of the edge. */
export function spoken(answer: CommandAnswer<CsmsAction>): SpokenAnswer {
  return "error" in answer ? { ok: false, error: answer.error } : { ok: true, ...answer };
}

/** The slot that the CSMS means, or undefined where it has none by that number. */
export function slotAt(desk: CommandDesk, evseId: number | undefined): SlotRecord | undefined {
  const record = evseId === undefined ? undefined : desk.numbering.slotOf(evseId);
  return record?.removed ? undefined : record;
}
