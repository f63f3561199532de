import { createTarPacker } from "modern-tar";
import { errorText } from "../../lib/log.ts";
import type { Redactor } from "./redaction.ts";

/** One file of a bundle. Its lines come most important first: what has no room is cut at the end. */
export interface BundlePart {
  /** "messages.jsonl" */
  readonly name: string;
  /** What is in it, for whoever opens the bundle. */
  readonly about: string;
  /** Bytes of it at most, before it is packed. */
  readonly bytesMax: number;
  /** Lines without their ends. Each is redacted before it goes in. */
  lines(): Iterable<string> | Promise<Iterable<string>>;
}

/** What a bundle is made of. */
export interface BundleOrder {
  readonly parts: readonly BundlePart[];
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
  /** The version of Sangam. */
  readonly program: string;
  readonly madeMs: number;
  readonly redactor: Redactor;
  /** Lets others have their turn: called after each few lines. */
  readonly pause: () => Promise<void>;
}

/** What `manifest.json`, the last file of a bundle, says of the others. */
export interface BundleManifest {
  readonly kind: "sangam-support-bundle";
  readonly version: 1;
  readonly program: string;
  readonly madeAt: string;
  readonly files: readonly {
    readonly name: string;
    readonly about: string;
    readonly bytes: number;
    readonly lines: number;
    /** Lines for which there was no room: the oldest. */
    readonly linesCut: number;
    /** Lines too long for the file, of which the beginning is there. */
    readonly linesShortened: number;
  }[];
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
  readonly redaction: { readonly rules: readonly string[]; readonly people: number };
}

/** A bundle is smaller than this, packed and unpacked. */
export const BUNDLE_BYTES_MAX = 10_000_000;
/** For the manifest, and the heads and padding of the archive. */
const OVERHEAD_BYTES = 200_000;
const LINE_BYTES_MAX = 20_000;
const LINES_BETWEEN_PAUSES = 50;
const MANIFEST_NAME = "manifest.json";

const RULES = [
  'Passwords, keys, PEM texts, Authorization headers, user parts and values of queries in addresses: "***"',
  'Tokens, accounts and other names of people: "person-1", "person-2" …, the same number for the same ' +
  "text within this bundle alone",
  'E-mail addresses: "***@***"; signed readings and what was told of customers: "***"',
  "Every secret of site.yaml and every token of the list is looked for in each line as well",
  "Comments of site.yaml are left out; names of chargers, addresses of the network and figures stay",
];

/**
 * A tar, packed by gzip, that is made while it is read: one part at a time is in memory.
 *
 * @throws {RangeError} the parts together may be larger than a bundle
 */
export function bundleStream(order: BundleOrder): ReadableStream<Uint8Array> {
  const most = order.parts.reduce((sum, { bytesMax }) => sum + bytesMax, OVERHEAD_BYTES);
  if (most >= BUNDLE_BYTES_MAX) throw new RangeError(`Cannot make bundle: ${most} bytes`);
  const { readable, controller } = createTarPacker();
  pack(order, controller).catch((error) => controller.error(error));
  return readable.pipeThrough(new CompressionStream("gzip"));
}

type TarController = ReturnType<typeof createTarPacker>["controller"];

async function pack(order: BundleOrder, controller: TarController): Promise<void> {
  const files: BundleManifest["files"][number][] = [];
  const leftOut = [...order.leftOut];
  for (const part of order.parts) {
    try {
      const filled = await fill(part, order);
      await add(controller, part.name, filled.bytes, order.madeMs);
      const { lines, linesCut, linesShortened } = filled;
      const { name, about } = part;
      files.push({ name, about, bytes: filled.bytes.length, lines, linesCut, linesShortened });
    } catch (error) {
      // A bundle is asked for when something is wrong already.
      leftOut.push({ name: part.name, why: order.redactor.text(errorText(error)).slice(0, 500) });
    }
  }
  const manifest: BundleManifest = {
    kind: "sangam-support-bundle",
    version: 1,
    program: order.program,
    madeAt: new Date(order.madeMs).toISOString(),
    files,
    leftOut,
    redaction: { rules: RULES, people: order.redactor.people() },
  };
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  await add(controller, MANIFEST_NAME, text, order.madeMs);
  controller.finalize();
}

async function add(
  controller: TarController,
  name: string,
  bytes: Uint8Array,
  madeMs: number,
): Promise<void> {
  const mtime = new Date(madeMs);
  const size = bytes.length;
  const writer = controller.add({ name, size, mtime, mode: 0o600, type: "file" }).getWriter();
  if (size > 0) await writer.write(bytes);
  await writer.close();
}

interface Filled {
  readonly bytes: Uint8Array;
  readonly lines: number;
  readonly linesCut: number;
  readonly linesShortened: number;
}

async function fill(part: BundlePart, { redactor, pause }: BundleOrder): Promise<Filled> {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  let [bytes, linesCut, linesShortened, count] = [0, 0, 0, 0];
  for (const line of await part.lines()) {
    if (linesCut > 0) {
      linesCut++;
      continue;
    }
    const whole = encoder.encode(`${redactor.text(line)}\n`);
    const chunk = whole.length <= LINE_BYTES_MAX ? whole : shortened(whole);
    if (bytes + chunk.length > part.bytesMax) {
      linesCut = 1;
      continue;
    }
    if (chunk !== whole) linesShortened++;
    bytes += chunk.length;
    chunks.push(chunk);
    if (++count % LINES_BETWEEN_PAUSES === 0) await pause();
  }
  return { bytes: joined(chunks, bytes), lines: count, linesCut, linesShortened };
}

/** The beginning of a line, whole characters of it, and a sign that it goes on. */
function shortened(line: Uint8Array): Uint8Array {
  const start = new TextDecoder().decode(line.subarray(0, LINE_BYTES_MAX - 10))
    .replace(/\ufffd+$/, "");
  return new TextEncoder().encode(`${start} …\n`);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
