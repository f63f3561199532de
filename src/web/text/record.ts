import type { OutboxRowView } from "../views.ts";
import type { Catalogue, Translated } from "./translated.ts";

const ENGLISH = {
  recordsTitle: "Records for the cloud",
  withCount: (title: string, count: number) => `${title}: ${count}`,
  recordsHint: "Sessions are kept here until the cloud has confirmed them, oldest first.",
  recordsNone: "Everything is delivered.",
  recordsNoCloud: "This site stands alone: nothing has to be sent anywhere.",
  queued: "Waiting",
  dead: "Refused by the cloud",
  deadHint:
    "The cloud has said no to these too often. Send one again after mending the cause, or discard it: then the cloud will never know of it.",
  record: "Record",
  recordKinds: { started: "start", updated: "meter values", ended: "end" } satisfies Record<
    OutboxRowView["kind"],
    string
  >,
  session: "Session",
  created: "From",
  refusals: "Refused",
  lastError: "Last answer",
  retry: "Send again",
  discard: "Discard",
  discardTitle: (id: number) => `Discard record ${id}?`,
  discardExplained: (kind: string, session: string) =>
    `The ${kind} of session ${session} is never sent. The cloud may not bill this session, or bill it wrong. The session itself stays in this gateway.`,
  oldest: (age: string) => `oldest ${age}`,
};

/** What the page of records for the cloud says. */
export type RecordText = Translated<typeof ENGLISH>;

const MARATHI: RecordText = {
  recordsTitle: "क्लाउडसाठी नोंदी",
  withCount: (title, count) => `${title}: ${count}`,
  recordsHint: "क्लाउडने पोच देईपर्यंत सत्रे इथे ठेवली जातात, सर्वात जुने आधी.",
  recordsNone: "सर्व काही पोहोचले.",
  recordsNoCloud: "ही साइट एकटी आहे: कुठेही काही पाठवायचे नाही.",
  queued: "प्रतीक्षेत",
  dead: "क्लाउडने नाकारलेल्या",
  deadHint:
    "क्लाउडने यांना फार वेळा नाही म्हटले. कारण दुरुस्त करून पुन्हा पाठवा, किंवा टाकून द्या: मग क्लाउडला ते कधीच कळणार नाही.",
  record: "नोंद",
  recordKinds: { started: "सुरुवात", updated: "मीटर मापने", ended: "शेवट" },
  session: "सत्र",
  created: "केव्हाची",
  refusals: "नाकारली",
  lastError: "शेवटचे उत्तर",
  retry: "पुन्हा पाठवा",
  discard: "टाकून द्या",
  discardTitle: (id) => `नोंद ${id} टाकून द्यायची?`,
  discardExplained: (kind, session) =>
    `सत्र ${session} ची ${kind} नोंद कधीही पाठवली जाणार नाही. क्लाउड या सत्राचे बिल करणार नाही, किंवा चुकीचे करेल. सत्र या गेटवेत राहते.`,
  oldest: (age) => `सर्वात जुनी ${age}`,
};

const HINDI: RecordText = {
  recordsTitle: "क्लाउड के लिए रिकॉर्ड",
  withCount: (title, count) => `${title}: ${count}`,
  recordsHint: "क्लाउड की पुष्टि तक सत्र यहाँ रखे जाते हैं, सबसे पुराना पहले.",
  recordsNone: "सब कुछ पहुँच गया.",
  recordsNoCloud: "यह साइट अकेली है: कहीं कुछ नहीं भेजना.",
  queued: "प्रतीक्षा में",
  dead: "क्लाउड ने अस्वीकार किए",
  deadHint:
    "क्लाउड ने इन्हें बहुत बार मना किया. कारण ठीक करके फिर भेजें, या छोड़ दें: तब क्लाउड को यह कभी पता नहीं चलेगा.",
  record: "रिकॉर्ड",
  recordKinds: { started: "शुरुआत", updated: "मीटर माप", ended: "अंत" },
  session: "सत्र",
  created: "कब का",
  refusals: "अस्वीकार",
  lastError: "आख़िरी जवाब",
  retry: "फिर भेजें",
  discard: "छोड़ दें",
  discardTitle: (id) => `रिकॉर्ड ${id} छोड़ दें?`,
  discardExplained: (kind, session) =>
    `सत्र ${session} का ${kind} रिकॉर्ड कभी नहीं भेजा जाएगा. क्लाउड इस सत्र का बिल नहीं बनाएगा, या ग़लत बनाएगा. सत्र इस गेटवे में रहता है.`,
  oldest: (age) => `सबसे पुराना ${age}`,
};

export const RECORD_TEXT: Catalogue<RecordText> = { en: ENGLISH, mr: MARATHI, hi: HINDI };
