import type { FirmwareImage } from "../site/mod.ts";
import { type BroughtImage, type FileStore, plainName, type Taken } from "./image.ts";
import type { MirrorOptions, MirrorPorts } from "./mirror.ts";
import { type Digests, isSignedBy } from "./signature.ts";

/** What taking in works with. */
export interface TakePorts
  extends Pick<MirrorPorts, "files" | "roomProblem" | "uuid">, Pick<MirrorOptions, "bytesMax"> {
  readonly images: ReadonlyMap<string, FirmwareImage>;
  /** Notes a file that lies under its digest. */
  readonly shelve: (
    about: Pick<FirmwareImage, "name" | "locationDigest" | "from" | "meantFor" | "signing">,
    digests: Digests,
  ) => Promise<FirmwareImage>;
}

type Refusal = Extract<Taken, { readonly kind: "refused" }>;

/** Somebody else may fill the disk meanwhile. */
const LOOK_EVERY_BYTES = 16 * 1_048_576;

/**
 * Takes in a file piece by piece, each on the disk before the next is asked for. Of what is not what the
 * person says it is, nothing stays.
 */
export async function takeIn(
  content: AsyncIterable<Uint8Array>,
  about: BroughtImage,
  ports: TakePorts,
): Promise<Taken> {
  const { files } = ports;
  const early = sizeProblem(about.bytes ?? 0, about.bytes ?? 0, ports);
  if (early !== null) return early;
  const key = ports.uuid().replaceAll("-", "");
  const problem = await write(content, key, ports).catch(async (error) => {
    await files.discard(key);
    throw error;
  });
  if (problem !== null) {
    await files.discard(key);
    return problem;
  }
  const digests = await files.keep(key);
  const { name, from, meantFor, signing } = about;
  const wrong = await wrongIn(digests, about, files);
  if (wrong !== null) {
    if (!ports.images.has(digests.sha256)) await files.remove(digests.sha256);
    return wrong;
  }
  const image = await ports.shelve({
    name: plainName(name),
    locationDigest: null,
    from,
    meantFor,
    ...(signing === null ? {} : { signing }),
  }, digests);
  return { kind: "kept", image };
}

async function write(
  content: AsyncIterable<Uint8Array>,
  key: string,
  ports: TakePorts,
): Promise<Refusal | null> {
  const part = await ports.files.part(key);
  let lookedAt = 0;
  try {
    for await (const piece of content) {
      const bytes = part.bytes + piece.length;
      const isDue = bytes - lookedAt >= LOOK_EVERY_BYTES;
      if (isDue) lookedAt = bytes;
      const problem = sizeProblem(bytes, isDue ? piece.length : null, ports);
      if (problem !== null) return problem;
      await part.write(piece);
    }
    return part.bytes === 0 ? refused("empty", "It is empty") : null;
  } finally {
    await part.close();
  }
}

/** `more`: so many bytes are still to be written; null: the disk was looked at shortly before. */
function sizeProblem(
  bytes: number,
  more: number | null,
  { bytesMax, roomProblem }: TakePorts,
): Refusal | null {
  if (bytes > bytesMax) return refused("too-large", `It is larger than ${bytesMax} bytes`);
  const problem = more === null ? null : roomProblem(more);
  return problem === null ? null : refused("no-room", problem);
}

async function wrongIn(
  { sha256, md5 }: Digests,
  { checksum, signing }: BroughtImage,
  files: Pick<FileStore, "read">,
): Promise<Refusal | null> {
  if (checksum !== null && ![sha256, md5].includes(checksum.toLowerCase())) {
    return refused("checksum", "Its checksum is another");
  }
  if (signing !== null && !await isSignedBy(() => files.read(sha256), signing)) {
    return refused("signature", "Its maker did not sign this");
  }
  return null;
}

function refused(why: Refusal["why"], reason: string): Refusal {
  return { kind: "refused", why, reason };
}
