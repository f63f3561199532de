import { Readable, type Writable } from "node:stream";
import { Busboy } from "@fastify/busboy";

/** What came before the file of a form, and the file, which is still to be read. */
export interface UploadedForm {
  readonly fields: Readonly<Record<string, string>>;
  /** Null where there was none. */
  readonly file: { readonly name: string; readonly content: AsyncIterable<Uint8Array> } | null;
  /** Lets go of what was not read. */
  end(): void;
}

const FIELDS_MAX = 20;
/** A chain of certificates is the longest. */
const FIELD_BYTES_MAX = 32_768;

/**
 * Reads a form up to its file; fields that come after the file do not count. Null for what is no such form.
 * Nothing but a few pieces of the file is ever in memory.
 */
export async function readUpload(request: Request): Promise<UploadedForm | null> {
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data;/i.test(contentType) || request.body === null) return null;
  let parser: InstanceType<typeof Busboy>;
  try {
    parser = new Busboy({
      headers: { "content-type": contentType },
      limits: { fields: FIELDS_MAX, fieldSize: FIELD_BYTES_MAX, files: 1, fieldNameSize: 100 },
    });
  } catch {
    return null;
  }
  const source = Readable.from(request.body);
  const fields: Record<string, string> = {};
  const begun = Promise.withResolvers<UploadedForm["file"]>();
  let content: Readable | null = null;
  parser.on("field", (name: string, value: string) => {
    // One that was cut is not what was sent.
    if (content === null && value.length < FIELD_BYTES_MAX) fields[name] = value;
  });
  parser.on("file", (_name: string, stream: Readable, name: string) => {
    content = stream;
    begun.resolve({ name, content: stream });
  });
  parser.on("finish", () => begun.resolve(null));
  const broken = (error: Error) => {
    content?.destroy(error);
    begun.reject(error);
  };
  parser.on("error", broken);
  source.on("error", broken);
  source.pipe(parser as Writable);
  const end = () => {
    source.unpipe();
    source.destroy();
    content?.destroy();
  };
  try {
    return { file: await begun.promise, fields, end };
  } catch {
    end();
    return null;
  }
}
