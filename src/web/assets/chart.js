// deno-lint-ignore-file sangam/no-ambient-effects -- runs in a browser, where nobody hands it a clock
/* global uPlot */
/**
 * Draws the charts of meters and sessions. What a chart shows, its words and where its values are to
 * be had stands in its element, as JSON; until they have come there is what the server drew.
 */

const POLL_MS = 2000;
/** The last minutes are always as wide as they can be, so that nothing moves but the curves. */
const LIVE_S = 600;
/** The keys that move the cursor, and by how many points. */
const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20 };

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const seconds = (value) => Date.parse(value.at) / 1000;

async function fetchValues(spec, from) {
  for (const url of spec.urls) {
    const address = new URL(url, location.href);
    if (from !== undefined) address.searchParams.set("from", from);
    const answer = await fetch(address);
    if (answer.status === 401) return location.reload();
    if (!answer.ok) throw new Error(`${answer.status} for ${address}`);
    const values = await answer.json();
    // What is not kept by the minute any more is there by the quarter of an hour.
    if (values.length > 0 || url === spec.urls.at(-1)) return values;
  }
}

/** A value's field by its path, such as "currentsAmps.0"; null where there is none. */
function fieldOf(value, path) {
  return path.split(".").reduce((part, name) => part?.[name] ?? null, value);
}

/** The curves that a chart names itself; those that nobody measures are left out. */
function namedCurves({ curves }, values) {
  return curves
    .map(({ path, scale = 1, ...curve }) => ({
      ...curve,
      of: (value) => (fieldOf(value, path) === null ? null : fieldOf(value, path) * scale),
    }))
    .filter(({ of }) => values.some((value) => of(value) !== null));
}

/** The curves of a chart: what each is called, coloured and made of. */
function curvesOf(spec, values) {
  const { words } = spec;
  if (spec.curves !== undefined) return namedCurves(spec, values);
  if (spec.show === "energy") {
    const sum = (value, way) =>
      value[`${way}Wh`] === null
        ? null
        : (value[`${way}Wh`] + value[way === "import" ? "unreadImportWh" : "unreadExportWh"]) /
          1000;
    const drawn = {
      label: words.imported,
      color: "--soft",
      of: (value) => sum(value, "import"),
      isBar: true,
    };
    const fed = {
      label: words.exported,
      color: "--line-strong",
      of: (value) => (sum(value, "export") === null ? null : -sum(value, "export")),
      isBar: true,
    };
    return values.some((value) => value.exportWh) ? [drawn, fed] : [drawn];
  }
  const isPeriod = values.some((value) => "quality" in value);
  const amps = (value) => (isPeriod ? value.maxAmps : value.currentsAmps) ?? null;
  if (spec.show === "current" && values.some((value) => amps(value) !== null)) {
    const lines = ["L1", "L2", "L3"].map((line) => ({
      label: isPeriod ? `${line} ${words.most}` : line,
      color: `--${line.toLowerCase()}`,
      of: (value) => amps(value)?.[line] ?? null,
    }));
    if (spec.limitAmps === null) return lines;
    const limit = {
      label: words.limit,
      color: "--line-strong",
      of: () => spec.limitAmps,
      dash: [5, 4],
    };
    return [...lines, limit];
  }
  const kilowatts = (name) => (value) => (value[name] ?? null) === null ? null : value[name] / 1000;
  const mean = {
    label: words.power,
    color: "--ink",
    of: kilowatts("powerW"),
    isPower: true,
  };
  if (!isPeriod) return [mean];
  const edge = { color: "--line-strong", width: 1, isPower: true };
  // The middle comes last: it is drawn over the band between the two.
  return [
    { ...edge, label: words.least, of: kilowatts("powerMinW") },
    { ...edge, label: words.most, of: kilowatts("powerMaxW") },
    mean,
  ];
}

function unitOf(spec, curves) {
  if (spec.unit !== undefined) return spec.unit;
  if (spec.show === "energy") return "kWh";
  return curves.some(({ isPower }) => isPower) ? "kW" : "A";
}

