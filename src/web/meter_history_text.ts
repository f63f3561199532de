import type { EnergyDirection } from "../site/mod.ts";
import type { MeterShow, MeterSpan } from "./meter_period.ts";
import type { CounterBreakView, MeterPeriodView, SiteView } from "./views.ts";

/** What the pages say of what meters have counted, and of their past. */
export interface MeterHistoryText {
  readonly registers: Readonly<Record<EnergyDirection, string>>;
  readonly breaks: Readonly<
    Record<CounterBreakView["kind"], (register: string, from: string, to: string) => string>
  >;
  readonly brokeTimes: (times: number) => string;
  readonly spans: Readonly<Record<MeterSpan, string>>;
  readonly shows: Readonly<Record<MeterShow, string>>;
  readonly chart: (meter: string, what: string, time: string) => string;
  readonly qualities: Readonly<Record<MeterPeriodView["quality"], string>>;
  readonly unread: (amount: string) => string;
  readonly spansLabel: string;
  readonly showsLabel: string;
  readonly before: string;
  readonly after: string;
  readonly date: string;
  readonly go: string;
  readonly all: string;
  readonly history: string;
  readonly csv: string;
  readonly keys: string;
  readonly needsScript: string;
  readonly nothing: string;
  readonly failed: string;
  readonly time: string;
  readonly power: string;
  readonly least: string;
  readonly most: string;
  readonly limit: string;
  readonly imported: string;
  readonly exported: string;
  readonly table: string;
  readonly period: string;
  readonly meanPower: string;
  readonly maxPower: string;
  readonly maxCurrent: string;
  readonly note: string;
  readonly byPower: string;
  readonly sum: string;
  readonly lastMinutes: string;
}

