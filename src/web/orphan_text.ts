import type { SiteView } from "./views.ts";

/** What the list of ends says that belong to no known session. */
export interface OrphanText {
  readonly title: string;
  readonly hint: string;
  readonly charger: string;
  readonly session: string;
  readonly ended: string;
  readonly register: string;
  readonly card: string;
  readonly reason: string;
  readonly dismiss: string;
  readonly dismissTitle: (charger: string) => string;
  readonly dismissExplained: (energy: string) => string;
}

const TEXTS: Readonly<Record<SiteView["language"], OrphanText>> = {
  en: {
    title: "Ends without a known session",
    hint:
      "A charger has told the end of a session that nobody here knows. The cloud does not hear of it. Compare the meter reading with the charger's own log: it may be worth money.",
    charger: "Charger",
    session: "Its own number",
    ended: "Ended",
    register: "Meter at the end",
    card: "Card",
    reason: "Reason",
    dismiss: "Looked into",
    dismissTitle: (charger) => `Take this end of ${charger} off the list?`,
    dismissExplained: (energy) =>
      `The meter reading ${energy} is not shown here any more. The log says who took it off, and the cloud never hears of it. Do so when you have compared it with the charger's own log.`,
  },
  mr: {
    title: "ज्ञात सत्र नसलेले शेवट",
    hint:
      "चार्जरने अशा सत्राचा शेवट कळवला आहे, जे इथे कोणालाही माहीत नाही. क्लाउडला ते कळवले जात नाही. मीटरचे वाचन चार्जरच्या स्वतःच्या नोंदीशी ताडून पाहा: त्यात पैसे गुंतलेले असू शकतात.",
    charger: "चार्जर",
    session: "त्याचा स्वतःचा क्रमांक",
    ended: "संपले",
    register: "शेवटी मीटर",
    card: "कार्ड",
    reason: "कारण",
    dismiss: "तपासले",
    dismissTitle: (charger) => `${charger} चा हा शेवट यादीतून काढायचा?`,
    dismissExplained: (energy) =>
      `मीटरचे वाचन ${energy} इथे पुन्हा दिसणार नाही. ते कोणी काढले हे नोंदीत राहते, आणि क्लाउडला ते कधीच कळत नाही. चार्जरच्या स्वतःच्या नोंदीशी ताडून पाहिल्यावरच काढा.`,
  },
  hi: {
    title: "बिना ज्ञात सत्र के अंत",
    hint:
      "चार्जर ने ऐसे सत्र का अंत बताया है जिसे यहाँ कोई नहीं जानता। क्लाउड को यह नहीं बताया जाता। मीटर की रीडिंग चार्जर के अपने रिकॉर्ड से मिलाएँ: इसमें पैसा हो सकता है।",
    charger: "चार्जर",
    session: "उसकी अपनी संख्या",
    ended: "समाप्त",
    register: "अंत में मीटर",
    card: "कार्ड",
    reason: "कारण",
    dismiss: "जाँच लिया",
    dismissTitle: (charger) => `${charger} का यह अंत सूची से हटाएँ?`,
    dismissExplained: (energy) =>
      `मीटर की रीडिंग ${energy} यहाँ फिर नहीं दिखेगी। किसने हटाया यह लॉग में रहता है, और क्लाउड को यह कभी नहीं बताया जाता। चार्जर के अपने रिकॉर्ड से मिलाने के बाद ही हटाएँ।`,
  },
};

/** The words of the list in a site's language. */
export function orphanTextOf(language: SiteView["language"]): OrphanText {
  return TEXTS[language];
}
