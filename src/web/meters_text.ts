import type { MeterRole } from "../site/mod.ts";
import type { SiteView } from "./views.ts";

/** What the page of meters says. */
export interface MetersText {
  readonly title: string;
  readonly hint: string;
  readonly none: string;
  readonly noneHint: string;
  readonly states: Readonly<Record<"waiting" | "good" | "odd" | "failing" | "old", string>>;
  readonly roles: Readonly<Record<MeterRole, string>>;
  readonly measured: (age: string) => string;
  readonly line: string;
  readonly voltage: string;
  readonly current: string;
  readonly power: string;
  readonly total: string;
  readonly imported: string;
  readonly exported: string;
  readonly frequency: string;
  readonly notMeasured: string;
  readonly pace: (seconds: string) => string;
  readonly readings: (count: string) => string;
  readonly refused: (count: number) => string;
  readonly lastRefusal: (age: string) => string;
  /** Before what a finding probably is. */
  readonly cause: string;
  /** Before what to do next. */
  readonly next: string;
  /** Before a trouble as it was told, in English. */
  readonly told: string;
  /** Of a meter that seems wrong: that it is not believed, and how to say that it is right. */
  readonly doubted: string;
  readonly believe: string;
  readonly believeTitle: (meter: string) => string;
  readonly believeExplained: string;
  readonly chartTitle: (meter: string) => string;
  readonly chartNone: string;
}

