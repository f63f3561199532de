import type { DriftState } from "../site/mod.ts";
import type { Catalogue } from "./text/translated.ts";
import type { SiteView } from "./views.ts";

/** What the pages say of the settings of many chargers, and of what site.yaml wants of them. */
export interface ConfigurationText {
  readonly title: string;
  readonly link: string;
  readonly hint: string;
  readonly choose: string;
  readonly chooseHint: (most: number) => string;
  readonly show: string;
  readonly read: string;
  readonly all: string;
  readonly alike: string;
  readonly nothingRead: string;
  readonly tooMany: (shown: number, all: number) => string;
  readonly tableLabel: string;
  readonly setting: string;
  readonly absent: string;
  readonly secret: string;
  readonly odd: string;
  readonly wanted: (value: string) => string;
  readonly unread: string;
  readonly asking: string;
  readonly failed: (reason: string) => string;
  readonly changeTitle: string;
  readonly changeHint: string;
  readonly newValue: string;
  readonly set: string;
  readonly outcomes: string;
  readonly needsRestart: string;
  readonly unknownHere: (names: string) => string;
  readonly driftTitle: string;
  readonly driftHint: string;
  readonly noWishes: string;
  readonly charger: string;
  readonly is: string;
  readonly shouldBe: string;
  readonly state: string;
  readonly states: Readonly<Record<DriftState, string>>;
  readonly corrects: string;
  readonly tells: string;
  readonly neverChecked: string;
  readonly silent: string;
  readonly asWanted: string;
}

