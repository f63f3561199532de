import type { LoadPreviewOutcome, PreviewedStrategy } from "./forecast_port.ts";
import type { SiteView } from "./views.ts";

/** What is said of the hours ahead: the plan in the curves, and what a change would do. */
export interface ForecastText {
  readonly planned: string;
  readonly flowed: string;
  readonly now: string;
  readonly chartTitle: (circuit: string, hours: number) => string;
  readonly preview: string;
  readonly title: string;
  readonly nothingYet: string;
  /** What stays out of the reckoning, so that nobody takes it for a promise. */
  readonly rough: string;
  readonly reckonedAt: (time: string, until: string) => string;
  readonly hasNow: string;
  readonly soon: string;
  readonly energyUntil: (time: string) => string;
  readonly asNow: string;
  readonly withIt: string;
  /** For who hears the table: two values in one cell. */
  readonly instead: (before: string, after: string) => string;
  readonly left: string;
  readonly nobody: string;
  readonly same: string;
  readonly mostOn: string;
  readonly apply: string;
  readonly back: string;
  readonly strategyTitle: string;
  readonly strategyHint: string;
  readonly strategy: string;
  readonly strategies: Readonly<Record<PreviewedStrategy, string>>;
  readonly strategyChange: (strategy: string) => string;
  readonly strategyApply: string;
  readonly changeTitle: string;
  readonly refusals: Readonly<Record<Exclude<LoadPreviewOutcome["kind"], "preview">, string>>;
}

const ENGLISH: ForecastText = {
  planned: "expected",
  flowed: "flowed",
  now: "now",
  chartTitle: (circuit, hours) =>
    `${circuit}: current per line over the last and the next ${hours} hours, beside what was expected`,
  preview: "Preview",
  title: "What would change",
  nothingYet: "Nothing has been changed yet.",
  rough:
    "Reckoned with the same rules as in earnest, if other load stays as it is, no car comes, and cars leave when their drivers said so. The next minutes are quite sure, the hours ahead are rough.",
  reckonedAt: (time, until) => `From the state at ${time}, until ${until}`,
  hasNow: "Has now",
  soon: "In a few minutes",
  energyUntil: (time) => `Energy until ${time}`,
  asNow: "as it is",
  withIt: "with the change",
  instead: (before, after) => `${after} instead of ${before}`,
  left: "left",
  nobody: "Nobody is charging, so nothing changes for anybody now.",
  same: "With this change every car gets what it gets anyway.",
  mostOn: "At most on a line",
  apply: "Apply it",
  back: "Leave it as it is",
  strategyTitle: "Share otherwise",
  strategyHint: "Shows what each car would get. How it is shared is set in site.yaml.",
  strategy: "Share",
  strategies: {
    fair: "everybody the same",
    priority: "by class",
    departure: "who leaves first goes first",
  },
  strategyChange: (strategy) => `Share: ${strategy}`,
  strategyApply: "Set balancing.strategy in the settings",
  changeTitle: "Change",
  refusals: {
    "no-session": "No session is running there, so there is nothing to say for its driver.",
    unknown: "There is no such connector or circuit any more. Go back and reload the page.",
    busy: "Somebody else has something reckoned at this moment. Try again in a few seconds.",
  },
};

