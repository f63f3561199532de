import { ASSETS } from "../assets.ts";
import { reportTextOf } from "../report_text.ts";
import { ReportBody, type ReportScene, timeTitle } from "./report_page.tsx";

/**
 * A report on paper. `style`: the rules themselves, for a file that has to stand alone; absent: a link
 * to them.
 */
export function ReportPrint(
  { scene, style }: { readonly scene: ReportScene; readonly style?: string },
) {
  const { page, name, time } = scene;
  const words = reportTextOf(page.site.language);
  return (
    <html lang={page.site.language} class="paper">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>{`${words.reports[name]} · ${timeTitle(page, time)} · ${page.site.name}`}</title>
        {style === undefined
          ? (
            <>
              <link rel="stylesheet" href={ASSETS.stylesheet.path} />
              <link rel="icon" href={ASSETS.icon.path} type="image/svg+xml" />
            </>
          )
          : <style dangerouslySetInnerHTML={{ __html: style }} />}
      </head>
      <body class="print">
        <main>
          <p class="print-site">{page.site.name}</p>
          <ReportBody scene={scene} />
          <p class="hint">{words.madeAt(page.format.full(page.nowMs))}</p>
        </main>
      </body>
    </html>
  );
}
