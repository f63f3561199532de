import type { Catalogue, Translated } from "./translated.ts";

const ENGLISH = {
  waitingTitle: "Chargers at the door",
  knocksHere: "is not known here and asks to be let in.",
  knocks: (count: number, last: string) =>
    count === 1 ? `knocked once, ${last}` : `knocked ${count} times, last ${last}`,
  adopt: "Adopt",
  adoptTitle: (charger: string) => `Adopt ${charger}?`,
  adoptExplained:
    "Do so only if you know this charger. It will be let in at its next attempt, and the password it then shows will be its own from then on.",
  emptyTitle: "No charger yet",
  emptyHint:
    "Enter this address in the charger’s settings as its central system or backend. It ends with a name of your choice for the charger.",
  copy: "Copy",
  copied: "Copied",
  qrOf: (address: string) => `QR code of ${address}`,
  identityPlaceholder: "CHARGER-NAME",
  securityProfiles: {
    0: "No password. For chargers that know nothing else, on a network of their own.",
    1: "With password (security profile 1)",
    2: "With password, encrypted (security profile 2)",
    3: "With certificate, encrypted (security profile 3)",
  },
  noListener:
    "The gateway listens nowhere for chargers. Add one under listen.chargers in site.yaml.",
  refusalsTitle: "Last refused attempts",
  noRefusals: "Nothing has knocked yet. If a charger is set up, check its network and the address.",
  at: "At",
  from: "From",
  name: "Name",
  reason: "Reason",
};

/** What is said of chargers that are not here yet: at the door, or still to be set up. */
export type DoorText = Translated<typeof ENGLISH>;

const MARATHI: DoorText = {
  waitingTitle: "दाराशी आलेले चार्जर",
  knocksHere: "इथे माहीत नाही आणि आत येऊ इच्छितो.",
  knocks: (count, last) => count === 1 ? `एकदा आला, ${last}` : `${count} वेळा आला, शेवटी ${last}`,
  adopt: "स्वीकारा",
  adoptTitle: (charger) => `${charger} स्वीकारायचा?`,
  adoptExplained:
    "हा चार्जर तुम्हाला माहीत असेल तरच स्वीकारा. पुढच्या वेळी तो आत घेतला जाईल, आणि तेव्हा दाखवलेला पासवर्ड त्याचा राहील.",
  emptyTitle: "अजून चार्जर नाही",
  emptyHint:
    "चार्जरच्या सेटिंगमध्ये central system किंवा backend म्हणून हा पत्ता टाका. शेवटी चार्जरसाठी तुमच्या पसंतीचे नाव असते.",
  copy: "कॉपी करा",
  copied: "कॉपी झाले",
  qrOf: (address) => `${address} चा QR कोड`,
  identityPlaceholder: "CHARGER-NAME",
  securityProfiles: {
    0: "पासवर्ड नाही. ज्यांना दुसरे काही येत नाही अशा चार्जरसाठी, त्यांच्या वेगळ्या नेटवर्कवर.",
    1: "पासवर्डसह (सुरक्षा प्रोफाइल 1)",
    2: "पासवर्डसह, एन्क्रिप्टेड (सुरक्षा प्रोफाइल 2)",
    3: "प्रमाणपत्रासह, एन्क्रिप्टेड (सुरक्षा प्रोफाइल 3)",
  },
  noListener: "गेटवे चार्जरसाठी कुठेच ऐकत नाही. site.yaml मध्ये listen.chargers खाली एक पत्ता जोडा.",
  refusalsTitle: "शेवटचे नाकारलेले प्रयत्न",
  noRefusals: "अजून कोणी आले नाही. चार्जर लावला असेल तर त्याचे नेटवर्क आणि पत्ता तपासा.",
  at: "वेळ",
  from: "कुठून",
  name: "नाव",
  reason: "कारण",
};

const HINDI: DoorText = {
  waitingTitle: "दरवाज़े पर आए चार्जर",
  knocksHere: "यहाँ अनजान है और अंदर आना चाहता है.",
  knocks: (count, last) => count === 1 ? `एक बार आया, ${last}` : `${count} बार आया, आख़िरी ${last}`,
  adopt: "अपनाएँ",
  adoptTitle: (charger) => `${charger} को अपनाएँ?`,
  adoptExplained:
    "तभी अपनाएँ जब आप इस चार्जर को जानते हों. अगली कोशिश पर वह अंदर लिया जाएगा, और तब दिखाया गया पासवर्ड उसका अपना रहेगा.",
  emptyTitle: "अभी कोई चार्जर नहीं",
  emptyHint:
    "चार्जर की सेटिंग में central system या backend के रूप में यह पता डालें. अंत में चार्जर के लिए आपकी पसंद का नाम होता है.",
  copy: "कॉपी करें",
  copied: "कॉपी हो गया",
  qrOf: (address) => `${address} का QR कोड`,
  identityPlaceholder: "CHARGER-NAME",
  securityProfiles: {
    0: "पासवर्ड नहीं. उन चार्जर के लिए जिन्हें और कुछ नहीं आता, उनके अलग नेटवर्क पर.",
    1: "पासवर्ड के साथ (सुरक्षा प्रोफ़ाइल 1)",
    2: "पासवर्ड के साथ, एन्क्रिप्टेड (सुरक्षा प्रोफ़ाइल 2)",
    3: "प्रमाणपत्र के साथ, एन्क्रिप्टेड (सुरक्षा प्रोफ़ाइल 3)",
  },
  noListener: "गेटवे चार्जर के लिए कहीं नहीं सुन रहा. site.yaml में listen.chargers के नीचे एक पता जोड़ें.",
  refusalsTitle: "आख़िरी अस्वीकृत प्रयास",
  noRefusals: "अभी कोई नहीं आया. चार्जर लगा हो तो उसका नेटवर्क और पता जाँचें.",
  at: "समय",
  from: "कहाँ से",
  name: "नाम",
  reason: "कारण",
};

export const DOOR_TEXT: Catalogue<DoorText> = { en: ENGLISH, mr: MARATHI, hi: HINDI };
