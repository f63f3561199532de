import type { SecurityText } from "./security_text.ts";

/** Security of chargers, listeners and people in Hindi. */
export const SECURITY_HINDI: SecurityText = {
  title: "सुरक्षा",
  hint: "चार्जर और लोग यहाँ अपनी पहचान कैसे साबित करते हैं, और किस पर ध्यान देना है.",
  profile: "सुरक्षा प्रोफ़ाइल",
  profiles: {
    0: "0: पासवर्ड नहीं",
    1: "1: पासवर्ड, बिना एन्क्रिप्शन",
    2: "2: पासवर्ड, एन्क्रिप्टेड",
    3: "3: प्रमाणपत्र, एन्क्रिप्टेड",
  },
  chargerTitle: "सुरक्षा",
  changeLink: "पासवर्ड और प्रमाणपत्र",
  profileNow: "अभी",
  notNow: "जुड़ा नहीं है",
  leastProfile: "कम से कम",
  password: "पासवर्ड",
  passwordSince: (time) => `${time} से`,
  passwordKept: "यहाँ मालूम है; कब से, यह नहीं",
  passwordElsewhere: "जैसा site.yaml में है",
  passwordChanging: "नया पासवर्ड दिया गया है. चार्जर के उससे आने तक दोनों चलते हैं.",
  certificate: "प्रमाणपत्र",
  noCertificate: "नहीं",
  serial: "क्रमांक",
  subject: "किसका",
  counts: "अवधि",
  fingerprint: "SHA-256 फ़िंगरप्रिंट",
  valid: (from, until) => `${from} – ${until}`,
  certificateStates: {
    "in-use": "उपयोग में",
    unused: "अभी उपयोग नहीं हुआ",
    "ends-soon": "जल्द समाप्त",
    over: "अवधि समाप्त",
    revoked: "रद्द",
  },
  revokedFor: (reason) => `कारण: ${reason}`,
  ordersTitle: (charger) => `${charger}: पासवर्ड और प्रमाणपत्र`,
  ordersHint: "हर आदेश ऑडिट लॉग में दर्ज होता है. उसका क्या हुआ, यह नीचे दिखता है.",
  away: "चार्जर जुड़ा नहीं है: उसे अभी कुछ नहीं बताया जा सकता. यहाँ क्या मान्य है, यह बदला जा सकता है.",
  orders: {
    "new-password": "नया पासवर्ड",
    "renew-certificate": "नया प्रमाणपत्र",
    "revoke-certificates": "प्रमाणपत्र रद्द करें",
    "raise-profile": "ऊँची सुरक्षा प्रोफ़ाइल",
    "allow-profile": "निचली सुरक्षा प्रोफ़ाइल की अनुमति दें",
  },
  explained: {
    newPassword:
      "गेटवे 100 बिट का पासवर्ड बनाकर चार्जर को देता है; वह और किसी को नहीं दिखता. चार्जर के नए " +
      "पासवर्ड से आने तक पुराना चलता है.",
    renew:
      "चार्जर नई की बनाकर प्रमाणपत्र माँगता है; यह साइट उसे दो साल के लिए देती है. पहले वाला अपनी अवधि तक " +
      "चलता है.",
    raise:
      "चार्जर ज़्यादा कड़े पते पर जाता है. एक बार वैसे आने तक वह पहले की तरह आ सकता है; उसके बाद इससे निचला " +
      "कुछ भी अंदर नहीं लिया जाता.",
    revoke: (charger, isCutOff) =>
      `${charger} के पास का कोई भी प्रमाणपत्र फिर नहीं चलेगा` +
      (isCutOff ? ", और उसका संपर्क तुरंत काट दिया जाएगा. " : ". ") +
      "वह केवल नए प्रमाणपत्र से, या निचली प्रोफ़ाइल की अनुमति मिलने पर लौटता है. चालू सत्र चलता रहता है और बाद में " +
      "बताया जाता है.",
    allow: (charger) =>
      `निचली प्रोफ़ाइल जो माँगती है वह जिसे मालूम है, वह ख़ुद को ${charger} बता सकता है. फ़ैक्टरी रीसेट के बाद, जब ` +
      "चार्जर के पास और कुछ न हो, तभी ऐसा करें. उसके ऊँची प्रोफ़ाइल से आते ही निचली बंद हो जाती है.",
  },
  ask: {
    newPassword: (charger) => `${charger} को नया पासवर्ड दें?`,
    raise: (charger) => `${charger} को ऊँची प्रोफ़ाइल से आने को कहें?`,
    revoke: (charger) => `${charger} के प्रमाणपत्र रद्द करें?`,
    allow: (charger) => `${charger} को निचली प्रोफ़ाइल से आने दें?`,
  },
  wantedProfile: "प्रोफ़ाइल",
  address: "चार्जर के लिए पता",
  addressHint: "यह गेटवे कहाँ मिलता है, चार्जर के नाम के बिना. OCPP 2.x के लिए ज़रूरी; 1.6 अपना पता रखता है.",
  reason: "कारण (रिकॉर्ड के लिए)",
  nothingHigher: "वह सबसे ऊँची प्रोफ़ाइल से आता है.",
  nothingLower: "वह किसी भी प्रोफ़ाइल से आ सकता है.",
  notSeenYet:
    "चार्जर ने हाँ कहा, पर अभी वैसे आया नहीं. तब तक वह पहले की तरह आता है; चार्जर रीस्टार्ट करने से मदद " +
    "मिल सकती है.",
  listenersTitle: "चार्जर कहाँ से अंदर आते हैं",
  listener: "पता",
  noTls: "बिना एन्क्रिप्शन",
  renewsItself: "यहीं दिया गया, अपने-आप नया होता है",
  byFront: "आगे के सर्वर पर",
  until: (time) => `${time} तक`,
  pages: "ये पेज",
  pagesPlain: "बिना एन्क्रिप्शन, केवल इसी मशीन पर",
  authorityTitle: "साइट का अपना प्रमाणपत्र केंद्र",
  authorityHint: "वह चार्जर और पतों को प्रमाणपत्र देता है. चार्जर पूछे तो फ़िंगरप्रिंट मिला लें.",
  noAuthority: "किसी पते को प्रमाणपत्र नहीं चाहिए, इसलिए साइट किसी को नहीं देती.",
  weakTitle: "बिना एन्क्रिप्शन वाले चार्जर",
  weakNone: "जुड़ा हुआ हर चार्जर एन्क्रिप्टेड आता है.",
  soonTitle: "60 दिन में समाप्त होने वाले प्रमाणपत्र",
  soonNone: "कोई नहीं.",
  failuresTitle: "किसे लौटाया गया",
  failuresHint: "गेटवे शुरू होने के बाद के आख़िरी प्रयास, और साइन इन के आख़िरी असफल प्रयास.",
  failuresNone: "किसी को नहीं.",
  atCharger: "चार्जर के रूप में",
  atPages: "पेजों पर",
  seeAudit: "ऑडिट लॉग",
  troubleTitle: "ध्यान चाहिए",
  usersTitle: "लोग",
  secondFactorCount: (withOne, all) => `${all} में से ${withOne} उपयोगकर्ताओं का दूसरा प्रमाण चालू है.`,
  secondFactorRules: {
    optional: "यह हर व्यक्ति पर छोड़ा गया है (listen.web.secondFactor: optional).",
    admins: "प्रशासकों के लिए यह ज़रूरी है (listen.web.secondFactor: admins).",
    all: "यह सबके लिए ज़रूरी है (listen.web.secondFactor: all).",
  },
};
