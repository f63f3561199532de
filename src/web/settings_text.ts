import type { SiteView } from "./views.ts";

/** What the page Settings says. */
export interface SettingsText {
  readonly title: string;
  readonly hint: string;
  readonly file: (file: string) => string;
  readonly fileHint: string;
  readonly secretsHint: string;
  readonly readOnly: (reason: string) => string;
  readonly tooLarge: string;
  readonly check: string;
  readonly problems: (count: number) => string;
  readonly line: (line: number) => string;
  readonly remarks: string;
  readonly fine: string;
  readonly unchanged: string;
  readonly diffTitle: string;
  readonly diffKinds: { readonly gone: string; readonly new: string };
  readonly apply: string;
  readonly applyTitle: string;
  readonly applyExplained: string;
  readonly applied: string;
  readonly appliedHint: string;
  readonly changedMeanwhile: string;
  readonly notWritten: (reason: string) => string;
  readonly trials: {
    readonly running: string;
    readonly kept: (time: string) => string;
    readonly "rolled-back": (time: string, reason: string) => string;
  };
  readonly backupTitle: string;
  readonly backupHint: string;
  readonly download: string;
  readonly backupBusy: string;
  readonly bundleTitle: string;
  readonly bundleHint: string;
  readonly bundleDownload: string;
  readonly bundleBusy: string;
  readonly versionTitle: string;
  readonly version: (version: string) => string;
  readonly updateHint: string;
  readonly moreTitle: string;
}

const ENGLISH: SettingsText = {
  title: "Settings",
  hint: "The configuration of this gateway, its backup and its version.",
  file: (file) => `Configuration: ${file}`,
  fileHint:
    "Comments stay. Check shows every problem with its line, and what would change; nothing " +
    "is applied before.",
  secretsHint: "Passwords may stand in it as they are. Better: ${file:name} or ${env:NAME}.",
  readOnly: (reason) =>
    `The gateway may not write this file (${reason}). Check it here, and replace it on the machine.`,
  tooLarge: "This file is too large to be edited here. Edit it on the machine.",
  check: "Check",
  problems: (count) => count === 1 ? "1 problem" : `${count} problems`,
  line: (line) => `Line ${line}`,
  remarks: "Remarks",
  fine: "Nothing is wrong with it.",
  unchanged: "It is what is in force already.",
  diffTitle: "What would change",
  diffKinds: { gone: "removed", new: "added" },
  apply: "Apply and restart",
  applyTitle: "Apply this configuration?",
  applyExplained:
    "The gateway starts anew, which takes some seconds: chargers connect again, sessions " +
    "go on. Where it does not come up healthy within half a minute, the former configuration comes " +
    "back by itself. A wrong address of these pages is no sickness: look twice at listen.web.",
  applied: "Applied. The gateway starts anew.",
  appliedHint: "Reload this page in some seconds. It says whether the new configuration was kept.",
  changedMeanwhile: "The file was changed meanwhile. Look at it again; nothing was applied.",
  notWritten: (reason) => `Nothing was applied: ${reason}`,
  trials: {
    running:
      "The configuration applied last is on trial until the site has been healthy for half a minute.",
    kept: (time) => `Applied ${time}, and kept.`,
    "rolled-back": (time, reason) => `What was applied ${time} was taken back: ${reason}.`,
  },
  backupTitle: "Backup",
  backupHint:
    "One file with sessions, users, logs, history, site.yaml and the private keys. Keep it " +
    "like a key. main.ts restore puts it back.",
  download: "Download backup",
  backupBusy: "Another backup is being made. Try again in a moment.",
  bundleTitle: "Support bundle",
  bundleHint:
    "For whoever you ask for help: configuration, log, OCPP messages, faults and figures in one file " +
    "of less than 10 MB. Passwords, keys and people are taken out; look into it before you send it.",
  bundleDownload: "Download support bundle",
  bundleBusy: "Another support bundle is being made. Try again in a moment.",
  versionTitle: "Version",
  version: (version) => `Sangam ${version}`,
  updateHint:
    "The gateway asks nobody on the internet for newer versions. Updates are installed on " +
    "the machine; before a new form of the ledger it is copied by itself.",
  moreTitle: "More",
};

