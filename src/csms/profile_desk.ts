import type { ChargingProfile, InsideRequest, InsideResponse, RpcError } from "../ocpp/mod.ts";

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
  /**
   * A profile that comes with a remote start, for the transaction that is to follow. Null: it comes
   * without, and one that was kept for an earlier order is of no use any more.
   */
  keepForStart(slot: number, profile: ChargingProfile | null): void;
}
