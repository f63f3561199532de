import type { Catalogue } from "../text/translated.ts";
import type { FirstAidAction, SiteView } from "../views.ts";

/** What the pages say of first aid. */
export interface FirstAidText {
  readonly title: string;
  readonly hint: string;
  readonly none: string;
  readonly after: (time: string) => string;
  readonly actions: Readonly<Record<FirstAidAction, string>>;
  readonly pause: (time: string) => string;
  readonly perDay: (count: string) => string;
  readonly whileCharging: Readonly<Record<"true" | "false", string>>;
  readonly only: (places: string) => string;
  readonly done: string;
  readonly nothingDone: string;
}

const TEXTS: Catalogue<FirstAidText> = {
  en: {
    title: "First aid",
    hint: "What the gateway does about faults by itself, and what it did within 24 hours.",
    none: "Nothing is done by itself. site.yaml names what is, under firstAid.rules.",
    after: (time) => `after ${time}`,
    actions: {
      unlock: "unlock",
      softReset: "restart",
      hardReset: "restart at once",
      powerCycle: "power off and on",
    },
    pause: (time) => `${time} between two steps`,
    perDay: (count) => `at most ${count} a day and charger`,
    whileCharging: { true: "also while a car charges", false: "never while a car charges" },
    only: (places) => `only at ${places}`,
    done: "Done last",
    nothingDone: "Nothing was done within 24 hours.",
  },
  mr: {
    title: "प्रथमोपचार",
    hint: "बिघाडांवर गेटवे स्वतः काय करतो, आणि गेल्या २४ तासांत काय केले.",
    none: "काहीही आपोआप केले जात नाही. काय करायचे ते site.yaml मध्ये firstAid.rules खाली लिहा.",
    after: (time) => `${time} नंतर`,
    actions: {
      unlock: "अनलॉक करा",
      softReset: "रीस्टार्ट करा",
      hardReset: "लगेच रीस्टार्ट करा",
      powerCycle: "वीज बंद करून सुरू करा",
    },
    pause: (time) => `दोन पायऱ्यांमध्ये ${time}`,
    perDay: (count) => `एका चार्जरवर दिवसाला जास्तीत जास्त ${count}`,
    whileCharging: { true: "गाडी चार्ज होत असतानाही", false: "गाडी चार्ज होत असताना कधीही नाही" },
    only: (places) => `फक्त ${places} येथे`,
    done: "शेवटी केलेले",
    nothingDone: "गेल्या २४ तासांत काहीही केले नाही.",
  },
  hi: {
    title: "प्राथमिक उपचार",
    hint: "खराबियों पर गेटवे अपने आप क्या करता है, और पिछले 24 घंटों में क्या किया।",
    none: "अपने आप कुछ नहीं किया जाता। क्या करना है, यह site.yaml में firstAid.rules के नीचे लिखें।",
    after: (time) => `${time} के बाद`,
    actions: {
      unlock: "अनलॉक करें",
      softReset: "रीस्टार्ट करें",
      hardReset: "तुरंत रीस्टार्ट करें",
      powerCycle: "बिजली बंद करके चालू करें",
    },
    pause: (time) => `दो चरणों के बीच ${time}`,
    perDay: (count) => `एक चार्जर पर दिन में अधिकतम ${count}`,
    whileCharging: { true: "गाड़ी चार्ज होते समय भी", false: "गाड़ी चार्ज होते समय कभी नहीं" },
    only: (places) => `केवल ${places} पर`,
    done: "आख़िर में किया गया",
    nothingDone: "पिछले 24 घंटों में कुछ नहीं किया गया।",
  },
};

/** The words of first aid. */
export function firstAidTextOf(language: SiteView["language"]): FirstAidText {
  return TEXTS[language];
}
