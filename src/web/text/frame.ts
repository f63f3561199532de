import type { Role } from "../../site/mod.ts";
import type { Catalogue, Translated } from "./translated.ts";

const ENGLISH = {
  productName: "Sangam",
  productWord: "संगम",
  skipToContent: "Skip to content",
  navigation: "Main",
  navSite: "Site",
  navChargers: "Chargers",
  navSessions: "Sessions",
  navRecords: "Records",
  navTokens: "Cards",
  signedInAs: (name: string, role: string) => `${name}, ${role}`,
  languageMenu: "Language",
  userMenu: "Your account",
  changePassword: "Change password",
  signOut: "Sign out",
  cancel: "Cancel",
  back: "Back",
  yes: "Yes",
  no: "No",
  none: "None",
  unknown: "Unknown",
  justNow: "just now",
  connectionLost: "Connection to the gateway lost. What you see may be old; trying again.",
  scriptOff: "Without JavaScript this page does not update by itself. Reload to see news.",

  cloud: "Cloud",
  cloudOnline: "Cloud connected",
  cloudPending: "Cloud is answering slowly",
  cloudUnreachable: "Cloud unreachable",
  cloudNone: "No cloud",
  recordsWaiting: (count: number) => `${count} waiting`,
  recordsWaitingLong: (count: number) =>
    count === 1 ? "1 record is waiting" : `${count} records are waiting`,
  alarms: (count: number) => count === 1 ? "1 alarm" : `${count} alarms`,
  noAlarms: "No alarms",
  warnings: (count: number) => count === 1 ? "1 warning" : `${count} warnings`,

  offlineSince: (time: string) => `Cloud unreachable since ${time}.`,
  offlineCalm: (records: string) => `Charging goes on; ${records}.`,
  offlineNothingWaits: "Charging goes on; nothing is waiting to be sent.",
  pendingSince: (time: string) => `The cloud has not accepted this site yet (since ${time}).`,
  deadLetters: (count: number) =>
    count === 1
      ? "1 record was refused by the cloud and needs a decision."
      : `${count} records were refused by the cloud and need a decision.`,
  seeRecords: "See records",
  clockUntrusted:
    "The gateway does not know the time. Sessions are marked, and put right when the cloud tells it or the clock is set.",
  openListener:
    "Chargers may connect without a password on this network. Anybody who reaches it can pose as one.",

  roles: {
    viewer: "viewer",
    operator: "operator",
    installer: "installer",
    admin: "administrator",
  } satisfies Record<Role, string>,

  notFoundTitle: "Not found",
  notFoundHint: "There is nothing at this address. It may have been moved or removed.",
  forbiddenTitle: "Not for your role",
  forbiddenHint: "Your account may not do this. Ask an administrator.",
  formExpiredTitle: "This form is no longer valid",
  formExpiredHint: "It was made for an earlier session, or by another site. Go back and try again.",
  badInputTitle: "That was not understood",
  badInputHint: "Go back and check what you entered.",
  tooBusyTitle: "Too many pages open",
  tooBusyHint: "Close some and try again.",
  tooManyTitle: "Too many requests",
  tooManyHint: "Wait a moment and try again.",
  brokenTitle: "Something went wrong",
  brokenHint: "The gateway goes on charging. Tell whoever looks after it this number:",
  goToSite: "Go to the site page",
};

/** What stands around every page: tabs, the line of the site, banners, errors. */
export type FrameText = Translated<typeof ENGLISH>;

