import { Buffer } from "node:buffer";
import { isoTime } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { InsideRequest, SpokenOutcome } from "../ocpp/mod.ts";
import type { FirmwareImage, FirmwareOrder, FirmwareOrigin } from "../site/mod.ts";
import type { FirmwareEvent } from "./firmware_order.ts";

type Message = InsideRequest<"UpdateFirmware">;

const SECRET_BYTES = 24;

/** What every order begins with. */
export function freshOrder(
  chargerId: string,
  number: number,
  origin: FirmwareOrigin,
  ids: Pick<Ids, "secret">,
  nowMs: number,
): Omit<FirmwareOrder, "stage" | "message"> {
  return {
    number,
    chargerId,
    origin,
    secret: Buffer.from(ids.secret(SECRET_BYTES)).toString("hex"),
    image: null,
    version: null,
    status: null,
    reason: null,
    givenAtMs: nowMs,
    changedAtMs: nowMs,
  };
}

/**
 * A kept image as a charger is told of it. 1.6 has numbers and signatures in its security extension only,
 * which few chargers know: it gets the plain order.
 */
export function imageMessage(
  { signing }: FirmwareImage,
  number: number,
  is16: boolean,
  nowMs: number,
): Message {
  const message = locationMessage("", number, is16, nowMs);
  if (is16 || signing === undefined) return message;
  const { signature, certificate: signingCertificate } = signing;
  return { ...message, firmware: { ...message.firmware, signature, signingCertificate } };
}

/** What lies at an address, as the charger is told of it once it is here. */
export function locationMessage(
  location: string,
  number: number,
  is16: boolean,
  nowMs: number,
): Message {
  const firmware = { location, retrieveDateTime: isoTime(nowMs) };
  return is16 ? { firmware } : { firmware, requestId: number };
}

/** What a charger's answer to UpdateFirmware is to its order. */
export function eventOf(outcome: SpokenOutcome<"UpdateFirmware">): FirmwareEvent {
  switch (outcome.kind) {
    case "answered":
      return { kind: "answered", status: outcome.message.status };
    case "refused":
      return { kind: "answered", status: outcome.error.code };
    case "unsayable":
      return { kind: "answered", status: "nothing: it has no word for this" };
    case "silent":
    case "gone":
      return { kind: "unanswered" };
  }
}
