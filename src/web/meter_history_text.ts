import type { EnergyDirection } from "../site/mod.ts";
import type { CounterBreakView, SiteView } from "./views.ts";

/** What the pages say of what meters have counted, and of their past. */
export interface MeterHistoryText {
  readonly registers: Readonly<Record<EnergyDirection, string>>;
  readonly breaks: Readonly<
    Record<CounterBreakView["kind"], (register: string, from: string, to: string) => string>
  >;
  readonly brokeTimes: (times: number) => string;
}

const TEXTS: Readonly<Record<SiteView["language"], MeterHistoryText>> = {
  en: {
    registers: { import: "energy drawn", export: "energy fed in" },
    breaks: {
      back: (register, from, to) =>
        `The meter's register of ${register} went back from ${from} to ${to}: it was reset, or the ` +
        "meter replaced. It is counted on from where it was.",
      jump: (register, from, to) =>
        `The meter's register of ${register} jumped from ${from} to ${to}, more than the fuse lets ` +
        "through. The jump is not counted.",
      wrapped: (register, from, to) =>
        `The meter's register of ${register} ran over, from ${from} to ${to}. It is counted on.`,
    },
    brokeTimes: (times) => `${times} times so far`,
  },
  mr: {
    registers: { import: "घेतलेल्या ऊर्जेचा", export: "दिलेल्या ऊर्जेचा" },
    breaks: {
      back: (register, from, to) =>
        `मीटरचा ${register} आकडा ${from} वरून ${to} वर मागे गेला: मीटर रीसेट झाला किंवा बदलला. ` +
        "मोजणी होती तिथून पुढे चालू आहे.",
      jump: (register, from, to) =>
        `मीटरचा ${register} आकडा ${from} वरून ${to} वर उडाला, फ्यूजमधून जाऊ शकते त्यापेक्षा जास्त. ` +
        "ही उडी मोजलेली नाही.",
      wrapped: (register, from, to) =>
        `मीटरचा ${register} आकडा संपून ${from} वरून ${to} वर आला. मोजणी पुढे चालू आहे.`,
    },
    brokeTimes: (times) => `आतापर्यंत ${times} वेळा`,
  },
  hi: {
    registers: { import: "ली गई ऊर्जा का", export: "दी गई ऊर्जा का" },
    breaks: {
      back: (register, from, to) =>
        `मीटर का ${register} अंक ${from} से ${to} पर पीछे गया: मीटर रीसेट हुआ या बदला गया। ` +
        "गिनती जहाँ थी वहीं से आगे चल रही है।",
      jump: (register, from, to) =>
        `मीटर का ${register} अंक ${from} से ${to} पर उछला, फ्यूज से जितना जा सकता है उससे अधिक। ` +
        "यह उछाल गिना नहीं गया।",
      wrapped: (register, from, to) =>
        `मीटर का ${register} अंक पूरा होकर ${from} से ${to} पर आया। गिनती आगे चल रही है।`,
    },
    brokeTimes: (times) => `अब तक ${times} बार`,
  },
};

/** The words of meters' past in a site's language. */
export function meterHistoryTextOf(language: SiteView["language"]): MeterHistoryText {
  return TEXTS[language];
}
