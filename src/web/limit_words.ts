import type { BottleneckView, ReasonView, Wordless } from "./reason_view.ts";
import { type Format, written } from "./format.ts";
import type { SiteView } from "./views.ts";

/**
 * Why an EVSE has its limit, in words and numbers: "row-a, phase L2 full: 63 A − other load 41 A −
 * others 16 A". What adds a kind of reason does not compile before it is said here in every language.
 */
export function limitWords(
  reason: Wordless,
  language: SiteView["language"],
  format: Format,
): string {
  const words = WORDS[language];
  const { onPhases } = reason;
  const how = onPhases === undefined ? "" : `; ${words.onPhases[onPhases]}`;
  const said = saidOf(reason, words, format) + how;
  const first = reason.first === undefined
    ? said
    : `${words.first(words.firstBy[reason.first])}; ${said}`;
  const { doubtedMeterId } = reason;
  return doubtedMeterId === undefined ? first : `${words.turned(doubtedMeterId)}; ${first}`;
}

function saidOf(reason: Wordless, words: LimitWords, format: Format): string {
  const { current, clock } = format;
  switch (reason.kind) {
    case "idle":
      return words.idle;
    case "unlimited":
      return words.unlimited(current(reason.maxAmps));
    case "shared":
      return full(reason.bottleneck, words, format);
    case "rising":
      return words.rising(current(reason.towardsAmps));
    case "waiting": {
      const turn = reason.nextAt === null ? words.waits : words.waitsUntil(clock(reason.nextAt));
      return `${turn}; ${full(reason.bottleneck, words, format)}`;
    }
    case "capped":
      return capped(reason, reason.amps, current(reason.amps), words, format);
    case "satisfied":
      return reason.takesAmps === null ? words.sleeps : words.takes(current(reason.takesAmps));
    case "fail-safe":
      return words.failSafe(reason.circuitId, current(reason.failSafeAmps));
    case "waking":
      return words.waking;
    case "switching":
      return words.switching[reason.phases];
    case "needs-driver":
      return words.needsDriver;
    case "cut":
      return words.cut;
    case "disobeys":
      return words.disobeys(current(reason.countedAmps));
    case "unanswered":
      return words.unanswered(current(reason.countedAmps));
    case "uncontrolled":
      return words.uncontrolled(current(reason.countedAmps));
    case "away":
      return words.away(current(reason.countedAmps));
  }
}

function capped(
  { source, by: name, until }: {
    readonly source: keyof LimitWords["sources"];
    readonly by?: string | undefined;
    readonly until: string | null;
  },
  limit: number,
  shownLimit: string,
  words: LimitWords,
  { clock }: Format,
): string {
  const by = words.sources[source] + (name === undefined ? "" : ` (${name})`);
  if (limit === 0 && source === "surplus") return words.waitsForSun;
  if (limit === 0) return until === null ? words.paused(by) : words.pausedUntil(by, clock(until));
  return until === null
    ? words.capped(by, shownLimit)
    : words.cappedUntil(by, shownLimit, clock(until));
}

/** The limit, less all that is taken from it: what is left is what this one has. */
function full(bottleneck: BottleneckView | null, words: LimitWords, format: Format): string {
  if (bottleneck === null) return words.siteFull;
  const { current } = format;
  const sum = (limit: string, ...taken: readonly (readonly [string, number, string])[]) =>
    [limit, ...taken.flatMap(([name, amount, text]) => amount > 0 ? [`${name} ${text}`] : [])]
      .join(" − ");
  switch (bottleneck.kind) {
    case "line": {
      const { circuitId, line, limitAmps, marginAmps, otherLoadAmps, othersAmps } = bottleneck;
      const sums = sum(
        current(limitAmps),
        [words.otherLoad, shown(otherLoadAmps), current(otherLoadAmps)],
        [words.others, shown(othersAmps), current(othersAmps)],
        [words.margin, shown(marginAmps), current(marginAmps)],
      );
      return words.full(words.phaseOf(circuitId, line), sums);
    }
    case "power": {
      const { circuitId, unit, limit, otherLoad, others } = bottleneck;
      const power = (amount: number) =>
        written(format.power(amount)).replace(/W$/, unit === "W" ? "W" : "VA");
      const sums = sum(
        power(limit),
        [words.otherLoad, shown(otherLoad), power(otherLoad)],
        [words.others, shown(others), power(others)],
      );
      return words.full(circuitId, sums);
    }
    case "unbalance": {
      const { circuitId, line, against, limitAmps } = bottleneck;
      return words.unbalance(circuitId, line, against, current(limitAmps));
    }
    case "neutral": {
      const { circuitId, loadAmps, limitAmps } = bottleneck;
      return words.neutral(circuitId, current(loadAmps), current(limitAmps));
    }
    case "cap": {
      const { circuitId = null, limitAmps, othersAmps } = bottleneck;
      const bound = capped(bottleneck, limitAmps, current(limitAmps), words, format);
      return together(circuitId, bound, shown(othersAmps), current(othersAmps), words);
    }
    case "power-cap": {
      const { circuitId, limitW, othersW } = bottleneck;
      const bound = capped(bottleneck, limitW, written(format.power(limitW)), words, format);
      return together(circuitId, bound, shown(othersW), written(format.power(othersW)), words);
    }
  }
}

