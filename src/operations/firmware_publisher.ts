import { Buffer } from "node:buffer";
import { addressesOf, type CounterPlace, type FileCounter, type Mirror } from "../files/mod.ts";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { Spawner } from "../lib/spawn.ts";
import { drop, put, type WriteOf } from "../lib/write.ts";
import type { InsideRequest, InsideResponse } from "../ocpp/mod.ts";
import type { FirmwareCollections, FirmwarePublication } from "../site/mod.ts";

type Status = InsideRequest<"PublishFirmwareStatusNotification">;

/** Firmware that the CSMS has the gateway, as a local controller, publish to chargers (2.1 L03, L04). */
export interface FirmwarePublisher {
  start(): void;
  stop(): void;
  /** Takes it on; what becomes of it is told afterwards, each state of it (L03.FR.01). */
  publish(
    order: InsideRequest<"PublishFirmware">,
  ): Promise<InsideResponse<"PublishFirmware">["status"]>;
  unpublish(checksum: string): Promise<InsideResponse<"UnpublishFirmware">["status"]>;
  isInUse(sha256: string): boolean;
  /** True for an address at which the gateway has published something. */
  isOwn(location: string): boolean;
}

export interface FirmwarePublisherPorts {
  readonly clock: Pick<Clock, "wallMs">;
  readonly ids: Pick<Ids, "secret">;
  readonly spawn: Spawner;
  readonly mirror: Pick<Mirror, "obtain" | "image" | "read">;
  readonly counter: Pick<FileCounter, "offer" | "withdraw">;
  readonly place: () => CounterPlace;
  readonly write: (
    writes: readonly WriteOf<Pick<FirmwareCollections, "firmware-publications">>[],
  ) => Promise<void>;
  readonly tellCsms: (status: Status) => void;
}

/** More a site has no use for, and each keeps a file from going. */
const PUBLICATIONS_MAX = 20;
const SECRET_BYTES = 24;

/** Creates the publisher with what was published before this start. */
export function createFirmwarePublisher(
  ports: FirmwarePublisherPorts,
  stored: Iterable<FirmwarePublication>,
): FirmwarePublisher {
  const all = new Map([...stored].map((each) => [each.checksum, each]));
  let isRunning = false;

  async function save(publication: FirmwarePublication): Promise<void> {
    all.set(publication.checksum, publication);
    await ports.write([put("firmware-publications", publication.checksum, publication)]);
  }

  async function forget({ checksum, secret }: FirmwarePublication): Promise<void> {
    all.delete(checksum);
    ports.counter.withdraw(secret);
    await ports.write([drop("firmware-publications", checksum)]);
  }

  function urisOf({ image, secret }: FirmwarePublication): readonly string[] {
    const name = (image === null ? undefined : ports.mirror.image(image))?.name ?? "";
    const { http, ftp } = addressesOf(ports.place(), secret, name);
    return [http, ftp].filter((each) => each !== null);
  }

  function offer({ image, secret }: FirmwarePublication): void {
    const kept = image === null ? undefined : ports.mirror.image(image);
    if (kept === undefined) return;
    ports.counter.offer(secret, {
      kind: "fetch",
      name: kept.name,
      bytes: kept.bytes,
      read: (from) => ports.mirror.read(kept.sha256, from),
    });
  }

  /** All chargers may fetch it from now on, in every way that there is (L03.FR.03–04). */
  async function obtain(publication: FirmwarePublication): Promise<void> {
    const { checksum, location, requestId } = publication;
    ports.tellCsms({ status: "Downloading", requestId });
    const obtained = await ports.mirror.obtain({ location, md5: checksum, signing: null });
    // Taken back meanwhile, or the gateway ends: it goes on with the next start.
    if (!isRunning || all.get(checksum) !== publication) return;
    if (obtained.kind === "failed") {
      await forget(publication);
      const status = obtained.why === "checksum" ? "InvalidChecksum" : "DownloadFailed";
      return ports.tellCsms({ status, requestId });
    }
    const published = { ...publication, image: obtained.image.sha256 };
    await save(published);
    offer(published);
    ports.tellCsms({ status: "Downloaded", requestId });
    ports.tellCsms({ status: "ChecksumVerified", requestId });
    ports.tellCsms({ status: "Published", requestId, location: [...urisOf(published)] });
  }

  return {
    start() {
      isRunning = true;
      for (const each of all.values()) {
        offer(each);
        if (each.image === null) ports.spawn("publish firmware", () => obtain(each));
      }
    },
    stop() {
      isRunning = false;
    },
    async publish({ location, checksum: given, requestId }) {
      const checksum = given.toLowerCase();
      const before = all.get(checksum);
      if (before === undefined && all.size >= PUBLICATIONS_MAX) return "Rejected";
      if (before !== undefined) ports.counter.withdraw(before.secret);
      const publication = {
        checksum,
        location,
        requestId,
        secret: Buffer.from(ports.ids.secret(SECRET_BYTES)).toString("hex"),
        image: null,
        givenAtMs: ports.clock.wallMs(),
      };
      await save(publication);
      ports.spawn("publish firmware", () => obtain(publication));
      return "Accepted";
    },
    async unpublish(given) {
      const publication = all.get(given.toLowerCase());
      if (publication === undefined) return "NoFirmware";
      if (publication.image === null) return "DownloadOngoing";
      await forget(publication);
      return "Unpublished";
    },
    isInUse: (sha256) => [...all.values()].some(({ image }) => image === sha256),
    isOwn: (location) =>
      [...all.values()].some((each) => each.image !== null && urisOf(each).includes(location)),
  };
}
