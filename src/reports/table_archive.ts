import { packTar } from "modern-tar";
import type { Report, ReportTable } from "./report.ts";

/** What ends a tar: two empty blocks of 512 bytes. */
const TAR_END_BYTES = 1_024;

/**
 * All tables of a report as CSV files in one tar, made table by table: a tar says how long a file is
 * before the file, so one table at a time is held.
 */
export async function* tableArchive(
  { tables }: Report,
  csv: (table: ReportTable) => AsyncIterable<string>,
  nameOf: (table: string) => string,
  madeMs: number,
): AsyncGenerator<Uint8Array> {
  for (const table of tables) {
    const text = await Array.fromAsync(csv(table));
    const body = new TextEncoder().encode(text.join(""));
    const packed = await packTar([{
      header: {
        name: nameOf(table.id),
        size: body.length,
        mode: 0o600,
        mtime: new Date(madeMs),
        type: "file",
      },
      body,
    }]);
    yield packed.subarray(0, packed.length - TAR_END_BYTES);
  }
  yield new Uint8Array(TAR_END_BYTES);
}
