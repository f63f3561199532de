import { archiveOrder } from "./gateway_archive_io.ts";
import { type Clock, isoTime } from "./lib/clock.ts";
import { writeArchiveAside } from "./store/backup_thread_io.ts";
import type { ArchivePort } from "./web/mod.ts";

/** One archive at a time, made in the folder of data and gone when it was read. */
export function openArchive(
  places: { readonly dataPath: string; readonly configPath: string | null },
  { clock, program }: { readonly clock: Clock; readonly program: string },
): ArchivePort {
  let isBusy = false;
  return {
    async make() {
      if (isBusy) return null;
      isBusy = true;
      const path = `${places.dataPath}/.download.tar.gz`;
      try {
        const madeMs = clock.wallMs();
        await writeArchiveAside(path, archiveOrder(places, { program, madeMs }));
        const file = Deno.openSync(path);
        // It has no name any more: whatever becomes of the download, nothing is left behind.
        Deno.removeSync(path);
        const day = isoTime(madeMs).slice(0, 10);
        const bytes = file.statSync().size;
        return { name: `sangam-${day}.tar.gz`, bytes, content: file.readable };
      } finally {
        isBusy = false;
      }
    },
  };
}
