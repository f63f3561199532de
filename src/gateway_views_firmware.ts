import { signingCertificateProblem } from "./files/mod.ts";
import { certificatesIn } from "./certificates/mod.ts";
import type { FileDesk } from "./gateway_files.ts";
import { isoTime } from "./lib/clock.ts";
import { objectionRefusal } from "./operations/mod.ts";
import type { Campaign, FirmwareImage, FirmwareOrder } from "./site/mod.ts";
import type {
  CampaignView,
  FirmwareImageView,
  FirmwareOrderView,
  UploadOutcome,
  WebFirmware,
} from "./web/mod.ts";

/** What the pages see of firmware. `makers`: roots of who makes it, PEM; null: they are not compared. */
export function createFirmwareViews(
  desk: Pick<FileDesk, "mirror" | "firmware" | "campaigns" | "commands"> & {
    readonly isInUse: (sha256: string) => boolean;
    /** Of one image. */
    readonly bytesMax: number;
  },
  { clock, makers }: {
    readonly clock: { wallMs(): number };
    readonly makers: () => string | null;
  },
): WebFirmware {
  const { mirror, firmware, campaigns, commands, bytesMax } = desk;
  const imageView = (image: FirmwareImage): FirmwareImageView => {
    const { sha256, md5, bytes, name, from, keptAtMs, meantFor = null, signing } = image;
    return {
      sha256,
      md5,
      bytes,
      name,
      from,
      keptAt: isoTime(keptAtMs),
      meantFor,
      isSigned: signing !== undefined,
      isInUse: desk.isInUse(sha256),
    };
  };
  return {
    shelf: () => ({
      images: mirror.images().map(imageView),
      downloads: mirror.downloads(),
      failedFetches: commands.failedFetches(),
      bytesMax,
    }),
    orders: () => firmware.orders().map(orderView),
    campaigns: () => campaigns.campaigns().map((each) => campaignView(each, firmware.orders())),
    campaign(id) {
      const found = campaigns.campaign(id);
      return found === undefined ? undefined : campaignView(found, firmware.orders());
    },
    preview(wish) {
      const objection = campaigns.objection(wish);
      return objection === null
        ? { kind: "plan", ...campaigns.preview(wish) }
        : objectionRefusal(objection);
    },
    async upload(
      content,
      { name, by, meantFor, bytes, checksum, signing },
    ): Promise<UploadOutcome> {
      const roots = certificatesIn(makers() ?? "") ?? [];
      const problem = signing === null
        ? null
        : signingCertificateProblem(signing.certificate, roots, clock.wallMs());
      if (problem !== null) return { kind: "refused", why: "certificate", reason: problem };
      const about = { name, from: by, meantFor, bytes, checksum, signing };
      const taken = await mirror.take(content, about);
      return taken.kind === "kept" ? { kind: "kept", image: imageView(taken.image) } : taken;
    },
  };
}

function orderView(order: FirmwareOrder): FirmwareOrderView {
  const { number, chargerId, origin, image, version, stage, status, reason } = order;
  return {
    number,
    chargerId,
    origin: origin.kind,
    by: origin.kind === "csms" ? "" : origin.kind === "operator" ? origin.who : origin.id,
    image,
    version,
    stage,
    status,
    reason,
    givenAt: isoTime(order.givenAtMs),
    changedAt: isoTime(order.changedAtMs),
  };
}

function campaignView(campaign: Campaign, orders: readonly FirmwareOrder[]): CampaignView {
  const { id, rules: { timeoutMs, ...rules } } = campaign;
  const { name, image, vendor, model, version, by, state } = campaign;
  const own = orders.filter(({ origin }) => origin.kind === "campaign" && origin.id === id);
  return {
    id,
    name,
    image,
    vendor,
    model,
    version,
    by,
    begunAt: isoTime(campaign.begunAtMs),
    state,
    stateSince: isoTime(campaign.stateSinceMs),
    rules: { ...rules, timeoutMinutes: Math.round(timeoutMs / 60_000) },
    chargers: campaign.chargers.map((charger) => ({
      chargerId: charger.chargerId,
      wave: charger.wave + 1,
      state: charger.state,
      tries: charger.tries,
      since: isoTime(charger.sinceMs),
      reason: charger.reason,
      detail: charger.detail,
      // The newest comes first.
      status: own.find(({ chargerId }) => chargerId === charger.chargerId)?.status ?? null,
    })),
  };
}