/** The values in columns; a silence is a gap, not a line across it, but for the limit. */
function columnsOf(spec, values, curves) {
  const times = [];
  const columns = curves.map(() => []);
  const push = (at, value) => {
    times.push(at);
    curves.forEach(({ of, dash }, index) => {
      columns[index].push(value === null && dash === undefined ? null : of(value));
    });
  };
  const hasBars = spec.show === "energy";
  const gap = hasBars ? Infinity : 3.5 * Math.max(usualStep(values), spec.stepS ?? 2);
  const isFilled = spec.live || hasBars;
  if (!isFilled && seconds(values[0]) > spec.fromMs / 1000) push(spec.fromMs / 1000, null);
  for (const value of values) {
    const at = seconds(value);
    const before = times.at(-1);
    if (before !== undefined && at <= before) continue;
    if (before !== undefined && at - before > gap) push(before + gap / 2, null);
    push(at, value);
  }
  if (!isFilled && times.at(-1) < spec.toMs / 1000) push(spec.toMs / 1000, null);
  return [times, ...columns];
}

function usualStep(values) {
  const steps = values.slice(1).map((value, index) => seconds(value) - seconds(values[index]));
  return steps.sort((left, right) => left - right)[Math.floor(steps.length / 2)] ?? 0;
}

function timeFormats({ lang, zone }) {
  const format = (options) =>
    new Intl.DateTimeFormat(lang, {
      timeZone: zone,
      hourCycle: "h23",
      numberingSystem: "latn",
      ...options,
    });
  return {
    clock: format({ hour: "2-digit", minute: "2-digit" }),
    second: format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    day: format({ day: "numeric", month: "short" }),
    month: format({ month: "short" }),
    moment: format({
      weekday: "short",
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
    }),
  };
}

function axisTimes(formats) {
  return (_, splits, __, ___, step) =>
    splits.map((at) => {
      const moment = at * 1000;
      if (step >= 28 * 86400) return formats.month.format(moment);
      const clock = formats.clock.format(moment);
      return step >= 86400 || clock === "00:00" ? formats.day.format(moment) : clock;
    });
}

function optionsOf(spec, curves, size, isSparse) {
  const formats = timeFormats(spec);
  const unit = unitOf(spec, curves);
  const number = new Intl.NumberFormat(spec.lang, {
    numberingSystem: "latn",
    maximumFractionDigits: 1,
  });
  const shown = (
    value,
  ) => (value === null || value === undefined ? "–" : `${number.format(value)}\u202f${unit}`);
  const legendTime = spec.live ? formats.second : spec.byDay ? formats.day : formats.moment;
  const axis = {
    stroke: css("--soft"),
    font: '12px system-ui, "Noto Sans", sans-serif',
    grid: { stroke: css("--line"), width: 1 },
    ticks: { stroke: css("--line"), width: 1, size: 4 },
  };
  const whole = [spec.fromMs / 1000, spec.toMs / 1000];
  // A chart that names its beginning grows from there; others show the last minutes.
  const growing = (_, low, high) => [spec.isWhole ? Math.min(low, whole[0]) : high - LIVE_S, high];
  const range = (_, low, high) => {
    const values = [0, low, high].filter((value) => value !== null && value !== undefined);
    const [bottom, top] = [Math.min(...values), Math.max(...values, 0.5)];
    const air = (top - bottom) * 0.06;
    return [bottom < 0 ? bottom - air : 0, top + air];
  };
  return {
    ...size,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), spec.zone),
    padding: [10, 24, 0, 0],
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    legend: { live: true, isolate: false },
    bands: curves.length === 3 && unit === "kW" ? [{ series: [2, 1], fill: css("--sunken") }] : [],
    // Who points at nothing sees what was last.
    hooks: { setCursor: [showLast], setData: [showLast], ready: [showLast] },
    scales: {
      x: { time: true, range: spec.live ? growing : whole },
      y: { range },
    },
    axes: [
      { ...axis, size: 32, space: 70, values: axisTimes(formats) },
      {
        ...axis,
        size: 56,
        space: 34,
        values: (_, splits) => splits.map((each) => number.format(each)),
        label: unit,
        labelSize: 18,
        labelFont: axis.font,
      },
    ],
    series: [
      {
        label: spec.words.time,
        value: (_, at) => (at === null || at === undefined ? "–" : legendTime.format(at * 1000)),
      },
      ...curves.map(({ label, color, dash, width = 1.75, isBar, isStepped }) => ({
        label,
        stroke: css(color),
        width: isBar ? 0 : width,
        ...(isStepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
        ...(dash === undefined ? {} : { dash, points: { show: false } }),
        ...(isBar
          ? {
            fill: css(color),
            paths: uPlot.paths.bars({ size: [0.8, 60] }),
            points: { show: false },
          }
          : { points: { show: isSparse } }),
        value: (_, value) =>
          shown(isBar && value !== null && value !== undefined ? Math.abs(value) : value),
      })),
    ],
  };
}

