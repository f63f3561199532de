import type { SiteView } from "./views.ts";
import { CHARGER_TEXT, type ChargerText } from "./text/charger.ts";
import { COMMAND_TEXT, type CommandText } from "./text/command.ts";
import { DOOR_TEXT, type DoorText } from "./text/door.ts";
import { EVSE_TEXT, type EvseText } from "./text/evse.ts";
import { FRAME_TEXT, type FrameText } from "./text/frame.ts";
import { OUTCOME_TEXT, type OutcomeText } from "./text/outcome.ts";
import { RECORD_TEXT, type RecordText } from "./text/record.ts";
import { SESSION_TEXT, type SessionText } from "./text/session.ts";
import { SIGN_IN_TEXT, type SignInText } from "./text/sign_in.ts";
import { SITE_TEXT, type SiteText } from "./text/site.ts";
import { TOKEN_TEXT, type TokenText } from "./text/token.ts";

/** The text of the pages in one language, all subjects together. */
export type Text =
  & FrameText
  & SiteText
  & EvseText
  & DoorText
  & ChargerText
  & CommandText
  & OutcomeText
  & SessionText
  & RecordText
  & TokenText
  & SignInText;

function spoken(language: SiteView["language"]): Text {
  return {
    ...FRAME_TEXT[language],
    ...SITE_TEXT[language],
    ...EVSE_TEXT[language],
    ...DOOR_TEXT[language],
    ...CHARGER_TEXT[language],
    ...COMMAND_TEXT[language],
    ...OUTCOME_TEXT[language],
    ...SESSION_TEXT[language],
    ...RECORD_TEXT[language],
    ...TOKEN_TEXT[language],
    ...SIGN_IN_TEXT[language],
  };
}

const CATALOGUES: Readonly<Record<SiteView["language"], Text>> = {
  en: spoken("en"),
  mr: spoken("mr"),
  hi: spoken("hi"),
};

/** The text of a language. */
export function textOf(language: SiteView["language"]): Text {
  return CATALOGUES[language];
}
