import type { FaultEnding } from "../../site/mod.ts";
import type { Catalogue } from "../text/translated.ts";
import type { FaultPlace, SiteView } from "../views.ts";

/** What the pages of faults say besides the words of each fault. */
export interface FaultText {
  readonly title: string;
  readonly standing: string;
  readonly nothingStands: string;
  readonly history: string;
  readonly historyHint: (count: string) => string;
  readonly nothingPast: string;
  readonly reliability: string;
  readonly reliabilityHint: string;
  readonly allReports: string;
  readonly where: string;
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly lasted: string;
  readonly meaning: string;
  readonly remedy: string;
  readonly facts: string;
  readonly severity: string;
  readonly since: string;
  readonly lastSeen: string;
  readonly times: string;
  readonly over: string;
  readonly stillStands: string;
  readonly unconfirmed: string;
  readonly endings: Readonly<Record<FaultEnding, string>>;
  readonly seenBy: (who: string, when: string) => string;
  readonly seenByNobody: string;
  readonly vendorCode: string;
  readonly vendorInfo: string;
  readonly vendor: string;
  readonly told: string;
  readonly kind: string;
  readonly aid: string;
  readonly earlier: string;
  readonly acknowledge: string;
  readonly acknowledgeHint: string;
  readonly close: string;
  readonly closeTitle: string;
  readonly closeExplained: string;
  readonly all: string;
  readonly places: Readonly<Record<FaultPlace["kind"], (name: string) => string>>;
}