const TEXTS: Readonly<Record<SiteView["language"], MeterHistoryText>> = {
  en: {
    registers: { import: "energy drawn", export: "energy fed in" },
    breaks: {
      back: (register, from, to) =>
        `The meter's register of ${register} went back from ${from} to ${to}: it was reset, or the ` +
        "meter replaced. It is counted on from where it was.",
      jump: (register, from, to) =>
        `The meter's register of ${register} jumped from ${from} to ${to}, more than the fuse lets ` +
        "through. The jump is not counted.",
      wrapped: (register, from, to) =>
        `The meter's register of ${register} ran over, from ${from} to ${to}. It is counted on.`,
    },
    brokeTimes: (times) => `${times} times so far`,
    spans: { now: "Ten minutes", day: "Day", week: "Week", month: "Month", year: "Year" },
    shows: { current: "Current", power: "Power", energy: "Energy" },
    chart: (meter, what, time) => `${meter}: ${what}, ${time}`,
    qualities: {
      whole: "",
      part: "read for part of it only",
      none: "nothing was read",
      running: "not over yet",
      overlapping: "the clock was set back: more was measured than it lasts",
    },
    unread: (amount) => `of it ${amount} after a silence`,
    spansLabel: "Period",
    showsLabel: "What the chart shows",
    before: "Earlier",
    after: "Later",
    date: "Date",
    go: "Show",
    all: "All meters",
    history: "Past",
    csv: "CSV by 15 min",
    keys: "Arrow keys read the chart value by value; the table below says the same.",
    needsScript: "The chart needs JavaScript; the table below says the same.",
    nothing: "Nothing is known of this time.",
    failed: "The values cannot be fetched now.",
    time: "Time",
    power: "Power",
    least: "least",
    most: "most",
    limit: "Limit",
    imported: "Drawn",
    exported: "Fed in",
    table: "In figures",
    period: "Time",
    meanPower: "Power, mean",
    maxPower: "Power, most",
    maxCurrent: "Current, most",
    note: "Note",
    byPower: "reckoned from power",
    sum: "Together",
    lastMinutes: "the last ten minutes",
  },
  mr: {
    registers: { import: "घेतलेल्या ऊर्जेचा", export: "दिलेल्या ऊर्जेचा" },
    breaks: {
      back: (register, from, to) =>
        `मीटरचा ${register} आकडा ${from} वरून ${to} वर मागे गेला: मीटर रीसेट झाला किंवा बदलला. ` +
        "मोजणी होती तिथून पुढे चालू आहे.",
      jump: (register, from, to) =>
        `मीटरचा ${register} आकडा ${from} वरून ${to} वर उडाला, फ्यूजमधून जाऊ शकते त्यापेक्षा जास्त. ` +
        "ही उडी मोजलेली नाही.",
      wrapped: (register, from, to) =>
        `मीटरचा ${register} आकडा संपून ${from} वरून ${to} वर आला. मोजणी पुढे चालू आहे.`,
    },
    brokeTimes: (times) => `आतापर्यंत ${times} वेळा`,
    spans: { now: "दहा मिनिटे", day: "दिवस", week: "आठवडा", month: "महिना", year: "वर्ष" },
    shows: { current: "विद्युत प्रवाह", power: "शक्ती", energy: "ऊर्जा" },
    chart: (meter, what, time) => `${meter}: ${what}, ${time}`,
    qualities: {
      whole: "",
      part: "फक्त काही काळ वाचले",
      none: "काहीच वाचले नाही",
      running: "अजून चालू आहे",
      overlapping: "घड्याळ मागे केले: कालावधीपेक्षा जास्त मोजले",
    },
    unread: (amount) => `त्यात ${amount} खंडानंतर`,
    spansLabel: "कालावधी",
    showsLabel: "आलेखात काय दिसते",
    before: "आधीचे",
    after: "नंतरचे",
    date: "तारीख",
    go: "दाखवा",
    all: "सर्व मीटर",
    history: "मागील नोंदी",
    csv: "CSV (15 मिनिटे)",
    keys: "बाणांच्या कळांनी आलेखातील एकेक मूल्य वाचता येते; खालील तक्ता तेच सांगतो.",
    needsScript: "आलेखासाठी JavaScript लागते; खालील तक्ता तेच सांगतो.",
    nothing: "या काळाची काहीच माहिती नाही.",
    failed: "मूल्ये आत्ता मिळत नाहीत.",
    time: "वेळ",
    power: "शक्ती",
    least: "किमान",
    most: "कमाल",
    limit: "मर्यादा",
    imported: "घेतली",
    exported: "दिली",
    table: "आकड्यांत",
    period: "वेळ",
    meanPower: "शक्ती, सरासरी",
    maxPower: "शक्ती, कमाल",
    maxCurrent: "प्रवाह, कमाल",
    note: "टीप",
    byPower: "शक्तीवरून काढली",
    sum: "एकूण",
    lastMinutes: "मागील दहा मिनिटे",
  },
  hi: {
    registers: { import: "ली गई ऊर्जा का", export: "दी गई ऊर्जा का" },
    breaks: {
      back: (register, from, to) =>
        `मीटर का ${register} अंक ${from} से ${to} पर पीछे गया: मीटर रीसेट हुआ या बदला गया। ` +
        "गिनती जहाँ थी वहीं से आगे चल रही है।",
      jump: (register, from, to) =>
        `मीटर का ${register} अंक ${from} से ${to} पर उछला, फ्यूज से जितना जा सकता है उससे अधिक। ` +
        "यह उछाल गिना नहीं गया।",
      wrapped: (register, from, to) =>
        `मीटर का ${register} अंक पूरा होकर ${from} से ${to} पर आया। गिनती आगे चल रही है।`,
    },
    brokeTimes: (times) => `अब तक ${times} बार`,
    spans: { now: "दस मिनट", day: "दिन", week: "सप्ताह", month: "महीना", year: "वर्ष" },
    shows: { current: "विद्युत धारा", power: "शक्ति", energy: "ऊर्जा" },
    chart: (meter, what, time) => `${meter}: ${what}, ${time}`,
    qualities: {
      whole: "",
      part: "केवल कुछ समय पढ़ा गया",
      none: "कुछ नहीं पढ़ा गया",
      running: "अभी चल रहा है",
      overlapping: "घड़ी पीछे की गई: अवधि से अधिक मापा गया",
    },
    unread: (amount) => `उसमें ${amount} अंतराल के बाद`,
    spansLabel: "अवधि",
    showsLabel: "चार्ट में क्या दिखे",
    before: "पहले",
    after: "बाद",
    date: "तारीख",
    go: "दिखाएँ",
    all: "सभी मीटर",
    history: "पिछला रिकॉर्ड",
    csv: "CSV (15 मिनट)",
    keys: "तीर कुंजियों से चार्ट का एक-एक मान पढ़ा जा सकता है; नीचे की तालिका वही बताती है।",
    needsScript: "चार्ट के लिए JavaScript चाहिए; नीचे की तालिका वही बताती है।",
    nothing: "इस समय के बारे में कुछ ज्ञात नहीं।",
    failed: "मान अभी नहीं मिल रहे।",
    time: "समय",
    power: "शक्ति",
    least: "न्यूनतम",
    most: "अधिकतम",
    limit: "सीमा",
    imported: "ली गई",
    exported: "दी गई",
    table: "अंकों में",
    period: "समय",
    meanPower: "शक्ति, औसत",
    maxPower: "शक्ति, अधिकतम",
    maxCurrent: "धारा, अधिकतम",
    note: "टिप्पणी",
    byPower: "शक्ति से निकाली",
    sum: "कुल",
    lastMinutes: "पिछले दस मिनट",
  },
};

/** The words of meters' past in a site's language. */
export function meterHistoryTextOf(language: SiteView["language"]): MeterHistoryText {
  return TEXTS[language];
}
