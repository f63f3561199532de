import type { WayOptions } from "./_way_io.ts";
import type { Fetcher } from "./fetch.ts";
import { fetchByFtp } from "./ftp_fetcher_io.ts";
import { fetchByHttp } from "./http_fetcher_io.ts";

/** Fetches files by http, https, ftp and ftps from where the rules allow it. */
export function createFetcher(options: WayOptions & { readonly bytesMax: number }): Fetcher {
  return {
    async fetch(location, into, signal) {
      const isFtp = /^ftps?:/i.test(location);
      try {
        return await (isFtp ? fetchByFtp : fetchByHttp)(location, into, options, signal);
      } catch {
        // The whole text may hold the address with its password.
        return { kind: "broken", reason: "It cannot be fetched now" };
      }
    },
  };
}