function together(
  circuitId: string | null,
  bound: string,
  others: number,
  shownOthers: string,
  words: LimitWords,
): string {
  const where = circuitId === null ? "" : `${circuitId}: `;
  const taken = others > 0 ? ` − ${words.others} ${shownOthers}` : "";
  return where + words.allTogether(bound) + taken;
}

/** What would be shown as 0 is not worth a word. */
function shown(amount: number): number {
  return Math.round(amount);
}

/** The words of one language. */
interface LimitWords {
  readonly idle: string;
  readonly unlimited: (amps: string) => string;
  readonly rising: (amps: string) => string;
  readonly waits: string;
  readonly waitsUntil: (time: string) => string;
  readonly capped: (by: string, amps: string) => string;
  readonly cappedUntil: (by: string, amps: string, time: string) => string;
  readonly waitsForSun: string;
  readonly paused: (by: string) => string;
  readonly pausedUntil: (by: string, time: string) => string;
  readonly sources: Readonly<Record<(ReasonView & { readonly kind: "capped" })["source"], string>>;
  readonly sleeps: string;
  readonly takes: (amps: string) => string;
  readonly failSafe: (circuit: string, amps: string) => string;
  readonly waking: string;
  readonly switching: Readonly<Record<1 | 3, string>>;
  readonly onPhases: Readonly<Record<NonNullable<ReasonView["onPhases"]>, string>>;
  readonly needsDriver: string;
  readonly cut: string;
  readonly disobeys: (amps: string) => string;
  readonly unanswered: (amps: string) => string;
  readonly uncontrolled: (amps: string) => string;
  readonly away: (amps: string) => string;
  readonly turned: (meter: string) => string;
  readonly first: (by: string) => string;
  readonly firstBy: Readonly<Record<NonNullable<ReasonView["first"]>, string>>;
  readonly siteFull: string;
  readonly phaseOf: (circuit: string, line: string) => string;
  readonly full: (where: string, sum: string) => string;
  readonly otherLoad: string;
  readonly others: string;
  readonly margin: string;
  readonly unbalance: (circuit: string, line: string, against: string, amps: string) => string;
  readonly neutral: (circuit: string, load: string, limit: string) => string;
  readonly allTogether: (capped: string) => string;
}

