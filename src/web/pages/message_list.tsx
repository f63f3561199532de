import { chargerTextOf } from "../charger_text.ts";
import type { MessageNote } from "../message_notes.ts";
import type { MessageView } from "../views.ts";
import { Icon } from "./icon.tsx";
import type { Page } from "./page.ts";

/** Longer frames are cut for the screen; the API has them whole. */
const SHOWN_CHARACTERS_MAX = 8_000;

const KINDS: Readonly<Record<string, string>> = { "2": "", "3": "result", "4": "error" };

/** The last frames to and from a charger, newest first; each folds out to its whole text. */
export function MessageList(
  { page, messages, notes, href }: {
    readonly page: Page;
    readonly messages: readonly MessageView[];
    readonly notes: ReadonlyMap<number, readonly MessageNote[]>;
    /** Where all of them are shown. */
    readonly href: string;
  },
) {
  const { text } = page;
  return (
    <section id="messages" class="panel messages">
      <h2>{text.messagesTitle}</h2>
      {messages.length === 0 && <p class="hint">{text.noMessages}</p>}
      {messages.map((message) => (
        <Message page={page} message={message} notes={notes.get(message.id) ?? []} />
      ))}
      <p class="more">
        <a href={href}>{chargerTextOf(page.site.language).allMessages}</a>
      </p>
    </section>
  );
}

/** One frame: when, which way and what it is in short; its whole text and what is odd unfold. */
export function Message({ page, message, notes }: {
  readonly page: Page;
  readonly message: MessageView;
  readonly notes: readonly MessageNote[];
}) {
  const { text, format } = page;
  const pretty = prettyFrame(message.text);
  const isIn = message.direction === "in";
  return (
    <details id={`message-${message.id}`} class="message">
      <summary>
        <time title={format.full(message.atWallMs)}>{format.clockSeconds(message.atWallMs)}</time>
        <span class="message-way" title={isIn ? text.messageIn : text.messageOut}>
          <Icon name={isIn ? "arrowIn" : "arrowOut"} />
          <span class="sr">{isIn ? text.messageIn : text.messageOut}</span>
        </span>
        <span class="message-name">{frameName(message.text)}</span>
        {notes.length > 0 && (
          <span class="message-odd">
            <Icon name="bell" />
            <span class="sr">{noteWords(page, notes[0])}</span>
          </span>
        )}
        <span class="message-gist">{frameGist(message.text)}</span>
      </summary>
      {notes.map((note) => <p class="message-note">{noteWords(page, note)}</p>)}
      <pre id={`frame-${message.id}`} tabindex={0}>{pretty}</pre>
      <button
        type="button"
        class="button copy-frame with-script"
        data-copy={pretty}
        data-copy-from={`frame-${message.id}`}
        data-copied={text.copied}
      >
        <Icon name="copy" />
        <span>{text.copy}</span>
      </button>
    </details>
  );
}

function noteWords({ site }: Page, note: MessageNote | undefined): string {
  const words = chargerTextOf(site.language);
  switch (note?.kind) {
    case "invalid":
      return words.invalid(note.path, note.message);
    case "error":
      return words.errorAnswer(note.code);
    case "cut":
      return words.isCut;
    case "unreadable":
    case undefined:
      return words.unreadable;
  }
}

/** The frame as JSON on several lines; as it came where it is none. */
export function prettyFrame(text: string): string {
  const frame = parse(text);
  const pretty = frame === undefined ? text : JSON.stringify(frame, null, 2);
  return pretty.length > SHOWN_CHARACTERS_MAX
    ? `${pretty.slice(0, SHOWN_CHARACTERS_MAX)}…`
    : pretty;
}

/** The action of a call, "result" or "error" of an answer, "?" of what is no OCPP frame. */
export function frameName(text: string): string {
  const frame = parse(text);
  if (!Array.isArray(frame)) return "?";
  const [kind, , action] = frame;
  if (kind === 2 && typeof action === "string") return action;
  return KINDS[String(kind)] || "?";
}

/** The payload in one line, for a first look. */
function frameGist(text: string): string {
  const frame = parse(text);
  const payload = Array.isArray(frame) ? frame.slice(frame[0] === 2 ? 3 : 2) : [text];
  return payload.map((part) => JSON.stringify(part)).join(" ").slice(0, 160);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