const TEXTS: Catalogue<FaultText> = {
  en: {
    title: "Faults",
    standing: "What is wrong now",
    nothingStands: "Nothing is wrong.",
    history: "What was wrong",
    historyHint: (count) => `The newest ${count}. What is older stands in the reports.`,
    nothingPast: "Nothing was wrong as far back as is remembered.",
    reliability: "Connectors, last 30 days",
    reliabilityHint:
      "How much of the time each could be used, how often it failed, and how long it went between failures.",
    allReports: "Other times: report on availability",
    where: "Where",
    what: "What",
    from: "From",
    to: "To",
    lasted: "Lasted",
    meaning: "What it means",
    remedy: "What to do first",
    facts: "Facts",
    severity: "How grave",
    since: "Since",
    lastSeen: "Told last",
    times: "How often",
    over: "Over",
    stillStands: "no, it still stands",
    unconfirmed:
      "From before the gateway's restart: whether it still stands shows within half an hour.",
    endings: {
      told: "it ended by itself",
      "not-found-anew": "not found again after a restart of the gateway",
      "by-hand": "somebody said so",
      aged: "nobody looked at it for two weeks",
      "no-room": "too many stood at once",
    },
    seenBy: (who, when) => `Seen by ${who}, ${when}`,
    seenByNobody: "Nobody has acknowledged it yet.",
    vendorCode: "Maker's code",
    vendorInfo: "Maker's words",
    vendor: "Maker",
    told: "As it was told",
    kind: "Name in the API",
    aid: "What the gateway did about it",
    earlier: "Earlier, at the same place",
    acknowledge: "I have seen it",
    acknowledgeHint: "Others see who looks after it. What has only happened is over with that.",
    close: "It is over",
    closeTitle: "Is it over?",
    closeExplained: "It goes to the history. Where it is not over, it comes back as a new one.",
    all: "All faults",
    places: {
      gateway: () => "Gateway",
      charger: (name) => name,
      connector: (slot) => `connector ${slot}`,
      meter: (name) => `Meter ${name}`,
      circuit: (name) => `Circuit ${name}`,
      other: (name) => name,
    },
  },
  mr: {
    title: "बिघाड",
    standing: "आत्ता काय चुकते आहे",
    nothingStands: "सगळे ठीक आहे.",
    history: "काय चुकले होते",
    historyHint: (count) => `सर्वात नवे ${count}. त्याआधीचे अहवालांत आहे.`,
    nothingPast: "आठवणीत काहीही चुकलेले नाही.",
    reliability: "कनेक्टर, मागचे ३० दिवस",
    reliabilityHint:
      "प्रत्येक किती वेळ वापरता येत होता, किती वेळा बिघडला, आणि दोन बिघाडांमध्ये किती वेळ चालला.",
    allReports: "इतर काळ: उपलब्धतेचा अहवाल",
    where: "कुठे",
    what: "काय",
    from: "पासून",
    to: "पर्यंत",
    lasted: "किती वेळ",
    meaning: "याचा अर्थ",
    remedy: "आधी काय करावे",
    facts: "तपशील",
    severity: "किती गंभीर",
    since: "पासून",
    lastSeen: "शेवटचे कळवले",
    times: "किती वेळा",
    over: "संपला",
    stillStands: "नाही, अजून आहे",
    unconfirmed: "गेटवे रीस्टार्ट होण्याआधीचा: अजून आहे का ते अर्ध्या तासात कळेल.",
    endings: {
      told: "आपोआप संपला",
      "not-found-anew": "गेटवे रीस्टार्ट झाल्यावर पुन्हा दिसला नाही",
      "by-hand": "कोणीतरी तसे सांगितले",
      aged: "दोन आठवडे कोणी पाहिला नाही",
      "no-room": "एकाच वेळी फार होते",
    },
    seenBy: (who, when) => `${who} यांनी पाहिला, ${when}`,
    seenByNobody: "अजून कोणी पाहिल्याचे सांगितले नाही.",
    vendorCode: "निर्मात्याचा कोड",
    vendorInfo: "निर्मात्याचे शब्द",
    vendor: "निर्माता",
    told: "जसे कळवले तसे",
    kind: "API मधील नाव",
    aid: "गेटवेने काय केले",
    earlier: "आधी, त्याच जागी",
    acknowledge: "मी पाहिले",
    acknowledgeHint: "कोण लक्ष देत आहे ते इतरांना दिसते. फक्त घडून गेलेले त्याने संपते.",
    close: "संपला",
    closeTitle: "बिघाड संपला का?",
    closeExplained: "तो इतिहासात जातो. संपला नसेल तर नवा म्हणून परत येतो.",
    all: "सर्व बिघाड",
    places: {
      gateway: () => "गेटवे",
      charger: (name) => name,
      connector: (slot) => `कनेक्टर ${slot}`,
      meter: (name) => `मीटर ${name}`,
      circuit: (name) => `सर्किट ${name}`,
      other: (name) => name,
    },
  },
  hi: {
    title: "खराबियाँ",
    standing: "अभी क्या गड़बड़ है",
    nothingStands: "सब ठीक है.",
    history: "क्या गड़बड़ थी",
    historyHint: (count) => `सबसे नई ${count}. इससे पुरानी रिपोर्ट में हैं.`,
    nothingPast: "जहाँ तक याद है कुछ गड़बड़ नहीं थी.",
    reliability: "कनेक्टर, पिछले 30 दिन",
    reliabilityHint:
      "हर एक कितने समय इस्तेमाल लायक था, कितनी बार खराब हुआ, और दो खराबियों के बीच कितना चला.",
    allReports: "दूसरा समय: उपलब्धता की रिपोर्ट",
    where: "कहाँ",
    what: "क्या",
    from: "से",
    to: "तक",
    lasted: "कितनी देर",
    meaning: "इसका मतलब",
    remedy: "पहले क्या करें",
    facts: "विवरण",
    severity: "कितनी गंभीर",
    since: "कब से",
    lastSeen: "आख़िरी बार बताया",
    times: "कितनी बार",
    over: "ख़त्म",
    stillStands: "नहीं, अब भी है",
    unconfirmed: "गेटवे के रीस्टार्ट से पहले की: अब भी है या नहीं, आधे घंटे में पता चलेगा.",
    endings: {
      told: "अपने आप ख़त्म हुई",
      "not-found-anew": "गेटवे के रीस्टार्ट के बाद फिर नहीं दिखी",
      "by-hand": "किसी ने ऐसा कहा",
      aged: "दो हफ़्ते किसी ने नहीं देखा",
      "no-room": "एक साथ बहुत थीं",
    },
    seenBy: (who, when) => `${who} ने देखा, ${when}`,
    seenByNobody: "अभी किसी ने देखने की बात नहीं कही.",
    vendorCode: "निर्माता का कोड",
    vendorInfo: "निर्माता के शब्द",
    vendor: "निर्माता",
    told: "जैसा बताया गया",
    kind: "API में नाम",
    aid: "गेटवे ने क्या किया",
    earlier: "पहले, उसी जगह",
    acknowledge: "मैंने देखा",
    acknowledgeHint: "दूसरों को दिखता है कि कौन देख रहा है. जो बस हो चुका है वह इससे ख़त्म होता है.",
    close: "ख़त्म हुई",
    closeTitle: "क्या खराबी ख़त्म हुई?",
    closeExplained: "वह इतिहास में जाती है. ख़त्म न हुई हो तो नई बनकर लौटती है.",
    all: "सभी खराबियाँ",
    places: {
      gateway: () => "गेटवे",
      charger: (name) => name,
      connector: (slot) => `कनेक्टर ${slot}`,
      meter: (name) => `मीटर ${name}`,
      circuit: (name) => `सर्किट ${name}`,
      other: (name) => name,
    },
  },
};

/** The words of the pages of faults in that language. */
export function faultTextOf(language: SiteView["language"]): FaultText {
  return TEXTS[language];
}