const WORDS: Readonly<Record<SiteView["language"], LimitWords>> = {
  en: {
    idle: "no car",
    unlimited: (amps) => `as much as the socket carries: ${amps}`,
    rising: (amps) => `rises step by step to ${amps}`,
    waits: "waits its turn",
    waitsUntil: (time) => `waits its turn: next about ${time}`,
    capped: (by, amps) => `capped by ${by} at ${amps}`,
    cappedUntil: (by, amps, time) => `capped by ${by} at ${amps} until ${time}`,
    waitsForSun: "waits for the sun",
    paused: (by) => `paused by ${by}`,
    pausedUntil: (by, time) => `paused by ${by} until ${time}`,
    sources: {
      authorization: "the refusal of its token",
      csms: "the cloud",
      operator: "an operator",
      plan: "the plan",
      signal: "the grid",
      surplus: "what the sun leaves over",
    },
    sleeps: "the car takes nothing",
    takes: (amps) => `the car takes no more than ${amps}`,
    failSafe: (circuit, amps) => `the meter of ${circuit} is silent: safe current ${amps}`,
    waking: "it may charge again and does not: a short pause is to wake it",
    switching: { 1: "goes over to one phase", 3: "goes over to three phases" },
    onPhases: {
      one: "on one phase",
      "three-all-the-same": "on three phases, though its charger was told one",
    },
    needsDriver: "it may charge again and does not: its driver has to look",
    cut: "cut off: its charger drew more than the circuit can bear",
    disobeys: (amps) => `the charger does not obey its limit: counted at ${amps}`,
    unanswered: (amps) => `limits do not get through to the charger: counted at ${amps}`,
    uncontrolled: (amps) => `this charger takes no limits: counted at ${amps}`,
    away: (amps) => `the charger is not connected: counted at ${amps}`,
    turned: (meter) => `meter ${meter} seems wrong: the worst other load counts`,
    first: (by) => `first: ${by}`,
    firstBy: {
      operator: "operator",
      csms: "cloud",
      driver: "driver’s wish",
      departure: "leaves soonest",
      token: "card",
      group: "group",
      evse: "connector",
    },
    siteFull: "the site is full",
    phaseOf: (circuit, line) => `${circuit}, phase ${line}`,
    full: (where, sum) => `${where} full: ${sum}`,
    otherLoad: "other load",
    others: "others",
    margin: "margin",
    unbalance: (circuit, line, against, amps) =>
      `${circuit}: ${line} may carry no more than ${amps} above ${against}`,
    neutral: (circuit, load, limit) => `${circuit}: the neutral carries ${load} of ${limit}`,
    allTogether: (capped) => `all chargers together ${capped}`,
  },
  mr: {
    idle: "कार नाही",
    unlimited: (amps) => `सॉकेट देऊ शकेल तेवढे: ${amps}`,
    rising: (amps) => `टप्प्याटप्प्याने ${amps} पर्यंत वाढत आहे`,
    waits: "आपल्या पाळीच्या प्रतीक्षेत",
    waitsUntil: (time) => `आपल्या पाळीच्या प्रतीक्षेत: पुढील पाळी साधारण ${time}`,
    capped: (by, amps) => `मर्यादा ${amps} (${by})`,
    cappedUntil: (by, amps, time) => `${time} पर्यंत मर्यादा ${amps} (${by})`,
    waitsForSun: "सौर ऊर्जेच्या प्रतीक्षेत",
    paused: (by) => `थांबवले (${by})`,
    pausedUntil: (by, time) => `${time} पर्यंत थांबवले (${by})`,
    sources: {
      authorization: "टोकन नाकारले",
      csms: "क्लाउड",
      operator: "ऑपरेटर",
      plan: "योजना",
      signal: "ग्रिड",
      surplus: "सौर ऊर्जेतील उरलेले",
    },
    sleeps: "कार काहीच घेत नाही",
    takes: (amps) => `कार ${amps} पेक्षा जास्त घेत नाही`,
    failSafe: (circuit, amps) => `${circuit} च्या मीटरशी संपर्क नाही: सुरक्षित विद्युत प्रवाह ${amps}`,
    waking: "पुन्हा चार्ज होऊ शकते, पण घेत नाही: थोड्या विरामाने ती जागी होईल",
    switching: { 1: "एका फेजवर जात आहे", 3: "तीन फेजवर जात आहे" },
    onPhases: {
      one: "एका फेजवर",
      "three-all-the-same": "चार्जरला एक फेज सांगितला, तरी तीन फेजवर",
    },
    needsDriver: "पुन्हा चार्ज होऊ शकते, पण घेत नाही: चालकाने पाहावे",
    cut: "वीज तोडली: चार्जर सर्किटच्या क्षमतेपेक्षा जास्त घेत होता",
    disobeys: (amps) => `चार्जर मर्यादा पाळत नाही: ${amps} धरले आहेत`,
    unanswered: (amps) => `चार्जरपर्यंत मर्यादा पोहोचत नाही: ${amps} धरले आहेत`,
    uncontrolled: (amps) => `हा चार्जर मर्यादा स्वीकारत नाही: ${amps} धरले आहेत`,
    away: (amps) => `चार्जरशी संपर्क नाही: ${amps} धरले आहेत`,
    turned: (meter) => `मीटर ${meter} चुकीचा वाटतो: सर्वात जास्त इतर भार धरला आहे`,
    first: (by) => `आधी: ${by}`,
    firstBy: {
      operator: "ऑपरेटर",
      csms: "क्लाउड",
      driver: "चालकाची मागणी",
      departure: "लवकर निघणार",
      token: "कार्ड",
      group: "गट",
      evse: "कनेक्टर",
    },
    siteFull: "साइट पूर्ण भरली आहे",
    phaseOf: (circuit, line) => `${circuit}, फेज ${line}`,
    full: (where, sum) => `${where} पूर्ण: ${sum}`,
    otherLoad: "इतर भार",
    others: "इतर कार",
    margin: "मोकळे ठेवलेले",
    unbalance: (circuit, line, against, amps) =>
      `${circuit}: ${line} वर ${against} पेक्षा जास्तीत जास्त ${amps} अधिक चालतात`,
    neutral: (circuit, load, limit) => `${circuit}: न्यूट्रलवर ${limit} पैकी ${load}`,
    allTogether: (capped) => `सर्व चार्जर मिळून ${capped}`,
  },
  hi: {
    idle: "कार नहीं है",
    unlimited: (amps) => `जितना सॉकेट दे सकता है: ${amps}`,
    rising: (amps) => `धीरे-धीरे ${amps} तक बढ़ रहा है`,
    waits: "अपनी बारी की प्रतीक्षा में",
    waitsUntil: (time) => `अपनी बारी की प्रतीक्षा में: अगली बारी लगभग ${time}`,
    capped: (by, amps) => `सीमा ${amps} (${by})`,
    cappedUntil: (by, amps, time) => `${time} तक सीमा ${amps} (${by})`,
    waitsForSun: "सौर ऊर्जा की प्रतीक्षा में",
    paused: (by) => `रोका गया (${by})`,
    pausedUntil: (by, time) => `${time} तक रोका गया (${by})`,
    sources: {
      authorization: "टोकन अस्वीकृत",
      csms: "क्लाउड",
      operator: "ऑपरेटर",
      plan: "योजना",
      signal: "ग्रिड",
      surplus: "सौर ऊर्जा से बचा हुआ",
    },
    sleeps: "कार कुछ नहीं ले रही",
    takes: (amps) => `कार ${amps} से अधिक नहीं लेती`,
    failSafe: (circuit, amps) => `${circuit} के मीटर से संपर्क नहीं: सुरक्षित विद्युत धारा ${amps}`,
    waking: "फिर से चार्ज हो सकती है, पर नहीं लेती: थोड़े विराम से उसे जगाया जा रहा है",
    switching: { 1: "एक फेज पर जा रहा है", 3: "तीन फेज पर जा रहा है" },
    onPhases: {
      one: "एक फेज पर",
      "three-all-the-same": "चार्जर को एक फेज बताया गया, फिर भी तीन फेज पर",
    },
    needsDriver: "फिर से चार्ज हो सकती है, पर नहीं लेती: चालक को देखना होगा",
    cut: "बिजली काटी गई: चार्जर सर्किट की क्षमता से ज़्यादा ले रहा था",
    disobeys: (amps) => `चार्जर सीमा नहीं मानता: ${amps} गिने गए`,
    unanswered: (amps) => `सीमा चार्जर तक नहीं पहुँचती: ${amps} गिने गए`,
    uncontrolled: (amps) => `यह चार्जर सीमा स्वीकार नहीं करता: ${amps} गिने गए`,
    away: (amps) => `चार्जर से संपर्क नहीं: ${amps} गिने गए`,
    turned: (meter) => `मीटर ${meter} गलत लगता है: सबसे ज़्यादा अन्य भार गिना गया`,
    first: (by) => `पहले: ${by}`,
    firstBy: {
      operator: "ऑपरेटर",
      csms: "क्लाउड",
      driver: "चालक की माँग",
      departure: "जल्दी जाने वाला",
      token: "कार्ड",
      group: "समूह",
      evse: "कनेक्टर",
    },
    siteFull: "साइट पूरी भरी है",
    phaseOf: (circuit, line) => `${circuit}, फेज ${line}`,
    full: (where, sum) => `${where} पूरा भरा: ${sum}`,
    otherLoad: "अन्य भार",
    others: "अन्य कारें",
    margin: "खाली रखा",
    unbalance: (circuit, line, against, amps) =>
      `${circuit}: ${line} पर ${against} से अधिकतम ${amps} ज़्यादा चल सकते हैं`,
    neutral: (circuit, load, limit) => `${circuit}: न्यूट्रल पर ${limit} में से ${load}`,
    allTogether: (capped) => `सभी चार्जर मिलाकर ${capped}`,
  },
};
