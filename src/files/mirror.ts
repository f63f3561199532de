import { createHash } from "node:crypto";
import { type Clock, sleep } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { errorText } from "../lib/log.ts";
import { drop, put, type WriteOf } from "../lib/write.ts";
import { FETCH_BEGIN, type Fetcher, type FetchRules, type FetchState, stepFetch } from "./fetch.ts";
import type { FirmwareCollections, FirmwareImage, ImagePurpose } from "../site/mod.ts";
import {
  type BroughtImage,
  type FileStore,
  plainName,
  surplusImages,
  type Taken,
} from "./image.ts";
import { takeIn } from "./_take.ts";
import { type Digests, type FirmwareSigning, isSignedBy } from "./signature.ts";

/** A firmware that is wanted, and by what it is known to be the right one. */
export interface ImageWish {
  readonly location: string;
  /** Of the whole file, hexadecimal (2.1 L03.FR.02); null: it was not given. */
  readonly md5: string | null;
  readonly signing: FirmwareSigning | null;
}

/** It is here, or why it is not. */
export type Obtained =
  | { readonly kind: "here"; readonly image: FirmwareImage }
  | {
    readonly kind: "failed";
    readonly why: "download" | "checksum" | "signature";
    readonly reason: string;
  };

/** How a download is getting on. */
export interface DownloadView {
  readonly from: string;
  readonly bytes: number;
  readonly tries: number;
  /** Why it waits for its next try; null while it runs. */
  readonly trouble: string | null;
}

/** Fetches each firmware once, however many want it, and keeps it. */
export interface Mirror {
  /** Never rejects. Whoever wants what is on its way waits for the same. */
  obtain(wish: ImageWish): Promise<Obtained>;
  /** Takes in what somebody brings, never whole in memory; rejects where `content` breaks off. */
  take(content: AsyncIterable<Uint8Array>, about: BroughtImage): Promise<Taken>;
  /** Says for which chargers it is meant; false where it is not there. */
  describe(sha256: string, meantFor: ImagePurpose): Promise<boolean>;
  images(): readonly FirmwareImage[];
  image(sha256: string): FirmwareImage | undefined;
  /** False where it is in use or not there. */
  remove(sha256: string): Promise<boolean>;
  read(sha256: string, from?: number): AsyncIterable<Uint8Array>;
  downloads(): readonly DownloadView[];
  /** What is on its way is broken off; what came of it stays. */
  stop(): void;
}

export interface MirrorPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly fetcher: Fetcher;
  readonly files: FileStore;
  readonly write: (
    writes: readonly WriteOf<Pick<FirmwareCollections, "firmware-images">>[],
  ) => Promise<void>;
  /** True while a charger may still fetch it. */
  readonly isInUse: (sha256: string) => boolean;
  /** Why so many bytes more have no room on the disk; null: they have. */
  readonly roomProblem: (bytes: number) => string | null;
  /** A name that was never given before. */
  readonly uuid: () => string;
}

export interface MirrorOptions extends FetchRules {
  /** All images together. */
  readonly keepBytesMax: number;
}

/** So long an address is taken to give what it gave: many orders come one after the other. */
const SAME_FOR_MS = 3_600_000;

/** Each takes room on the disk and of the connection. */
const DOWNLOADS_MAX = 8;
const TOO_MANY = {
  kind: "failed",
  why: "download",
  reason: `${DOWNLOADS_MAX} downloads are under way`,
} as const;

interface Download {
  readonly from: string;
  readonly image: Promise<Obtained>;
  readonly abort: AbortController;
  bytes: number;
  state: FetchState;
}

