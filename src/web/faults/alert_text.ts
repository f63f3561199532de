import type { Catalogue } from "../text/translated.ts";
import type { SiteView } from "../views.ts";

/** What alerts say besides the words of each fault, and what the pages say of alerts. */
export interface AlertText {
  readonly severities: Readonly<Record<"info" | "warning" | "alarm", string>>;
  readonly over: string;
  readonly since: (time: string) => string;
  readonly stood: (from: string, to: string) => string;
  readonly came: (times: string) => string;
  readonly meaning: string;
  readonly remedy: string;
  readonly reported: string;
  readonly faultsOf: (count: string) => string;
  readonly more: (count: string) => string;
  readonly testSubject: string;
  readonly testWords: string;

  readonly title: string;
  readonly hint: string;
  readonly none: string;
  readonly ways: Readonly<Record<"webhook" | "email" | "mqtt", string>>;
  readonly from: (severity: string) => string;
  readonly quietHours: (from: string, to: string) => string;
  readonly exceptAlarms: string;
  readonly perHour: (count: string) => string;
  readonly isQuiet: string;
  readonly waiting: (count: string) => string;
  readonly undelivered: (count: string) => string;
  readonly last: string;
  readonly nothingSent: string;
  readonly kinds: Readonly<Record<"alert" | "summary" | "test", string>>;
  readonly outcomes: Readonly<Record<"delivered" | "failed" | "given-up", string>>;
  readonly test: string;
}

const TEXTS: Catalogue<AlertText> = {
  en: {
    severities: { info: "Notice", warning: "Warning", alarm: "Alarm" },
    over: "Over",
    since: (time) => `Since ${time}`,
    stood: (from, to) => `From ${from} to ${to}`,
    came: (times) => `Came ${times} times`,
    meaning: "What it means",
    remedy: "What to do first",
    reported: "As it was told",
    faultsOf: (count) => `${count} faults`,
    more: (count) => `and ${count} more: see the page of faults`,
    testSubject: "Test alert",
    testWords: "This is a test. Nothing is wrong.",
    title: "Alerts",
    hint: "Who is told of faults, and whether it arrived.",
    none: "Nobody is told of faults. site.yaml names who is, under alerts.rules.",
    ways: { webhook: "webhook", email: "e-mail", mqtt: "MQTT" },
    from: (severity) => `from ${severity.toLowerCase()}`,
    quietHours: (from, to) => `quiet ${from}–${to}`,
    exceptAlarms: "but for alarms",
    perHour: (count) => `at most ${count} an hour`,
    isQuiet: "quiet now",
    waiting: (count) => `${count} wait to be told`,
    undelivered: (count) => `${count} not arrived yet`,
    last: "Sent last",
    nothingSent: "Nothing was sent yet.",
    kinds: { alert: "Alert", summary: "Summary", test: "Test" },
    outcomes: {
      delivered: "arrived",
      failed: "did not arrive, is tried again",
      "given-up": "did not arrive",
    },
    test: "Send a test",
  },
  mr: {
    severities: { info: "माहिती", warning: "इशारा", alarm: "धोका" },
    over: "संपले",
    since: (time) => `${time} पासून`,
    stood: (from, to) => `${from} ते ${to}`,
    came: (times) => `${times} वेळा आले`,
    meaning: "याचा अर्थ",
    remedy: "आधी काय करावे",
    reported: "जसे कळवले तसे",
    faultsOf: (count) => `${count} बिघाड`,
    more: (count) => `आणि आणखी ${count}: बिघाडांचे पान पाहा`,
    testSubject: "चाचणी सूचना",
    testWords: "ही चाचणी आहे. काहीही बिघडलेले नाही.",
    title: "सूचना",
    hint: "बिघाडांची सूचना कोणाला जाते, आणि ती पोहोचली का.",
    none: "बिघाडांची सूचना कोणालाही जात नाही. कोणाला जावी ते site.yaml मध्ये alerts.rules खाली लिहा.",
    ways: { webhook: "webhook", email: "ई-मेल", mqtt: "MQTT" },
    from: (severity) => `${severity} पासून पुढे`,
    quietHours: (from, to) => `शांत वेळ ${from}–${to}`,
    exceptAlarms: "धोका सोडून",
    perHour: (count) => `तासाला जास्तीत जास्त ${count}`,
    isQuiet: "आता शांत वेळ",
    waiting: (count) => `${count} सांगायचे बाकी`,
    undelivered: (count) => `${count} अजून पोहोचले नाहीत`,
    last: "शेवटी पाठवलेले",
    nothingSent: "अजून काही पाठवलेले नाही.",
    kinds: { alert: "सूचना", summary: "सारांश", test: "चाचणी" },
    outcomes: {
      delivered: "पोहोचले",
      failed: "पोहोचले नाही, पुन्हा प्रयत्न होईल",
      "given-up": "पोहोचले नाही",
    },
    test: "चाचणी पाठवा",
  },
  hi: {
    severities: { info: "जानकारी", warning: "चेतावनी", alarm: "ख़तरा" },
    over: "समाप्त",
    since: (time) => `${time} से`,
    stood: (from, to) => `${from} से ${to} तक`,
    came: (times) => `${times} बार आई`,
    meaning: "इसका मतलब",
    remedy: "पहले क्या करें",
    reported: "जैसा बताया गया",
    faultsOf: (count) => `${count} खराबियाँ`,
    more: (count) => `और ${count}: खराबियों का पेज देखें`,
    testSubject: "परीक्षण सूचना",
    testWords: "यह परीक्षण है। कुछ भी ख़राब नहीं है।",
    title: "सूचनाएँ",
    hint: "खराबियों की सूचना किसे जाती है, और वह पहुँची या नहीं।",
    none: "खराबियों की सूचना किसी को नहीं जाती। किसे जाए, यह site.yaml में alerts.rules के नीचे लिखें।",
    ways: { webhook: "webhook", email: "ई-मेल", mqtt: "MQTT" },
    from: (severity) => `${severity} और उससे ऊपर`,
    quietHours: (from, to) => `शांत समय ${from}–${to}`,
    exceptAlarms: "ख़तरे को छोड़कर",
    perHour: (count) => `घंटे में अधिकतम ${count}`,
    isQuiet: "अभी शांत समय",
    waiting: (count) => `${count} बताना बाकी`,
    undelivered: (count) => `${count} अभी नहीं पहुँचीं`,
    last: "आख़िर में भेजी गईं",
    nothingSent: "अभी तक कुछ नहीं भेजा गया।",
    kinds: { alert: "सूचना", summary: "सारांश", test: "परीक्षण" },
    outcomes: {
      delivered: "पहुँची",
      failed: "नहीं पहुँची, फिर कोशिश होगी",
      "given-up": "नहीं पहुँची",
    },
    test: "परीक्षण भेजें",
  },
};

/** The words of alerts. */
export function alertTextOf(language: SiteView["language"]): AlertText {
  return TEXTS[language];
}
