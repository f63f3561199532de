import { isRecord, type Json, sameJson } from "../../lib/json.ts";
import type { Carry, CarryNote, Enveloped } from "../inside.ts";
import type { OcppVersion } from "../version.ts";

/**
 * Says one message on the wire and inside. For every valid message, `write(read(wire))` is `wire`:
 * what the inside has no field for is carried along in the envelope.
 */
export interface Codec<Wire, Inside> {
  read(wire: Wire): Enveloped<Inside>;
  write(inside: Enveloped<Inside>): Wire;
}

/**
 * Says one value on the wire and inside. Where writing what was read gives something else, a note
 * keeps the original, so a translation may lose what it likes.
 */
export interface Translation<Wire, Inside> {
  read(wire: Wire): Inside;
  write(inside: Inside): Wire;
  /** False for an original that was read with tolerance and must not be sent on: it gets no note. */
  isSayable?(wire: Wire): boolean;
}

/** How a message is read and written, with the notes at hand. */
export interface Plan<Wire, Inside> {
  read(wire: Wire, notes: NoteTaker): Inside;
  write(inside: Inside, notes: NoteGiver): Wire;
}

/** Keeps originals while a message is read. `at` is the place of the field inside. */
export interface NoteTaker {
  read<Wire, Inside>(
    at: string,
    translation: Translation<Wire, Inside>,
    wire: Wire,
  ): Inside;
  /** Notes `original` for as long as the field at this very place says `inside`. */
  keep(inside: unknown, original: unknown): void;
  /** For the fields of what stands at `at`. */
  below(at: string): NoteTaker;
}

/** Gives originals back while a message is written. */
export interface NoteGiver {
  write<Wire, Inside>(
    at: string,
    translation: Translation<Wire, Inside>,
    inside: Inside,
  ): Wire;
  /** The original noted for this very place, if it still says `inside`; else `otherwise()`. */
  recall<Wire>(inside: unknown, otherwise: () => Wire): Wire;
  below(at: string): NoteGiver;
}

/** A codec of `dialect` that follows a plan. */
export function planned<Wire, Inside>(
  dialect: OcppVersion,
  plan: Plan<Wire, Inside>,
): Codec<Wire, Inside> {
  return {
    read(wire) {
      const notes: CarryNote[] = [];
      const message = plan.read(wire, noteTaker(notes, ""));
      return notes.length === 0 ? { message } : { message, carry: { dialect, notes } };
    },
    write({ message, carry }) {
      return plan.write(message, noteGiver(notesOf(dialect, carry), ""));
    },
  };
}

type NotesByPlace = ReadonlyMap<string, CarryNote>;

function notesOf(dialect: OcppVersion, carry: Carry | undefined): NotesByPlace {
  const notes = carry?.dialect === dialect ? carry.notes : [];
  return new Map(notes.map((note) => [note.at, note]));
}

function noteTaker(notes: CarryNote[], place: string): NoteTaker {
  function keep(at: string, inside: unknown, original: unknown): void {
    notes.push({ at, inside: asJson(inside), original: asJson(original) });
  }
  return {
    read(at, translation, wire) {
      const inside = translation.read(wire);
      const isLost = !sameJson(translation.write(inside), wire) &&
        (translation.isSayable?.(wire) ?? true);
      if (isLost) keep(joined(place, at), inside, wire);
      return inside;
    },
    keep: (inside, original) => keep(place, inside, original),
    below: (at) => noteTaker(notes, joined(place, at)),
  };
}

function noteGiver(notes: NotesByPlace, place: string): NoteGiver {
  function recall<Wire>(at: string, inside: unknown, otherwise: () => Wire): Wire {
    const note = notes.get(at);
    if (note === undefined || !sameJson(note.inside, asJson(inside))) return otherwise();
    // `keep` noted a Wire at this place; JSON has no undefined, so null stands for an absent field.
    return (note.original ?? undefined) as Wire;
  }
  return {
    write: (at, translation, inside) =>
      recall(joined(place, at), inside, () => translation.write(inside)),
    recall: (inside, otherwise) => recall(place, inside, otherwise),
    below: (at) => noteGiver(notes, joined(place, at)),
  };
}

function joined(place: string, at: string): string {
  return place === "" ? at : `${place}/${at}`;
}

/** A copy as JSON has it: absent is null at the top, and not there below. */
function asJson(value: unknown): Json {
  if (Array.isArray(value)) return value.map(asJson);
  if (isRecord(value)) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return Object.fromEntries(fields.map(([name, field]) => [name, asJson(field)]));
  }
  const isPlain = typeof value === "string" || typeof value === "number" ||
    typeof value === "boolean";
  return isPlain ? value : null;
}
