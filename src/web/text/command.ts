import type { DemandBy } from "../views.ts";
import type { Catalogue, Translated } from "./translated.ts";

const ENGLISH = {
  start: "Start",
  startHint: "Number of the card to charge on",
  cardNumber: "Card number",
  stop: "Stop",
  stopTitle: (slot: number) => `Stop charging at connector ${slot}?`,
  stopExplained: (card: string, energy: string, duration: string) =>
    `The session of card ${card} ends now, after ${energy} in ${duration}. The driver has to start again to go on.`,
  stopNobody: "There is no session there that the gateway knows of.",
  reconnect: "Reconnect",
  reconnectTitle: (slot: number) => `Give connector ${slot} its current back?`,
  reconnectExplained:
    "Its charger drew more than its circuit can bear. The contactor in front of it closes, also for the others behind it. Has somebody looked at the charger?",
  unlock: "Unlock",
  unlockTitle: (slot: number) => `Unlock the cable of connector ${slot}?`,
  unlockExplained: (card: string) =>
    `The plug is let go, and the session of card ${card} ends if it is still running. Anybody standing there can take the cable.`,
  unlockNobody: "The plug is let go. Nobody is charging there.",
  takeOut: "Take out of service",
  takeOutTitle: (slot: number) => `Take connector ${slot} out of service?`,
  takeOutExplained: "Nobody can start there until it is put back. A running session is not ended.",
  putBack: "Put back into service",
  thisOneFirst: "This one first",
  asOthers: "No longer first",
  demandDeparture: "Leaves at",
  demandEnergy: "Wants kWh",
  demandNoWaiting: "No waiting",
  setDemand: "Note",
  demandHint: "Of the whole session. Left empty, what was noted before is taken back.",
  demandLeaves: (time: string) => `leaves ${time}`,
  demandWasToLeave: (time: string) => `was to leave ${time}`,
  demandNeeds: (energy: string) => `needs ${energy}`,
  demandMet: "has what it needs",
  demandUrgent: "may not wait",
  demandBy: {
    vehicle: "says the car",
    token: "usual for this card",
    group: "usual for its group",
    habit: "guess from past sessions",
  } satisfies Record<Exclude<DemandBy, "operator">, string>,
  setLimit: "Limit",
  limitAmps: "Amperes",
  limitMinutes: "Minutes",
  limitHint: "0 pauses charging. It ends by itself.",
  restart: "Restart",
  restartTitle: (charger: string) => `Restart ${charger}?`,
  restartExplained: (sessions: number) =>
    sessions === 0
      ? "Nobody is charging there. It is away for a minute or two."
      : sessions === 1
      ? "One session is running there and will be ended. The charger is away for a minute or two."
      : `${sessions} sessions are running there and will be ended. The charger is away for a minute or two.`,
  restartSoft: "Restart",
  restartHard: "Restart hard",
  restartHardHint: "Hard cuts the power of its controller without ending sessions in order.",
  askStatus: "Ask for status",
  notYourRole: "Commands need the role operator.",
};

/** What commands are called, and what is asked before one is given. */
export type CommandText = Translated<typeof ENGLISH>;

const MARATHI: CommandText = {
  start: "सुरू करा",
  startHint: "कोणत्या कार्डावर चार्ज करायचे त्याचा क्रमांक",
  cardNumber: "कार्ड क्रमांक",
  stop: "थांबवा",
  stopTitle: (slot) => `कनेक्टर ${slot} वरील चार्जिंग थांबवायचे?`,
  stopExplained: (card, energy, duration) =>
    `कार्ड ${card} चे सत्र ${duration} मध्ये ${energy} नंतर आत्ता संपते. पुढे चार्ज करायला चालकाला पुन्हा सुरू करावे लागेल.`,
  stopNobody: "गेटवेला माहीत असलेले सत्र तिथे नाही.",
  reconnect: "पुन्हा जोडा",
  reconnectTitle: (slot) => `कनेक्टर ${slot} ला प्रवाह परत द्यायचा?`,
  reconnectExplained:
    "त्याच्या चार्जरने सर्किटला पेलेल त्यापेक्षा जास्त प्रवाह घेतला. त्याच्या पुढचा काँटॅक्टर बंद होतो, त्यामागच्या इतरांसाठीही. कोणी चार्जर पाहिला आहे का?",
  unlock: "अनलॉक करा",
  unlockTitle: (slot) => `कनेक्टर ${slot} ची केबल अनलॉक करायची?`,
  unlockExplained: (card) =>
    `प्लग सोडला जातो, आणि कार्ड ${card} चे सत्र चालू असेल तर संपते. तिथे उभा असलेला कोणीही केबल घेऊ शकतो.`,
  unlockNobody: "प्लग सोडला जातो. तिथे कोणी चार्ज करत नाही.",
  takeOut: "सेवेबाहेर काढा",
  takeOutTitle: (slot) => `कनेक्टर ${slot} सेवेबाहेर काढायचा?`,
  takeOutExplained: "परत आणेपर्यंत तिथे कोणी सुरू करू शकत नाही. चालू सत्र संपत नाही.",
  putBack: "सेवेत परत आणा",
  thisOneFirst: "आधी हा",
  asOthers: "आता आधी नाही",
  demandDeparture: "निघण्याची वेळ",
  demandEnergy: "हवे kWh",
  demandNoWaiting: "थांबणार नाही",
  setDemand: "नोंदवा",
  demandHint: "पूर्ण सत्रासाठी. रिकामे ठेवल्यास आधीची नोंद काढली जाते.",
  demandLeaves: (time) => `${time} ला निघणार`,
  demandWasToLeave: (time) => `${time} ला निघणार होता`,
  demandNeeds: (energy) => `${energy} हवी`,
  demandMet: "हवी ती ऊर्जा मिळाली",
  demandUrgent: "थांबू शकत नाही",
  demandBy: {
    vehicle: "असे गाडी सांगते",
    token: "या कार्डाची सवय",
    group: "त्याच्या गटाची सवय",
    habit: "मागील सत्रांवरून अंदाज",
  },
  setLimit: "मर्यादा घाला",
  limitAmps: "अँपिअर",
  limitMinutes: "मिनिटे",
  limitHint: "0 म्हणजे चार्जिंग थांबते. ते आपोआप संपते.",
  restart: "रीस्टार्ट करा",
  restartTitle: (charger) => `${charger} रीस्टार्ट करायचा?`,
  restartExplained: (sessions) =>
    sessions === 0
      ? "तिथे कोणी चार्ज करत नाही. तो एक-दोन मिनिटे नसेल."
      : `तिथे चालू असलेली ${sessions} सत्रे संपतील. चार्जर एक-दोन मिनिटे नसेल.`,
  restartSoft: "रीस्टार्ट करा",
  restartHard: "सक्तीने रीस्टार्ट",
  restartHardHint: "सक्तीने म्हणजे सत्रे नीट न संपवता नियंत्रकाची वीज तोडली जाते.",
  askStatus: "स्थिती विचारा",
  notYourRole: "आज्ञांसाठी ऑपरेटर भूमिका लागते.",
};

