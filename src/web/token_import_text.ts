import type { ImportProblem } from "./token_import.ts";
import type { SiteView } from "./views.ts";

/** What the page says about the list as a whole: what it was used for, and bringing and taking it. */
export interface TokenImportText {
  readonly sessions: string;
  readonly energy: string;
  readonly lastUsed: string;
  readonly usageHint: string;
  readonly cached: (count: number) => string;
  readonly change: string;
  readonly changeTitle: (card: string) => string;
  readonly find: string;
  readonly found: (shown: number, all: number) => string;
  readonly more: string;
  readonly listTitle: string;
  readonly listHint: (columns: string) => string;
  readonly download: string;
  readonly file: string;
  readonly check: string;
  readonly planTitle: string;
  readonly problems: (count: number) => string;
  readonly nothingTaken: string;
  readonly line: (line: number) => string;
  readonly added: (count: number) => string;
  readonly changed: (count: number) => string;
  readonly same: (count: number) => string;
  readonly hidden: (count: number) => string;
  readonly nothingToDo: string;
  readonly isNew: string;
  readonly whatChanges: string;
  readonly kindOfCard: string;
  readonly andMore: (count: number) => string;
  readonly apply: string;
  readonly applyHint: string;
  readonly wrongCell: (column: string, example: string) => string;
  readonly kinds: Readonly<
    Record<Exclude<ImportProblem["kind"], "wrong-cell">, (what: string) => string>
  >;
}

const ENGLISH: TokenImportText = {
  sessions: "Sessions",
  energy: "Energy",
  lastUsed: "Last used",
  usageHint: "Sessions and energy of the last twelve months.",
  cached: (count) =>
    count === 1
      ? "1 more card is known from an answer of the cloud, without its number."
      : `${count} more cards are known from answers of the cloud, without their numbers.`,
  change: "Change",
  changeTitle: (card) => `Change card ${card}`,
  find: "Find a card or group",
  found: (shown, all) => `${shown} of ${all} cards are shown.`,
  more: "Next cards",
  listTitle: "The list as a file",
  listHint: (columns) =>
    `CSV with the columns ${columns}; only the first has to be there. Cards in the file are added ` +
    "or changed, all others stay. Nothing changes before you have seen what would.",
  download: "Download the list",
  file: "CSV file",
  check: "Check the file",
  planTitle: "What this file would change",
  problems: (count) => count === 1 ? "1 line is wrong" : `${count} things are wrong`,
  nothingTaken: "Nothing was taken over. Mend the file and check it again.",
  line: (line) => `Line ${line}`,
  added: (count) => `${count} new`,
  changed: (count) => `${count} changed`,
  same: (count) => `${count} as they are`,
  hidden: (count) => `${count} left out: the code is hidden in the file`,
  nothingToDo: "All cards of the file are on the list already.",
  isNew: "new",
  whatChanges: "What changes",
  kindOfCard: "Kind",
  andMore: (count) => `and ${count} more`,
  apply: "Take them over",
  applyHint: "All of them at once. Chargers with a list of their own get it within a minute.",
  wrongCell: (column, example) => `${column}: expected ${example}`,
  kinds: {
    "no-token-column": () => "The first line has no column “token”.",
    "open-quote": () => "A quotation mark that begins here never ends.",
    "too-many-cells": () => "This line has more cells than the first.",
    "too-many-rows": () => "From here on there are too many lines for one file.",
    "unknown-column": (what) => `There is no column “${what}”.`,
    "column-twice": (what) => `The column “${what}” is there twice.`,
    "token-twice": (what) => `Card ${what} is in the file twice.`,
  },
};

const MARATHI: TokenImportText = {
  sessions: "सत्रे",
  energy: "ऊर्जा",
  lastUsed: "शेवटचा वापर",
  usageHint: "गेल्या बारा महिन्यांतील सत्रे आणि ऊर्जा.",
  cached: (count) => `आणखी ${count} कार्डे क्लाउडच्या उत्तरांवरून माहीत आहेत, त्यांच्या क्रमांकाविना.`,
  change: "बदला",
  changeTitle: (card) => `कार्ड ${card} बदला`,
  find: "कार्ड किंवा गट शोधा",
  found: (shown, all) => `${all} पैकी ${shown} कार्डे दिसत आहेत.`,
  more: "पुढची कार्डे",
  listTitle: "यादी फाइल म्हणून",
  listHint: (columns) =>
    `${columns} या स्तंभांची CSV; फक्त पहिला आवश्यक. फाइलमधील कार्डे जोडली किंवा बदलली जातात, बाकीची ` +
    "तशीच राहतात. काय बदलेल ते पाहिल्याशिवाय काहीही बदलत नाही.",
  download: "यादी डाउनलोड करा",
  file: "CSV फाइल",
  check: "फाइल तपासा",
  planTitle: "या फाइलने काय बदलेल",
  problems: (count) => count === 1 ? "1 ओळ चुकीची आहे" : `${count} चुका आहेत`,
  nothingTaken: "काहीही घेतले नाही. फाइल दुरुस्त करून पुन्हा तपासा.",
  line: (line) => `ओळ ${line}`,
  added: (count) => `${count} नवीन`,
  changed: (count) => `${count} बदललेली`,
  same: (count) => `${count} जशी आहेत तशी`,
  hidden: (count) => `${count} वगळली: फाइलमध्ये कोड लपवलेला आहे`,
  nothingToDo: "फाइलमधील सर्व कार्डे आधीच यादीत आहेत.",
  isNew: "नवीन",
  whatChanges: "काय बदलेल",
  kindOfCard: "प्रकार",
  andMore: (count) => `आणि आणखी ${count}`,
  apply: "ही घ्या",
  applyHint: "सर्व एकदम. ज्या चार्जरची स्वतःची यादी आहे त्यांना ती मिनिटाभरात मिळते.",
  wrongCell: (column, example) => `${column}: अपेक्षित ${example}`,
  kinds: {
    "no-token-column": () => "पहिल्या ओळीत “token” स्तंभ नाही.",
    "open-quote": () => "इथे सुरू झालेले अवतरण चिन्ह कुठेच संपत नाही.",
    "too-many-cells": () => "या ओळीत पहिल्या ओळीपेक्षा जास्त रकाने आहेत.",
    "too-many-rows": () => "इथून पुढे एका फाइलसाठी ओळी फार जास्त आहेत.",
    "unknown-column": (what) => `“${what}” असा स्तंभ नाही.`,
    "column-twice": (what) => `“${what}” स्तंभ दोनदा आहे.`,
    "token-twice": (what) => `कार्ड ${what} फाइलमध्ये दोनदा आहे.`,
  },
};