const TEXTS: Readonly<Record<SiteView["language"], MetersText>> = {
  en: {
    title: "Meters",
    hint: "What each meter says now. Currents and powers that feed in are negative.",
    none: "No meter yet",
    noneHint:
      "Meters are named in site.yaml, under meters; main.ts check says what is wrong there.",
    states: {
      waiting: "No reading yet",
      good: "Reads well",
      odd: "Reads, but looks wrong",
      failing: "Gives no reading",
      old: "Old reading",
    },
    roles: {
      grid: "Grid",
      circuit: "Circuit",
      generation: "Solar",
      battery: "Battery",
      consumer: "Consumer",
    },
    measured: (age) => `measured ${age}`,
    line: "Line",
    voltage: "Voltage",
    current: "Current",
    power: "Power",
    total: "Total",
    imported: "Drawn so far",
    exported: "Fed in so far",
    frequency: "Frequency",
    notMeasured: "not measured",
    pace: (seconds) => `a reading every ${seconds} s`,
    readings: (count) => `${count} readings`,
    refused: (count) => `${count} refused`,
    lastRefusal: (age) => `Refused last, ${age}:`,
    cause: "Probably:",
    next: "Next:",
    told: "As reported:",
    doubted:
      "Chargers do not rely on this meter: the worst other load counts in its place, until " +
      "two cars in a row have shown that it is right, or somebody who has looked says so.",
    believe: "It is right now",
    believeTitle: (meter) => `Let chargers rely on meter ${meter} again?`,
    believeExplained:
      "Only if its current transformers were looked at: a meter that shows too little lets its fuse be " +
      "overloaded.",
    chartTitle: (meter) => `${meter}, the last ten minutes`,
    chartNone: "The curve begins with the first readings.",
  },
  mr: {
    title: "मीटर",
    hint: "प्रत्येक मीटर आत्ता काय सांगतो. ग्रिडकडे जाणारा प्रवाह आणि शक्ती ऋण दिसतात.",
    none: "अजून मीटर नाही",
    noneHint: "मीटर site.yaml मध्ये meters खाली लिहा; तेथील चुका main.ts check सांगतो.",
    states: {
      waiting: "अजून वाचन नाही",
      good: "नीट वाचतो",
      odd: "वाचतो, पण काही चुकीचे दिसते",
      failing: "वाचन मिळत नाही",
      old: "जुने वाचन",
    },
    roles: {
      grid: "ग्रिड",
      circuit: "सर्किट",
      generation: "सौर",
      battery: "बॅटरी",
      consumer: "उपकरण",
    },
    measured: (age) => `${age} मोजले`,
    line: "फेज",
    voltage: "व्होल्टेज",
    current: "विद्युत प्रवाह",
    power: "शक्ती",
    total: "एकूण",
    imported: "एकूण घेतलेली ऊर्जा",
    exported: "एकूण दिलेली ऊर्जा",
    frequency: "वारंवारता",
    notMeasured: "मोजलेले नाही",
    pace: (seconds) => `दर ${seconds} s ला वाचन`,
    readings: (count) => `${count} वाचने`,
    refused: (count) => `${count} नाकारली`,
    lastRefusal: (age) => `शेवटचे नाकारलेले, ${age}:`,
    cause: "बहुधा:",
    next: "पुढे:",
    told: "मूळ शब्द:",
    doubted: "चार्जर या मीटरवर अवलंबून नाहीत: सलग दोन गाड्यांनी तो बरोबर असल्याचे दाखवेपर्यंत, किंवा पाहणी " +
      "केलेल्या व्यक्तीने तसे सांगेपर्यंत, त्याच्या जागी सर्वात जास्त इतर भार धरला जातो.",
    believe: "आता बरोबर आहे",
    believeTitle: (meter) => `चार्जरनी ${meter} मीटरवर पुन्हा अवलंबून राहायचे?`,
    believeExplained:
      "करंट ट्रान्सफॉर्मर तपासले असतील तरच: कमी दाखवणाऱ्या मीटरमुळे फ्यूजवर जास्त भार येऊ शकतो.",
    chartTitle: (meter) => `${meter}, शेवटची दहा मिनिटे`,
    chartNone: "पहिल्या वाचनांनंतर आलेख सुरू होईल.",
  },
  hi: {
    title: "मीटर",
    hint: "हर मीटर अभी क्या बताता है। ग्रिड की ओर जाने वाली धारा और शक्ति ऋण दिखती हैं।",
    none: "अभी कोई मीटर नहीं",
    noneHint: "मीटर site.yaml में meters के नीचे लिखें; वहाँ की गलती main.ts check बताता है।",
    states: {
      waiting: "अभी कोई रीडिंग नहीं",
      good: "ठीक पढ़ रहा है",
      odd: "पढ़ रहा है, पर कुछ गलत दिखता है",
      failing: "रीडिंग नहीं मिल रही",
      old: "पुरानी रीडिंग",
    },
    roles: {
      grid: "ग्रिड",
      circuit: "सर्किट",
      generation: "सौर",
      battery: "बैटरी",
      consumer: "उपकरण",
    },
    measured: (age) => `${age} मापा`,
    line: "फेज",
    voltage: "वोल्टेज",
    current: "विद्युत धारा",
    power: "शक्ति",
    total: "कुल",
    imported: "कुल ली गई ऊर्जा",
    exported: "कुल दी गई ऊर्जा",
    frequency: "आवृत्ति",
    notMeasured: "मापा नहीं गया",
    pace: (seconds) => `हर ${seconds} s पर रीडिंग`,
    readings: (count) => `${count} रीडिंग`,
    refused: (count) => `${count} अस्वीकृत`,
    lastRefusal: (age) => `पिछली अस्वीकृत, ${age}:`,
    cause: "शायद:",
    next: "आगे:",
    told: "मूल शब्द:",
    doubted:
      "चार्जर इस मीटर पर भरोसा नहीं करते: जब तक लगातार दो गाड़ियाँ उसे सही न दिखाएँ, या जाँच करने वाला " +
      "ऐसा न कहे, तब तक उसकी जगह सबसे ज़्यादा अन्य भार गिना जाता है।",
    believe: "अब सही है",
    believeTitle: (meter) => `चार्जर ${meter} मीटर पर फिर भरोसा करें?`,
    believeExplained:
      "तभी, जब करंट ट्रांसफॉर्मर जाँचे गए हों: कम दिखाने वाला मीटर फ्यूज पर ज़्यादा भार आने देता है।",
    chartTitle: (meter) => `${meter}, पिछले दस मिनट`,
    chartNone: "पहली रीडिंग के साथ वक्र शुरू होगा।",
  },
};

/** The words of the page of meters in a site's language. */
export function metersTextOf(language: SiteView["language"]): MetersText {
  return TEXTS[language];
}
