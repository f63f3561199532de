import type { MeterAdvice } from "./meter_advice.ts";
import type { SiteView } from "./views.ts";

/** What the page of meters says. */
export interface MetersText {
  readonly title: string;
  readonly hint: string;
  readonly none: string;
  readonly noneHint: string;
  readonly states: Readonly<Record<"waiting" | "good" | "failing" | "old", string>>;
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
  readonly backwards: (lines: string) => string;
  readonly feedingLine: (lines: string) => string;
  readonly crossed: (lines: string) => string;
  readonly sum: (lines: string, total: string) => string;
  readonly noCurrents: string;
  readonly slow: (seconds: string) => string;
  readonly advice: Readonly<Record<MeterAdvice, string>>;
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
      failing: "Gives no reading",
      old: "Old reading",
    },
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
    backwards: (lines) =>
      `Power flows the wrong way on ${lines}. Is its current transformer turned round? Where all ` +
      "are, inverted: true turns the sign.",
    feedingLine: (lines) =>
      `${lines} feeds into the grid while other lines draw. If nothing generates there, its ` +
      "current transformer is turned round.",
    crossed: (lines) =>
      `On ${lines} power does not fit voltage and current. Are their current transformers on each ` +
      "other's lines?",
    sum: (lines, total) =>
      `The lines come to ${lines}, the total says ${total}. Is the profile that of this meter, ` +
      "and the ratio of the transformers set?",
    noCurrents: "No currents: they are reckoned from power, which leaves out reactive current.",
    slow: (seconds) =>
      `A reading every ${seconds} s is too slow to protect a circuit: 3 s at most.`,
    advice: {
      "no-answer": "Check address and unit number, power and cable. On RS-485 also speed and " +
        "parity, and whether A and B are swapped.",
      "nobody-listens": "The device is there, but nothing listens at this port. Is Modbus or its " +
        "service switched on?",
      "serial-noise": "Something comes, but no whole answer. Check speed and parity, the " +
        "terminating resistor, and that no two devices have one unit number.",
      "word-order": "The numbers have their halves swapped. Set wordOrder as it says.",
      "wrong-map":
        "The device answers, but does not have this value. Is the profile that of this " +
        "very model?",
      impossible: "Such a value cannot be. Check the profile and the ratio of the current " +
        "transformers; a line without voltage shows like this too.",
      frozen: "It answers with the same numbers over and over. Switch it off and on.",
      login: "Check the user name and password of this meter.",
      certificate: "Give the authority that signed its certificate, as ca.",
      "no-message": "It is reached, but nothing comes. Check topic and how often the device sends.",
      "serial-number": "Check the serial number, and that the gateway is in the meter's network.",
      "not-sunspec": "Switch on SunSpec at the device, and check the unit number.",
      part: "It is reckoned from other meters; look at that one.",
    },
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
      failing: "वाचन मिळत नाही",
      old: "जुने वाचन",
    },
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
    backwards: (lines) =>
      `${lines} वर शक्ती उलट दिशेने वाहते. त्याचा करंट ट्रान्सफॉर्मर उलटा बसला आहे का? सगळेच उलटे ` +
      "असतील तर inverted: true लिहा.",
    feedingLine: (lines) =>
      `इतर फेज वीज घेत असताना ${lines} ग्रिडला वीज देतो. तेथे निर्मिती नसेल, तर त्याचा करंट ` +
      "ट्रान्सफॉर्मर उलटा आहे.",
    crossed: (lines) =>
      `${lines} वर शक्ती व्होल्टेज आणि प्रवाहाशी जुळत नाही. त्यांचे करंट ट्रान्सफॉर्मर एकमेकांच्या ` +
      "फेजवर आहेत का?",
    sum: (lines, total) =>
      `फेजची बेरीज ${lines}, पण एकूण ${total}. प्रोफाइल याच मीटरचे आहे का, आणि ट्रान्सफॉर्मरचे ` +
      "गुणोत्तर दिले आहे का?",
    noCurrents: "प्रवाह सांगत नाही: तो शक्तीवरून काढला जातो, रिअॅक्टिव्ह प्रवाह त्यात नसतो.",
    slow: (seconds) => `दर ${seconds} s चे वाचन सर्किट जपायला खूप संथ आहे: जास्तीत जास्त 3 s.`,
    advice: {
      "no-answer": "पत्ता, युनिट क्रमांक, वीज आणि केबल तपासा. RS-485 वर वेग, पॅरिटी आणि A-B ची " +
        "अदलाबदल सुद्धा.",
      "nobody-listens": "उपकरण आहे, पण या पोर्टवर काही ऐकत नाही. Modbus किंवा ती सेवा चालू आहे का?",
      "serial-noise": "काहीतरी येते, पण पूर्ण उत्तर नाही. वेग, पॅरिटी, टर्मिनेटिंग रेझिस्टर आणि दोन " +
        "उपकरणांना एकच युनिट क्रमांक नाही ना, ते तपासा.",
      "word-order": "आकड्यांचे दोन भाग उलटे आहेत. सांगितल्याप्रमाणे wordOrder लिहा.",
      "wrong-map": "उपकरण उत्तर देते, पण हे मूल्य त्याच्याकडे नाही. प्रोफाइल नेमक्या याच मॉडेलचे आहे का?",
      impossible: "असे मूल्य शक्य नाही. प्रोफाइल आणि ट्रान्सफॉर्मरचे गुणोत्तर तपासा; व्होल्टेज नसलेली " +
        "फेज सुद्धा अशी दिसते.",
      frozen: "तेच आकडे पुन्हा पुन्हा येतात. उपकरण बंद करून चालू करा.",
      login: "या मीटरचे वापरकर्ता नाव आणि पासवर्ड तपासा.",
      certificate: "त्याच्या प्रमाणपत्रावर सही करणारी संस्था ca म्हणून द्या.",
      "no-message": "संपर्क आहे, पण काही येत नाही. टॉपिक आणि उपकरण किती वेळाने पाठवते ते तपासा.",
      "serial-number": "अनुक्रमांक तपासा, आणि गेटवे मीटरच्याच नेटवर्कमध्ये आहे का ते पहा.",
      "not-sunspec": "उपकरणावर SunSpec चालू करा आणि युनिट क्रमांक तपासा.",
      part: "हा इतर मीटरवरून काढला जातो; त्या मीटरकडे पहा.",
    },
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
      failing: "रीडिंग नहीं मिल रही",
      old: "पुरानी रीडिंग",
    },
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
    backwards: (lines) =>
      `${lines} पर शक्ति उलटी दिशा में बहती है। क्या उसका करंट ट्रांसफॉर्मर उलटा लगा है? सभी उलटे ` +
      "हों तो inverted: true लिखें।",
    feedingLine: (lines) =>
      `बाकी फेज बिजली ले रहे हैं, पर ${lines} ग्रिड को दे रहा है। वहाँ उत्पादन न हो तो उसका करंट ` +
      "ट्रांसफॉर्मर उलटा है।",
    crossed: (lines) =>
      `${lines} पर शक्ति, वोल्टेज और धारा से मेल नहीं खाती। क्या उनके करंट ट्रांसफॉर्मर एक-दूसरे के ` +
      "फेज पर हैं?",
    sum: (lines, total) =>
      `फेजों का जोड़ ${lines}, पर कुल ${total}। क्या प्रोफाइल इसी मीटर की है, और ट्रांसफॉर्मर का ` +
      "अनुपात दिया है?",
    noCurrents: "धारा नहीं बताता: वह शक्ति से निकाली जाती है, जिसमें रिएक्टिव धारा नहीं होती।",
    slow: (seconds) => `हर ${seconds} s की रीडिंग सर्किट बचाने के लिए धीमी है: अधिकतम 3 s।`,
    advice: {
      "no-answer": "पता, यूनिट नंबर, बिजली और केबल जाँचें। RS-485 पर गति, पैरिटी और A-B की " +
        "अदला-बदली भी।",
      "nobody-listens": "उपकरण है, पर इस पोर्ट पर कुछ नहीं सुनता। क्या Modbus या वह सेवा चालू है?",
      "serial-noise": "कुछ आता है, पर पूरा उत्तर नहीं। गति, पैरिटी, टर्मिनेटिंग रेज़िस्टर जाँचें, और " +
        "यह भी कि दो उपकरणों का एक ही यूनिट नंबर न हो।",
      "word-order": "अंकों के दोनों हिस्से उलटे हैं। बताए अनुसार wordOrder लिखें।",
      "wrong-map": "उपकरण उत्तर देता है, पर यह मान उसमें नहीं है। क्या प्रोफाइल ठीक इसी मॉडल की है?",
      impossible: "ऐसा मान हो नहीं सकता। प्रोफाइल और ट्रांसफॉर्मर का अनुपात जाँचें; बिना वोल्टेज का " +
        "फेज भी ऐसा दिखता है।",
      frozen: "वही अंक बार-बार आते हैं। उपकरण बंद करके चालू करें।",
      login: "इस मीटर का उपयोगकर्ता नाम और पासवर्ड जाँचें।",
      certificate: "जिस संस्था ने उसके प्रमाणपत्र पर हस्ताक्षर किए, उसे ca में दें।",
      "no-message": "संपर्क है, पर कुछ नहीं आता। टॉपिक और उपकरण कितनी देर में भेजता है, जाँचें।",
      "serial-number": "सीरियल नंबर जाँचें, और यह कि गेटवे मीटर के ही नेटवर्क में है।",
      "not-sunspec": "उपकरण पर SunSpec चालू करें और यूनिट नंबर जाँचें।",
      part: "यह दूसरे मीटरों से निकाला जाता है; उस मीटर को देखें।",
    },
    chartTitle: (meter) => `${meter}, पिछले दस मिनट`,
    chartNone: "पहली रीडिंग के साथ वक्र शुरू होगा।",
  },
};

/** The words of the page of meters in a site's language. */
export function metersTextOf(language: SiteView["language"]): MetersText {
  return TEXTS[language];
}
