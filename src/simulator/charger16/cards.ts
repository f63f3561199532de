import type { CardOutcome } from "../charger.ts";
import { claim } from "../station/reservations.ts";
import type { ChargingProfile16 } from "../station/schedule.ts";
import { type Connector16, reservable, type Station16 } from "./station.ts";
import type { IdTagInfo16 } from "../station/tokens.ts";
import type { Transactions16 } from "./transactions.ts";

/** A card, or its number out of a RemoteStartTransaction. */
export interface Card {
  readonly idTag: string;
  /** False: the CSMS has decided already (AuthorizeRemoteTxRequests). */
  readonly needsAuthorization: boolean;
  /** Comes with a RemoteStartTransaction. */
  readonly profile: ChargingProfile16 | null;
}

/** Presents a card at a connector: to start, or where a transaction runs, to stop. */
export async function presentCard(
  station: Station16,
  transactions: Transactions16,
  connector: Connector16,
  card: Card,
): Promise<CardOutcome> {
  if (!station.memory.isUp) return "refused";
  if (connector.transaction !== null) {
    return await presentToStop(station, transactions, connector, card.idTag);
  }
  const info = card.needsAuthorization ? await authorize(station, card.idTag) : ACCEPTED;
  if (info?.status !== "Accepted" || !canBegin(station, connector)) return "refused";
  const token = { idTag: card.idTag, parentIdTag: info.parentIdTag ?? null };
  const { reservations } = station.memory;
  const claimed = claim(reservations, connector.id, token, reservable(station));
  if (!claimed.allowed) return "refused";
  const reservationId = claimed.reservation?.reservationId ?? null;
  connector.permit?.cancelTimeout();
  const permit = { ...token, reservationId, profile: card.profile, cancelTimeout: () => {} };
  if (connector.outlet.ev !== null) {
    transactions.start(connector, permit);
    return "started";
  }
  connector.permit = { ...permit, cancelTimeout: waitForPlug(station, connector) };
  station.update();
  return "waiting";
}

const ACCEPTED: IdTagInfo16 = { status: "Accepted" };

/** True where a transaction may begin; a good deal may have happened since the card was shown. */
function canBegin({ memory }: Station16, connector: Connector16): boolean {
  return memory.isUp && connector.transaction === null && connector.isOperative &&
    connector.errorCode === null;
}

/** Ends the wait when nobody plugs in (1.6 §9.1.6); 0 waits for ever. */
function waitForPlug(station: Station16, connector: Connector16): () => void {
  const seconds = station.configuration.integer("ConnectionTimeOut");
  if (seconds === 0) return () => {};
  return station.ports.clock.after(seconds * 1_000, () => {
    connector.permit = null;
    station.update();
  });
}

/** The card that started it, or one of its group (1.6 §3.10, §4.1). */
async function presentToStop(
  station: Station16,
  transactions: Transactions16,
  connector: Connector16,
  idTag: string,
): Promise<CardOutcome> {
  const { transaction } = connector;
  if (transaction === null) return "refused";
  if (transaction.idTag.toLowerCase() !== idTag.toLowerCase()) {
    const info = await authorize(station, idTag);
    const group = transaction.parentIdTag?.toLowerCase();
    const isColleague = info?.status === "Accepted" && group !== undefined &&
      info.parentIdTag?.toLowerCase() === group;
    if (!isColleague || connector.transaction !== transaction) return "refused";
  }
  transactions.stop(connector, "Local", idTag);
  return "stopped";
}

/** What the CSMS or, where it cannot be asked, the station says; null for a stranger. */
async function authorize(station: Station16, idTag: string): Promise<IdTagInfo16 | null> {
  const { configuration, tokens, link, clock } = station;
  const known = tokens.lookup(idTag, clock.nowMs())?.info;
  if (link.isReady()) {
    const isPreauthorized = known?.status === "Accepted" && configuration.isOn("LocalPreAuthorize");
    if (isPreauthorized) return known;
    const said = await link.say("Authorize", { idTag });
    if (said.kind === "answered") {
      tokens.learn(idTag, said.payload.idTagInfo);
      return said.payload.idTagInfo;
    }
  }
  // 1.6 §3.5.4: whoever is known to be refused is refused, whatever holds for strangers.
  if (known !== undefined) return configuration.isOn("LocalAuthorizeOffline") ? known : null;
  return configuration.isOn("AllowOfflineTxForUnknownId") ? ACCEPTED : null;
}
