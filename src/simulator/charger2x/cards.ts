import type { CardOutcome } from "../charger.ts";
import { claim } from "../station/reservations.ts";
import type { IdTagInfo16 } from "../station/tokens.ts";
import type { ChargingProfile2x, IdToken2x } from "./messages.ts";
import { type Evse2x, reservable, type Station2x } from "./station.ts";
import { idTagInfoOf } from "./token_words.ts";
import type { Transactions2x } from "./transactions.ts";

/** A card, or its number out of an order to start. */
export interface Card2x {
  readonly idToken: IdToken2x;
  /** False: the CSMS has decided already (AuthorizeRemoteStart). */
  readonly needsAuthorization: boolean;
  readonly groupId: string | null;
  readonly remoteStartId: number | null;
  readonly profile: ChargingProfile2x | null;
}

/** A card that somebody holds against the reader. */
export function presentedCard(idToken: IdToken2x): Card2x {
  return { idToken, needsAuthorization: true, groupId: null, remoteStartId: null, profile: null };
}

/** Presents a card at an EVSE: to start, or where a transaction runs, to stop. */
export async function presentCard2x(
  station: Station2x,
  transactions: Transactions2x,
  evse: Evse2x,
  card: Card2x,
): Promise<CardOutcome> {
  if (!station.memory.isUp) return "refused";
  if (evse.transaction?.isAuthorized) {
    return await presentToStop(station, transactions, evse, card.idToken);
  }
  const info = card.needsAuthorization ? await authorize(station, card.idToken) : ACCEPTED;
  if (info?.status !== "Accepted" || !canBegin(station, evse)) return "refused";
  const groupId = info.parentIdTag ?? card.groupId;
  const token = { idTag: card.idToken.idToken, parentIdTag: groupId };
  const claimed = claim(station.memory.reservations, evse.id, token, reservable(station));
  if (!claimed.allowed) return "refused";
  transactions.authorized(evse, {
    idToken: card.idToken,
    groupId,
    reservationId: claimed.reservation?.reservationId ?? null,
    remoteStartId: card.remoteStartId,
    profile: card.profile,
    cancelTimeout: () => {},
  });
  return evse.outlet.ev === null ? "waiting" : "started";
}

const ACCEPTED: IdTagInfo16 = { status: "Accepted" };

/** True where somebody may begin; a good deal may have happened since the card was shown. */
function canBegin({ memory }: Station2x, evse: Evse2x): boolean {
  return memory.isUp && !evse.transaction?.isAuthorized && evse.isOperative &&
    evse.errorCode === null && !memory.restartsWhenIdle;
}

/** The card that started it, or one of its group (E07.FR.01). */
async function presentToStop(
  station: Station2x,
  transactions: Transactions2x,
  evse: Evse2x,
  idToken: IdToken2x,
): Promise<CardOutcome> {
  const { transaction } = evse;
  const holder = transaction?.holder ?? null;
  if (transaction === null || holder === null) return "refused";
  if (holder.idToken.idToken.toLowerCase() !== idToken.idToken.toLowerCase()) {
    const info = await authorize(station, idToken);
    const group = transaction.holder?.groupId?.toLowerCase();
    const isColleague = info?.status === "Accepted" && group !== undefined &&
      info.parentIdTag?.toLowerCase() === group;
    if (!isColleague || evse.transaction !== transaction) return "refused";
  }
  transactions.deauthorize(evse, { reason: "Local", trigger: "StopAuthorized", idToken });
  return "stopped";
}

/** What the CSMS or, where it cannot be asked, the station says; null for a stranger. */
async function authorize(station: Station2x, idToken: IdToken2x): Promise<IdTagInfo16 | null> {
  const { variables, tokens, link, clock } = station;
  const known = tokens.lookup(idToken.idToken, clock.nowMs())?.info;
  if (link.isReady()) {
    const isPreauthorized = known?.status === "Accepted" &&
      variables.isOn("AuthCtrlr.LocalPreAuthorize");
    if (isPreauthorized) return known;
    const said = await link.say("Authorize", { idToken });
    if (said.kind === "answered") {
      const info = idTagInfoOf(said.payload.idTokenInfo);
      tokens.learn(idToken.idToken, info);
      return info;
    }
  }
  if (known !== undefined) return variables.isOn("AuthCtrlr.LocalAuthorizeOffline") ? known : null;
  return variables.isOn("AuthCtrlr.OfflineTxForUnknownIdEnabled") ? ACCEPTED : null;
}
