import type { Language } from "../site/mod.ts";
import type { SiteTimeView } from "./views.ts";

/** What the page of the site's time says. */
export interface SiteTimeText {
  readonly title: string;
  readonly hint: string;
  readonly source: string;
  readonly sources: Readonly<Record<SiteTimeView["source"], string>>;
  readonly since: string;
  readonly csms: string;
  readonly ntp: string;
  readonly ntpGood: (service: string) => string;
  readonly ntpLost: (service: string) => string;
  readonly ntpUnknown: string;
  readonly never: string;
  readonly chargersTitle: string;
  readonly chargersHint: string;
  readonly charger: string;
  readonly clock: string;
  readonly told: string;
  readonly away: string;
  readonly off: string;
}

const ENGLISH: SiteTimeText = {
  title: "Site time",
  hint: "By this time sessions are billed, limits end and tariffs change.",
  source: "Set by",
  sources: {
    csms: "the cloud (CSMS)",
    ntp: "a time server (NTP)",
    machine: "the machine’s own clock: no time server or cloud confirms it",
    none: "nobody: the machine shows a time that is past for certain",
  },
  since: "Since",
  csms: "Cloud minus gateway",
  ntp: "Time service of the machine",
  ntpGood: (service) => `${service}: synchronized`,
  ntpLost: (service) => `${service}: not synchronized. Look at its time server and the network.`,
  ntpUnknown: "nothing known; see the README on how chrony is set up",
  never: "never told",
  chargersTitle: "Clocks of the chargers",
  chargersHint:
    "Each is told the time when it boots and with each heartbeat. One that stays more than " +
    "half a minute off for ten minutes is a fault; its sessions are put right all the same.",
  charger: "Charger",
  clock: "Clock",
  told: "Told since",
  away: "not connected",
  off: "off",
};

const MARATHI: SiteTimeText = {
  title: "साइटची वेळ",
  hint: "याच वेळेनुसार सत्रांचे बिल होते, मर्यादा संपतात आणि दर बदलतात.",
  source: "वेळ कोण ठरवते",
  sources: {
    csms: "क्लाउड (CSMS)",
    ntp: "टाइम सर्व्हर (NTP)",
    machine: "यंत्राचे स्वतःचे घड्याळ: टाइम सर्व्हर किंवा क्लाउड खात्री देत नाही",
    none: "कोणीही नाही: यंत्र नक्कीच होऊन गेलेली वेळ दाखवते",
  },
  since: "केव्हापासून",
  csms: "क्लाउड वजा गेटवे",
  ntp: "यंत्राची वेळ सेवा",
  ntpGood: (service) => `${service}: जुळलेली`,
  ntpLost: (service) => `${service}: जुळलेली नाही. तिचा टाइम सर्व्हर आणि नेटवर्क पाहा.`,
  ntpUnknown: "काही माहीत नाही; chrony कसे बसवायचे ते README मध्ये पाहा",
  never: "कधी सांगितली नाही",
  chargersTitle: "चार्जरची घड्याळे",
  chargersHint:
    "सुरू होताना आणि प्रत्येक heartbeat ला वेळ सांगितली जाते. दहा मिनिटे अर्ध्या मिनिटापेक्षा जास्त चुकलेले घड्याळ हा " +
    "बिघाड; सत्रांच्या वेळा तरीही बरोबर केल्या जातात.",
  charger: "चार्जर",
  clock: "घड्याळ",
  told: "केव्हापासून सांगितली",
  away: "जोडलेला नाही",
  off: "चुकलेले",
};

const HINDI: SiteTimeText = {
  title: "साइट का समय",
  hint: "इसी समय से सत्रों का बिल बनता है, सीमाएँ ख़त्म होती हैं और दर बदलती है.",
  source: "समय कौन तय करता है",
  sources: {
    csms: "क्लाउड (CSMS)",
    ntp: "टाइम सर्वर (NTP)",
    machine: "मशीन की अपनी घड़ी: कोई टाइम सर्वर या क्लाउड पुष्टि नहीं करता",
    none: "कोई नहीं: मशीन पक्का बीत चुका समय दिखाती है",
  },
  since: "कब से",
  csms: "क्लाउड घटा गेटवे",
  ntp: "मशीन की समय सेवा",
  ntpGood: (service) => `${service}: मिली हुई`,
  ntpLost: (service) => `${service}: मिली हुई नहीं. उसका टाइम सर्वर और नेटवर्क देखें.`,
  ntpUnknown: "कुछ ज्ञात नहीं; chrony कैसे लगाएँ, README में देखें",
  never: "कभी नहीं बताया",
  chargersTitle: "चार्जरों की घड़ियाँ",
  chargersHint:
    "शुरू होने पर और हर heartbeat पर समय बताया जाता है. दस मिनट तक आधे मिनट से ज़्यादा ग़लत घड़ी खराबी है; सत्रों के " +
    "समय फिर भी ठीक किए जाते हैं.",
  charger: "चार्जर",
  clock: "घड़ी",
  told: "कब से बताया",
  away: "जुड़ा नहीं",
  off: "ग़लत",
};

const TEXTS: Readonly<Record<Language, SiteTimeText>> = { en: ENGLISH, mr: MARATHI, hi: HINDI };

/** The words in a language. */
export function siteTimeTextOf(language: Language): SiteTimeText {
  return TEXTS[language];
}