const MARATHI: FrameText = {
  productName: "संगम",
  productWord: "संगम",
  skipToContent: "मजकुराकडे जा",
  navigation: "मुख्य",
  navSite: "साइट",
  navChargers: "चार्जर",
  navSessions: "सत्रे",
  navRecords: "नोंदी",
  navTokens: "कार्डे",
  signedInAs: (name, role) => `${name}, ${role}`,
  languageMenu: "भाषा",
  userMenu: "तुमचे खाते",
  changePassword: "पासवर्ड बदला",
  signOut: "साइन आउट",
  cancel: "रद्द करा",
  back: "मागे",
  yes: "होय",
  no: "नाही",
  none: "नाही",
  unknown: "माहीत नाही",
  justNow: "आत्ताच",
  connectionLost: "गेटवेशी संपर्क तुटला. दिसते ते जुने असू शकते; पुन्हा प्रयत्न सुरू आहे.",
  scriptOff: "JavaScript शिवाय हे पान आपोआप बदलत नाही. नवीन पाहण्यासाठी पुन्हा लोड करा.",

  cloud: "क्लाउड",
  cloudOnline: "क्लाउड जोडलेला",
  cloudPending: "क्लाउड हळू उत्तर देतो",
  cloudUnreachable: "क्लाउडशी संपर्क नाही",
  cloudNone: "क्लाउड नाही",
  recordsWaiting: (count) => `${count} प्रतीक्षेत`,
  recordsWaitingLong: (count) => count === 1 ? "1 नोंद प्रतीक्षेत आहे" : `${count} नोंदी प्रतीक्षेत आहेत`,
  alarms: (count) => count === 1 ? "1 इशारा" : `${count} इशारे`,
  noAlarms: "इशारे नाहीत",
  warnings: (count) => count === 1 ? "1 सूचना" : `${count} सूचना`,

  offlineSince: (time) => `${time} पासून क्लाउडशी संपर्क नाही.`,
  offlineCalm: (records) => `चार्जिंग सुरू राहते; ${records}.`,
  offlineNothingWaits: "चार्जिंग सुरू राहते; पाठवायचे काही शिल्लक नाही.",
  pendingSince: (time) => `क्लाउडने ही साइट अजून स्वीकारलेली नाही (${time} पासून).`,
  deadLetters: (count) =>
    count === 1
      ? "क्लाउडने 1 नोंद नाकारली; निर्णय हवा आहे."
      : `क्लाउडने ${count} नोंदी नाकारल्या; निर्णय हवा आहे.`,
  seeRecords: "नोंदी पहा",
  clockUntrusted:
    "गेटवेला वेळ माहीत नाही. सत्रांवर खूण केली जाते, आणि क्लाउडने वेळ सांगितल्यावर किंवा घड्याळ लावल्यावर ती दुरुस्त होतात.",
  openListener:
    "या नेटवर्कवर चार्जर पासवर्डशिवाय जोडले जाऊ शकतात. नेटवर्कवर पोहोचणारा कोणीही स्वतःला चार्जर म्हणवू शकतो.",

  roles: {
    viewer: "दर्शक",
    operator: "ऑपरेटर",
    installer: "इन्स्टॉलर",
    admin: "प्रशासक",
  },

  notFoundTitle: "सापडले नाही",
  notFoundHint: "या पत्त्यावर काही नाही. ते हलवले किंवा काढले असेल.",
  forbiddenTitle: "तुमच्या भूमिकेसाठी नाही",
  forbiddenHint: "तुमच्या खात्याला हे करता येत नाही. प्रशासकाला विचारा.",
  formExpiredTitle: "हा फॉर्म आता चालत नाही",
  formExpiredHint: "तो आधीच्या सत्रासाठी होता, किंवा दुसऱ्या साइटने बनवला. मागे जाऊन पुन्हा प्रयत्न करा.",
  badInputTitle: "ते समजले नाही",
  badInputHint: "मागे जा आणि टाकलेली माहिती तपासा.",
  tooBusyTitle: "फार पाने उघडी आहेत",
  tooBusyHint: "काही बंद करून पुन्हा प्रयत्न करा.",
  tooManyTitle: "फार विनंत्या",
  tooManyHint: "थोडे थांबून पुन्हा प्रयत्न करा.",
  brokenTitle: "काहीतरी चुकले",
  brokenHint: "गेटवे चार्जिंग सुरूच ठेवतो. त्याची देखभाल करणाऱ्याला हा क्रमांक सांगा:",
  goToSite: "साइटच्या पानावर जा",
};

