import type { SiteView } from "./views.ts";

/** What the load page and the curve under a session say. */
export interface LoadText {
  readonly title: string;
  readonly hint: string;
  readonly measured: string;
  readonly otherLoad: string;
  readonly chargers: string;
  readonly reserved: string;
  readonly limit: string;
  readonly free: (amps: string) => string;
  readonly lineSays: (
    line: string,
    flows: string,
    other: string,
    reserved: string,
    limit: string,
  ) => string;
  readonly notMeasured: string;
  readonly bounds: Readonly<Record<"power" | "apparent" | "unbalance" | "neutral", string>>;
  readonly ofLimit: (load: string, limit: string) => string;
  readonly offered: string;
  readonly drawn: string;
  readonly kept: string;
  readonly nothingYet: string;
  readonly why: string;
  readonly noSession: string;
  readonly nextTurn: (slot: number, time: string) => string;
  readonly nextSoon: (slot: number) => string;
  readonly waiting: (count: number) => string;
  readonly trust: Readonly<Record<"trusted" | "suspect" | "disobeying", string>>;
  readonly chartTitle: (circuit: string, hours: number) => string;
  readonly chartNone: string;
  readonly change: string;
  readonly limitsTitle: string;
  readonly limitsNone: string;
  readonly curveTitle: string;
  readonly from: string;
  readonly details: string;
  readonly limitAll: string;
  readonly limitAllHint: string;
  readonly amount: string;
  readonly unit: string;
  readonly unitLine: string;
  readonly unitAll: string;
  readonly minutesOrNone: string;
  readonly because: string;
  readonly wantedBy: string;
  readonly sources: Readonly<Record<"signal" | "operator", string>>;
  readonly set: string;
  readonly fedBy: (source: string) => string;
  readonly switchTo: (source: string) => string;
  readonly lift: string;
  /** Until when, null: until it is lifted. */
  readonly limited: (
    who: string,
    what: "chargers" | "everything",
    amount: string,
    until: string | null,
  ) => string;
}