/** Creates the mirror with the images that the ledger knows. */
export function createMirror(
  options: MirrorOptions,
  ports: MirrorPorts,
  stored: Iterable<FirmwareImage>,
): Mirror {
  const { clock, log, files } = ports;
  const images = new Map([...stored].map((image) => [image.sha256, image]));
  const downloads = new Map<string, Download>();

  async function save(image: FirmwareImage): Promise<FirmwareImage> {
    images.set(image.sha256, image);
    await ports.write([put("firmware-images", image.sha256, image)]);
    return image;
  }

  async function removeImages(gone: readonly FirmwareImage[]): Promise<void> {
    for (const { sha256 } of gone) images.delete(sha256);
    await ports.write(gone.map(({ sha256 }) => drop("firmware-images", sha256)));
    for (const { sha256 } of gone) await files.remove(sha256);
  }

  async function makeRoom(fresh: string): Promise<void> {
    const isInUse = (sha256: string) => sha256 === fresh || ports.isInUse(sha256);
    await removeImages(surplusImages([...images.values()], options.keepBytesMax, isInUse));
  }

  /** The file is where it belongs, under its digest: it is noted, and others make room for it. */
  async function shelve(
    about: Pick<FirmwareImage, "name" | "locationDigest" | "from" | "meantFor" | "signing">,
    digests: Digests,
  ): Promise<FirmwareImage> {
    const known = images.get(digests.sha256);
    const nowMs = clock.wallMs();
    const { meantFor, signing, ...rest } = about;
    const purpose = meantFor ?? known?.meantFor;
    const vouched = signing ?? known?.signing;
    const image = await save({
      ...digests,
      ...rest,
      keptAtMs: nowMs,
      usedAtMs: nowMs,
      ...(purpose === undefined ? {} : { meantFor: purpose }),
      ...(vouched === undefined ? {} : { signing: vouched }),
    });
    await makeRoom(image.sha256);
    return image;
  }

  function begin(location: string): Download {
    const abort = new AbortController();
    const from = URL.parse(location)?.host ?? "";
    const started = Promise.withResolvers<void>();
    const download: Download = {
      from,
      abort,
      bytes: 0,
      state: FETCH_BEGIN,
      image: started.promise.then(() => fetchWhole(location, download)),
    };
    downloads.set(location, download);
    started.resolve();
    return download;
  }

  async function fetchWhole(location: string, download: Download): Promise<Obtained> {
    const key = digestOf(location);
    try {
      const ended = await tryUntilEnd(location, key, download);
      if (ended !== null) {
        if (!download.abort.signal.aborted) await files.discard(key);
        log("warning", "firmware_not_fetched", { from: download.from, reason: ended });
        return { kind: "failed", why: "download", reason: ended };
      }
      const name = plainName(URL.parse(location)?.pathname ?? "");
      const image = await shelve(
        { name, locationDigest: key, from: download.from },
        await files.keep(key),
      );
      log("info", "firmware_fetched", { from: download.from, bytes: image.bytes });
      return { kind: "here", image };
    } catch (error) {
      log("error", "firmware_not_kept", { error: errorText(error) });
      return { kind: "failed", why: "download", reason: "It could not be kept on the disk" };
    } finally {
      downloads.delete(location);
    }
  }

  /** Null where all of it is here; else why not. */
  async function tryUntilEnd(
    location: string,
    key: string,
    download: Download,
  ): Promise<string | null> {
    const { signal } = download.abort;
    const step = (event: Parameters<typeof stepFetch>[1]) => {
      download.state = stepFetch(download.state, event, clock.monoMs(), options);
    };
    while (true) {
      const { state } = download;
      if (state.kind === "ended") return null;
      if (state.kind === "failed") return state.reason;
      if (state.kind === "waiting") {
        await sleep(clock, Math.max(0, state.untilMs - clock.monoMs()), signal);
        step(signal.aborted ? { kind: "cancelled" } : { kind: "due", bytes: download.bytes });
        continue;
      }
      const part = await files.part(key);
      const watched = watch(part, (bytes) => download.bytes = bytes);
      const outcome = await ports.fetcher.fetch(location, watched, signal);
      download.bytes = part.bytes;
      await part.close();
      step(
        signal.aborted ? { kind: "cancelled" } : { kind: "outcome", outcome, bytes: part.bytes },
      );
    }
  }

  function fromShelf(location: string): FirmwareImage | undefined {
    const digest = digestOf(location);
    const sinceMs = clock.wallMs() - SAME_FOR_MS;
    return [...images.values()].find((image) =>
      image.locationDigest === digest && image.keptAtMs >= sinceMs
    );
  }

  async function problemOf(image: FirmwareImage, wish: ImageWish): Promise<Obtained | null> {
    if (wish.md5 !== null && wish.md5.toLowerCase() !== image.md5) {
      return { kind: "failed", why: "checksum", reason: "Its checksum is another" };
    }
    if (wish.signing === null) return null;
    if (await isSignedBy(() => files.read(image.sha256), wish.signing)) return null;
    return { kind: "failed", why: "signature", reason: "Its maker did not sign this" };
  }

  return {
    async obtain(wish) {
      const { location } = wish;
      const kept = downloads.has(location) ? undefined : fromShelf(location);
      if (kept !== undefined && await problemOf(kept, wish).catch(() => "gone") === null) {
        return { kind: "here", image: await save({ ...kept, usedAtMs: clock.wallMs() }) };
      }
      if (!downloads.has(location) && downloads.size >= DOWNLOADS_MAX) return TOO_MANY;
      // Another file may lie there by now.
      const download = downloads.get(location) ?? begin(location);
      const obtained = await download.image;
      if (obtained.kind === "failed") return obtained;
      const { image } = obtained;
      const problem = await problemOf(image, wish);
      // What nobody can vouch for is not kept.
      if (problem !== null && !ports.isInUse(image.sha256)) await removeImages([image]);
      return problem ?? obtained;
    },
    take: (content, about) => takeIn(content, about, { ...ports, ...options, shelve, images }),
    async describe(sha256, meantFor) {
      const image = images.get(sha256);
      if (image !== undefined) await save({ ...image, meantFor });
      return image !== undefined;
    },
    images: () => [...images.values()].toSorted((one, other) => other.keptAtMs - one.keptAtMs),
    image: (sha256) => images.get(sha256),
    async remove(sha256) {
      const image = images.get(sha256);
      if (image === undefined || ports.isInUse(sha256)) return false;
      await removeImages([image]);
      return true;
    },
    read: files.read,
    downloads: () => [...downloads.values()].map(viewOf),
    stop: () => downloads.forEach(({ abort }) => abort.abort()),
  };
}

function viewOf({ from, bytes, state }: Download): DownloadView {
  return {
    from,
    bytes,
    tries: state.kind === "trying" || state.kind === "waiting" ? state.tries : 0,
    trouble: state.kind === "waiting" ? state.reason : null,
  };
}

/** The same sink; `told` hears how much is there. */
function watch(part: Parameters<Fetcher["fetch"]>[1], told: (bytes: number) => void) {
  return {
    get bytes() {
      return part.bytes;
    },
    get mark() {
      return part.mark;
    },
    restart: part.restart,
    async write(chunk: Uint8Array) {
      await part.write(chunk);
      told(part.bytes);
    },
  };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