const MARATHI: SettingsText = {
  title: "सेटिंग",
  hint: "या गेटवेचे कॉन्फिगरेशन, बॅकअप आणि आवृत्ती.",
  file: (file) => `कॉन्फिगरेशन: ${file}`,
  fileHint:
    "टिपणे तशीच राहतात. तपासल्यावर प्रत्येक चूक तिच्या ओळीसह आणि काय बदलेल ते दिसते; त्याआधी काही लागू होत नाही.",
  secretsHint: "यात पासवर्ड जसेच्या तसे असू शकतात. चांगले: ${file:name} किंवा ${env:NAME}.",
  readOnly: (reason) => `गेटवेला ही फाइल लिहिता येत नाही (${reason}). इथे तपासा, आणि यंत्रावर बदला.`,
  tooLarge: "ही फाइल इथे बदलण्यासाठी फार मोठी आहे. यंत्रावर बदला.",
  check: "तपासा",
  problems: (count) => count === 1 ? "1 चूक" : `${count} चुका`,
  line: (line) => `ओळ ${line}`,
  remarks: "शेरे",
  fine: "यात काही चूक नाही.",
  unchanged: "हेच आत्ता लागू आहे.",
  diffTitle: "काय बदलेल",
  diffKinds: { gone: "काढले", new: "जोडले" },
  apply: "लागू करा आणि रीस्टार्ट करा",
  applyTitle: "हे कॉन्फिगरेशन लागू करायचे?",
  applyExplained:
    "गेटवे नव्याने सुरू होतो, काही सेकंद लागतात: चार्जर पुन्हा जोडले जातात, सत्रे चालू राहतात. अर्ध्या " +
    "मिनिटात तो नीट चालू झाला नाही तर आधीचे कॉन्फिगरेशन आपोआप परत येते. या पानांचा चुकीचा पत्ता ही चूक धरली जात नाही: " +
    "listen.web दोनदा पहा.",
  applied: "लागू केले. गेटवे नव्याने सुरू होत आहे.",
  appliedHint: "काही सेकंदांनी हे पान पुन्हा लोड करा. नवे कॉन्फिगरेशन राहिले का ते तिथे दिसेल.",
  changedMeanwhile: "दरम्यान फाइल बदलली. ती पुन्हा पहा; काही लागू झाले नाही.",
  notWritten: (reason) => `काही लागू झाले नाही: ${reason}`,
  trials: {
    running: "शेवटचे कॉन्फिगरेशन चाचणीवर आहे: साइट अर्धा मिनिट नीट चालेपर्यंत.",
    kept: (time) => `${time} लागू केले, आणि राहिले.`,
    "rolled-back": (time, reason) => `${time} लागू केलेले परत घेतले: ${reason}.`,
  },
  backupTitle: "बॅकअप",
  backupHint:
    "सत्रे, वापरकर्ते, लॉग, इतिहास, site.yaml आणि खाजगी की असलेली एक फाइल. किल्लीसारखी जपा. main.ts restore ती परत आणते.",
  download: "बॅकअप डाउनलोड करा",
  backupBusy: "दुसरा बॅकअप बनत आहे. थोड्या वेळाने पुन्हा प्रयत्न करा.",
  bundleTitle: "सपोर्ट बंडल",
  bundleHint:
    "ज्यांची मदत घ्यायची त्यांच्यासाठी: कॉन्फिगरेशन, लॉग, OCPP संदेश, बिघाड आणि आकडे, 10 MB पेक्षा लहान एका फाइलमध्ये. " +
    "पासवर्ड, की आणि व्यक्ती काढलेल्या असतात; पाठवण्याआधी आत पहा.",
  bundleDownload: "सपोर्ट बंडल डाउनलोड करा",
  bundleBusy: "दुसरे सपोर्ट बंडल बनत आहे. थोड्या वेळाने पुन्हा प्रयत्न करा.",
  versionTitle: "आवृत्ती",
  version: (version) => `संगम ${version}`,
  updateHint:
    "गेटवे नव्या आवृत्तीसाठी इंटरनेटवर कोणाला विचारत नाही. अपडेट यंत्रावर केले जातात; लेजरचे रूप बदलण्याआधी त्याची प्रत आपोआप होते.",
  moreTitle: "आणखी",
};