const HINDI: TokenImportText = {
  sessions: "सत्र",
  energy: "ऊर्जा",
  lastUsed: "आख़िरी उपयोग",
  usageHint: "पिछले बारह महीनों के सत्र और ऊर्जा.",
  cached: (count) => `${count} और कार्ड क्लाउड के उत्तरों से मालूम हैं, अपने नंबर के बिना.`,
  change: "बदलें",
  changeTitle: (card) => `कार्ड ${card} बदलें`,
  find: "कार्ड या समूह खोजें",
  found: (shown, all) => `${all} में से ${shown} कार्ड दिख रहे हैं.`,
  more: "अगले कार्ड",
  listTitle: "सूची फ़ाइल के रूप में",
  listHint: (columns) =>
    `${columns} कॉलम वाली CSV; केवल पहला ज़रूरी है. फ़ाइल के कार्ड जोड़े या बदले जाते हैं, बाक़ी वैसे ही ` +
    "रहते हैं. क्या बदलेगा यह देखने से पहले कुछ नहीं बदलता.",
  download: "सूची डाउनलोड करें",
  file: "CSV फ़ाइल",
  check: "फ़ाइल जाँचें",
  planTitle: "इस फ़ाइल से क्या बदलेगा",
  problems: (count) => count === 1 ? "1 पंक्ति ग़लत है" : `${count} ग़लतियाँ हैं`,
  nothingTaken: "कुछ नहीं लिया गया. फ़ाइल ठीक करके फिर जाँचें.",
  line: (line) => `पंक्ति ${line}`,
  added: (count) => `${count} नए`,
  changed: (count) => `${count} बदले हुए`,
  same: (count) => `${count} जैसे हैं वैसे`,
  hidden: (count) => `${count} छोड़े गए: फ़ाइल में कोड छिपा है`,
  nothingToDo: "फ़ाइल के सभी कार्ड पहले से सूची में हैं.",
  isNew: "नया",
  whatChanges: "क्या बदलेगा",
  kindOfCard: "प्रकार",
  andMore: (count) => `और ${count} अधिक`,
  apply: "इन्हें लें",
  applyHint: "सब एक साथ. जिन चार्जरों की अपनी सूची है उन्हें वह एक मिनट में मिलती है.",
  wrongCell: (column, example) => `${column}: अपेक्षित ${example}`,
  kinds: {
    "no-token-column": () => "पहली पंक्ति में “token” कॉलम नहीं है.",
    "open-quote": () => "यहाँ शुरू हुआ उद्धरण चिह्न कहीं ख़त्म नहीं होता.",
    "too-many-cells": () => "इस पंक्ति में पहली से ज़्यादा ख़ाने हैं.",
    "too-many-rows": () => "यहाँ से आगे एक फ़ाइल के लिए पंक्तियाँ बहुत ज़्यादा हैं.",
    "unknown-column": (what) => `“${what}” नाम का कॉलम नहीं है.`,
    "column-twice": (what) => `“${what}” कॉलम दो बार है.`,
    "token-twice": (what) => `कार्ड ${what} फ़ाइल में दो बार है.`,
  },
};

const TEXTS: Readonly<Record<SiteView["language"], TokenImportText>> = {
  en: ENGLISH,
  mr: MARATHI,
  hi: HINDI,
};

/** The words in a language. */
export function tokenImportTextOf(language: SiteView["language"]): TokenImportText {
  return TEXTS[language];
}

/** What is wrong on a line, in that language. */
export function problemInWords(words: TokenImportText, problem: ImportProblem, example: string) {
  return problem.kind === "wrong-cell"
    ? words.wrongCell(problem.column, example)
    : words.kinds[problem.kind]("what" in problem ? problem.what : "");
}
