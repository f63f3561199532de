import { createTarDecoder } from "modern-tar";

/** The files of a support bundle, by name, in their order. */
export async function bundleFiles(
  packed: ReadableStream<Uint8Array>,
): Promise<ReadonlyMap<string, string>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of packed) chunks.push(chunk);
  const { readable, writable } = createTarDecoder({ strict: true });
  const fed = new Blob(chunks.map((chunk) => chunk.slice())).stream()
    .pipeThrough(new DecompressionStream("gzip")).pipeTo(writable);
  const files = new Map<string, string>();
  for await (const { header, body } of readable) {
    files.set(header.name, await new Response(body).text());
  }
  await fed;
  return files;
}
