import { parse, stringify } from "yaml";
import { isRecord } from "../../lib/json.ts";

/** Keys of site.yaml, and of what is made of it, whose texts are secret. */
const SECRET_KEY = /password|secret|^front$|^startToken$|token$|^key$|^pin$|privateKey|^username$/i;
/** Keys below which people are named. */
const PERSON_KEY = /^(tokens?|groups?|username|from|to|email)$/;
/** Says where a secret is, and nothing of it. */
const REFERENCE = /^\$\{(?:env|file):[^}]*\}$/;
const DEPTH_MAX = 40;

/**
 * site.yaml for the eyes of others, as YAML without its comments: a secret is "***" unless it stands
 * elsewhere, and people are not named. Null where the text is no YAML.
 */
export function redactedConfig(text: string): string | null {
  const value = valueOf(text);
  return value === null ? null : stringify(redacted(value, false), { lineWidth: 0 });
}

/** Null for what is no YAML. Aliases are refused: they make a small file into a large value. */
function valueOf(text: string): unknown {
  try {
    return text.trim() === "" ? {} : parse(text, { maxAliasCount: 0, logLevel: "error" });
  } catch {
    return null;
  }
}

function redacted(value: unknown, isHidden: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => redacted(item, isHidden));
  if (!isRecord(value)) {
    const isOpen = !isHidden || value === null || typeof value === "boolean" ||
      typeof value === "string" && REFERENCE.test(value);
    return isOpen ? value : "***";
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => {
      const isPlain = typeof field !== "object" || field === null;
      const isOfPeople = PERSON_KEY.test(key) && Array.isArray(field);
      // Of a driver what is usual may stay; who it is may not.
      const hides = isHidden || isPlain && (SECRET_KEY.test(key) || PERSON_KEY.test(key)) ||
        isOfPeople && field.every((item) => typeof item === "string");
      return [key, redacted(field, hides)];
    }),
  );
}

/** Every secret in a configuration: in its text, or in what was made of it. */
export function secretsIn(value: unknown): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<object>();
  const look = (each: unknown, isSecret: boolean, depth: number): void => {
    if (typeof each === "string") {
      const isKey = each.includes("-----BEGIN") && each.includes("PRIVATE KEY");
      if (!isKey && (!isSecret || REFERENCE.test(each))) return;
      for (const part of partsOf(each)) found.add(part);
      return;
    }
    if (typeof each !== "object" || each === null || depth > DEPTH_MAX || seen.has(each)) return;
    seen.add(each);
    if (each instanceof Map) {
      for (const [key, item] of each) look(item, isSecretKey(String(key)), depth + 1);
    } else if (Array.isArray(each) || each instanceof Set) {
      for (const item of each) look(item, isSecret, depth + 1);
    } else {
      for (const [key, item] of Object.entries(each)) look(item, isSecretKey(key), depth + 1);
    }
  };
  look(value, false, 0);
  return [...found];
}

/** Names of users and of settings stand elsewhere too, and files of keys are known by what is in them. */
function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key) && !/^(username|key|token)$/.test(key);
}

/** A key in PEM is known by each of its lines. */
function partsOf(secret: string): readonly string[] {
  return secret.includes("-----BEGIN")
    ? secret.split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith("-----"))
    : [secret];
}

/** The same of the text of site.yaml. */
export function secretsInText(text: string): readonly string[] {
  return secretsIn(valueOf(text));
}
