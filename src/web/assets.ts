import { createHash } from "node:crypto";
import icon from "./assets/icon.svg" with { type: "text" };
import chart from "./assets/chart.js" with { type: "text" };
import script from "./assets/live.js" with { type: "text" };
import stylesheet from "./assets/site.css" with { type: "text" };
import plot from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import plotStyle from "uplot/dist/uPlot.min.css" with { type: "text" };

/** A file for the browser, served from our own origin. */
export interface Asset {
  /** Changes whenever the content does, so that browsers may keep the file for ever. */
  readonly path: string;
  readonly contentType: string;
  readonly content: string;
}

/**
 * The files of the pages: one script, one stylesheet, one icon; and what draws charts, on the pages
 * that have some. Built by nothing, fetched once.
 */
export const ASSETS = {
  stylesheet: asset("site.css", "text/css; charset=utf-8", stylesheet),
  script: asset("live.js", "text/javascript; charset=utf-8", script),
  icon: asset("icon.svg", "image/svg+xml", icon),
  chart: asset("chart.js", "text/javascript; charset=utf-8", chart),
  plot: asset("plot.js", "text/javascript; charset=utf-8", plot),
  plotStyle: asset("plot.css", "text/css; charset=utf-8", plotStyle),
};

/** The file at a path; undefined where there is none. */
export function assetAt(path: string): Asset | undefined {
  return Object.values(ASSETS).find((asset) => asset.path === path);
}

function asset(name: string, contentType: string, content: string): Asset {
  const version = createHash("sha256").update(content).digest("hex").slice(0, 12);
  return { path: `/assets/${version}/${name}`, contentType, content };
}