const HINDI: SettingsText = {
  title: "सेटिंग",
  hint: "इस गेटवे का कॉन्फ़िगरेशन, बैकअप और संस्करण.",
  file: (file) => `कॉन्फ़िगरेशन: ${file}`,
  fileHint:
    "टिप्पणियाँ बनी रहती हैं. जाँचने पर हर ग़लती अपनी पंक्ति के साथ और क्या बदलेगा यह दिखता है; उससे पहले कुछ लागू नहीं होता.",
  secretsHint: "इसमें पासवर्ड ज्यों के त्यों हो सकते हैं. बेहतर: ${file:name} या ${env:NAME}.",
  readOnly: (reason) => `गेटवे यह फ़ाइल नहीं लिख सकता (${reason}). यहाँ जाँचें, और मशीन पर बदलें.`,
  tooLarge: "यह फ़ाइल यहाँ बदलने के लिए बहुत बड़ी है. मशीन पर बदलें.",
  check: "जाँचें",
  problems: (count) => count === 1 ? "1 ग़लती" : `${count} ग़लतियाँ`,
  line: (line) => `पंक्ति ${line}`,
  remarks: "टिप्पणियाँ",
  fine: "इसमें कोई ग़लती नहीं.",
  unchanged: "यही अभी लागू है.",
  diffTitle: "क्या बदलेगा",
  diffKinds: { gone: "हटाया", new: "जोड़ा" },
  apply: "लागू करें और रीस्टार्ट करें",
  applyTitle: "यह कॉन्फ़िगरेशन लागू करें?",
  applyExplained:
    "गेटवे फिर से शुरू होता है, कुछ सेकंड लगते हैं: चार्जर फिर जुड़ते हैं, सत्र चलते रहते हैं. आधे मिनट में वह ठीक " +
    "से न चले तो पिछला कॉन्फ़िगरेशन अपने-आप लौट आता है. इन पेजों का ग़लत पता ग़लती नहीं गिना जाता: listen.web दो बार देखें.",
  applied: "लागू किया. गेटवे फिर से शुरू हो रहा है.",
  appliedHint: "कुछ सेकंड बाद यह पेज फिर लोड करें. वहाँ दिखेगा कि नया कॉन्फ़िगरेशन रखा गया या नहीं.",
  changedMeanwhile: "इस बीच फ़ाइल बदल गई. उसे फिर देखें; कुछ लागू नहीं हुआ.",
  notWritten: (reason) => `कुछ लागू नहीं हुआ: ${reason}`,
  trials: {
    running: "पिछला लागू कॉन्फ़िगरेशन परीक्षा पर है: साइट के आधा मिनट ठीक चलने तक.",
    kept: (time) => `${time} लागू किया, और रखा गया.`,
    "rolled-back": (time, reason) => `${time} जो लागू किया वह वापस लिया गया: ${reason}.`,
  },
  backupTitle: "बैकअप",
  backupHint:
    "सत्र, उपयोगकर्ता, लॉग, इतिहास, site.yaml और निजी कुंजियों वाली एक फ़ाइल. चाबी की तरह सँभालें. main.ts restore उसे वापस लाता है.",
  download: "बैकअप डाउनलोड करें",
  backupBusy: "दूसरा बैकअप बन रहा है. थोड़ी देर में फिर कोशिश करें.",
  bundleTitle: "सपोर्ट बंडल",
  bundleHint:
    "जिनसे मदद लेनी है उनके लिए: कॉन्फ़िगरेशन, लॉग, OCPP संदेश, खराबियाँ और आँकड़े, 10 MB से छोटी एक फ़ाइल में. " +
    "पासवर्ड, कुंजियाँ और लोगों के नाम हटाए गए होते हैं; भेजने से पहले भीतर देखें.",
  bundleDownload: "सपोर्ट बंडल डाउनलोड करें",
  bundleBusy: "दूसरा सपोर्ट बंडल बन रहा है. थोड़ी देर में फिर कोशिश करें.",
  versionTitle: "संस्करण",
  version: (version) => `संगम ${version}`,
  updateHint:
    "गेटवे नए संस्करण के लिए इंटरनेट पर किसी से नहीं पूछता. अपडेट मशीन पर होते हैं; लेजर का रूप बदलने से पहले उसकी प्रति अपने-आप बनती है.",
  moreTitle: "और",
};

const TEXTS: Readonly<Record<SiteView["language"], SettingsText>> = {
  en: ENGLISH,
  mr: MARATHI,
  hi: HINDI,
};

/** The words of the page in a site's language. */
export function settingsTextOf(language: SiteView["language"]): SettingsText {
  return TEXTS[language];
}
