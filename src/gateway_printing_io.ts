/** What else it may do is nothing: no network, no profile that stays. */
const ARGUMENTS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-extensions",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--no-pdf-header-footer",
  "--host-resolver-rules=MAP * ~NOTFOUND",
];

/** Makes PDF files of pages by a Chromium, one after the other. */
export function createPrinter(
  { chromium, timeoutMs, folder }: {
    readonly chromium: string;
    readonly timeoutMs: number;
    /** Where pages lie meanwhile: below the data folder, which nobody else reads. */
    readonly folder: string;
  },
): (html: string) => Promise<Uint8Array<ArrayBuffer>> {
  let last: Promise<unknown> = Promise.resolve();
  return (html) => {
    const printing = last.then(() => printPdf(html), () => printPdf(html));
    last = printing;
    return printing;
  };

  async function printPdf(html: string): Promise<Uint8Array<ArrayBuffer>> {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    const own = await Deno.makeTempDir({ dir: folder });
    try {
      const [page, pdf] = [`${own}/report.html`, `${own}/report.pdf`];
      await Deno.writeTextFile(page, html, { mode: 0o600 });
      const { success, code, stderr } = await new Deno.Command(chromium, {
        args: [
          ...ARGUMENTS,
          `--user-data-dir=${own}/profile`,
          `--print-to-pdf=${pdf}`,
          `file://${page}`,
        ],
        stdin: "null",
        stdout: "null",
        stderr: "piped",
        signal: AbortSignal.timeout(timeoutMs),
      }).output();
      if (!success) {
        const said = new TextDecoder().decode(stderr).trim().slice(-300);
        throw new Error(`Cannot print: ${chromium} ended with ${code}: ${said}`);
      }
      return await Deno.readFile(pdf);
    } finally {
      await Deno.remove(own, { recursive: true });
    }
  }
}