const HINDI: CommandText = {
  start: "शुरू करें",
  startHint: "जिस कार्ड पर चार्ज करना है उसका नंबर",
  cardNumber: "कार्ड नंबर",
  stop: "रोकें",
  stopTitle: (slot) => `कनेक्टर ${slot} पर चार्जिंग रोकें?`,
  stopExplained: (card, energy, duration) =>
    `कार्ड ${card} का सत्र ${duration} में ${energy} के बाद अभी समाप्त होता है. आगे चार्ज करने के लिए चालक को फिर शुरू करना होगा.`,
  stopNobody: "गेटवे को मालूम कोई सत्र वहाँ नहीं है.",
  reconnect: "फिर जोड़ें",
  reconnectTitle: (slot) => `कनेक्टर ${slot} को धारा लौटाएँ?`,
  reconnectExplained:
    "उसके चार्जर ने सर्किट की क्षमता से अधिक धारा ली. उसके आगे का कॉन्टैक्टर बंद होता है, उसके पीछे के दूसरों के लिए भी. क्या किसी ने चार्जर देखा है?",
  unlock: "अनलॉक करें",
  unlockTitle: (slot) => `कनेक्टर ${slot} की केबल अनलॉक करें?`,
  unlockExplained: (card) =>
    `प्लग छोड़ा जाता है, और कार्ड ${card} का सत्र चल रहा हो तो समाप्त होता है. वहाँ खड़ा कोई भी केबल ले सकता है.`,
  unlockNobody: "प्लग छोड़ा जाता है. वहाँ कोई चार्ज नहीं कर रहा.",
  takeOut: "सेवा से हटाएँ",
  takeOutTitle: (slot) => `कनेक्टर ${slot} को सेवा से हटाएँ?`,
  takeOutExplained: "वापस लाने तक वहाँ कोई शुरू नहीं कर सकता. चालू सत्र समाप्त नहीं होता.",
  putBack: "सेवा में वापस लाएँ",
  thisOneFirst: "पहले यह",
  asOthers: "अब पहले नहीं",
  demandDeparture: "निकलने का समय",
  demandEnergy: "चाहिए kWh",
  demandNoWaiting: "इंतज़ार नहीं",
  setDemand: "नोट करें",
  demandHint: "पूरे सत्र के लिए. खाली छोड़ने पर पहले नोट किया हुआ हट जाता है.",
  demandLeaves: (time) => `${time} निकलेगा`,
  demandWasToLeave: (time) => `${time} निकलने वाला था`,
  demandNeeds: (energy) => `${energy} चाहिए`,
  demandMet: "जितनी चाहिए उतनी मिल गई",
  demandUrgent: "रुक नहीं सकता",
  demandBy: {
    vehicle: "ऐसा गाड़ी बताती है",
    token: "इस कार्ड की आदत",
    group: "उसके समूह की आदत",
    habit: "पिछले सत्रों से अनुमान",
  },
  setLimit: "सीमा लगाएँ",
  limitAmps: "एम्पियर",
  limitMinutes: "मिनट",
  limitHint: "0 से चार्जिंग रुकती है. यह अपने-आप समाप्त होता है.",
  restart: "रीस्टार्ट करें",
  restartTitle: (charger) => `${charger} को रीस्टार्ट करें?`,
  restartExplained: (sessions) =>
    sessions === 0
      ? "वहाँ कोई चार्ज नहीं कर रहा. वह एक-दो मिनट नहीं रहेगा."
      : `वहाँ चालू ${sessions} सत्र समाप्त होंगे. चार्जर एक-दो मिनट नहीं रहेगा.`,
  restartSoft: "रीस्टार्ट करें",
  restartHard: "ज़बरन रीस्टार्ट",
  restartHardHint: "ज़बरन में सत्र ठीक से समाप्त किए बिना नियंत्रक की बिजली काटी जाती है.",
  askStatus: "स्थिति पूछें",
  notYourRole: "आदेशों के लिए ऑपरेटर भूमिका चाहिए.",
};

export const COMMAND_TEXT: Catalogue<CommandText> = { en: ENGLISH, mr: MARATHI, hi: HINDI };