const TEXTS: Catalogue<ConfigurationText> = {
  en: {
    title: "Settings of chargers",
    link: "Compare settings",
    hint:
      "Lay chargers beside each other, see where they differ, and set one setting on all of them.",
    choose: "Chargers",
    chooseHint: (most) => `Up to ${most} at once.`,
    show: "Show",
    read: "Read their settings",
    all: "All settings",
    alike: "They are all set alike.",
    nothingRead: "Nothing was read yet.",
    tooMany: (shown, all) => `${shown} of ${all} are shown.`,
    tableLabel: "Settings of the chosen chargers",
    setting: "Setting",
    absent: "has none",
    secret: "not shown",
    odd: "differs",
    wanted: (value) => `should be ${value}`,
    unread: "not read",
    asking: "is being asked",
    failed: (reason) => `not read: ${reason}`,
    changeTitle: "Set on the chosen chargers",
    changeHint:
      "A key of 1.6 or a variable of 2.x: each charger is told it in its own version. What it answers stands below.",
    newValue: "New value",
    set: "Set on all of them",
    outcomes: "What the chargers said",
    needsRestart: "It counts after the charger’s next restart.",
    unknownHere: (names) => `Not told, for they do not know it: ${names}.`,
    driftTitle: "As site.yaml wants it",
    driftHint: "Compared after each restart, after each change, and once an hour.",
    noWishes: "site.yaml wants nothing of these chargers (chargers.desired).",
    charger: "Charger",
    is: "Is",
    shouldBe: "Should be",
    state: "State",
    states: {
      same: "as wanted",
      differs: "differs",
      unknown: "the charger does not know it",
      refused: "the charger refuses it",
      "after-restart": "counts after a restart",
      left: "does not stay; left until tomorrow",
    },
    corrects: "is set by the gateway",
    tells: "is only told",
    neverChecked: "Not compared since the gateway started.",
    silent: "It did not answer last time.",
    asWanted: "All as wanted.",
  },
  mr: {
    title: "चार्जरची सेटिंग",
    link: "सेटिंगची तुलना",
    hint: "चार्जर शेजारी ठेवा, फरक पाहा, आणि एक सेटिंग सगळ्यांवर लावा.",
    choose: "चार्जर",
    chooseHint: (most) => `एका वेळी जास्तीत जास्त ${most}.`,
    show: "दाखवा",
    read: "त्यांची सेटिंग वाचा",
    all: "सर्व सेटिंग",
    alike: "सगळे सारखेच आहेत.",
    nothingRead: "अजून काही वाचलेले नाही.",
    tooMany: (shown, all) => `${all} पैकी ${shown} दाखवली आहेत.`,
    tableLabel: "निवडलेल्या चार्जरची सेटिंग",
    setting: "सेटिंग",
    absent: "नाही",
    secret: "दाखवत नाही",
    odd: "वेगळे",
    wanted: (value) => `हवे: ${value}`,
    unread: "वाचले नाही",
    asking: "विचारत आहे",
    failed: (reason) => `वाचता आले नाही: ${reason}`,
    changeTitle: "निवडलेल्या चार्जरवर लावा",
    changeHint:
      "1.6 ची की किंवा 2.x चे व्हेरिएबल: प्रत्येक चार्जरला त्याच्या आवृत्तीत सांगितले जाते. त्याचे उत्तर खाली दिसते.",
    newValue: "नवे मूल्य",
    set: "सगळ्यांवर लावा",
    outcomes: "चार्जर काय म्हणाले",
    needsRestart: "चार्जर पुढच्या वेळी रीस्टार्ट झाल्यावर लागू होते.",
    unknownHere: (names) => `यांना हे माहीत नाही, म्हणून सांगितले नाही: ${names}.`,
    driftTitle: "site.yaml ला हवे तसे",
    driftHint: "प्रत्येक रीस्टार्टनंतर, प्रत्येक बदलानंतर आणि तासाला एकदा तुलना होते.",
    noWishes: "site.yaml मध्ये या चार्जरसाठी काही मागितलेले नाही (chargers.desired).",
    charger: "चार्जर",
    is: "आहे",
    shouldBe: "हवे",
    state: "स्थिती",
    states: {
      same: "हवे तसे",
      differs: "वेगळे",
      unknown: "चार्जरला माहीत नाही",
      refused: "चार्जर नाकारतो",
      "after-restart": "रीस्टार्टनंतर लागू",
      left: "टिकत नाही; उद्यापर्यंत सोडले",
    },
    corrects: "गेटवे स्वतः लावतो",
    tells: "फक्त कळवतो",
    neverChecked: "गेटवे सुरू झाल्यापासून तुलना झाली नाही.",
    silent: "मागच्या वेळी उत्तर आले नाही.",
    asWanted: "सगळे हवे तसे.",
  },
  hi: {
    title: "चार्जरों की सेटिंग",
    link: "सेटिंग की तुलना",
    hint: "चार्जरों को साथ रखकर देखें, फ़र्क पहचानें, और एक सेटिंग सब पर लगाएँ.",
    choose: "चार्जर",
    chooseHint: (most) => `एक बार में ज़्यादा से ज़्यादा ${most}.`,
    show: "दिखाएँ",
    read: "उनकी सेटिंग पढ़ें",
    all: "सारी सेटिंग",
    alike: "सब एक जैसे हैं.",
    nothingRead: "अभी कुछ पढ़ा नहीं गया.",
    tooMany: (shown, all) => `${all} में से ${shown} दिख रही हैं.`,
    tableLabel: "चुने हुए चार्जरों की सेटिंग",
    setting: "सेटिंग",
    absent: "नहीं है",
    secret: "दिखाई नहीं जाती",
    odd: "अलग",
    wanted: (value) => `चाहिए: ${value}`,
    unread: "पढ़ा नहीं",
    asking: "पूछा जा रहा है",
    failed: (reason) => `पढ़ा नहीं जा सका: ${reason}`,
    changeTitle: "चुने हुए चार्जरों पर लगाएँ",
    changeHint:
      "1.6 की कुंजी या 2.x का वेरिएबल: हर चार्जर को उसके संस्करण में कहा जाता है. उसका जवाब नीचे दिखता है.",
    newValue: "नया मान",
    set: "सब पर लगाएँ",
    outcomes: "चार्जरों ने क्या कहा",
    needsRestart: "चार्जर के अगले रीस्टार्ट के बाद लागू होगी.",
    unknownHere: (names) => `इन्हें यह मालूम नहीं, इसलिए नहीं कहा गया: ${names}.`,
    driftTitle: "जैसा site.yaml चाहता है",
    driftHint: "हर रीस्टार्ट के बाद, हर बदलाव के बाद और घंटे में एक बार तुलना होती है.",
    noWishes: "site.yaml इन चार्जरों से कुछ नहीं चाहता (chargers.desired).",
    charger: "चार्जर",
    is: "है",
    shouldBe: "चाहिए",
    state: "स्थिति",
    states: {
      same: "जैसी चाहिए",
      differs: "अलग",
      unknown: "चार्जर इसे नहीं जानता",
      refused: "चार्जर मना करता है",
      "after-restart": "रीस्टार्ट के बाद लागू",
      left: "टिकती नहीं; कल तक छोड़ी गई",
    },
    corrects: "गेटवे खुद लगाता है",
    tells: "केवल बताता है",
    neverChecked: "गेटवे शुरू होने के बाद तुलना नहीं हुई.",
    silent: "पिछली बार जवाब नहीं आया.",
    asWanted: "सब जैसा चाहिए वैसा.",
  },
};

/** The words of these pages in a site's language. */
export function configurationTextOf(language: SiteView["language"]): ConfigurationText {
  return TEXTS[language];
}
