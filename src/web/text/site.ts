import type { CircuitView } from "../views.ts";
import type { Catalogue, Translated } from "./translated.ts";

const ENGLISH = {
  totals: "The site now",
  chargingPower: "Charging power",
  charging: "Charging",
  ofEvses: (count: number) => `of ${count}`,
  energyToday: "Energy today",
  chargersConnected: "Chargers connected",

  circuits: "Circuits",
  grid: "Grid",
  full: "full",
  limitOf: (amps: string) => `of ${amps}`,
  lineLoad: (line: string, load: string, limit: string) => `${line}: ${load} of ${limit}`,
  lineReserved: (line: string, reserved: string, limit: string) =>
    `${line}: ${reserved} reserved of ${limit}`,
  legendLoad: "flowing",
  legendReserved: "reserved for cars",
  legendFree: "free",
  notMeasured: "not measured",
  meterStates: {
    none: "No meter: reserved current counts",
    good: "",
    held: "Meter silent for a moment: last value held",
    substituted: "Meter silent: an assumed load counts",
    lost: "Meter lost: chargers are at their safe minimum",
    doubted: "Meter seems wrong: the worst other load counts",
  } satisfies Record<CircuitView["meterState"], string>,
  noEvses: "No connectors here",

  meters: "Meters",
  drawing: "from grid",
  feeding: "to grid",
  producing: "producing",
  consuming: "drawing",
  meterWaiting: "No reading yet",
  meterFailing: "No usable reading",
  refusedReadings: (count: number) =>
    count === 1 ? "1 impossible reading refused" : `${count} impossible readings refused`,

  alarmsTitle: "Needs attention",
  severities: { info: "Note", warning: "Warning", alarm: "Alarm" },
  since: (time: string) => `since ${time}`,
  times: (count: number) => `${count} times`,
};

/** What the site page says of the site, its circuits, meters and alarms. */
export type SiteText = Translated<typeof ENGLISH>;

const MARATHI: SiteText = {
  totals: "साइट आत्ता",
  chargingPower: "चार्जिंग शक्ती",
  charging: "चार्जिंग सुरू",
  ofEvses: (count) => `${count} पैकी`,
  energyToday: "आजची ऊर्जा",
  chargersConnected: "जोडलेले चार्जर",

  circuits: "सर्किट",
  grid: "ग्रिड",
  full: "भरले",
  limitOf: (amps) => `${amps} पैकी`,
  lineLoad: (line, load, limit) => `${line}: ${limit} पैकी ${load}`,
  lineReserved: (line, reserved, limit) => `${line}: ${limit} पैकी ${reserved} राखीव`,
  legendLoad: "वाहत आहे",
  legendReserved: "गाड्यांसाठी राखीव",
  legendFree: "मोकळे",
  notMeasured: "मोजलेले नाही",
  meterStates: {
    none: "मीटर नाही: राखीव प्रवाह मोजला जातो",
    good: "",
    held: "मीटर क्षणभर गप्प: शेवटचे मूल्य धरले आहे",
    substituted: "मीटर गप्प: गृहीत भार मोजला जातो",
    lost: "मीटर हरवला: चार्जर सुरक्षित किमान प्रवाहावर आहेत",
    doubted: "मीटर चुकीचा वाटतो: सर्वात वाईट इतर भार मोजला जातो",
  },
  noEvses: "इथे कनेक्टर नाहीत",

  meters: "मीटर",
  drawing: "ग्रिडकडून",
  feeding: "ग्रिडकडे",
  producing: "निर्मिती",
  consuming: "वापर",
  meterWaiting: "अजून मापन नाही",
  meterFailing: "उपयोगी मापन नाही",
  refusedReadings: (count) => count === 1 ? "1 अशक्य मापन नाकारले" : `${count} अशक्य मापने नाकारली`,

  alarmsTitle: "लक्ष हवे",
  severities: { info: "टीप", warning: "सूचना", alarm: "इशारा" },
  since: (time) => `${time} पासून`,
  times: (count) => `${count} वेळा`,
};

const HINDI: SiteText = {
  totals: "साइट अभी",
  chargingPower: "चार्जिंग शक्ति",
  charging: "चार्जिंग जारी",
  ofEvses: (count) => `${count} में से`,
  energyToday: "आज की ऊर्जा",
  chargersConnected: "जुड़े चार्जर",

  circuits: "सर्किट",
  grid: "ग्रिड",
  full: "भरा हुआ",
  limitOf: (amps) => `${amps} में से`,
  lineLoad: (line, load, limit) => `${line}: ${limit} में से ${load}`,
  lineReserved: (line, reserved, limit) => `${line}: ${limit} में से ${reserved} आरक्षित`,
  legendLoad: "बह रहा है",
  legendReserved: "गाड़ियों के लिए आरक्षित",
  legendFree: "खाली",
  notMeasured: "मापा नहीं गया",
  meterStates: {
    none: "मीटर नहीं: आरक्षित धारा गिनी जाती है",
    good: "",
    held: "मीटर पल भर चुप: पिछला मान रखा गया",
    substituted: "मीटर चुप: माना हुआ भार गिना जाता है",
    lost: "मीटर खो गया: चार्जर सुरक्षित न्यूनतम पर हैं",
    doubted: "मीटर गलत लगता है: सबसे बुरा अन्य भार गिना जाता है",
  },
  noEvses: "यहाँ कनेक्टर नहीं",

  meters: "मीटर",
  drawing: "ग्रिड से",
  feeding: "ग्रिड को",
  producing: "उत्पादन",
  consuming: "खपत",
  meterWaiting: "अभी कोई माप नहीं",
  meterFailing: "कोई उपयोगी माप नहीं",
  refusedReadings: (count) => count === 1 ? "1 असंभव माप अस्वीकार" : `${count} असंभव माप अस्वीकार`,

  alarmsTitle: "ध्यान चाहिए",
  severities: { info: "टिप्पणी", warning: "चेतावनी", alarm: "अलार्म" },
  since: (time) => `${time} से`,
  times: (count) => `${count} बार`,
};

export const SITE_TEXT: Catalogue<SiteText> = { en: ENGLISH, mr: MARATHI, hi: HINDI };