function showLast(plot) {
  if (plot.cursor.idx !== null && plot.cursor.idx !== undefined && plot.cursor.left >= 0) return;
  const known = plot.data[1].findLastIndex((value) => value !== null);
  if (known >= 0) plot.setLegend({ idx: known }, false);
}

function draw(element) {
  const spec = JSON.parse(element.dataset.chart);
  const status = element.querySelector("[role=status]");
  const place = element.querySelector(".chart-place");
  let values = [];
  let plot = null;
  let isBusy = false;

  const size = () => ({
    width: Math.max(220, place.clientWidth),
    height: place.clientWidth < 480 ? 200 : spec.height,
  });

  function show() {
    const curves = curvesOf(spec, values);
    const isEmpty = values.length < (spec.live ? 2 : 1) ||
      curves.every(({ of, dash }) => dash || values.every((value) => of(value) === null));
    if (isEmpty) {
      plot?.destroy();
      plot = null;
      if (!spec.live) say(spec.words.nothing);
      return;
    }
    const data = columnsOf(spec, values, curves);
    if (plot !== null && plot.series.length === data.length) return plot.setData(data);
    plot?.destroy();
    place.replaceChildren();
    // A line needs two points: of one there is a dot.
    const isSparse = data[1].filter((value) => value !== null).length < 3;
    plot = new uPlot(optionsOf(spec, curves, size(), isSparse), data, place);
  }

  function say(text) {
    const note = document.createElement("p");
    note.className = "hint";
    note.textContent = text;
    place.replaceChildren(note);
  }

  async function load() {
    if (isBusy || (spec.live && document.hidden)) return;
    isBusy = true;
    try {
      const last = spec.live ? values.at(-1)?.at : undefined;
      const fresh = await fetchValues(spec, last);
      if (fresh === undefined) return;
      values = last === undefined ? fresh : [...values, ...fresh.filter(({ at }) => at > last)];
      if (spec.live) values = values.slice(-(spec.keep ?? 600));
      show();
    } catch {
      if (values.length === 0 && !spec.live) say(spec.words.failed);
    } finally {
      isBusy = false;
    }
  }

  function redraw() {
    plot?.destroy();
    plot = null;
    show();
  }

  element.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const isEdge = event.key === "Home" || event.key === "End";
    if (plot === null || (step === undefined && !isEdge)) return;
    event.preventDefault();
    const last = plot.data[0].length - 1;
    const at = plot.cursor.idx ?? (step > 0 ? -1 : last + 1);
    const next = isEdge
      ? (event.key === "Home" ? 0 : last)
      : Math.min(last, Math.max(0, at + step));
    plot.setCursor({
      left: plot.valToPos(plot.data[0][next], "x"),
      top: plot.over.clientHeight / 2,
    });
    const row = plot.series.map(({ label, value }, index) =>
      `${label} ${value(plot, plot.data[index][next])}`
    );
    status.textContent = row.join(", ");
  });
  new ResizeObserver(() => {
    const { width, height } = size();
    if (plot !== null && (plot.width !== width || plot.height !== height)) {
      plot.setSize({ width, height });
    }
  }).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  load().catch(() => {});
  if (!spec.live) return;
  let isSeen = true;
  new IntersectionObserver(([entry]) => {
    isSeen = entry.isIntersecting;
  }).observe(element);
  setInterval(() => {
    if (isSeen) load().catch(() => {});
  }, spec.pollMs ?? POLL_MS);
}

const known = new WeakSet();
function drawAll() {
  for (const element of document.querySelectorAll("[data-chart]")) {
    if (known.has(element)) continue;
    known.add(element);
    draw(element);
  }
}

drawAll();
// Meters come and go while a page is open.
new MutationObserver(drawAll).observe(document.getElementById("content"), {
  childList: true,
  subtree: true,
});
