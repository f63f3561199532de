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
  },
};

/** The words of the list in a site's language. */
export function orphanTextOf(language: SiteView["language"]): OrphanText {
  return TEXTS[language];
}