const HINDI: FrameText = {
  productName: "संगम",
  productWord: "संगम",
  skipToContent: "सामग्री पर जाएँ",
  navigation: "मुख्य",
  navSite: "साइट",
  navChargers: "चार्जर",
  navSessions: "सत्र",
  navRecords: "रिकॉर्ड",
  navTokens: "कार्ड",
  signedInAs: (name, role) => `${name}, ${role}`,
  languageMenu: "भाषा",
  userMenu: "आपका खाता",
  changePassword: "पासवर्ड बदलें",
  signOut: "साइन आउट",
  cancel: "रद्द करें",
  back: "वापस",
  yes: "हाँ",
  no: "नहीं",
  none: "कोई नहीं",
  unknown: "मालूम नहीं",
  justNow: "अभी-अभी",
  connectionLost: "गेटवे से संपर्क टूट गया. जो दिख रहा है वह पुराना हो सकता है; फिर कोशिश जारी है.",
  scriptOff: "JavaScript के बिना यह पेज अपने-आप नहीं बदलता. नया देखने के लिए फिर से लोड करें.",

  cloud: "क्लाउड",
  cloudOnline: "क्लाउड जुड़ा है",
  cloudPending: "क्लाउड धीरे जवाब दे रहा है",
  cloudUnreachable: "क्लाउड से संपर्क नहीं",
  cloudNone: "क्लाउड नहीं",
  recordsWaiting: (count) => `${count} प्रतीक्षा में`,
  recordsWaitingLong: (count) =>
    count === 1 ? "1 रिकॉर्ड प्रतीक्षा में है" : `${count} रिकॉर्ड प्रतीक्षा में हैं`,
  alarms: (count) => `${count} अलार्म`,
  noAlarms: "कोई अलार्म नहीं",
  warnings: (count) => count === 1 ? "1 चेतावनी" : `${count} चेतावनियाँ`,

  offlineSince: (time) => `${time} से क्लाउड से संपर्क नहीं.`,
  offlineCalm: (records) => `चार्जिंग जारी है; ${records}.`,
  offlineNothingWaits: "चार्जिंग जारी है; भेजने को कुछ बाकी नहीं.",
  pendingSince: (time) => `क्लाउड ने यह साइट अभी स्वीकार नहीं की (${time} से).`,
  deadLetters: (count) => `क्लाउड ने ${count} रिकॉर्ड अस्वीकार किए; निर्णय चाहिए.`,
  seeRecords: "रिकॉर्ड देखें",
  clockUntrusted:
    "गेटवे को समय मालूम नहीं. सत्रों पर निशान लगता है, और क्लाउड के समय बताने या घड़ी मिलाने पर वे ठीक हो जाते हैं.",
  openListener:
    "इस नेटवर्क पर चार्जर बिना पासवर्ड जुड़ सकते हैं. नेटवर्क तक पहुँचने वाला कोई भी ख़ुद को चार्जर बता सकता है.",

  roles: {
    viewer: "दर्शक",
    operator: "ऑपरेटर",
    installer: "इंस्टॉलर",
    admin: "प्रशासक",
  },

  notFoundTitle: "नहीं मिला",
  notFoundHint: "इस पते पर कुछ नहीं है. हो सकता है हटा या खिसका दिया गया हो.",
  forbiddenTitle: "आपकी भूमिका के लिए नहीं",
  forbiddenHint: "आपका खाता यह नहीं कर सकता. प्रशासक से पूछें.",
  formExpiredTitle: "यह फ़ॉर्म अब मान्य नहीं",
  formExpiredHint: "यह पहले के सत्र के लिए था, या किसी और साइट ने बनाया. वापस जाकर फिर कोशिश करें.",
  badInputTitle: "यह समझ में नहीं आया",
  badInputHint: "वापस जाएँ और जो भरा है उसे जाँचें.",
  tooBusyTitle: "बहुत पेज खुले हैं",
  tooBusyHint: "कुछ बंद करके फिर कोशिश करें.",
  tooManyTitle: "बहुत अनुरोध",
  tooManyHint: "थोड़ा रुककर फिर कोशिश करें.",
  brokenTitle: "कुछ ग़लत हो गया",
  brokenHint: "गेटवे चार्जिंग जारी रखता है. उसकी देखभाल करने वाले को यह नंबर बताएँ:",
  goToSite: "साइट के पेज पर जाएँ",
};

export const FRAME_TEXT: Catalogue<FrameText> = { en: ENGLISH, mr: MARATHI, hi: HINDI };