const TEXTS: Readonly<Record<SiteView["language"], LoadText>> = {
  en: {
    title: "Load",
    hint: "What flows in each circuit, what is kept for cars, and why each has what it has.",
    measured: "flows",
    otherLoad: "other load",
    chargers: "chargers",
    reserved: "kept for cars",
    limit: "limit",
    free: (amps) => `${amps} free`,
    lineSays: (line, flows, other, reserved, limit) =>
      `${line}: ${flows} flows, ${other} other load, ${reserved} kept for cars, limit ${limit}`,
    notMeasured: "not measured",
    bounds: {
      power: "Power",
      apparent: "Apparent power",
      unbalance: "Unbalance",
      neutral: "Neutral",
    },
    ofLimit: (load, limit) => `${load} of ${limit}`,
    offered: "offered",
    drawn: "drawn",
    kept: "kept",
    nothingYet: "nothing told yet",
    why: "Why",
    noSession: "no session",
    nextTurn: (slot, time) => `Next: connector ${slot}, about ${time}`,
    nextSoon: (slot) => `Next: connector ${slot}, in a moment`,
    waiting: (count) => count === 1 ? "1 waits its turn" : `${count} wait their turn`,
    trust: {
      trusted: "obeys",
      suspect: "may not obey: watched",
      disobeying: "does not obey",
    },
    chartTitle: (circuit, hours) => `${circuit}: current per line over ${hours} hours`,
    chartNone: "The curve begins when a few minutes are measured.",
    change: "Set a limit",
    limitsTitle: "Limits and reasons",
    limitsNone: "No limit is on record for this session.",
    curveTitle: "Limit over the session",
    from: "From",
    details: "Limits",
    limitAll: "Limit all chargers",
    limitAllHint: "All chargers of this circuit share it. 0 pauses them.",
    amount: "Limit",
    unit: "Unit",
    unitLine: "A per line",
    unitAll: "kW in all",
    minutesOrNone: "Minutes (none: until lifted)",
    because: "Reason",
    wantedBy: "Wanted by",
    sources: { signal: "The grid", operator: "An operator" },
    set: "Set the limit",
    fedBy: (source) => `Fed by ${source}`,
    switchTo: (source) => `Switch to ${source}`,
    lift: "Lift it",
    limited: (who, what, amount, until) => {
      const all = what === "chargers" ? "all chargers together" : "everything here together";
      return `${who}: ${all} at most ${amount}${
        until === null ? ", until lifted" : ` until ${until}`
      }`;
    },
  },
  mr: {
    title: "भार",
    hint: "प्रत्येक सर्किटमध्ये किती विद्युत प्रवाह आहे, कारसाठी किती राखीव आहे आणि का.",
    measured: "प्रवाह",
    otherLoad: "इतर भार",
    chargers: "चार्जर",
    reserved: "कारसाठी राखीव",
    limit: "मर्यादा",
    free: (amps) => `${amps} मोकळे`,
    lineSays: (line, flows, other, reserved, limit) =>
      `${line}: प्रवाह ${flows}, इतर भार ${other}, कारसाठी राखीव ${reserved}, मर्यादा ${limit}`,
    notMeasured: "मोजलेले नाही",
    bounds: {
      power: "शक्ती",
      apparent: "आभासी शक्ती",
      unbalance: "फेज असमतोल",
      neutral: "न्यूट्रल",
    },
    ofLimit: (load, limit) => `${limit} पैकी ${load}`,
    offered: "देऊ केलेले",
    drawn: "घेतलेले",
    kept: "राखीव",
    nothingYet: "अजून काही सांगितलेले नाही",
    why: "कारण",
    noSession: "सत्र नाही",
    nextTurn: (slot, time) => `पुढील: कनेक्टर ${slot}, साधारण ${time}`,
    nextSoon: (slot) => `पुढील: कनेक्टर ${slot}, लवकरच`,
    waiting: (count) => `${count} प्रतीक्षेत`,
    trust: {
      trusted: "मर्यादा पाळतो",
      suspect: "मर्यादा पाळत नसावा: लक्ष ठेवले आहे",
      disobeying: "मर्यादा पाळत नाही",
    },
    chartTitle: (circuit, hours) => `${circuit}: ${hours} तासांतील प्रत्येक फेजचा प्रवाह`,
    chartNone: "काही मिनिटे मोजल्यानंतर आलेख सुरू होतो.",
    change: "मर्यादा ठरवा",
    limitsTitle: "मर्यादा आणि कारणे",
    limitsNone: "या सत्रासाठी मर्यादेची नोंद नाही.",
    curveTitle: "सत्रातील मर्यादा",
    from: "पासून",
    details: "मर्यादा",
    limitAll: "सर्व चार्जरची मर्यादा",
    limitAllHint: "या सर्किटचे सर्व चार्जर ती वाटून घेतात. 0 ने सर्व थांबतात.",
    amount: "मर्यादा",
    unit: "एकक",
    unitLine: "A प्रति फेज",
    unitAll: "एकूण kW",
    minutesOrNone: "मिनिटे (रिकामे: काढेपर्यंत)",
    because: "कारण",
    wantedBy: "कोणासाठी",
    sources: { signal: "ग्रिड", operator: "ऑपरेटर" },
    set: "मर्यादा लावा",
    fedBy: (source) => `स्रोत: ${source}`,
    switchTo: (source) => `${source} वर बदला`,
    lift: "मर्यादा काढा",
    limited: (who, what, amount, until) => {
      const all = what === "chargers" ? "सर्व चार्जर" : "इथले सर्व काही";
      const said = `${all} मिळून जास्तीत जास्त ${amount}`;
      return until === null ? `${who}: ${said}, काढेपर्यंत` : `${who}: ${until} पर्यंत ${said}`;
    },
  },
  hi: {
    title: "भार",
    hint: "हर सर्किट में कितनी विद्युत धारा है, कारों के लिए कितना आरक्षित है और क्यों।",
    measured: "धारा",
    otherLoad: "अन्य भार",
    chargers: "चार्जर",
    reserved: "कारों के लिए आरक्षित",
    limit: "सीमा",
    free: (amps) => `${amps} खाली`,
    lineSays: (line, flows, other, reserved, limit) =>
      `${line}: धारा ${flows}, अन्य भार ${other}, कारों के लिए आरक्षित ${reserved}, सीमा ${limit}`,
    notMeasured: "मापा नहीं गया",
    bounds: {
      power: "शक्ति",
      apparent: "आभासी शक्ति",
      unbalance: "फेज असंतुलन",
      neutral: "न्यूट्रल",
    },
    ofLimit: (load, limit) => `${limit} में से ${load}`,
    offered: "दिया गया",
    drawn: "लिया गया",
    kept: "आरक्षित",
    nothingYet: "अभी कुछ नहीं बताया",
    why: "कारण",
    noSession: "सत्र नहीं",
    nextTurn: (slot, time) => `अगला: कनेक्टर ${slot}, लगभग ${time}`,
    nextSoon: (slot) => `अगला: कनेक्टर ${slot}, थोड़ी देर में`,
    waiting: (count) => `${count} प्रतीक्षा में`,
    trust: {
      trusted: "सीमा मानता है",
      suspect: "शायद सीमा नहीं मानता: नज़र रखी जा रही है",
      disobeying: "सीमा नहीं मानता",
    },
    chartTitle: (circuit, hours) => `${circuit}: ${hours} घंटों में हर फेज की धारा`,
    chartNone: "कुछ मिनट मापने के बाद ग्राफ़ शुरू होता है।",
    change: "सीमा तय करें",
    limitsTitle: "सीमाएँ और कारण",
    limitsNone: "इस सत्र की कोई सीमा दर्ज नहीं है।",
    curveTitle: "सत्र के दौरान सीमा",
    from: "से",
    details: "सीमाएँ",
    limitAll: "सभी चार्जरों की सीमा",
    limitAllHint: "इस सर्किट के सभी चार्जर इसे बाँटते हैं। 0 से सब रुकते हैं।",
    amount: "सीमा",
    unit: "इकाई",
    unitLine: "A प्रति फेज़",
    unitAll: "कुल kW",
    minutesOrNone: "मिनट (खाली: हटाने तक)",
    because: "कारण",
    wantedBy: "किसके लिए",
    sources: { signal: "ग्रिड", operator: "ऑपरेटर" },
    set: "सीमा लगाएँ",
    fedBy: (source) => `स्रोत: ${source}`,
    switchTo: (source) => `${source} पर बदलें`,
    lift: "सीमा हटाएँ",
    limited: (who, what, amount, until) => {
      const all = what === "chargers" ? "सभी चार्जर" : "यहाँ का सब कुछ";
      const said = `${all} मिलाकर अधिकतम ${amount}`;
      return until === null ? `${who}: ${said}, हटाने तक` : `${who}: ${until} तक ${said}`;
    },
  },
};

/** The load page's words in a language. */
export function loadTextOf(language: SiteView["language"]): LoadText {
  return TEXTS[language];
}
