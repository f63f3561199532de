import type { SiteView } from "./views.ts";

/** What pages say of records for others. */
export interface RecordText {
  readonly title: string;
  readonly signed: string;
  readonly signedCount: (count: string) => string;
  readonly signedHint: string;
  readonly forSoftware: string;
  readonly ocmf: string;
  readonly all: string;
  readonly cdr: string;
  readonly cdrs: string;
  readonly noOcpi: string;
}

const ENGLISH: RecordText = {
  title: "Records for partners",
  signed: "Signed readings",
  signedCount: (count) => `The meter signed ${count}.`,
  signedHint: "They are passed on as the charger sent them. Nobody here has checked a signature.",
  forSoftware: "XML for the transparency software",
  ocmf: "OCMF as text",
  all: "Signed readings (tar)",
  cdr: "Charge detail record (OCPI)",
  cdrs: "Charge detail records (OCPI)",
  noOcpi: "Charge detail records need reports.ocpi in site.yaml.",
};

const MARATHI: RecordText = {
  title: "भागीदारांसाठी नोंदी",
  signed: "स्वाक्षरी असलेली मापने",
  signedCount: (count) => `मीटरने ${count} मापनांवर स्वाक्षरी केली.`,
  signedHint: "चार्जरने पाठवली तशीच ती पुढे दिली जातात. येथे कोणीही स्वाक्षरी तपासलेली नाही.",
  forSoftware: "पारदर्शकता सॉफ्टवेअरसाठी XML",
  ocmf: "OCMF मजकूर",
  all: "स्वाक्षरी असलेली मापने (tar)",
  cdr: "चार्जिंगचा तपशील (OCPI CDR)",
  cdrs: "चार्जिंगचे तपशील (OCPI CDR)",
  noOcpi: "चार्जिंगच्या तपशिलांसाठी site.yaml मध्ये reports.ocpi हवे.",
};

const HINDI: RecordText = {
  title: "साझेदारों के लिए रिकॉर्ड",
  signed: "हस्ताक्षरित रीडिंग",
  signedCount: (count) => `मीटर ने ${count} रीडिंग पर हस्ताक्षर किए।`,
  signedHint: "वे वैसे ही आगे दी जाती हैं जैसे चार्जर ने भेजीं। यहाँ किसी ने हस्ताक्षर नहीं जाँचे हैं।",
  forSoftware: "पारदर्शिता सॉफ़्टवेयर के लिए XML",
  ocmf: "OCMF टेक्स्ट",
  all: "हस्ताक्षरित रीडिंग (tar)",
  cdr: "चार्जिंग का विवरण (OCPI CDR)",
  cdrs: "चार्जिंग के विवरण (OCPI CDR)",
  noOcpi: "चार्जिंग के विवरण के लिए site.yaml में reports.ocpi चाहिए।",
};

const TEXTS: Readonly<Record<SiteView["language"], RecordText>> = {
  en: ENGLISH,
  mr: MARATHI,
  hi: HINDI,
};

/** The words in the language of the site. */
export function recordTextOf(language: SiteView["language"]): RecordText {
  return TEXTS[language];
}
