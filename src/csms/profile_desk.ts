import type { ChargingProfile, InsideRequest, InsideResponse, RpcError } from "../ocpp/mod.ts";

/** One report of installed profiles: those of one slot and one source (2.1 K09). */
export interface InstalledProfiles {
  readonly slot: number;
  readonly source: string;
  readonly profiles: readonly ChargingProfile[];
}

/** What the CSMS asks for; all that is given has to match (K09.FR.03 to 06). */
export interface ProfileCriteria {
  /** 0: what is installed on the station itself; absent: everywhere. */
  readonly slot?: number;
  readonly ids?: readonly number[];
  readonly purpose?: ChargingProfile["chargingProfilePurpose"];
  readonly stackLevel?: number;
  readonly sources?: readonly string[];
}

/** An answer, or the error that the specification wants instead of one. */
export type ProfileAnswer<A extends "SetChargingProfile" | "GetCompositeSchedule"> =
  | { readonly ok: true; readonly message: InsideResponse<A> }
  | { readonly ok: false; readonly error: RpcError };

/**
 * The CSMS's charging profiles. They end here: the gateway merges them with the site's own limits and
 * gives chargers profiles of its own (ruling 22). EVSE ids are slots, 0 the whole site; transaction
 * ids are ours.
 */
export interface ProfileDesk {
  install(
    message: InsideRequest<"SetChargingProfile">,
  ): Promise<ProfileAnswer<"SetChargingProfile">>;
  clear(
    message: InsideRequest<"ClearChargingProfile">,
  ): Promise<InsideResponse<"ClearChargingProfile">>;
  /** What is wrong with the profile of a remote start, for a person to read; null where nothing is. */
  problemOfStart(slot: number, profile: ChargingProfile): string | null;
  composite(message: InsideRequest<"GetCompositeSchedule">): ProfileAnswer<"GetCompositeSchedule">;
  /** What is installed, and what others have capped. */
  report(criteria: ProfileCriteria): readonly InstalledProfiles[];
  /**
   * A profile that comes with a remote start, for the transaction that is to follow. Null: it comes
   * without, and one that was kept for an earlier order is of no use any more.
   */
  keepForStart(slot: number, profile: ChargingProfile | null): void;
}
