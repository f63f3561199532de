import { problem } from "../problem.ts";
import { reportStream } from "../report_file.ts";
import type { SignedView } from "../record_port.ts";
import { type Handlers, pathParameter, type WebContext, type WebParts } from "../web_parts.ts";
import { readQuery } from "./json_body.ts";
import { QUERIES } from "./queries.ts";
import { askedTime } from "./report_time.ts";
import { show } from "./view_answer.ts";

const UNKNOWN = "No transaction has this id.";
const NO_OCPI =
  "Charge detail records need reports.ocpi in site.yaml: how the site is called there.";

/** Records of sessions for others. They name cards: the table of routes says who may have them. */
export function recordFileApi(parts: WebParts) {
  const { records } = parts.ports;
  return {
    "GET /api/v1/transactions/:id/cdr": async (context) => {
      if (records.cdr === null) return problem(context, 501, NO_OCPI);
      const record = await records.cdr.one(pathParameter(context, "id"));
      if (record === undefined) return problem(context, 404, UNKNOWN);
      if (record === null) {
        return problem(context, 409, "This session goes on, or took nothing: it has no record.");
      }
      return show(context, record);
    },
    "GET /api/v1/transactions/:id/signed": async (context) => {
      const query = readQuery(context, QUERIES.signed);
      if (!query.ok) return query.answer;
      const found = await records.signed(pathParameter(context, "id"));
      if (found === undefined) return problem(context, 404, UNKNOWN);
      const { number, readings, files } = found;
      switch (query.value.format) {
        case "json":
          return show(context, { number, readings, files: files.map(({ name }) => name) });
        case "tar":
          return tarOf(context, records.signedFiles(found), `session-${number}-signed.tar`);
        default:
          return fileOf(context, found, query.value.format);
      }
    },
    "GET /api/v1/reports/cdr": (context) => {
      const { cdr } = records;
      if (cdr === null) return problem(context, 501, NO_OCPI);
      const query = readQuery(context, QUERIES.recordTime);
      if (!query.ok) return query.answer;
      const time = askedTime(parts, query.value);
      if (typeof time === "string") return problem(context, 422, time);
      return context.body(reportStream(cdr.all(time)), 200, {
        "content-type": "application/json",
        "content-disposition": attachment(`cdr-${time.date}-${time.lastDate}.json`),
      });
    },
    "GET /api/v1/reports/signed": (context) => {
      const query = readQuery(context, QUERIES.recordTime);
      if (!query.ok) return query.answer;
      const time = askedTime(parts, query.value);
      if (typeof time === "string") return problem(context, 422, time);
      const name = `signed-${time.date}-${time.lastDate}.tar`;
      return tarOf(context, records.signedArchive(time), name);
    },
  } satisfies Partial<Handlers>;
}

/** One file; several documents that a charger made itself are no one file. */
function fileOf(context: WebContext, { files }: SignedView, format: "xml" | "ocmf"): Response {
  const made = files.find(({ kind }) => kind === format);
  const documents = files.filter(({ kind }) => kind === "document");
  const file = made ?? (format === "xml" && documents.length === 1 ? documents[0] : undefined);
  if (file === undefined) {
    return problem(
      context,
      409,
      files.length === 0
        ? "The meter of this session has signed nothing."
        : `What its meter signed has no such file. It has ${
          files.map(({ name }) => name).join(", ")
        }: ask for tar.`,
    );
  }
  return context.body(file.text, 200, {
    "content-type": format === "xml" ? "application/xml" : "text/plain; charset=utf-8",
    "content-disposition": attachment(file.name),
  });
}

function tarOf(
  context: WebContext,
  pieces: AsyncIterable<Uint8Array>,
  name: string,
): Response {
  return context.body(ReadableStream.from(pieces), 200, {
    "content-type": "application/x-tar",
    "content-disposition": attachment(name),
  });
}

function attachment(name: string): string {
  return `attachment; filename="${name}"`;
}
