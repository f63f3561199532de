import { withoutSecrets } from "../../ocpp/mod.ts";

/** What is known to be secret or to name a person, wherever it turns up. */
export interface KnownSecrets {
  /** Passwords and keys in force: each is struck out in its usual spellings too. */
  readonly secrets: readonly string[];
  /** Texts of tokens that the site knows. */
  readonly tokens: readonly string[];
}

/** Takes out of a text what whoever is asked for help has no need of. */
export interface Redactor {
  /** Passwords, keys and credentials become "***"; tokens and people "person-1", "person-2" … */
  text(text: string): string;
  /** How many people and tokens it has given a number so far. */
  people(): number;
}

export const STRUCK = "***";

/** Shorter ones stand in every other word; the names of their fields hide them. */
const KNOWN_LENGTH_MIN = 6;
/** Beyond these every further person has one number: a log cannot make the table grow for ever. */
const PEOPLE_MAX = 20_000;

/** Names of fields that hold a secret, in the spellings of JSON, headers and texts of logs. */
const SECRET_NAME =
  "[\\w-]*(?:password|passwd|passphrase|secret|privatekey|private_key|apikey|api_key|authorizationkey|cookie|credential|totp)[\\w-]*" +
  "|authorization|sim_?pin|iccid|imsi|startToken|signedMeterData|exiRe(?:quest|sponse)|publicKey";
/** Names of fields that hold a token or a name of somebody. */
const PERSON_NAME =
  "idTag|parentIdTag|idToken|additionalIdToken|groupIdToken|masterPassGroupId|vid|token|idTags?|by|who|" +
  "user|user_?name|driver|evccId|emaid|contractId|customerIdentifier|email|phone";

/** `"name": "value"`, also inside a text that is JSON itself, and where it was cut off. */
const field = (names: string) =>
  new RegExp(
    `((\\\\*)"(?:${names})\\2"\\s*:\\s*)(?:\\2"((?:(?!(?<!\\\\)\\2")[^])*)((?<!\\\\)\\2"|$)|(-?\\d[\\d.eE+-]*))`,
    "gi",
  );
const SECRET_FIELD = field(SECRET_NAME);
const PERSON_FIELD = field(PERSON_NAME);
/** `password=…`, `Authorization: Basic …` in a text of words. */
const SECRET_WORD = new RegExp(
  `\\b((?:${SECRET_NAME})\\s*[=:]\\s*(?:(?:basic|bearer|digest)\\s+)?)([^\\s"'\\\\,;&]+)`,
  "gi",
);
const CREDENTIALS = /\b([Bb]asic|[Bb]earer)\s+(?=\S*[A-Z0-9=])[A-Za-z0-9+/=._~-]{8,}/g;
const PEM = /-----BEGIN ([A-Z0-9 ]+)-----(?:(?!-----BEGIN)[^])*?(?:-----END \1-----|(?=")|$)/g;
/** The user's part of an address; and what follows a question mark may be a signature or a key. */
const USER_INFO = /(:(?:\\*\/){2})[^/\\\s"'@]*(?:@[^/\\\s"'@]*)*@/g;
const QUERY_VALUE = /([?&][\w.~-]+=)[^&\s"'\\#]+/g;
const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
/** Signed readings name the token that they are for. */
const OCMF = /OCMF\|(?:[^"\\]|\\.)*/g;
const SIGNED_FRAME = /"SignedData"|"signedMeterValue"/;
const LONG_VALUE = /("value"\s*:\s*")(?:[^"\\]|\\.){24,}(?="|$)/g;
const CUSTOMER_DATA = /("NotifyCustomerInformation"[^]*?"data"\s*:\s*")(?:[^"\\]|\\.)*/g;
const WORD = /[A-Za-z0-9][A-Za-z0-9_.:*-]*/g;

/** Creates a redactor with numbers of its own: they mean nothing outside one bundle. */
export function createRedactor({ secrets, tokens }: KnownSecrets): Redactor {
  const known = [...new Set(secrets)].filter(({ length }) => length >= KNOWN_LENGTH_MIN)
    .flatMap(spellings).toSorted((a, b) => b.length - a.length);
  const isToken = new Set(tokens.filter(({ length }) => length >= KNOWN_LENGTH_MIN));
  // Those that are no single word are looked for as they are.
  const phrases = [...isToken].filter((token) => token.match(WORD)?.[0] !== token);
  const numbers = new Map<string, number>();

  function person(token: string): string {
    if (token === "" || token === STRUCK || /^person-\d+$/.test(token)) return token;
    const number = numbers.get(token) ?? Math.min(numbers.size + 1, PEOPLE_MAX);
    if (numbers.size < PEOPLE_MAX) numbers.set(token, number);
    return `person-${number}`;
  }

  return {
    people: () => numbers.size,
    text(original) {
      let text = withoutSecrets(original).replace(PEM, `(${STRUCK} PEM)`);
      for (const secret of known) text = text.replaceAll(secret, STRUCK);
      text = text.replace(
        SECRET_FIELD,
        (_all, name, slashes, _text, end) =>
          `${name}${slashes}"${STRUCK}${end === undefined ? `${slashes}"` : end}`,
      );
      text = text.replace(SECRET_WORD, `$1${STRUCK}`).replace(CREDENTIALS, `$1 ${STRUCK}`)
        .replace(USER_INFO, `$1${STRUCK}@`).replace(QUERY_VALUE, `$1${STRUCK}`)
        .replace(OCMF, STRUCK).replace(CUSTOMER_DATA, `$1${STRUCK}`);
      if (SIGNED_FRAME.test(text)) text = text.replace(LONG_VALUE, `$1${STRUCK}`);
      text = text.replace(
        PERSON_FIELD,
        (_all, name, slashes, value, end, number) =>
          `${name}${slashes}"${person(value ?? number)}${end === undefined ? `${slashes}"` : end}`,
      );
      for (const phrase of phrases) text = text.replaceAll(phrase, () => person(phrase));
      return text.replace(WORD, (word) => isToken.has(word) ? person(word) : word)
        .replace(EMAIL, `${STRUCK}@${STRUCK}`);
    },
  };
}

/** A secret as it goes over a wire or into a file. */
function spellings(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const base64 = btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
  const quoted = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, quoted, encodeURIComponent(secret), base64, hex, hex.toUpperCase()])];
}