const MARATHI: ForecastText = {
  planned: "अपेक्षित",
  flowed: "प्रत्यक्ष",
  now: "आत्ता",
  chartTitle: (circuit, hours) =>
    `${circuit}: मागील व पुढील ${hours} तासांतील प्रत्येक फेजचा प्रवाह, अपेक्षित प्रवाहाशेजारी`,
  preview: "आधी पाहा",
  title: "काय बदलेल",
  nothingYet: "अजून काहीही बदललेले नाही.",
  rough:
    "प्रत्यक्षातील नियमांनीच हिशेब केला आहे: इतर भार आहे तसा राहिला, नवीन कार आली नाही आणि कार सांगितलेल्या वेळी गेल्या तर. पुढील काही मिनिटे बरीच खात्रीची आहेत, पुढचे तास अंदाजे आहेत.",
  reckonedAt: (time, until) => `${time} च्या स्थितीवरून, ${until} पर्यंत`,
  hasNow: "आत्ता आहे",
  soon: "काही मिनिटांत",
  energyUntil: (time) => `${time} पर्यंत ऊर्जा`,
  asNow: "आहे तसे",
  withIt: "बदलासह",
  instead: (before, after) => `${before} ऐवजी ${after}`,
  left: "गेली",
  nobody: "कोणीही चार्ज करत नाही, म्हणून आत्ता कोणासाठीही काही बदलत नाही.",
  same: "या बदलानेही प्रत्येक कारला आहे तेवढेच मिळते.",
  mostOn: "एका फेजवर जास्तीत जास्त",
  apply: "लागू करा",
  back: "आहे तसे राहू द्या",
  strategyTitle: "वेगळ्या पद्धतीने वाटा",
  strategyHint: "प्रत्येक कारला किती मिळेल ते दाखवते. वाटण्याची पद्धत site.yaml मध्ये ठरते.",
  strategy: "वाटणी",
  strategies: {
    fair: "सर्वांना सारखे",
    priority: "श्रेणीनुसार",
    departure: "जो आधी निघणार तो आधी",
  },
  strategyChange: (strategy) => `वाटणी: ${strategy}`,
  strategyApply: "सेटिंग्जमध्ये balancing.strategy ठरवा",
  changeTitle: "बदल",
  refusals: {
    "no-session": "तिथे कोणतेही सत्र सुरू नाही, म्हणून चालकासाठी काही सांगता येत नाही.",
    unknown: "असा कनेक्टर किंवा असे सर्किट आता नाही. मागे जा आणि पान पुन्हा लोड करा.",
    busy: "याच क्षणी दुसऱ्या कोणासाठी हिशेब चालू आहे. काही सेकंदांनी पुन्हा प्रयत्न करा.",
  },
};

const HINDI: ForecastText = {
  planned: "अनुमानित",
  flowed: "वास्तविक",
  now: "अभी",
  chartTitle: (circuit, hours) =>
    `${circuit}: पिछले और अगले ${hours} घंटों में हर फेज की धारा, अनुमान के साथ`,
  preview: "पहले देखें",
  title: "क्या बदलेगा",
  nothingYet: "अभी कुछ भी नहीं बदला गया है।",
  rough:
    "असली नियमों से ही हिसाब लगाया गया है: यदि अन्य भार जैसा है वैसा रहे, कोई नई कार न आए और कारें बताए समय पर जाएँ। अगले कुछ मिनट काफ़ी पक्के हैं, आगे के घंटे मोटे अनुमान हैं।",
  reckonedAt: (time, until) => `${time} की स्थिति से, ${until} तक`,
  hasNow: "अभी है",
  soon: "कुछ मिनटों में",
  energyUntil: (time) => `${time} तक ऊर्जा`,
  asNow: "जैसा है",
  withIt: "बदलाव के साथ",
  instead: (before, after) => `${before} की जगह ${after}`,
  left: "चली गई",
  nobody: "कोई चार्ज नहीं कर रहा, इसलिए अभी किसी के लिए कुछ नहीं बदलता।",
  same: "इस बदलाव से भी हर कार को उतना ही मिलता है जितना वैसे मिलता।",
  mostOn: "एक फेज पर अधिकतम",
  apply: "लागू करें",
  back: "जैसा है वैसा रहने दें",
  strategyTitle: "दूसरे ढंग से बाँटें",
  strategyHint: "दिखाता है कि हर कार को कितना मिलेगा। बाँटने का ढंग site.yaml में तय होता है।",
  strategy: "बँटवारा",
  strategies: {
    fair: "सबको बराबर",
    priority: "श्रेणी के अनुसार",
    departure: "जो पहले जाएगा वह पहले",
  },
  strategyChange: (strategy) => `बँटवारा: ${strategy}`,
  strategyApply: "सेटिंग्स में balancing.strategy तय करें",
  changeTitle: "बदलाव",
  refusals: {
    "no-session": "वहाँ कोई सत्र नहीं चल रहा, इसलिए ड्राइवर के लिए कुछ नहीं कहा जा सकता।",
    unknown: "ऐसा कनेक्टर या सर्किट अब नहीं है। वापस जाएँ और पेज फिर से लोड करें।",
    busy: "इसी समय किसी और के लिए हिसाब चल रहा है। कुछ सेकंड बाद फिर कोशिश करें।",
  },
};

const TEXTS: Readonly<Record<SiteView["language"], ForecastText>> = {
  en: ENGLISH,
  mr: MARATHI,
  hi: HINDI,
};

/** The words about the hours ahead in a language. */
export function forecastTextOf(language: SiteView["language"]): ForecastText {
  return TEXTS[language];
}
