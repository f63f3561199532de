import type { SiteView } from "./views.ts";

/** What the page of the API says around its document, which is in English. */
export interface ApiText {
  readonly title: string;
  readonly hint: string;
  readonly document: string;
  readonly contents: string;
  readonly parameters: string;
  readonly body: string;
  readonly answers: string;
  readonly example: string;
  readonly shapes: string;
  readonly required: string;
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
}

const EN: ApiText = {
  title: "API",
  hint: "What tools can read and do at this gateway. The document below is what it answers to.",
  document: "OpenAPI document",
  contents: "Contents",
  parameters: "Parameters",
  body: "Body",
  answers: "Answers",
  example: "Example",
  shapes: "Shapes",
  required: "required",
  name: "Name",
  type: "Type",
  meaning: "Meaning",
};

const MR: ApiText = {
  title: "API",
  hint: "इतर साधने या गेटवेवर काय वाचू आणि करू शकतात. खालील दस्तऐवजाप्रमाणे तो उत्तर देतो.",
  document: "OpenAPI दस्तऐवज",
  contents: "अनुक्रमणिका",
  parameters: "मापदंड",
  body: "मजकूर",
  answers: "उत्तरे",
  example: "उदाहरण",
  shapes: "रचना",
  required: "आवश्यक",
  name: "नाव",
  type: "प्रकार",
  meaning: "अर्थ",
};

const HI: ApiText = {
  title: "API",
  hint: "अन्य साधन इस गेटवे पर क्या पढ़ और कर सकते हैं। नीचे के दस्तावेज़ के अनुसार यह उत्तर देता है।",
  document: "OpenAPI दस्तावेज़",
  contents: "विषय-सूची",
  parameters: "मापदंड",
  body: "सामग्री",
  answers: "उत्तर",
  example: "उदाहरण",
  shapes: "संरचनाएँ",
  required: "आवश्यक",
  name: "नाम",
  type: "प्रकार",
  meaning: "अर्थ",
};

/** The words in the language of the site. */
export function apiTextOf(language: SiteView["language"]): ApiText {
  return { en: EN, mr: MR, hi: HI }[language];
}
